"""Recognises what ONNX writes: models and tensors as protobuf messages, and models for ONNX Runtime as FlatBuffers.

Formats: onnx/onnx.proto (ModelProto, TensorProto); onnxruntime/core/flatbuffers/schema/ort.fbs.
"""

from __future__ import annotations

from ...program.wire import BYTES, VARINT
from ..format import refused
from ..heads import Head
from ..messages import first_fields

_DIMS, _DATA_TYPE, _NAME, _RAW_DATA = 1, 2, 8, 9
"""Fields of a TensorProto; its numbers may also stand in fields of their own, 4 to 7, 10 and 11."""
_IR_VERSION, _PRODUCER, _GRAPH, _OPSET = 1, 2, 7, 8
"""Fields of a ModelProto."""


def _fits(head: Head) -> bool:
    return head.data[4:8] == b"ORTM" or _is_model(head) or _is_tensor(head)


def _is_model(head: Head) -> bool:
    """Whether these are a version, a graph, and who made it or what ops it uses. A SavedModel has no field after 2."""
    kinds = {field[:2] for field in first_fields(head.data)}
    return kinds >= {(_IR_VERSION, VARINT), (_GRAPH, BYTES)} and bool(kinds & {(_PRODUCER, BYTES), (_OPSET, BYTES)})


def _is_tensor(head: Head) -> bool:
    """Whether these are a shape (numbers, packed or not), a dtype, and a name or values."""
    kinds = {field[:2] for field in first_fields(head.data)}
    numbers = {number for number, _ in kinds}
    return (_DATA_TYPE, VARINT) in kinds and numbers <= set(range(1, 15)) and bool(
        kinds & {(_NAME, BYTES), (_RAW_DATA, BYTES), (4, BYTES)} and 3 not in numbers
    )  # fmt: skip


FORMAT = refused(
    _fits,
    what="an ONNX model or tensor, which opscope does not read",
    do="give the TensorFlow model that it was made from, or convert it: onnx2tf makes a SavedModel",
)
