"""Lists files below what a user names: folders and patterns on this machine, and addresses (``s3://``, ``https://``, ``zip://``) of stores that fsspec knows."""

from __future__ import annotations

import glob
import os
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Iterator, List, Mapping, Tuple, cast

from ..errors import LoadError, MissingDependencyError
from ..load.archives.packed_path import PackedFile, PackedPath, PackedTree
from ..load.path_meant import path_meant
from .found_models import FoundModel, ListedFile

_STAMPS = ("ETag", "etag", "md5Hash", "checksum", "mtime", "LastModified", "last_modified", "updated", "created", "CRC")
"""How stores call what changes with a file's content, the surest first."""


def is_address(source: str) -> bool:
    """Whether a source is in a store and not a path of this machine: ``memory://models``, ``zip://*.keras::models.zip``."""
    return "://" in source


def listed_files(source: str) -> List[ListedFile]:
    """The files that a path, pattern or address stands for; of folders all files below.

    Raises:
        LoadError: there is nothing, or the store cannot be reached.
        MissingDependencyError: fsspec is needed, or what it needs for this kind of address.
    """
    return _in_store(source) if is_address(source) else list(_here(source))


def _here(source: str) -> Iterator[ListedFile]:
    try:
        is_pattern = glob.has_magic(source) and not Path(source).exists()
        places = sorted(glob.glob(source, recursive=True)) if is_pattern else [source]  # noqa: PTH207 (absolute ones too)
        if not places:
            raise LoadError(f"{source}: there is no file that this pattern fits; check the path")
        for place in places:
            if Path(place).is_dir():
                yield from _below(place)
            else:
                yield _file(place)
    except (OSError, ValueError) as error:
        if isinstance(error, LoadError):
            raise
        why = error.strerror if isinstance(error, OSError) else str(error)
        meant = path_meant(source) if isinstance(error, FileNotFoundError) else ""
        raise LoadError(f"{source}: cannot be read ({why}); {meant or 'check the path'}") from error


def _below(folder: str) -> Iterator[ListedFile]:
    """The regular files in a folder and those below. Hidden folders, and links to folders, are left out."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = os.path.join(place, name)  # noqa: PTH118 (thousands of them)
            if not name.startswith(".") and os.path.isfile(path):  # noqa: PTH113
                yield _file(path)


def _file(path: str) -> ListedFile:
    status = os.stat(path)  # noqa: PTH116 (likewise)
    return ListedFile(os.path.normpath(path).replace(os.sep, "/"), status.st_size, str(status.st_mtime_ns))


def _in_store(source: str) -> List[ListedFile]:
    files, path = _opened(source)
    try:
        if glob.has_magic(path):
            found = files.glob(path, detail=True)
            every = [item for info in found.values() for item in _of(files, info)]
        else:
            every = _below_address(files, path) if source.endswith("/") else _of(files, files.info(path))
    except Exception as error:  # each kind of store raises its own
        raise _unreachable(source, error) from error
    if not every:
        raise LoadError(f"{source}: there is no file that this address fits; check it")
    first, chain, rest = source.partition("::")
    protocol = first.partition("://")[0]
    return [
        ListedFile(_address(protocol, info["name"]), int(info.get("size") or 0), _stamp(info), f"{chain}{rest}")
        for info in every
    ]


def _below_address(files: Any, path: str) -> List[Mapping[str, Any]]:
    """The files in a folder. An address that ends in a slash is one, also of a web server, which has no folders but pages that list files."""
    found = [each for each in files.find(path, detail=True).values() if each["type"] == "file"]
    return [each if each.get("size") is not None else {**each, **files.info(each["name"])} for each in found]


def _of(files: Any, info: Mapping[str, Any]) -> List[Mapping[str, Any]]:
    if info["type"] != "directory":
        return [info]
    return [each for each in files.find(info["name"], detail=True).values() if each["type"] == "file"]


def _stamp(info: Mapping[str, Any]) -> str:
    return str(next((info[name] for name in _STAMPS if info.get(name) is not None), ""))


def _opened(source: str) -> Tuple[Any, str]:
    """The store and the path in it."""
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise MissingDependencyError(
            f"{source} is an address, which the package fsspec reads; install it: pip install 'opscope[survey]'"
        ) from error
    try:
        return cast("Tuple[Any, str]", url_to_fs(source))
    except ImportError as error:
        raise MissingDependencyError(f"{source}: {error}") from error
    except Exception as error:  # an unknown protocol, a wrong chain, a store that asks for credentials
        raise _unreachable(source, error) from error


def _unreachable(source: str, error: Exception) -> LoadError:
    why = " ".join(f"{type(error).__name__}: {error}".split())
    return LoadError(f"{source}: cannot be read ({why}); check the address, and whether you may read it")


def _address(protocol: str, name: str) -> str:
    """The address of what a store calls so."""
    return name if "://" in name else f"{protocol}://{name}"


class StoreFile:
    """The bytes of a file in a store. What the store raises while it is read becomes a `LoadError`: each kind raises its own."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._store, path = _opened(address)  # kept: what is left of a store closes its files
        with self._told():
            self._file = self._store.open(path, "rb")

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        with self._told():
            return cast("bytes", self._file.read(size))

    def seek(self, place: int, whence: int = 0) -> int:
        """Go to a place."""
        with self._told():
            return cast("int", self._file.seek(place, whence))

    def tell(self) -> int:
        """The place."""
        return cast("int", self._file.tell())

    def close(self) -> None:
        """Close it."""
        self._file.close()

    def __enter__(self) -> "StoreFile":  # noqa: PYI034  (nobody derives from it)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except LoadError:
            raise
        except Exception as error:
            raise _unreachable(self._address, error) from error


def in_store(model: FoundModel) -> PackedPath:
    """A model's files in a store as a folder that is read where it lies, as an archive is: no copy is made, and what nobody asks for is not fetched."""
    folder = model.path if model.is_folder else model.path.rpartition("/")[0]
    files = [
        (file.path[len(folder) + 1 :], PackedFile(file.size, file.size, partial(_binary, file.address)))
        for file in model.files
    ]
    root = PackedTree(Path(folder), files).root()
    return root if model.is_folder else root / files[0][0]


def _binary(address: str) -> BinaryIO:
    return cast("BinaryIO", StoreFile(address))
