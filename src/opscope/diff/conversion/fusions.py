"""What an op may do beside what it is named after: a convolution adds a bias and applies an activation, and batch norm is in its weights."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, Set

from ...graph.attrs import constant_of, text_of
from ...graph.lite_ops import lite_too, tensorflow_op
from ...graph.types import TensorType
from ...graph.vocabulary import layer_class
from .dataflow import Dataflow

_ACTIVATION = "fused_activation_function"
_ACTIVATIONS = {"RELU": "Relu", "RELU6": "Relu6", "TANH": "Tanh"}
"""What TensorFlow Lite calls an activation -> its op."""
OPS_WITH_WEIGHTS = lite_too(
    """Conv2D DepthwiseConv2dNative Conv3D Conv2DBackpropInput Conv3DBackpropInputV2 MatMul _FusedConv2D _FusedMatMul
    _FusedDepthwiseConv2dNative""".split()
)
"""Ops with weights: what scales their result or adds to it is in the weights or the bias."""
_SHIFTING = frozenset(
    "BiasAdd BiasAddV1 Add AddV2 Sub FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 ADD SUB BatchNormalization".split()
)
_SCALING = _SHIFTING | frozenset("Mul RealDiv MUL DIV".split())
"""Ops, and layers, that add constants to a tensor or multiply it with them."""
_DISTINCT = frozenset("Relu Relu6 LeakyRelu Elu Selu Tanh Sigmoid Softmax".split())
"""Activations that every converter keeps, or puts into the op before them."""
REAL = frozenset("float64 float32 float16 bfloat16".split())
_DIVIDING = frozenset({"RealDiv", "DIV"})
TRANSPOSING = frozenset({"Transpose", "TRANSPOSE"})
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
    done = {core} | _done_before(written, rows, core, converted, other)
    is_weighted, activated = converted.ops[other] in OPS_WITH_WEIGHTS, False
    reached = {core}
    """The ops behind the core whose result is that of the other op: what adds is no part of one that adds nothing, but does not hide what is behind."""
    for row in rows:  # each is behind those that it takes from
        if row in done or not any(producer in reached for producer, _ in written.inputs[row]):
            continue
        is_part = is_weighted and written.ops[row] in _AFTER
        if not is_part and not activated:
            is_part = activated = is_activation_of(written, row, converted, other)
            if not activated and is_weighted and _scales(written, row):
                reached.add(row)
                is_part = _in_weights(written, row, converted, other)
        if is_part:
            reached.add(row)
            done.add(row)
    return [row for row in rows if row in done]


def _done_before(written: Dataflow, rows: Sequence[int], core: int, converted: Dataflow, other: int) -> Set[int]:
    """The ops that only lead to `core`, and that an op with weights does by its padding or layout."""
    found: Set[int] = set()
    if converted.ops[other] in OPS_WITH_WEIGHTS:
        for row in reversed(rows):
            kind = layer_class(written.ops[row]) or written.ops[row]
            if kind in _BEFORE and any(user == core or user in found for user in written.users[row]):
                found.add(row)
    in_order = [row for row in rows if row in found]
    return found if keeps_order(written, in_order) else {row for row in found if written.ops[row] not in TRANSPOSING}


def keeps_order(flow: Dataflow, rows: Sequence[int]) -> bool:
    """Whether the transpositions among ops in a row leave the values in their order, as far as is known how they permute."""
    order: List[int] = []
    sizes: Sequence[Optional[int]] = ()
    for row in rows:
        if flow.ops[row] in TRANSPOSING:
            permutation = _permutation(flow, row)
            if order and len(permutation) != len(order):
                return False
            order = [order[place] for place in permutation] if order else permutation
            sizes = flow.table.outputs[row][0].shape or [None] * len(order)
    left = [place for place, size in zip(order, sizes) if size != 1]
    return left == sorted(left)


def _permutation(flow: Dataflow, row: int) -> List[int]:
    """The permutation of a transposition; empty if it is not known."""
    given = flow.inputs[row][1:2]
    constant = constant_of(flow.table.attrs(given[0][0])) if given else None
    values = [int(value) for value in constant.values if isinstance(value, int)] if constant is not None else []
    return values if sorted(values) == list(range(len(values))) else []


def in_weights_or_activation(written: Dataflow, row: int, converted: Dataflow, other: int) -> bool:
    """Whether an op with weights may do, beside its own work, what this op does to its result."""
    return converted.ops[other] in OPS_WITH_WEIGHTS and (
        is_activation_of(written, row, converted, other) or _in_weights(written, row, converted, other)
    )


def is_activation_of(written: Dataflow, row: int, converted: Dataflow, other: int) -> bool:
    """Whether an op is the activation that another one applies: nothing behind it is done by that one."""
    return _applies(written.ops[row], applied_activations(converted.table.attrs(other)))


def _in_weights(written: Dataflow, row: int, converted: Dataflow, other: int) -> bool:
    return _scales(written, row) and (_has_bias(converted, other) or not _shifts(written, row))


def _has_bias(flow: Dataflow, row: int) -> bool:
    """Whether an op with weights adds a bias as well: it takes one, or Grappler says so."""
    return len(flow.inputs[row]) > 2 and (flow.ops[row].startswith("_Fused") or flow.ops[row].isupper())


def _shifts(flow: Dataflow, row: int) -> bool:
    return (layer_class(flow.ops[row]) or flow.ops[row]) in _SHIFTING


def _scales(flow: Dataflow, row: int) -> bool:
    """Whether an op adds constants to a tensor, or multiplies it with them, each the same for all places of a channel."""
    kind = layer_class(flow.ops[row]) or flow.ops[row]
    varying = [slot for slot, (producer, _) in enumerate(flow.inputs[row]) if not flow.constant[producer]]
    if kind not in _SCALING or len(varying) != 1 or (kind in _DIVIDING and varying != [0]):
        return False
    given = [flow.table.outputs[producer] for producer, _ in flow.inputs[row] if flow.constant[producer]]
    return all(is_by_channel(types[0]) or types[0].shape is None for types in given if types)


def is_by_channel(tensor: TensorType) -> bool:
    """Whether a tensor has one dimension at most that is not 1; the handle of a variable has none."""
    if tensor.dtype == "resource":
        return True
    return tensor.shape is not None and sum(size != 1 for size in tensor.shape) <= 1


def _applies(op: str, activations: Set[str]) -> bool:
    """Whether an op, or a layer, is one of these activations."""
    return op in activations or not activations.isdisjoint(_LAYERS_OF.get(layer_class(op), ()))


def is_lossy_cast(flow: Dataflow, row: int) -> bool:
    """Whether an op makes other values of numbers: whole ones of real ones, truth of numbers."""
    if tensorflow_op(flow.ops[row]) != "Cast":
        return False
    given = flow.table.outputs[flow.table.data_inputs(row)[0].node] if flow.table.data_inputs(row) else ()
    types = {tensor.dtype for tensor in (*given[:1], *flow.table.outputs[row][:1])}
    return len(types) > 1 and not types <= REAL


def by_kind(flow: Dataflow, rows: Sequence[int]) -> Dict[str, List[int]]:
    """What ops compute, whichever of TensorFlow and TensorFlow Lite they are of -> their rows, in order."""
    found: Dict[str, List[int]] = {}
    for row in rows:
        found.setdefault(computed_kind(flow.ops[row]), []).append(row)
    return found


def has_other_activation(written: Dataflow, rows: Sequence[int], converted: Dataflow, others: Sequence[int]) -> bool:
    """Whether each graph has an activation that the other does not have: no converter puts one in the place of another."""
    one, two = [
        {
            op
            for row in each
            for op in (computed_kind(flow.ops[row]), *applied_activations(flow.table.attrs(row)))
            if op in _DISTINCT
        }
        for flow, each in ((written, rows), (converted, others))
    ]
    return not one <= two and not two <= one


def cores(written: Dataflow, rows: Sequence[int], converted: Dataflow, other: int) -> List[int]:
    """The ops of the kind of another one, in the order of the flow."""
    return [row for row in rows if same_op(written.ops[row], converted.ops[other])]


def same_op(op: str, other: str) -> bool:
    """Whether two types of ops compute the same, whichever of TensorFlow and TensorFlow Lite they are of."""
    return computed_kind(op) == computed_kind(other)


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


def computed_kind(op: str) -> str:
    """The op of TensorFlow that stands for all types, and layers, that compute the same as one."""
    layer = layer_class(op)
    known = _MAIN_OP.get(layer, op) if layer else tensorflow_op(op)
    return _ONE_OF.get(known, known)
