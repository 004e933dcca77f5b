"""What an op may do beside what it is named after: a convolution adds a bias and applies an activation, and batch norm is in its weights."""

from __future__ import annotations

from typing import Any, List, Mapping, Sequence, Set

from ...graph.attrs import text_of
from ...graph.lite_ops import lite_too, tensorflow_op
from ...graph.vocabulary import layer_class
from .dataflow import Dataflow

_ACTIVATION = "fused_activation_function"
_ACTIVATIONS = {"RELU": "Relu", "RELU6": "Relu6", "TANH": "Tanh"}
"""What TensorFlow Lite calls an activation -> its op."""
_WEIGHTED = lite_too(
    """Conv2D DepthwiseConv2dNative Conv3D Conv2DBackpropInput Conv3DBackpropInputV2 MatMul _FusedConv2D _FusedMatMul
    _FusedDepthwiseConv2dNative""".split()
)
"""Ops with weights: what scales their result or adds to it is in the weights or the bias."""
_SHIFTING = frozenset(
    "BiasAdd BiasAddV1 Add AddV2 Sub FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 ADD SUB BatchNormalization".split()
)
_SCALING = _SHIFTING | frozenset("Mul RealDiv MUL DIV".split())
"""Ops, and layers, that add constants to a tensor or multiply it with them."""
_LAYERS_OF = {"ReLU": ("Relu", "Relu6"), "Activation": ("Relu", "Relu6", "Tanh")}
"""Layer of Keras -> the ops that it may be."""
_BEFORE = frozenset(
    "Pad PadV2 ZeroPadding2D SpaceToBatchND BatchToSpaceND ExpandDims Squeeze Reshape Transpose".split()
)
"""What a convolution does by its padding, its dilations, or the layout of its weights."""
_AFTER = frozenset("BatchToSpaceND Squeeze Reshape".split())
ARRANGING = lite_too("Reshape Transpose Cast ExpandDims Squeeze".split())
"""Ops that a converter puts between others to have a tensor in the layout or of the type that these take."""


def applied_activations(attrs: Mapping[str, Any]) -> Set[str]:
    """The ops that an op applies to its result, by its own attributes."""
    lite = text_of(attrs, _ACTIVATION)
    fused = attrs.get("fused_ops")
    own = {text for text in fused if isinstance(text, str)} if isinstance(fused, (list, tuple)) else set()
    return own | ({_ACTIVATIONS[lite]} if lite in _ACTIVATIONS else set())


def part_of(written: Dataflow, rows: Sequence[int], core: int, converted: Dataflow, other: int) -> List[int]:
    """Of the ops that one op has in its place, those of which is known how it does what they did; `core` is the one that it is named after."""
    op = converted.ops[other]
    activations = applied_activations(converted.table.attrs(other))
    is_weighted = op in _WEIGHTED
    behind = _behind(written, rows, core)
    found = []
    for row in rows:
        kind = written.ops[row]
        is_known = (
            (is_weighted and _scales(written, row)) or _applies(kind, activations) or (is_weighted and kind in _AFTER)
            if row in behind
            else is_weighted and (layer_class(kind) or kind) in _BEFORE
        )  # fmt: skip
        if row == core or is_known:
            found.append(row)
    return found


def may_follow(written: Dataflow, row: int, converted: Dataflow, other: int) -> bool:
    """Whether an op with weights may do, beside its own work, what this op does to its result."""
    op = converted.ops[other]
    if op not in _WEIGHTED:
        return False
    if _applies(written.ops[row], applied_activations(converted.table.attrs(other))):
        return True
    return _scales(written, row) and (_has_bias(converted, other) or not _shifts(written, row))


def _has_bias(flow: Dataflow, row: int) -> bool:
    """Whether an op with weights adds a bias as well: it takes one, or Grappler says so."""
    return len(flow.inputs[row]) > 2 and (flow.ops[row].startswith("_Fused") or flow.ops[row].isupper())


def _shifts(flow: Dataflow, row: int) -> bool:
    return (layer_class(flow.ops[row]) or flow.ops[row]) in _SHIFTING


def _scales(flow: Dataflow, row: int) -> bool:
    """Whether an op adds constants to a tensor, or multiplies it with them."""
    kind = layer_class(flow.ops[row]) or flow.ops[row]
    return kind in _SCALING and sum(not flow.constant[producer] for producer, _ in flow.inputs[row]) == 1


def _applies(op: str, activations: Set[str]) -> bool:
    """Whether an op, or a layer, is one of these activations."""
    return op in activations or not activations.isdisjoint(_LAYERS_OF.get(layer_class(op), ()))


def _behind(flow: Dataflow, rows: Sequence[int], core: int) -> Set[int]:
    """The ops that take what an op gives, directly or through others of these."""
    found = {core}
    for row in rows:  # each is behind those that it takes from
        if any(producer in found for producer, _ in flow.inputs[row]):
            found.add(row)
    return found - {core}


def cores(written: Dataflow, rows: Sequence[int], converted: Dataflow, other: int) -> List[int]:
    """The ops of the kind of another one, in the order of the flow."""
    return [row for row in rows if same_op(written.ops[row], converted.ops[other])]


def same_op(op: str, other: str) -> bool:
    """Whether two types of ops compute the same, whichever of TensorFlow and TensorFlow Lite they are of."""
    return _kind(op) == _kind(other)


_ONE_OF = {
    "Add": "AddV2", "BatchMatMul": "MatMul", "BatchMatMulV2": "MatMul", "BatchMatMulV3": "MatMul", "_FusedMatMul": "MatMul",
    "_FusedConv2D": "Conv2D", "_FusedDepthwiseConv2dNative": "DepthwiseConv2dNative", "_FusedBatchNormEx": "FusedBatchNormV3",
    "FusedBatchNorm": "FusedBatchNormV3", "FusedBatchNormV2": "FusedBatchNormV3", "StatelessWhile": "While", "StatelessIf": "If", "Select": "SelectV2",
    "Gather": "GatherV2", "ResourceGather": "GatherV2",
}  # fmt: skip
"""Ops of TensorFlow that compute the same in another version, or with more in one op."""


_MAIN_OP = dict(
    pair.split("=")
    for pair in """Conv2D=Conv2D DepthwiseConv2D=DepthwiseConv2dNative Conv3D=Conv3D Conv2DTranspose=Conv2DBackpropInput Dense=MatMul
    MaxPooling2D=MaxPool AveragePooling2D=AvgPool GlobalAveragePooling2D=Mean ReLU=Relu Softmax=Softmax Add=AddV2 Subtract=Sub
    Multiply=Mul Maximum=Maximum Minimum=Minimum Concatenate=ConcatV2 Flatten=Reshape Reshape=Reshape Permute=Transpose
    Embedding=GatherV2 ZeroPadding2D=Pad UpSampling2D=ResizeNearestNeighbor""".split()
)
"""Layer of Keras -> the op of TensorFlow that it is named after."""


def _kind(op: str) -> str:
    layer = layer_class(op)
    known = _MAIN_OP.get(layer, op) if layer else tensorflow_op(op)
    return _ONE_OF.get(known, known)
