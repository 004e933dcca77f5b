"""Loads a SavedModel with TensorFlow, so that one of its functions can be run: `profile` needs that."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Optional, Tuple, Union

from ..errors import InputError, LoadError, option
from .seams import tensorflow

_DEFAULT = "serving_default"


def _newest(folder: str) -> str:
    """The newest version in a folder of TensorFlow Serving, else just "one"."""
    from ..load import folders, formats

    try:
        inside = folders.find(Path(folder), [each for each in formats.formats() if each.is_read])
    except LoadError:
        return "one"
    return f"a version in it, such as {inside.folder}" if inside.version is not None else "one"


def saved_function(path: Union[str, "os.PathLike[str]"], signature: Optional[str] = None) -> Tuple[Any, Any]:
    """The loaded model and the ConcreteFunction of one signature.

    Keep the model as long as the function is used, because it holds the variables. Without a `signature` it is the only one
    or ``serving_default``. `LoadError` if the folder is no SavedModel or cannot be loaded, `InputError` if it has no such
    signature.
    """
    folder = os.fspath(path)
    tf = tensorflow()
    try:
        found = tf.saved_model.contains_saved_model(folder)
    except ValueError as error:  # a NUL, or bytes that are no UTF-8
        raise LoadError(f"{folder}: TensorFlow cannot open a folder of this name; rename it") from error
    if not found:
        if not os.path.lexists(folder):
            raise LoadError(f"{folder}: there is no such file or folder; check the path")
        raise LoadError(
            f"{folder} is not a SavedModel, the only kind of file that can be run; give {_newest(folder)}, or a live model"
        )
    try:
        loaded = tf.saved_model.load(folder)
    except Exception as error:
        line = str(error).strip().partition("\n")[0]
        raise LoadError(
            f"{folder}: TensorFlow cannot load it ({type(error).__name__}: {line}), so it cannot be run; it can still be drawn"
        ) from error
    signatures = dict(loaded.signatures)
    name = signature or (next(iter(signatures)) if len(signatures) == 1 else _DEFAULT)
    if name not in signatures:
        known = ", ".join(sorted(signatures)) or "none"
        raise InputError(f"{folder}: choose one of its signatures with {option('signature')}: {known}")
    return loaded, signatures[name]
