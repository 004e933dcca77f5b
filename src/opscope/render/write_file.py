"""Writes a file whole or not at all: nobody sees half a picture, and after a failure the old file is as it was."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO, Iterable, NamedTuple, Optional, Union

from ..errors import WriteError
from .temporary import beside

Data = Union[str, bytes, Iterable[str]]
"""The content of a file: bytes; text, which is written as UTF-8; or text in pieces, if it would be large as a whole."""

_REMEDIES = {
    "ENAMETOOLONG": "choose a shorter name",
    "ENOSPC": "make room there, or choose another disk",
    "EDQUOT": "make room there, or choose another disk",
    "ELOOP": "a link on the way leads back to itself: remove it, or choose another path",
    "ENOTDIR": "what is before a slash must be a folder",
    "EBUSY": "a file that is mounted by itself cannot be replaced: mount its folder, or choose another path",
}
"""Name of a system error in `errno` -> what the user can do about it."""
_NO_FILES = (
    (stat.S_ISDIR, "it is a folder; give a file name in it"),
    (stat.S_ISFIFO, "it is a pipe (FIFO), not a file; choose another path"),
    (stat.S_ISSOCK, "it is a socket, not a file; choose another path"),
    (lambda mode: stat.S_ISCHR(mode) or stat.S_ISBLK(mode), "it is a device, not a file; choose another path"),
    (lambda mode: not stat.S_ISREG(mode), "it is not a regular file; choose another path"),
)
"""What must not be replaced: a test of the mode, and what to tell the user. The first that fits counts."""


class _Place(NamedTuple):
    """Where a file is written to."""

    path: Path
    """The path once links are followed."""
    old: Optional[os.stat_result]
    """The status of the file that is there now; ``None`` if there is none."""


def write(path: Union[str, "os.PathLike[str]"], data: Data) -> Path:
    """Write `data` to `path` and return the path.

    The data is written to a temporary file in the same folder, flushed to the disk, and then renamed, which replaces an
    old file in one step. If `path` is a link, the file that it leads to is replaced. Only regular files are replaced.

    The new file keeps the permissions of the old one and, if the system allows it, its owner and group. It does not
    keep its access control list or extended attributes; and another hard link to the old file still shows the old
    content. Temporary files that killed writers of the same file left behind are removed.

    Raises:
        WriteError: there is no such folder, the path is not that of a regular file, or it cannot be written.
    """
    target = expanded(path)
    _check_name(os.fspath(path))
    try:
        place = _place(target)
        _replace(place, data)
    except WriteError:
        raise
    except OSError as error:
        remedy = _REMEDIES.get(errno.errorcode.get(error.errno or 0, ""), "choose a path you may write to")
        raise _refusal(target, f"{error.strerror or error}; {remedy}") from error
    return target


def expanded(path: Union[str, "os.PathLike[str]"]) -> Path:
    """The path with ``~`` and ``~user`` replaced by the home folder; `WriteError` if there is no such user."""
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        name = Path(path).parts[0]
        raise _refusal(path, f"{name} has no home folder here; write the folder out, or ./{name}") from error


def _check_name(text: str) -> None:
    """`WriteError` if the path is empty or that of a folder."""
    if not text:
        raise WriteError("cannot write to an empty path; give a file name")
    if text != "." and os.path.basename(text) in ("", "."):  # noqa: PTH119  (pathlib drops a slash at the end)
        raise _refusal(text, "this is the path of a folder; give a file name in it")


def _refusal(path: Union[str, "os.PathLike[str]"], why: str) -> WriteError:
    return WriteError(f"cannot write {os.fspath(path)}: {why}")


def _place(target: Path) -> _Place:
    """Follow links, and look at what is there; `WriteError` if it must not be replaced."""
    old: Optional[os.stat_result] = None
    try:
        old = target.stat()
        # Links are followed here, so that the file is replaced and not the link.
        final = Path(os.path.realpath(str(target)))
    except FileNotFoundError:
        final = Path(os.path.realpath(str(target)))
        if not final.parent.is_dir():
            raise _refusal(target, f"there is no folder {final.parent}; make it, or choose another path") from None
    except ValueError as error:  # a NUL, or a lone surrogate where names are UTF-8
        raise _refusal(target, "no file can have this name here; choose one of ordinary characters") from error
    if old is not None:
        _check(target, final, old)
    return _Place(final, old)


def _check(target: Path, final: Path, old: os.stat_result) -> None:
    """`WriteError` if the old file must not be replaced."""
    for is_kind, why in _NO_FILES:
        if is_kind(old.st_mode):
            raise _refusal(target, why)
    # A link in /proc/self/fd still opens its file after that was removed, and so has no name. (It is not checked
    # whether both paths are the same file, because another writer may be replacing it at this moment.)
    if not final.exists() and target.exists():
        raise _refusal(target, "it leads to an open file that has no name here; choose another path")
    if not os.access(final, os.W_OK):
        raise _refusal(target, "the file is read-only; choose a path you may write to")


def _replace(place: _Place, data: Data) -> None:
    """Write the temporary file, and rename it."""
    # A new file has the usual permissions, less the umask. One that replaces an old file can be read only by its owner
    # until it gets the permissions of the old one.
    with beside(place.path, 0o666 if place.old is None else 0o600) as temporary:
        _write_data(data, temporary.file)
        temporary.file.flush()
        # Otherwise, after a power failure, the new name could stand for an empty file.
        os.fsync(temporary.file.fileno())
        if place.old is not None:
            _make_alike(temporary.path, temporary.file.fileno(), place.old)
        if os.name == "nt":
            temporary.file.close()  # Windows cannot rename an open file. Elsewhere it stays open for its lock
        os.replace(temporary.path, str(place.path))  # noqa: PTH105  (one string to another)


def _write_data(data: Data, file: BinaryIO) -> None:
    """Write the data into the file."""
    if isinstance(data, bytes):
        file.write(data)
        return
    # A name from a strange file may have half a character (a lone surrogate). It becomes a question mark, not an error.
    pieces = [data] if isinstance(data, str) else data
    file.writelines(piece.encode("utf-8", "replace") for piece in pieces)


def _make_alike(path: str, descriptor: int, old: os.stat_result) -> None:
    """Give the new file the permissions of the old one and, if that is allowed, its owner and group."""
    new = os.fstat(descriptor)
    if hasattr(os, "fchown"):
        for user, group in ((old.st_uid, old.st_gid), (-1, old.st_gid)):  # both, else (-1: as it is) only the group
            if (new.st_uid, new.st_gid) == (old.st_uid, old.st_gid):
                break
            try:
                os.fchown(descriptor, user, group)
            except OSError:  # not allowed, or not known to this file system
                continue
            new = os.fstat(descriptor)
    # The setuid and setgid bits let a program run as the file's owner or group. If these are others now, the bits are
    # dropped, as the old owner has not allowed that for the new one.
    same = (new.st_uid, new.st_gid) == (old.st_uid, old.st_gid)
    wanted = old.st_mode & (0o7777 if same else 0o777)
    if stat.S_IMODE(new.st_mode) != wanted:
        os.chmod(descriptor if os.chmod in os.supports_fd else path, wanted)  # noqa: PTH101  (Path has none of a descriptor)
