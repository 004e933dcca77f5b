"""A program that walks an HDF5 file of a stranger and prints as JSON what readers ask of it. `h5_file` runs it in a process of its own.

The HDF5 library is written in C. A damaged file can make it loop without end or read where nothing is; no Python code can stop
it then, but a process can be ended. So this module imports nothing of the package. Only what lies in the file itself is looked
at: h5py follows links into other files, raw data in other files and virtual datasets; here no link is followed that is not a
hard one, and of a dataset only shape and dtype are asked, never a value.
"""

from __future__ import annotations

import io
import json
import os
import sys
from typing import Any, BinaryIO, Callable, Dict, List, Optional

_TEXTS, _LISTS = ("model_config", "keras_version", "name"), ("layer_names", "weight_names")
"""The attributes that are read: texts, and lists of texts."""
_MOST_OBJECTS = 200_000
"""Groups, datasets and names in lists of one file that are looked at."""
_MOST_DEPTH = 40
_MOST_TEXT = 1 << 26
"""Bytes of all attributes together. The configuration of the largest models has some megabytes."""
_MOST_SECONDS = 10
"""Seconds of CPU time. A file with 10,000 datasets takes one."""
_MOST_MEMORY = 1 << 32


class TooLargeError(Exception):
    """The file holds more than that of any model: said in words for users."""


def objects_in(file: Any) -> List[Dict[str, Any]]:
    """Every group and dataset of an HDF5 file (a path, or an open binary file), the root first.

    A group is ``{"members": {name: its place in this list}, "texts": {attribute: text or list of texts}}``, a dataset is
    ``{"dtype": str, "shape": [int]}``. An attribute that cannot be read has the value False. Raises whatever h5py does.
    """
    import h5py

    with h5py.File(file, "r") as root:
        return _Walk().of(root)


class _Walk:
    def __init__(self) -> None:
        self._left = _MOST_OBJECTS
        self._text_left = _MOST_TEXT

    def of(self, root: Any) -> List[Dict[str, Any]]:
        found: List[Dict[str, Any]] = []
        # Groups may be in each other in a circle. h5py compares them by where they lie in the file.
        places = {root: 0}
        ahead = [(root, 0)]
        for each, depth in ahead:
            if type(each).__name__ == "Dataset":
                found.append(
                    {"dtype": _dtype(each.dtype), "shape": None if each.shape is None else list(map(int, each.shape))}
                )
                continue
            members: Dict[str, int] = {}
            for name in self._names(each) if depth < _MOST_DEPTH else ():
                member = _member(each, name)
                if member is None:
                    continue
                if member not in places:
                    places[member] = len(ahead)
                    ahead.append((member, depth + 1))
                members[name] = places[member]
            found.append({"members": members, "texts": self._texts(each)})
        return found

    def _names(self, group: Any) -> List[str]:
        self._spend(len(group))
        return [name for name in group if name not in {"", ".", ".."} and "/" not in name]

    def _texts(self, group: Any) -> Dict[str, Any]:
        attributes, found = group.attrs, {}
        for name in _TEXTS:
            if name in attributes:
                found[name] = self._guarded(self._one, attributes, name)
        for name in _LISTS:
            if name in attributes or f"{name}0" in attributes:
                found[name] = self._guarded(self._list, attributes, name)
        return found

    def _guarded(self, read: Callable[[Any, str], Any], attributes: Any, name: str) -> Any:
        try:
            return read(attributes, name)
        except TooLargeError:
            raise
        except Exception:  # noqa: BLE001, h5py raises whatever the C library and NumPy come upon; a reader may not need this one
            return False

    def _one(self, attributes: Any, name: str) -> Optional[str]:
        value = self._value(attributes, name)
        return (
            value.decode("utf-8", "surrogateescape")
            if isinstance(value, bytes)
            else value
            if isinstance(value, str)
            else None
        )

    def _list(self, attributes: Any, name: str) -> List[str]:
        """A list of texts; what Keras puts into several attributes for its size is one list."""
        parts = [self._value(attributes, name)] if name in attributes else []
        if not parts:
            while f"{name}{len(parts)}" in attributes:
                parts.append(self._value(attributes, f"{name}{len(parts)}"))
        found = [each for part in parts for each in (part.tolist() if hasattr(part, "tolist") else [part])]
        self._spend(len(found))
        return [each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each) for each in found]

    def _value(self, attributes: Any, name: str) -> Any:
        told = attributes.get_id(name)
        size = told.dtype.itemsize
        for dim in told.shape or ():
            size *= dim
        self._text_left -= size
        value = attributes[name] if self._text_left >= 0 else None
        # What a text of its own length takes is not in the size of the attribute.
        self._text_left -= len(value) if isinstance(value, (str, bytes)) else 0
        if self._text_left < 0:
            raise TooLargeError(f"an attribute {name} larger than that of any model; is this the right file?")
        return value

    def _spend(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise TooLargeError(f"more than {_MOST_OBJECTS:,} groups and datasets; is this the right file?")


def _member(group: Any, name: str) -> Any:
    """The group or dataset of this name, if it lies in this file by a hard link."""
    if type(group.get(name, getlink=True)).__name__ != "HardLink":
        return None
    member = group[name]
    return member if type(member).__name__ in {"Group", "Dataset"} else None


def _dtype(dtype: Any) -> str:
    """The dtype as TensorFlow spells it; ``string`` for texts, ``unknown`` for compound ones."""
    if dtype.kind in "OSU":
        return "string"
    if dtype.kind in "biufc":
        return str(dtype.name)
    return "bfloat16" if dtype.kind == "V" and dtype.itemsize == 2 else "unknown"  # as Keras 3 keeps it


class PartOfFile(io.RawIOBase):
    """`size` bytes of an open file from `start` on, as a file of its own."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file, self._start, self._size, self._at = file, start, size, 0

    def readable(self) -> bool:  # noqa: D102, as the base class says
        return True

    def seekable(self) -> bool:  # noqa: D102
        return True

    def tell(self) -> int:  # noqa: D102
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:  # noqa: D102
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:  # noqa: D102
        self._file.seek(self._start + self._at)
        data = self._file.read(max(0, min(len(buffer), self._size - self._at)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def tell() -> None:
    """``h5_walk.py [PATH START SIZE]``: walk that part of a file, or the file that comes on standard input."""
    sys.path.pop(0)  # the folder of this module, whose other modules are no libraries
    _limit()
    try:
        if len(sys.argv) > 1:
            path, start, size = sys.argv[1:]
            with open(path, "rb") as file:  # noqa: PTH123, a path as text is all that there is here
                told: Dict[str, Any] = {"objects": objects_in(PartOfFile(file, int(start), int(size)))}
        else:
            told = {"objects": objects_in(io.BytesIO(sys.stdin.buffer.read()))}
    except TooLargeError as error:
        told = {"refused": str(error)}
    except Exception as error:  # noqa: BLE001, h5py raises whatever the C library and NumPy come upon in a damaged file
        told = {"damaged": type(error).__name__}
    sys.stdout.write(json.dumps(told))


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not a Unix; the caller's patience ends as well
        return
    for kind, most in ((resource.RLIMIT_CPU, _MOST_SECONDS), (resource.RLIMIT_AS, _MOST_MEMORY)):
        _, hard = resource.getrlimit(kind)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, hard))


if __name__ == "__main__":
    tell()
