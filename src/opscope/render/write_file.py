"""Write a file whole or not at all: a reader never sees half a picture, and a failure leaves the old file as it was."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO, Iterable, NamedTuple, Optional, Union

from ..errors import WriteError
from .temporary import beside

Data = Union[str, bytes, Iterable[str]]
"""What an output is made of: bytes, text (written as UTF-8), or text in pieces where all of it at once is large."""

_REMEDIES = {
    "ENAMETOOLONG": "choose a shorter name",
    "ENOSPC": "make room there, or choose another disk",
    "EDQUOT": "make room there, or choose another disk",
    "ELOOP": "a link on the way leads back to itself: remove it, or choose another path",
    "ENOTDIR": "what is before a slash must be a folder",
    "EBUSY": "a file that is mounted by itself cannot be replaced: mount its folder, or choose another path",
}
"""What to do about an error of the system, by its name in `errno`."""
_NO_FILES = (
    (stat.S_ISDIR, "it is a folder; give a file name in it"),
    (stat.S_ISFIFO, "it is a pipe (FIFO), not a file; choose another path"),
    (stat.S_ISSOCK, "it is a socket, not a file; choose another path"),
    (lambda mode: stat.S_ISCHR(mode) or stat.S_ISBLK(mode), "it is a device, not a file; choose another path"),
    (lambda mode: not stat.S_ISREG(mode), "it is not a regular file; choose another path"),
)


class _Place(NamedTuple):
    """Where a file goes once links are followed, and what is there now."""

    path: Path
    old: Optional[os.stat_result]


def write(path: Union[str, "os.PathLike[str]"], data: Data) -> Path:
    """Put `data` at `path` in one step and return the path.

    The data goes to a temporary file in the same folder, to the disk, and then takes the old file's place. Only a regular
    file is replaced. A link is followed: the file that it names is replaced or made. The new file has the old one's
    permissions and, where the system lets this user give them, its owner and group; not its access control list and extended
    attributes, and other hard links to the old file keep the old content. What a killed writer of the same file left behind is
    removed, and no other file.

    Raises:
        WriteError: the folder does not exist, the path is no file's, or it cannot be written.
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
    """The path with ``~`` and ``~user`` as their home folders; `WriteError` where that user has none."""
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        name = Path(path).parts[0]
        raise _refusal(path, f"{name} has no home folder here; write the folder out, or ./{name}") from error


def _check_name(text: str) -> None:
    if not text:
        raise WriteError("cannot write to an empty path; give a file name")
    if text != "." and os.path.basename(text) in ("", "."):  # noqa: PTH119  (pathlib forgets a slash at the end)
        raise _refusal(text, "this is the path of a folder; give a file name in it")


def _refusal(path: Union[str, "os.PathLike[str]"], why: str) -> WriteError:
    return WriteError(f"cannot write {os.fspath(path)}: {why}")


def _place(target: Path) -> _Place:
    """Follow links and look; `WriteError` for what must not be replaced."""
    old: Optional[os.stat_result] = None
    try:
        old = target.stat()
        # Followed here, so that the file that a link names is replaced and not the link.
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
    for is_kind, why in _NO_FILES:
        if is_kind(old.st_mode):
            raise _refusal(target, why)
    # A link under /proc/self/fd opens its file even where that has lost its name. (Another writer may replace the file just
    # now, so that what both are is not compared.)
    if not final.exists() and target.exists():
        raise _refusal(target, "it leads to an open file that has no name here; choose another path")
    if not os.access(final, os.W_OK):
        raise _refusal(target, "the file is read-only; choose a path you may write to")


def _replace(place: _Place, data: Data) -> None:
    # A new file gets its permissions from the umask and the folder; one that takes an old file's place is private until then.
    with beside(place.path, 0o666 if place.old is None else 0o600) as temporary:
        _pour(data, temporary.file)
        temporary.file.flush()
        os.fsync(temporary.file.fileno())
        if place.old is not None:
            _make_alike(temporary.path, temporary.file.fileno(), place.old)
        if os.name == "nt":
            temporary.file.close()  # Windows renames no open file; elsewhere its lock tells that its writer lives
        os.replace(temporary.path, str(place.path))  # noqa: PTH105  (one string to another)


def _pour(data: Data, file: BinaryIO) -> None:
    if isinstance(data, bytes):
        file.write(data)
        return
    # A name that is no valid Unicode (a lone surrogate) is drawn as a question mark; it must not lose the file.
    pieces = [data] if isinstance(data, str) else data
    file.writelines(piece.encode("utf-8", "replace") for piece in pieces)


def _make_alike(path: str, descriptor: int, old: os.stat_result) -> None:
    """Give the new file the old one's owner and group, where that is allowed, and its permissions."""
    new = os.fstat(descriptor)
    if hasattr(os, "fchown"):
        for user, group in ((old.st_uid, old.st_gid), (-1, old.st_gid)):
            if (new.st_uid, new.st_gid) == (old.st_uid, old.st_gid):
                break
            try:
                os.fchown(descriptor, user, group)
            except OSError:  # not allowed, or not known to this file system
                continue
            new = os.fstat(descriptor)
    # Running as the file's owner or group is not passed on to another one.
    same = (new.st_uid, new.st_gid) == (old.st_uid, old.st_gid)
    wanted = old.st_mode & (0o7777 if same else 0o777)
    if stat.S_IMODE(new.st_mode) != wanted:
        os.chmod(descriptor if os.chmod in os.supports_fd else path, wanted)  # noqa: PTH101  (Path has none of a descriptor)
