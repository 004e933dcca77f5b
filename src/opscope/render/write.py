"""Write a file whole or not at all: a reader never sees half a picture, and a failure leaves the old file as it was."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import BinaryIO, Iterable, Union

from ..errors import WriteError

Data = Union[str, bytes, Iterable[str]]
"""What an output is made of: bytes, text (written as UTF-8), or text in pieces where all of it at once is large."""


def write(path: Union[str, "os.PathLike[str]"], data: Data) -> Path:
    """Put `data` at `path` in one step and return the path.

    The data goes to a temporary file in the same folder, to the disk, and then takes the old file's place.

    Raises:
        WriteError: the folder does not exist, the path is a folder, or either cannot be written.
    """
    target = Path(path).expanduser()
    if target.is_dir():
        msg = f"cannot write {target}: it is a folder; give a file name in it"
        raise WriteError(msg)
    # A link is followed, so that the file it names is replaced and not the link.
    final = Path(os.path.realpath(target))
    if not final.parent.is_dir():
        msg = f"cannot write {target}: there is no folder {final.parent}; make it, or choose another path"
        raise WriteError(msg)
    try:
        _replace(final, data)
    except OSError as error:
        msg = f"cannot write {target}: {error.strerror or error}; choose a path you may write to"
        raise WriteError(msg) from error
    return target


def _replace(final: Path, data: Data) -> None:
    if final.exists() and not os.access(final, os.W_OK):
        raise PermissionError(13, "the file is read-only")
    descriptor, name = tempfile.mkstemp(prefix=f".{final.name[:100]}.", suffix=".tmp", dir=str(final.parent))
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _pour(data, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(final))
        temporary.replace(final)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _pour(data: Data, file: BinaryIO) -> None:
    if isinstance(data, bytes):
        file.write(data)
        return
    # A name that is no valid Unicode (a lone surrogate) is drawn as a question mark; it must not lose the file.
    pieces = [data] if isinstance(data, str) else data
    file.writelines(piece.encode("utf-8", "replace") for piece in pieces)


def _mode(final: Path) -> int:
    """The old file's permissions, or those a new file would get (a temporary file is private otherwise)."""
    if final.exists():
        return final.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
