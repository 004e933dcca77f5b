"""Reads the value of ``--input``: ``8,10``, ``None,10``, ``8,10:int32``, ``mask=8:bool``, ``()``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Optional, Tuple

from ..errors import InputError

_FORM = re.compile(r"(?:(?P<name>[A-Za-z_]\w*)=)?(?P<shape>[^:=]*)(?::(?P<dtype>\w+))?")


@dataclass(frozen=True)
class Input:
    """One input of the model."""

    shape: Tuple[Optional[int], ...]
    """The dimensions; ``None`` for an unknown one."""
    dtype: Optional[str] = None
    """The dtype, if one was given."""
    name: Optional[str] = None
    """The name of the model's parameter, if the input is passed by name."""

    def spec(self) -> Any:
        """The input as `trace` takes it: only the shape, or a ``TensorSpec`` if a dtype was given."""
        if self.dtype is None:
            return self.shape
        from ..capture.seams import tensorflow

        tf = tensorflow()
        try:
            return tf.TensorSpec(self.shape, self.dtype)
        except TypeError as error:
            msg = f"--input: TensorFlow knows no dtype {self.dtype!r}; give one such as float32, int32, bool or string"
            raise InputError(msg) from error


def parse_input(text: str) -> Input:
    """Read one ``[NAME=]SHAPE[:DTYPE]``; `InputError` if the text has another form.

    >>> parse_input("8,10:int32")
    Input(shape=(8, 10), dtype='int32', name=None)
    >>> parse_input("mask=(None, 10)")
    Input(shape=(None, 10), dtype=None, name='mask')
    >>> parse_input("()").shape
    ()
    """
    form = _FORM.fullmatch(text.strip())
    if form is None:
        msg = f"{text!r} is not an input; write a shape such as 8,10 or None,10:int32 or mask=8:bool"
        raise InputError(msg)
    # Brackets and a comma at the end are as Python writes a tuple: (8, 10), [8,10], (8,).
    inside = form["shape"].strip().strip("()[]").strip().rstrip(",")
    shape = tuple(_dimension(part.strip(), text) for part in inside.split(",")) if inside else ()
    return Input(shape, form["dtype"], form["name"])


def _dimension(part: str, text: str) -> Optional[int]:
    # "?" and "-1" are how TensorFlow's tools write an unknown dimension.
    if part.lower() in ("none", "?", "-1"):
        return None
    if not re.fullmatch(r"\d+", part):
        commas = f"write commas: {part.lower().replace('x', ',')}"
        if re.fullmatch(r"\d+(x\d+)+", part.lower()):
            raise InputError(f"{text!r}: {part!r} is not a dimension; {commas}")
        msg = f"{text!r}: {part!r} is not a dimension; write a whole number, or None where it is not known"
        raise InputError(msg)
    return int(part)
