"""What a constant of the file is in a few words: dtype, shape and its first values. Of weights no more is read than these.

Format: tflite/converter/schema/schema.fbs; of texts tflite/string_util.h (google-ai-edge/LiteRT).
"""

from __future__ import annotations

import math
import struct
from typing import Any, Dict, List

from ...program.decoding import MOST_VALUES, STRUCT_CODES, as_text, plain_float
from .flatbuffer import Bytes
from .lite_model import LiteBuffer, LiteTensor


def summary(data: Bytes, tensor: LiteTensor, buffer: LiteBuffer) -> Dict[str, Any]:
    """A constant, as `program.decoding` summarises that of a GraphDef."""
    shape = None if tensor.shape is None else list(tensor.shape)
    found: Dict[str, Any] = {"dtype": tensor.dtype, "shape": shape}
    values = _texts(data, buffer) if tensor.dtype == "string" else _numbers(data, tensor, buffer)
    if values:
        found["values"] = values
        if 1 < len(values) == _elements(tensor) and tensor.dtype not in {"bool", "string"}:
            numbers = [value for value in values if not isinstance(value, str)]
            if len(numbers) == len(values):
                found["min"], found["max"] = min(numbers), max(numbers)
    return found


def _elements(tensor: LiteTensor) -> int:
    return math.prod(dim or 0 for dim in tensor.shape or ())


def _numbers(data: Bytes, tensor: LiteTensor, buffer: LiteBuffer) -> List[Any]:
    """The first values; none if the file has more or fewer bytes than the shape asks for, as of a sparse tensor."""
    code = STRUCT_CODES.get(tensor.dtype)
    if code is None or tensor.shape is None or tensor.is_sparse:
        return []
    size, count = struct.calcsize("<" + code), _elements(tensor)
    if count * size != buffer.size:
        return []
    shown = min(count, MOST_VALUES)
    return [
        plain_float(value) if isinstance(value, float) else value
        for value in struct.unpack_from(f"<{shown}{code}", data, buffer.at)
    ]


def _texts(data: Bytes, buffer: LiteBuffer) -> List[str]:
    """The first texts: their number, where each begins, where the last ends, then the texts."""
    if buffer.size < 8:
        return []
    count = struct.unpack_from("<i", data, buffer.at)[0]
    shown = min(count, MOST_VALUES)
    if count < 0 or 4 * (count + 2) > buffer.size:
        return []
    places = struct.unpack_from(f"<{shown + 1}i", data, buffer.at + 4)
    if any(not 0 <= begin <= end <= buffer.size for begin, end in zip(places, places[1:])):
        return []
    return [as_text(bytes(data[buffer.at + begin : buffer.at + end])) for begin, end in zip(places, places[1:])]
