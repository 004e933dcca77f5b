"""`Format`, by which each module of ``formats/`` describes its format, and what it is asked to read: `ModelFile`, `Wish`."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Callable, FrozenSet, Iterable, List, Optional, Tuple, Union

from ..errors import LoadError, spelled
from ..graph.graph import Graph
from .archives.packed_path import FilePlace, PackedPath
from .heads import Head

TRACE = spelled("opscope.trace", "the command as file.py:model")
"""In a message: where to give a model that Python code makes."""


@dataclass(frozen=True)
class ModelFile:
    """A file to read and its bytes."""

    path: FilePlace
    data: bytes
    folder: Optional[FilePlace] = None
    """The folder that it is in, if the caller named the folder; then files beside it are looked at too."""
    version: Optional[int] = None
    """The number that `folder` is called by, if the caller named the folder around it, in which a model's versions are."""
    versions: int = 0
    """How many versions are there."""
    name: Optional[str] = None
    """What a graph of it is called, where the file does not tell that."""

    @property
    def graph_name(self) -> str:
        """What a graph of it is called: the folder that the caller named, or the file without its suffix."""
        if self.name is not None:
            return self.name
        if self.folder is None:
            return self.path.stem
        named = self.folder.parent if self.version is not None else self.folder
        return named.resolve().name  # "." or ".." would be no name for a graph

    @property
    def place(self) -> Optional[Path]:
        """Where exactly these bytes lie on disk; ``None`` where they were taken out of something else."""
        path = self.path
        if not isinstance(path, Path):  # it lies in an archive
            return None
        try:
            return path if path.is_file() and path.stat().st_size == len(self.data) else None
        except OSError:
            return None


@dataclass(frozen=True)
class Wish:
    """Which part of the file the caller wants. The fields are the options of `load`."""

    signature: Optional[str] = None
    function: Optional[str] = None
    all: bool = False
    tags: Union[str, Iterable[str], None] = None
    run: Optional[str] = None
    tag: Optional[str] = None

    def given(self) -> List[str]:
        """The names of the options that the caller gave."""
        # An option that was not given has its default, ``None`` or False.
        values: List[Any] = [(each.name, getattr(self, each.name)) for each in fields(self)]
        return [name for name, value in values if value is not None and value is not False]


@dataclass(frozen=True)
class Format:
    """One kind of file, and how it is read."""

    name: str
    """What it is called in a sentence: ``a GraphDef``."""
    fits: Callable[[Head], bool]
    """Whether a file has this format, by its first bytes."""
    read: Callable[[ModelFile, Wish], Graph]
    """Makes the graph. Its `LoadError` begins with the file's path."""
    precedence: int
    """Formats are asked in this order, the lowest first; the first that fits reads the file."""
    takes: FrozenSet[str] = frozenset()
    """The options of `load` that choose a part of such a file."""
    in_folder: Tuple[str, ...] = ()
    """The files to look for when the caller gives a folder."""
    below_folder: Optional[Callable[[FilePlace], bool]] = None
    """Whether a folder has such files at any depth, which are then read as one; asked where it has none of `in_folder`."""
    is_streamed: bool = False
    """Whether the file may have any size: `ModelFile.data` is only its beginning, and `read` opens it itself."""
    maps: bool = False
    """Whether it reads of a large file only what it looks at, so that it may be given a `files.MappedFile`."""
    is_read: bool = True
    """False for a format that is only recognised to say what to do instead: see `refused`."""
    opens: Optional[Callable[[Path], PackedPath]] = None
    """Opens an archive as a folder, in which the model is then found: see `archive`."""


def refused(fits: Callable[[Head], bool], *, what: str, do: str, precedence: int = 0) -> Format:
    """A format that opscope recognises but cannot read. Reading it raises a `LoadError`: what the file is, what to do.

    It claims to take every option of `load`: else an option would be complained of, and not the file. `precedence` is for a
    format that others are special kinds of, which are asked before.
    """

    def read(file: ModelFile, _: Wish) -> Graph:
        raise LoadError(f"{file.path}: {what}: {do}")

    return Format(what, fits, read, precedence, takes=frozenset(each.name for each in fields(Wish)), is_read=False)


def archive(
    fits: Callable[[Head], bool], *, what: str, opens: Callable[[Path], PackedPath], precedence: int = 0
) -> Format:
    """A format that holds other files, among which the model is. One that is itself in an archive is not opened."""
    nested = refused(fits, what=f"{what} in an archive", do="unpack the outer one first", precedence=precedence)
    return replace(nested, name=what, opens=opens)
