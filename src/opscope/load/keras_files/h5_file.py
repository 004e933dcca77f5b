"""Looks into HDF5 files of strangers: `h5_walk` reads them in a process of its own, since their C library hangs on damaged ones."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Set, Tuple

from ...errors import LoadError, MissingDependencyError
from . import h5_walk

EXTRA = "pip install 'opscope[files]'"
_PATIENCE = 120
"""Seconds that the process may take. It limits its own CPU time far below, where the system can."""


def has_h5py() -> bool:
    """Whether h5py is installed."""
    return importlib.util.find_spec("h5py") is not None


@dataclass(frozen=True)
class OnDisk:
    """Where the bytes of a file also lie on disk, so that the process that reads them needs no copy."""

    path: Path
    start: int = 0


def root_of(data: bytes, place: Optional[OnDisk] = None) -> "H5Group":
    """The root of a file. `LoadError` for what is damaged, or larger than any model's."""
    if not has_h5py():
        raise MissingDependencyError(f"HDF5 files are read with h5py, which is not installed: {EXTRA}")
    told = _told(data, place)
    if "refused" in told:
        raise LoadError(told["refused"])
    if "objects" not in told:
        raise _damaged(told["damaged"])
    return H5Group(told["objects"], 0)


def _told(data: bytes, place: Optional[OnDisk]) -> Dict[str, Any]:
    program = Path(h5_walk.__file__)
    if (
        getattr(sys, "frozen", False) or not sys.executable or not program.is_file()
    ):  # no interpreter to run a program with
        return _told_here(data)
    part = [] if place is None else [str(place.path.resolve()), str(place.start), str(len(data))]
    known = os.pathsep.join(os.path.abspath(each) for each in sys.path)  # noqa: PTH100, may be no path at all
    try:
        done = subprocess.run(  # noqa: S603, the interpreter that runs now, and a program of the package
            [sys.executable, str(program), *part],
            input=b"" if part else data,
            capture_output=True,
            check=False,
            timeout=_PATIENCE,
            env={**os.environ, "PYTHONPATH": known, "OPENBLAS_NUM_THREADS": "1", "HDF5_USE_FILE_LOCKING": "FALSE"},
        )
    except subprocess.TimeoutExpired:
        raise _damaged("the HDF5 library does not come to an end") from None
    except OSError as error:
        raise LoadError(f"no process can be started to read HDF5 in ({error.strerror}); close other programs") from None
    if done.returncode:
        raise _damaged("the HDF5 library did not come through it")
    told: Dict[str, Any] = json.loads(done.stdout)
    return told


def _told_here(data: bytes) -> Dict[str, Any]:
    try:
        return {"objects": h5_walk.objects_in(io.BytesIO(data))}
    except h5_walk.TooLargeError as error:
        return {"refused": str(error)}
    except Exception as error:  # noqa: BLE001, h5py raises whatever the C library and NumPy come upon in a damaged file
        return {"damaged": type(error).__name__}


def _damaged(how: str) -> LoadError:
    return LoadError(f"a damaged HDF5 file ({how}); was it copied completely?")


class H5Group:
    """A group of a file; what other files hold is not among its members."""

    def __init__(self, objects: List[Dict[str, Any]], place: int) -> None:
        self._objects = objects
        """Those of the whole file, as `h5_walk.objects_in` gives them."""
        self._place = place
        self._members: Dict[str, int] = objects[place]["members"]

    def names(self) -> List[str]:
        """The names of the members, in the order of numbers where they are numbers."""
        return sorted(
            self._members, key=lambda name: (0, int(name), "") if name.isdecimal() and len(name) < 9 else (1, 0, name)
        )

    def group(self, *path: str) -> Optional["H5Group"]:
        """The group at this path; ``None`` if there is none in this file."""
        place = self._at(path)
        return None if place is None or "members" not in self._objects[place] else H5Group(self._objects, place)

    def dataset(self, *path: str) -> Optional[Tuple[str, Tuple[int, ...]]]:
        """The dtype and shape of the dataset at this path."""
        place = self._at(path)
        found = {} if place is None else self._objects[place]
        return (found["dtype"], tuple(found["shape"])) if found.get("shape") is not None else None

    def datasets(self) -> Iterator[Tuple[Tuple[str, ...], str, Tuple[int, ...]]]:
        """Every dataset inside: its path, dtype and shape; those of a group before those of the groups in it."""
        yield from self._datasets((), set())

    def _datasets(
        self, path: Tuple[str, ...], seen: Set[int]
    ) -> Iterator[Tuple[Tuple[str, ...], str, Tuple[int, ...]]]:
        if self._place in seen:
            return
        seen.add(self._place)
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
        value = self._read(name)
        return value.encode("utf-8", "surrogateescape") if isinstance(value, str) else None

    def texts(self, name: str) -> Optional[List[str]]:
        """An attribute that is a list of texts; ``None`` if there is none."""
        value = self._read(name)
        return value if isinstance(value, list) else None

    def _read(self, name: str) -> Any:
        value = self._objects[self._place]["texts"].get(name)
        if value is False:
            raise _damaged(f"its attribute {name}")
        return value

    def _at(self, path: Tuple[str, ...]) -> Optional[int]:
        """The place of what lies at a path, by hard links alone."""
        place = self._place
        for name in path:
            inner = self._objects[place].get("members", {}).get(name)
            if inner is None:
                return None
            place = inner
        return place
