"""Tells the types of the tensors of an expanded model: as stored, else by the rules of the layers' classes."""

from __future__ import annotations

from typing import Dict, List, Optional, Sequence, Tuple

from ...graph.model_variables import FLOATS
from ...graph.types import Shape, TensorType
from ...graph.vocabulary import KERAS_LAYER, KERAS_OPERATION, layer_class
from ...shapes.budget import or_unknown, shape_within
from ...shapes.keras_operations import operation_shapes
from ...shapes.keras_rules import layer_shapes
from ...shapes.resolve import merged
from .expansion import Expanded, LayerOp, dtype_of

Types = List[Tuple[TensorType, ...]]
"""For each op the types of its outputs."""
NOT_TOLD = "unknown"
_AS_GIVEN = frozenset(
    """
    Reshape Flatten Permute RepeatVector Identity Concatenate Cropping1D Cropping2D Cropping3D ZeroPadding1D ZeroPadding2D
    ZeroPadding3D UpSampling1D UpSampling2D UpSampling3D Masking Dropout
    """.split()
)
"""Layers that hand on whole numbers as whole numbers. Of other numbers all of Keras's layers make their own dtype."""
_FLOATING = frozenset({"Embedding", "Dense", "Rescaling", "LSTM", "GRU", "Conv1D", "Conv2D", "Conv3D"})
"""Layers that make numbers of their own dtype of whole ones."""


def types_of(made: Expanded) -> Types:
    """The types of all outputs. Ops come after those whose outputs they take."""
    shared: Dict[Tuple[TensorType, ...], Tuple[TensorType, ...]] = {}
    found: Types = []
    for op in made.ops:
        given = [found[row][output] for row, output in op.inputs]
        types = _types(made, op, given)
        found.append(shared.setdefault(types, types))
    return found


def _types(made: Expanded, op: LayerOp, given: Sequence[TensorType]) -> Tuple[TensorType, ...]:
    told = shapes_by_rule(op, made, [kind.shape for kind in given]) or []
    dtype = _dtype(op, given)
    count = max(op.outputs, len(told), *(number + 1 for number in op.types)) if op.types else max(op.outputs, len(told))
    types: List[TensorType] = []
    for number in range(count):
        own = op.types.get(number)
        shape = merged(own.shape if own else None, told[number] if number < len(told) else None)
        types.append(TensorType(own.dtype if own else dtype, shape))
    return tuple(types)


@or_unknown
def shapes_by_rule(op: LayerOp, made: Expanded, given: Sequence[Shape]) -> Optional[List[Shape]]:
    """The shapes that a layer returns, by the rule of its class; ``None`` if there is no rule or it does not know."""
    kind, cls = op.layer.op, layer_class(op.layer.op)
    if kind.startswith(KERAS_OPERATION):
        return [shape_within(shape) for shape in operation_shapes(cls, made.settings(op), given)]
    if kind.startswith(KERAS_LAYER) and op.inputs:
        return [shape_within(shape) for shape in layer_shapes(cls, made.settings(op), given)]
    return None


def _dtype(op: LayerOp, given: Sequence[TensorType]) -> str:
    """The dtype of what a layer returns, if the file does not say: the one that it computes in, but whole numbers stay what they are."""
    first = given[0].dtype if given else NOT_TOLD
    cls, own = layer_class(op.layer.op), dtype_of(op.layer.config.get("dtype"))
    if not op.layer.op.startswith(KERAS_LAYER):
        return NOT_TOLD
    if first.startswith(FLOATS) or first == NOT_TOLD or cls in _FLOATING:
        return own or (first if first.startswith(FLOATS) else NOT_TOLD)
    return first if cls in _AS_GIVEN else NOT_TOLD


def variable_dtype(config: Dict[str, object]) -> Optional[str]:
    """The dtype of a layer's weights by its configuration; a mixed policy keeps them in single precision."""
    name = config.get("dtype")
    inner = name.get("config") if isinstance(name, dict) else None
    policy = inner.get("name") if isinstance(inner, dict) else name
    return "float32" if isinstance(policy, str) and policy.startswith("mixed_") else dtype_of(name)
