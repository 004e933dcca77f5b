"""Tells whether what a user names is a file: else it may name a live object, as ``file.py:attribute``."""

from __future__ import annotations

import errno
from pathlib import Path

from ..errors import InputError, LoadError


def is_there(source: str) -> bool:
    """Whether SOURCE is a file or folder; `LoadError` if the system does not let us look."""
    if not source:
        raise LoadError("SOURCE is empty; give a model file, module:attribute or file.py:attribute")
    try:
        Path(source).stat()
    except (FileNotFoundError, NotADirectoryError):
        from .archives.packed_path import split_at_file
        from .checkpoints.finding import is_prefix

        return is_prefix(Path(source)) or bool(split_at_file(Path(source))[1])
    except ValueError:  # no file can have this name
        return False
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return False
        msg = f"{source}: cannot be read ({error.strerror}); check the path"
        raise LoadError(msg) from error
    return True


def refuse_python(source: str) -> None:
    """`InputError` if SOURCE is a Python file without the name of a model in it."""
    if Path(source).suffix == ".py" and is_there(source) and Path(source).is_file():
        msg = f"{source} is Python code; name the model or function in it: {source}:model"
        raise InputError(msg)
