"""A file or folder in an archive, which is asked what a `pathlib.Path` is asked: so a model is found in it as it is in a folder."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Callable, Dict, Iterator, List, NamedTuple, Sequence, Tuple, Union

from ...errors import LoadError
from ...suggestions import did_you_mean, some_of
from .member_names import check_names

if TYPE_CHECKING:
    from .member_stream import MemberStream

PLENTY = 1 << 26
"""Bytes that a file may always be unpacked to, however few they are in the archive."""
MOST_RATIO = 100
"""How many times larger than in the archive a file may be that is larger than `PLENTY`. Deflate packs a graph to a tenth or a
thirtieth; what it packs to a thousandth was made to fill the memory."""
_MOST_UNPACKED, _MOST_TIMES = 1 << 30, 4
"""Bytes of an archive that are unpacked while places in its files are sought, and how many times those that it has."""
_MOST_FILES = 20_000
"""Files of one archive. A model's has some tens; thousands, if it comes with a program."""
_LONGEST_NAME, _DEEPEST = 1000, 32
"""Files with longer names, or in more folders, are left out: none of them is a model's."""
_COMPOUND = (".tar.gz", ".saved_model.zip")


class PackedFile(NamedTuple):
    """One file of an archive."""

    size: int
    packed: int
    """Its bytes in the archive, or all of the archive's if they are not counted by file."""
    open: Callable[[], BinaryIO]
    """Gives its bytes from the beginning. Reading raises what the archive's own reader raises."""
    before: int = 0
    """Bytes of the archive that have to be unpacked in order to begin with this file."""


class PackedStat(NamedTuple):
    """What `PackedPath.stat` tells."""

    st_size: int


class Unpacking:
    """How many bytes of one archive may still be unpacked: going back in a file begins it again, and a made one makes us do so for ever."""

    def __init__(self, left: int) -> None:
        self._left = left

    def count(self, size: int) -> None:
        """Count what is unpacked. `LoadError` if it is too much."""
        self._left -= size
        if self._left < 0:
            raise LoadError("much of the archive would be unpacked again and again; unpack it, and give the folder")


class PackedTree:
    """The files of one archive by their names, and the folders that they are in."""

    def __init__(
        self, archive: Path, files: Sequence[Tuple[str, PackedFile]], close: Callable[[], None] = lambda: None
    ) -> None:
        """`files` are all files in the order of the archive; `close` is called when the archive is no longer needed."""
        if len(files) > _MOST_FILES:
            raise LoadError(f"an archive of {len(files):,} files; is this the right file?")
        check_names([name for name, _ in files], again="pack it again")
        self.archive, self.close = archive, close
        self.unpacking = Unpacking(_MOST_UNPACKED + _MOST_TIMES * sum(file.size for _, file in files))
        self.files: Dict[str, PackedFile] = {}
        self.folders: Dict[str, Dict[str, None]] = {"": {}}  # the names in each, in the order of the archive
        for name, file in files:
            parts = [part for part in name.split("/") if part not in ("", ".")]
            hidden = not parts or parts[0] == "__MACOSX" or parts[-1].startswith("._")  # what macOS adds
            if hidden or len(name) > _LONGEST_NAME or len(parts) > _DEEPEST:
                continue
            self.files["/".join(parts)] = file
            for depth in range(len(parts)):
                self.folders.setdefault("/".join(parts[:depth]), {})[parts[depth]] = None

    def root(self) -> "PackedPath":
        """The archive as a folder."""
        return PackedPath(self, "")


def split_at_file(path: Path) -> Tuple[Path, Tuple[str, ...]]:
    """Where a path leads through a file: that file, and what stands behind it; else the path and nothing.

    So ``models.zip/translator`` is the folder ``translator`` in an archive.
    """
    for place in (path, *path.parents):
        if place.exists():
            return (place, path.parts[len(place.parts) :]) if place.is_file() else (path, ())
    return path, ()


class PackedPath:
    """A place in an archive."""

    def __init__(self, tree: PackedTree, inner: str) -> None:
        self._tree = tree
        self._inner = inner

    def close(self) -> None:
        """Close the archive; no file in it can be read afterwards."""
        self._tree.close()

    @property
    def inner(self) -> str:
        """Where it is in the archive; ``.`` is the archive itself."""
        return self._inner or "."

    def __str__(self) -> str:
        return f"{self._tree.archive}/{self._inner}" if self._inner else str(self._tree.archive)

    def __truediv__(self, name: str) -> "PackedPath":
        return PackedPath(self._tree, f"{self._inner}/{name}" if self._inner else name)

    @property
    def name(self) -> str:
        """The last part; of the archive itself what it is called without its suffix."""
        if self._inner:
            return self._inner.rpartition("/")[2]
        own = self._tree.archive.resolve().name
        end = next((each for each in _COMPOUND if own.lower().endswith(each)), None)
        return own[: -len(end)] if end is not None else Path(own).stem

    @property
    def stem(self) -> str:
        """The name without its suffix."""
        return Path(self.name).stem

    @property
    def parent(self) -> "PackedPath":
        """The folder around it; the archive's own is itself."""
        return PackedPath(self._tree, self._inner.rpartition("/")[0])

    def resolve(self) -> "PackedPath":
        """Itself: nothing in an archive is a link, since links in it are not followed."""
        return self

    def exists(self) -> bool:
        """Whether the archive has it."""
        return self.is_file() or self.is_dir()

    def is_file(self) -> bool:
        """Whether it is a file."""
        return self._inner in self._tree.files

    def is_dir(self) -> bool:
        """Whether it is a folder with something in it."""
        return self._inner in self._tree.folders and not self.is_file()

    def iterdir(self) -> Iterator["PackedPath"]:
        """What is in the folder."""
        return (self / name for name in self._tree.folders.get(self._inner, ()))

    def walk(self) -> List["PackedPath"]:
        """All files in the folder and the folders in it, in the order of the archive."""
        start = f"{self._inner}/" if self._inner else ""
        return [PackedPath(self._tree, name) for name in self._tree.files if name.startswith(start)]

    def below(self, inner: Sequence[str]) -> "PackedPath":
        """What lies at a path in the archive. `LoadError` says what there is, if there is no such thing."""
        at = self
        for name in inner:
            found = at / name
            if not found.exists():
                there = [each.name for each in at.iterdir()]
                hint = did_you_mean(name, there) or f"there is {some_of(there)}" if there else "it is a file"
                self.close()
                raise LoadError(f"nothing in the archive is called {found.inner!r}; {hint}")
            at = found
        return at

    def relative_to(self, folder: "PackedPath") -> PurePosixPath:
        """The path from a folder that it is in."""
        return PurePosixPath(self._inner).relative_to(PurePosixPath(folder._inner))  # noqa: SLF001, of its own class

    def stat(self) -> PackedStat:
        """The size of the file."""
        return PackedStat(self._file().size)

    def open_binary(self) -> BinaryIO:
        """The bytes of the file as a stream; `LoadError` if it is far larger than what is packed."""
        return self._sound().open()

    def open_anywhere(self) -> "MemberStream":
        """The bytes of the file as a stream in which places can be sought."""
        from .member_stream import MemberStream  # late: it needs zipfile, which takes long to import

        file = self._sound()
        return MemberStream(str(self), file.open, file.before, self._tree.unpacking)

    def _sound(self) -> PackedFile:
        """The file, if it is not far larger than what is packed."""
        file = self._file()
        if file.size > max(PLENTY, MOST_RATIO * file.packed):
            raise LoadError(
                f"{self}: {file.size:,} bytes packed into {file.packed:,}, more than any model's; is this the right file?"
            )
        return file

    def read_bytes(self) -> bytes:
        """The bytes of the file. `LoadError` if they are not there as the archive says."""
        from .damage import damaged  # late: it needs zipfile, which takes long to import

        size, data = self._file().size, b""
        with damaged(str(self)), self.open_binary() as stream:
            data = stream.read(size)  # what is said of the size may be wrong, so no more is unpacked than is said
        if len(data) != size:
            raise LoadError(
                f"{self}: {size:,} bytes in the archive, of which only {len(data):,} are there; was it copied completely?"
            )
        return data

    def _file(self) -> PackedFile:
        found = self._tree.files.get(self._inner)
        if found is None:
            raise FileNotFoundError(2, "there is no such file in the archive")
        return found


FilePlace = Union[Path, PackedPath]
"""Where a model's file or folder is: on disk or in an archive."""
