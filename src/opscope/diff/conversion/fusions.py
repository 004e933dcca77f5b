"""What an op may do beside what it is named after: a convolution adds a bias and applies an activation, and batch norm is in its weights."""

from __future__ import annotations

from typing import Any, List, Mapping, Sequence, Set

from ...graph.attrs import text_of
from ...graph.lite_ops import lite_too
from .dataflow import Dataflow
from .equal_results import same_op

_ACTIVATION = "fused_activation_function"
_ACTIVATIONS = {"RELU": "Relu", "RELU6": "Relu6", "TANH": "Tanh"}
"""What TensorFlow Lite calls an activation -> its op."""
_WEIGHTED = lite_too(
    """Conv2D DepthwiseConv2dNative Conv3D Conv2DBackpropInput Conv3DBackpropInputV2 MatMul _FusedConv2D _FusedMatMul
    _FusedDepthwiseConv2dNative""".split()
)
"""Ops with weights: what scales their result or adds to it is in the weights or the bias."""
_SCALING = frozenset("BiasAdd BiasAddV1 Add AddV2 Sub Mul RealDiv FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 ADD SUB MUL DIV".split())
_BEFORE = frozenset("Pad PadV2 SpaceToBatchND BatchToSpaceND ExpandDims Squeeze Reshape Transpose".split())
"""What a convolution does by its padding, its dilations, or the layout of its weights."""
ARRANGING = lite_too("Reshape Transpose Cast ExpandDims Squeeze".split())
"""Ops that a converter puts between others to have a tensor in the layout or of the type that these take."""


def applied_activations(op: str, attrs: Mapping[str, Any]) -> Set[str]:
    """The ops that an op applies to its result, by its own attributes."""
    lite = text_of(attrs, _ACTIVATION)
    fused = attrs.get("fused_ops")
    own = {text for text in fused if isinstance(text, str)} if isinstance(fused, (list, tuple)) else set()
    return own | ({_ACTIVATIONS[lite]} if lite in _ACTIVATIONS else set())


def part_of(written: Dataflow, rows: Sequence[int], core: int, converted: Dataflow, other: int) -> List[int]:
    """Of the ops that one op has in its place, those of which is known how it does what they did; `core` is the one that it is named after."""
    op = converted.ops[other]
    activations = applied_activations(op, converted.table.attrs(other))
    is_weighted = op in _WEIGHTED
    behind = _behind(written, rows, core)
    found = []
    for row in rows:
        kind = written.ops[row]
        if (
            row == core
            or (row in behind and (kind in activations or (is_weighted and kind in _SCALING and _with_constant(written, row))))
            or (row not in behind and is_weighted and kind in _BEFORE)
            or (row in behind and is_weighted and kind in ("BatchToSpaceND", "Squeeze", "Reshape"))
        ):  # fmt: skip
            found.append(row)
    return found


def _with_constant(flow: Dataflow, row: int) -> bool:
    return sum(not flow.constant[producer] for producer, _ in flow.inputs[row]) == 1


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
