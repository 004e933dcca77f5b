"""Looks into HDF5 files of strangers: only at what lies in the file itself, and at no more of it than a model has.

h5py follows links into other files, raw data in other files and virtual datasets. Here no link is followed that is not a hard one, and
of a dataset only shape and dtype are asked, never a value.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import Any, Iterator, List, Optional, Set, Tuple

from ...errors import LoadError, MissingDependencyError
from ...shapes.tensor import product

EXTRA = "pip install 'opscope[files]'"
_MOST_OBJECTS = 200_000
"""Groups and datasets of one file that are looked at."""
_MOST_DEPTH = 40
_MOST_ATTRIBUTE = 1 << 26
"""Bytes of one attribute. The configuration of the largest models has some megabytes."""
_MOST_CHUNKS = 1000


def has_h5py() -> bool:
    """Whether h5py is installed."""
    try:
        import h5py  # noqa: F401, only asked for here
    except ImportError:
        return False
    return True


@contextmanager
def opened(data: bytes) -> Iterator["H5Group"]:
    """The root of a file. `LoadError` for whatever h5py complains of meanwhile."""
    try:
        import h5py
    except ImportError:
        raise MissingDependencyError(f"HDF5 files are read with h5py, which is not installed: {EXTRA}") from None
    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            yield H5Group(file, [_MOST_OBJECTS])
    except (LoadError, MissingDependencyError):
        raise
    except Exception as error:  # noqa: BLE001, h5py raises whatever the C library and NumPy come upon in a damaged file
        raise LoadError(f"a damaged HDF5 file ({type(error).__name__}); was it copied completely?") from None


class H5Group:
    """A group of a file; what other files hold is not among its members."""

    def __init__(self, group: Any, left: List[int]) -> None:
        self._group = group
        self._left = left
        """How many more objects of this file are looked at; one list for all groups of it."""

    def names(self) -> List[str]:
        """The names of the members, in the order of numbers where they are numbers."""
        self._spend(len(self._group))
        return sorted(
            self._group, key=lambda name: (0, int(name), "") if name.isdecimal() and len(name) < 9 else (1, 0, name)
        )

    def group(self, *path: str) -> Optional["H5Group"]:
        """The group at this path; ``None`` if there is none in this file."""
        found = self._at(path)
        return H5Group(found, self._left) if _kind(found) == "Group" else None

    def dataset(self, *path: str) -> Optional[Tuple[str, Tuple[int, ...]]]:
        """The dtype and shape of the dataset at this path."""
        found = self._at(path)
        if _kind(found) != "Dataset" or found.shape is None:
            return None
        return _dtype(found.dtype), tuple(int(dim) for dim in found.shape)

    def datasets(self) -> Iterator[Tuple[Tuple[str, ...], str, Tuple[int, ...]]]:
        """Every dataset inside: its path, dtype and shape; those of a group before those of the groups in it."""
        yield from self._datasets((), set())

    def _datasets(
        self, path: Tuple[str, ...], seen: Set[Any]
    ) -> Iterator[Tuple[Tuple[str, ...], str, Tuple[int, ...]]]:
        # Groups may be in each other in a circle; each is looked into once. h5py compares them by where they lie in the file.
        if self._group in seen or len(path) > _MOST_DEPTH:
            return
        seen.add(self._group)
        inner: List[str] = []
        for name in self.names():
            found = self.dataset(name)
            if found is not None:
                yield ((*path, name), *found)
            else:
                inner.append(name)
        for name in inner:
            group = self.group(name)
            if group is not None:
                yield from group._datasets((*path, name), seen)  # noqa: SLF001, of its own class

    def text(self, name: str) -> Optional[bytes]:
        """An attribute that is a text; ``None`` if there is none."""
        value = self._attribute(name)
        if isinstance(value, str):
            return value.encode("utf-8", "surrogatepass")
        return bytes(value) if isinstance(value, bytes) else None

    def texts(self, name: str) -> Optional[List[str]]:
        """An attribute that is a list of texts; what Keras puts into several for its size is one list."""
        whole = self._attribute(name)
        parts = [whole]
        if whole is None:
            parts = []
            while len(parts) < _MOST_CHUNKS:
                part = self._attribute(f"{name}{len(parts)}")
                if part is None:
                    break
                parts.append(part)
            if not parts:
                return None
        found = [each for part in parts for each in (part.tolist() if hasattr(part, "tolist") else [part])]
        self._spend(len(found))
        return [each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each) for each in found]

    def _attribute(self, name: str) -> Any:
        if name not in self._group.attrs:
            return None
        told = self._group.attrs.get_id(name)
        if product(told.shape) * told.dtype.itemsize > _MOST_ATTRIBUTE:
            raise LoadError(f"an attribute {name} larger than that of any model; is this the right file?")
        return self._group.attrs[name]

    def _at(self, path: Tuple[str, ...]) -> Any:
        """What lies at a path, by hard links alone."""
        found = self._group
        for name in path[:_MOST_DEPTH]:
            self._spend(1)
            if _kind(found) != "Group" or name in {"", ".", ".."} or "/" in name or name not in _members(found):
                return None
            if type(found.get(name, getlink=True)).__name__ != "HardLink":
                return None
            found = found[name]
        return found

    def _spend(self, count: int) -> None:
        self._left[0] -= count
        if self._left[0] < 0:
            raise LoadError(f"more than {_MOST_OBJECTS:,} groups and datasets; is this the right file?")


def _members(group: Any) -> Any:
    """What `in` may be asked of without following a link: h5py's own keys would open what a link leads to."""
    return _Links(group)


class _Links:
    def __init__(self, group: Any) -> None:
        self._group = group

    def __contains__(self, name: str) -> bool:
        return bool(self._group.id.links.exists(name.encode("utf-8", "surrogateescape")))


def _kind(found: Any) -> str:
    """``Group`` or ``Dataset``; a file is its root group."""
    name = type(found).__name__
    return "Group" if name == "File" else name


def _dtype(dtype: Any) -> str:
    """The dtype as TensorFlow spells it; ``string`` for texts, ``unknown`` for compound ones."""
    if dtype.kind in "OSU":
        return "string"
    if dtype.kind in "biufc":
        return str(dtype.name)
    return "bfloat16" if dtype.kind == "V" and dtype.itemsize == 2 else "unknown"  # as Keras 3 keeps it
