"""What an op is set to, in the words for layers: from its attributes and from the shape of its weight.

For files, which often know neither classes nor settings: a Conv2D of a weight (3, 3, 64, 128) is a ``3×3 conv, 128``.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Sequence

from ...graph.attrs import is_set, text_of
from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.lite_ops import with_lite
from ...graph.vocabulary import ENDS, INPUTS, chain
from . import layer_forms as forms
from . import setting_values as values
from .group_ops import GroupOps
from .layer_forms import Seen
from .pattern_words import normalization, without_activation
from .seen_op import PASSING_ON, SHAPED, WEIGHTS, SeenOp, is_weight

_MOST_OPS = 48
"""A group with more ops does more than a sentence tells."""
_COUNTS = frozenset({"int32", "int64", "bool"})
"""The dtypes in which shapes and indices are worked out."""
_SIDE = PASSING_ON | WEIGHTS | INPUTS | ENDS | {"NoOp", "IdentityN", "Shape", "SHAPE", "BiasAdd"}
"""Ops that say nothing of what a layer does: a bias belongs to its product."""
_ADDING = frozenset({"AddV2", "Add"})
_BATCH_PRODUCTS = frozenset({"BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"})
_FLAT = frozenset({"ExpandDims", "Squeeze"})
"""Around the convolution along two dimensions of which TensorFlow makes one along a single one."""
_ACTIVATIONS = with_lite({
    "Relu": "ReLU", "Relu6": "ReLU6", "Elu": "ELU", "Selu": "SELU", "Tanh": "tanh", "Sigmoid": "sigmoid", "Softmax": "softmax",
    "Softplus": "softplus", "Softsign": "softsign", "LogSoftmax": "log softmax", "HARD_SWISH": "hard swish", "GELU": "GELU",
})  # fmt: skip
_FUSED = {"RELU": "ReLU", "RELU6": "ReLU6", "RELU_N1_TO_1": "ReLU from -1 to 1", "TANH": "tanh", "SIGN_BIT": "sign bit"}
"""Activation that is a part of an operator of TensorFlow Lite -> its word."""


def settings_from_ops(graph: Graph, index: int, ops: Optional[GroupOps] = None) -> str:
    """The words for a group that does one thing: one op that matters, with an activation behind it perhaps; else ""."""
    if _is_backward(graph, index):
        return ""
    types = content_of(graph).table.ops
    main = _main_ops(graph, index, ops)
    is_flat = {types[row] for row in main} >= _FLAT
    if is_flat:
        main = [row for row in main if types[row] not in _FLAT]
    main, activation = without_activation(graph, main)
    dense = _dense_along_axes(graph, main)
    if dense:
        return values.with_commas(dense, activation)
    norm = normalization(graph, main)
    if norm or not main:
        return values.with_commas(norm, activation)
    acts = [row for row in main[1:] if types[row] in _ACTIVATIONS]
    if len(main) - len(acts) != 1 or len(acts) + bool(activation) > 1:
        return ""
    said = _text(graph, main[0], is_flat=is_flat)
    return values.with_commas(said, activation, *(_ACTIVATIONS[types[row]] for row in acts)) if said else ""


def _dense_along_axes(graph: Graph, main: Sequence[int]) -> str:
    """``Dense 4×16`` of a product by a weight around which axes are put together or taken apart, as Keras does for an EinsumDense; else ""."""
    table = content_of(graph).table
    products = [row for row in main if table.ops[row] in _BATCH_PRODUCTS]
    biases = [row for row in main[-1:] if table.ops[row] in _ADDING and SeenOp(graph, row).weight(1) is not None]
    reshaping = [row for row in main if row not in products and row not in biases]
    if len(products) != 1 or not reshaping or any(table.ops[row] != "Reshape" for row in reshaping):
        return ""
    weight, seen = SeenOp(graph, products[0]).weight(1), SeenOp(graph, products[0])
    if weight is None or len(weight) != 2 or is_set(seen.attrs, "adj_x"):
        return ""
    features = weight[0 if is_set(seen.attrs, "adj_y") else 1]
    types = table.outputs[max(main)]
    shape = (types[0].shape if types else None) or ()
    made, taken = 1, 0
    while made != features and taken < len(shape):
        taken += 1
        made *= shape[-taken] or 0
    axes = shape[-taken:] if made == features and taken else (features,)
    if any(SeenOp(graph, row).weight(1) != axes for row in biases):
        return ""
    return f"Dense {'×'.join(values.number_words(axis) for axis in axes if axis is not None)}"


def is_normalization(graph: Graph, index: int, ops: Optional[GroupOps] = None) -> bool:
    """Whether the ops of a group are those of a normalization."""
    return bool(normalization(graph, _main_ops(graph, index, ops)))


def _main_ops(graph: Graph, index: int, ops: Optional[GroupOps]) -> List[int]:
    """The ops of a small group that say what it does; none of a large one."""
    rows = (ops or GroupOps(graph)).few_inside(index, _MOST_OPS) or []
    return [row for row in _without_reshaping(graph, rows) if not _is_side(graph, row)]


def _without_reshaping(graph: Graph, rows: List[int]) -> List[int]:
    """The ops of a dense layer on more than two dimensions (`tf.tensordot`) without those that make two of them and back."""
    table = content_of(graph).table
    inside = {row for row in rows if "/Tensordot/" in table.names[row]}
    if not any(table.ops[row] == "MatMul" for row in inside):
        return rows
    return [row for row in rows if table.ops[row] == "MatMul" or not (row in inside or table.ops[row] == "Reshape")]


def op_text(graph: Graph, row: int) -> str:
    """The words for one op; "" if its type and attributes tell no more than its name does."""
    group = content_of(graph).node_group[row]
    return "" if group >= 0 and _is_backward(graph, group) else _text(graph, row)


_LAYERS = frozenset(
    """CONV_2D DEPTHWISE_CONV_2D CONV_3D TRANSPOSE_CONV CONV_3D_TRANSPOSE FULLY_CONNECTED MAX_POOL_2D AVERAGE_POOL_2D EMBEDDING_LOOKUP
    LEAKY_RELU""".split()
)
"""Operators of TensorFlow Lite that are whole layers, with bias and activation: their settings say more than their weights."""


def operator_text(graph: Graph, row: int) -> str:
    """The words for an operator of TensorFlow Lite that is a whole layer; "" for any other op."""
    return _text(graph, row) if content_of(graph).table.ops[row] in _LAYERS else ""


def _is_backward(graph: Graph, index: int) -> bool:
    """Whether a group lies in the backward pass, where the same op types are gradients."""
    groups = content_of(graph).groups
    return any(groups[at].kind == "backward" or groups[at].of is not None for at in chain(groups, index))


def _text(graph: Graph, row: int, *, is_flat: bool = False) -> str:
    """The words for one op; `is_flat` says that one of its two dimensions was put there for it."""
    op = content_of(graph).table.ops[row]
    if is_flat:
        return _conv("conv", 2, is_flat=True)(SeenOp(graph, row)) or "" if op == "Conv2D" else ""
    if op in _ACTIVATIONS:
        return _ACTIVATIONS[op]
    found = _WORDS.get(op)
    if found is None:
        return ""
    seen = SeenOp(graph, row)
    said = found(seen) or ""
    return values.with_commas(said, _FUSED.get(text_of(seen.attrs, "fused_activation_function"), "")) if said else ""


def _is_side(graph: Graph, row: int) -> bool:
    """Whether the op says nothing of what its layer does: it adds a bias, gives a weight another shape, counts."""
    table = content_of(graph).table
    if table.ops[row] in _SIDE:
        return True
    outputs = table.outputs[row]
    if outputs and outputs[0].dtype in _COUNTS and table.ops[row] not in _WORDS:
        return True
    before = table.data_inputs(row)
    if table.ops[row] in SHAPED:
        return bool(before) and is_weight(table, before[0].node)
    weights = [SeenOp(graph, row).weight(place) for place in (0, 1)] if table.ops[row] in _ADDING else []
    return any(weight is not None and sum(dim != 1 for dim in weight) <= 1 for weight in weights)


def _conv(
    word: str, dims: int, *, at: int = 1, filters: int = -1, has_filters: bool = True, is_flat: bool = False
) -> Callable[[SeenOp], Optional[str]]:
    """A convolution: the kernel's shape is that of input `at`, its filters the dimension `filters`."""
    form = forms.convolution(word, 1 if is_flat else dims, has_filters=has_filters)

    def words(op: SeenOp) -> Optional[str]:
        weight = op.shape(at)
        if weight is None or len(weight) != dims + 2 or any(dim is None for dim in weight):
            return None
        settings: Dict[str, Any] = {"kernel_size": list(weight[:dims])}
        settings["strides"], settings["dilation_rate"] = op.spatial("strides", dims), op.spatial("dilations", dims)
        padding = text_of(op.attrs, "padding").lower()
        settings["padding"] = padding if padding != "explicit" else "padded"
        settings["filters" if has_filters else "depth_multiplier"] = weight[filters]
        taken = op.shape(0)
        if has_filters and filters == -1 and taken is not None and len(taken) == dims + 2:
            channels = taken[1] if text_of(op.attrs, "data_format").startswith("NC") else taken[-1]
            if channels and weight[-2] and channels % weight[-2] == 0:
                settings["groups"] = channels // weight[-2]
        if is_flat:
            if weight[0] != 1:
                return None
            for name in ("kernel_size", "strides", "dilation_rate"):
                settings[name] = settings[name][-1:] if settings[name] is not None else None
        return form(Seen({name: value for name, value in settings.items() if value is not None}))

    return words


def _pool(word: str, dims: int) -> Callable[[SeenOp], Optional[str]]:
    form = forms.pooling(word, dims)

    def words(op: SeenOp) -> Optional[str]:
        window, strides = op.spatial("ksize", dims), op.spatial("strides", dims)
        if window is None or strides is None:
            return None
        return form(Seen({"pool_size": window, "strides": strides, "padding": text_of(op.attrs, "padding")}))

    return words


def _matmul(op: SeenOp) -> Optional[str]:
    weight = op.weight(1)
    if weight is None or len(weight) != 2 or is_set(op.attrs, "transpose_a"):
        return None
    return f"Dense {values.number_words(weight[0 if is_set(op.attrs, 'transpose_b') else 1])}"


def _gather(op: SeenOp) -> Optional[str]:
    """Rows of a table of weights. A `ResourceGather` takes them from the variable itself."""
    weight = op.weight(0) or op.variable(0)
    if weight is None or len(weight) != 2:
        return None
    return f"Embedding {values.number_words(weight[0])} × {values.number_words(weight[1])}"


def _concat(op: SeenOp) -> Optional[str]:
    axis = op.constant(-1)
    return f"concat, axis {axis[0]}" if axis is not None and len(axis) == 1 and values.is_number(axis[0]) else None


def _mean(op: SeenOp) -> Optional[str]:
    """``global average pool`` over all dimensions but the batch and the channels."""
    axes, taken = op.constant(1), op.shape(0)
    if axes is None or taken is None or not 3 <= len(taken) <= 5 or not all(map(values.is_number, axes)):
        return None
    over = {int(axis) % len(taken) for axis in axes}
    spatial = [set(range(1, len(taken) - 1)), set(range(2, len(taken)))] if len(taken) > 3 else [{1}]
    return "global average pool" if over in spatial else None


def _einsum(op: SeenOp) -> Optional[str]:
    """``Dense 4×16`` where the last axes of what enters become others by a weight (64, 4, 16), as in Keras' EinsumDense; else the equation."""
    equation = text_of(op.attrs, "equation").replace(" ", "")
    taken, _, given = equation.partition("->")
    entering, _, letters = taken.partition(",")
    weight = op.weight(1)
    kept = "".join(letter for letter in entering if letter not in letters)
    made = given[len(kept) :]
    is_dense = kept and made and entering.startswith(kept) and given == kept + made and set(made) <= set(letters)
    if weight is not None and len(weight) == len(letters) and is_dense and not set(made) & set(entering):
        return f"Dense {'×'.join(values.number_words(weight[letters.index(letter)]) for letter in made)}"
    return f"einsum {equation.replace('->', '→')}" if equation else None


def _leaky(op: SeenOp) -> Optional[str]:
    alpha = op.attrs.get("alpha")
    return f"LeakyReLU {values.number_words(alpha)}" if alpha is not None and values.is_number(alpha) else None


def _always(word: str) -> Callable[[SeenOp], Optional[str]]:
    return lambda _: word


def _joined(op: SeenOp) -> Optional[str]:
    """TensorFlow Lite's operator has the axis as an option."""
    axis = op.attrs.get("axis", 0)
    return f"concat, axis {axis}" if values.is_number(axis) else None


def _lookup(op: SeenOp) -> Optional[str]:
    weight = op.weight(1)
    return (
        f"Embedding {values.number_words(weight[0])} × {values.number_words(weight[1])}"
        if weight is not None and len(weight) == 2
        else None
    )


_OF_TENSORFLOW: Dict[str, Callable[[SeenOp], Optional[str]]] = {
    "Conv2D": _conv("conv", 2),
    "Conv3D": _conv("conv", 3),
    "DepthwiseConv2dNative": _conv("depthwise conv", 2, has_filters=False),
    "Conv2DBackpropInput": _conv("transposed conv", 2, filters=-2),
    "Conv3DBackpropInputV2": _conv("transposed conv", 3, filters=-2),
    "MaxPool": _pool("max pool", 2),
    "MaxPool3D": _pool("max pool", 3),
    "AvgPool": _pool("average pool", 2),
    "AvgPool3D": _pool("average pool", 3),
    "MatMul": _matmul,
    "GatherV2": _gather,
    "Gather": _gather,
    "ResourceGather": _gather,
    "ConcatV2": _concat,
    "Mean": _mean,
    "LeakyRelu": _leaky,
    "Einsum": _einsum,
    **dict.fromkeys(("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"), _always("BN")),
}
_WORDS: Dict[str, Callable[[SeenOp], Optional[str]]] = {
    **with_lite(_OF_TENSORFLOW),
    "CONCATENATION": _joined,
    "EMBEDDING_LOOKUP": _lookup,
}
"""Op type -> its words."""


def op_types() -> Sequence[str]:
    """The op types that have words."""
    return (*_WORDS, *_ACTIVATIONS)
