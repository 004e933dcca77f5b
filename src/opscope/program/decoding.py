"""Attributes of a NodeDef as plain Python values. A constant is summarised: dtype, shape, range and its first values."""

from __future__ import annotations

import math
import struct
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from . import output_types
from .data_functions import CARDINALITY
from .proto import dtype_name

MOST_VALUES = 8
"""How many of a constant's values are shown."""
MOST_TEXT = 200
"""How many characters of a string value are shown."""
MOST_ITEMS = 1000
"""How many items of a list attribute are shown."""

# A TensorProto keeps its values in one of two places: packed in `tensor_content`, for which there is `STRUCT_CODES`, or one by
# one in a field of its dtype, which `_FIELDS` names.
STRUCT_CODES = {
    "float32": "f", "float64": "d", "float16": "e", "int8": "b", "uint8": "B", "int16": "h", "uint16": "H",
    "int32": "i", "uint32": "I", "int64": "q", "uint64": "Q", "bool": "?",
}  # fmt: skip
"""The dtypes whose packed values are shown -> their code in Python's `struct`."""
_FIELDS = {
    "float32": "float_val", "float64": "double_val", "string": "string_val", "int64": "int64_val",
    "bool": "bool_val", "uint32": "uint32_val", "uint64": "uint64_val", "int32": "int_val", "int16": "int_val",
    "int8": "int_val", "uint8": "int_val", "uint16": "int_val",
}  # fmt: skip


def shape_list(proto: Any) -> Optional[List[Optional[int]]]:
    """A TensorShapeProto as a list, as JSON has it; see `output_types.shape_of`."""
    shape = output_types.shape_of(proto)
    return None if shape is None else list(shape)


def as_text(raw: bytes) -> str:
    r"""Bytes as text, cut at `MOST_TEXT` characters; a byte that is not UTF-8 is shown as an escape like ``\xff``."""
    # A character takes up to 4 bytes in UTF-8: no more than these can be shown.
    shown = raw[: MOST_TEXT * 4].decode("utf-8", "backslashreplace")
    return shown if len(shown) <= MOST_TEXT else shown[: MOST_TEXT - 1] + "…"


def _stored(tensor: Any, dtype: str, shape: Optional[List[Optional[int]]]) -> Sequence[Any]:
    """The values that a TensorProto stores; empty if it stores none, or opscope cannot read them."""
    content = tensor.tensor_content
    if content and dtype in STRUCT_CODES:
        code = STRUCT_CODES[dtype]
        count = None if shape is None or None in shape else math.prod(dim or 0 for dim in shape)
        if count is not None and count * struct.calcsize(code) != len(content):
            return ()  # the shape asks for more or fewer bytes than there are, so one of the two is wrong
        # If the shape is not fully known, an incomplete value may be left at the end, which `cast` would not take.
        usable = len(content) - len(content) % struct.calcsize(code)
        return _halves(content[:usable]) if code == "e" else memoryview(content[:usable]).cast(code)  # type: ignore[call-overload]
    if dtype == "float16":  # `half_val` has the bits of each, as an integer
        return _halves(b"".join(struct.pack("<H", bits & 0xFFFF) for bits in tensor.half_val))
    return getattr(tensor, _FIELDS[dtype]) if dtype in _FIELDS else ()


_EMPTY = {"string": b"", "bool": False, "float16": 0.0, "float32": 0.0, "float64": 0.0}
"""What a TensorProto without values is full of; of all other dtypes it is 0."""


def _values(tensor: Any, dtype: str, shape: Optional[List[Optional[int]]]) -> Tuple[Sequence[Any], int]:
    """The values of a TensorProto and how many elements they are of: the last one stands for all that are missing.

    TensorFlow reads it so (`Tensor::FromProto`): a tensor of equal elements may store one of them, and one of zeros none.
    """
    stored = _stored(tensor, dtype, shape)
    if tensor.tensor_content or shape is None or None in shape or not (dtype in _FIELDS or dtype == "float16"):
        return stored, len(stored)
    count = math.prod(dim or 0 for dim in shape)
    if count > len(stored) == 0:
        return (_EMPTY.get(dtype, 0),), count
    return stored[:count], count


def _halves(content: bytes) -> Sequence[float]:
    """float16 values. The `memoryview` of older Pythons (3.8) cannot be cast to them."""
    return struct.unpack(f"<{len(content) // 2}e", content)


def _plain_number(value: Any) -> Any:
    """One value of a constant as JSON can carry it; a string constant has bytes."""
    if isinstance(value, bytes):
        return as_text(value)
    if isinstance(value, float):
        return plain_float(value)
    return value


def plain_float(value: float) -> Any:
    """A float as JSON can carry it: NaN and infinities become text, all others are rounded to 9 significant digits.

    A float32 needs no more than 9. The digits after them only come from turning it into a Python float: 0.1 would be
    shown as 0.10000000149011612.
    """
    return float(f"{value:.9g}") if math.isfinite(value) else str(value)


def tensor_summary(tensor: Any) -> Dict[str, Any]:
    """A constant in a few words: dtype, shape, its first values and, for numbers, its range."""
    dtype = dtype_name(tensor.dtype)
    shape = shape_list(tensor.tensor_shape)
    summary: Dict[str, Any] = {"dtype": dtype, "shape": shape}
    values, count = _values(tensor, dtype, shape)
    if len(values):
        shown = [_plain_number(value) for value in values[:MOST_VALUES]]
        summary["values"] = shown + shown[-1:] * (min(count, MOST_VALUES) - len(shown))
        if count > 1 and dtype != "string":
            summary["min"], summary["max"] = _plain_number(min(values)), _plain_number(max(values))
    return summary


def value_of(value: Any) -> Any:
    """One AttrValue as a plain value: number, bool, text, dtype name, shape, tensor summary, function name or list."""
    kind = value.WhichOneof("value")
    if kind is None:
        return None
    if kind == "list":
        return _list(value.list)
    return _CONVERT[kind](getattr(value, kind))


def _list(items: Any) -> List[Any]:
    """An attribute that is a list: AttrValue.ListValue has a field for each kind of item, of which one is filled."""
    for kind in ("s", "i", "f", "b", "type", "shape", "tensor", "func"):
        values = getattr(items, kind)
        if len(values):
            return [_CONVERT[kind](item) for item in values[:MOST_ITEMS]]
    return []


def _func(func: Any) -> Dict[str, str]:
    return {"function": func.name}


_CONVERT: Dict[str, Any] = {
    "s": as_text, "i": int, "f": plain_float, "b": bool, "type": dtype_name, "shape": shape_list,
    "tensor": tensor_summary, "func": _func, "placeholder": str,
}  # fmt: skip


class Inferred(NamedTuple):
    """Stands in `Body.raw_attrs` for the NodeDef of an op to which `load.infer` gave a shape, since the file has none."""

    node: Any


class Counted(NamedTuple):
    """Stands in `Body.raw_attrs` for the NodeDef of a placeholder for a dataset whose number of elements was known."""

    node: Any
    elements: int


class Closed(NamedTuple):
    """Stands in the expanded table for the NodeDef of an op that runs functions whose ops are not there."""

    node: Any
    why: str
    """The name of the attribute that says so: one of `graph.absent`."""
    functions: Tuple[str, ...]


def decode(raw: Any) -> Dict[str, Any]:
    """All attributes of a NodeDef but `_output_shapes`: the graph has these as the types of the op's outputs.

    An op whose shape was inferred gets one more attribute, ``_inferred_shape``; one that stays closed gets one that says why; a
    dataset that was made outside gets ``_cardinality``.
    """
    if isinstance(raw, Counted):
        return {**decode(raw.node), CARDINALITY: raw.elements}
    if isinstance(raw, Closed):
        return {**decode(raw.node), raw.why: list(raw.functions)}
    if isinstance(raw, Inferred):
        return {**decode(raw.node), "_inferred_shape": True}
    if isinstance(raw, dict):  # of an argument, or of a file that has no NodeDefs
        return dict(raw)
    return {key: value_of(raw.attr[key]) for key in sorted(raw.attr) if key != "_output_shapes"}
