"""The types of XLA's instructions, as TensorFlow spells them: of a tuple those of all tensors in it, one after another."""

from __future__ import annotations

import re
from typing import List, NamedTuple, Tuple

from ..errors import LoadError
from ..graph.types import TensorType

MOST_IN_TUPLE = 100_000
"""More tensors in one tuple are no program."""
_TOKEN = re.compile(r"/\*.*?\*/|([\w\-]+)\[([^\]]*)\](\{[^}]*\})?|[()]")
_DTYPES = {
    "pred": "bool", "bf16": "bfloat16", "c64": "complex64", "c128": "complex128",
    **{f"f{bits}": f"float{bits}" for bits in (16, 32, 64)},
    **{f"s{bits}": f"int{bits}" for bits in (2, 4, 8, 16, 32, 64)},
    **{f"u{bits}": f"uint{bits}" for bits in (2, 4, 8, 16, 32, 64)},
    "f8e5m2": "float8_e5m2", "f8e4m3fn": "float8_e4m3fn",
}  # fmt: skip


class HloType(NamedTuple):
    """The type of one instruction."""

    tensors: Tuple[TensorType, ...]
    """Its tensors; of a tuple all that are in it, also in tuples inside."""
    layouts: Tuple[str, ...]
    """For each how it lies in memory: ``{1,0}`` has the rows of a matrix one after another. Empty for a scalar."""
    parts: Tuple[int, ...]
    """Of a tuple: where the tensors of each of its elements begin, and last how many there are in all; empty for a tensor."""


def hlo_type(text: str) -> HloType:
    """The type that a text spells.

    Raises:
        LoadError: it spells none.
    """
    tensors: List[TensorType] = []
    layouts: List[str] = []
    parts: List[int] = []
    depth = 0
    for found in _TOKEN.finditer(text):
        mark, dtype = found.group(), found.group(1)
        if mark == "(":
            if depth == 1:
                parts.append(len(tensors))
            depth += 1
        elif mark == ")":
            depth -= 1
        elif dtype:
            if depth == 1:
                parts.append(len(tensors))
            tensors.append(TensorType(_DTYPES.get(dtype, dtype), _shape(found.group(2))))
            layouts.append(found.group(3) or "")
        if len(tensors) > MOST_IN_TUPLE or depth < 0:
            break
    if depth or (not tensors and not text.startswith("(")):
        raise LoadError(f"XLA's program cannot be read: {text[:80]!r} is no type")
    is_tuple = text.startswith("(")
    return HloType(tuple(tensors), tuple(layouts), (*parts, len(tensors)) if is_tuple else ())


def _shape(text: str) -> "Tuple[int | None, ...]":
    """The dimensions. One with a bound only (``<=8``) is not known."""
    return tuple(int(part) if part.strip().isdecimal() and len(part) < 19 else None for part in text.split(",") if part)
