"""Recognises the raw output of a linear layer: numbers of any sign and size, as ordinary data and weights make them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..graph.vocabulary import READ
from ..shapes.inference import At

if TYPE_CHECKING:
    from .inspected import Inspected

_PRODUCTS = frozenset({"MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum"})
_CONVOLUTIONS = frozenset({"Conv1D", "Conv2D", "Conv3D", "DepthwiseConv2dNative"})
_SUMS = frozenset({"Add", "AddV2", "BiasAdd"})
_SCALED = frozenset({"Mul", "RealDiv"})
_MOST_DEPTH = 8


def is_linear_output(inspected: "Inspected", tensor: At, depth: int = 0) -> bool:
    """Whether the tensor is a product with weights, or of two such products (as of queries and keys), plus a bias, times a constant."""
    if depth > _MOST_DEPTH:
        return False
    row = inspected.origins.elements(tensor)[0]
    op, inputs = inspected.table.ops[row], inspected.inputs(row)
    if op in _CONVOLUTIONS:
        return _is_weight(inspected, inputs[1])
    if op in _PRODUCTS and len(inputs) == 2:
        return any(_is_weight(inspected, each) for each in inputs) or all(
            is_linear_output(inspected, each, depth + 1) for each in inputs
        )
    if op == "Transpose":
        return is_linear_output(inspected, inputs[0], depth + 1)
    if op in _SUMS:
        return _is_weight(inspected, inputs[1]) and is_linear_output(inspected, inputs[0], depth + 1)
    if op in _SCALED:
        return inspected.ranges.constant(inputs[1]) is not None and is_linear_output(inspected, inputs[0], depth + 1)
    return False


def has_bias(inspected: "Inspected", tensor: At) -> bool:
    """Whether the tensor is a linear layer's output with its bias, so that neither weights nor inputs above 0 keep it above 0."""
    row = inspected.origins.elements(tensor)[0]
    return inspected.table.ops[row] in _SUMS and is_linear_output(inspected, tensor)


def _is_weight(inspected: "Inspected", tensor: At) -> bool:
    """Whether the tensor is a variable's value, perhaps cast or reshaped for the op."""
    row = inspected.origins.elements(tensor)[0]
    if inspected.table.ops[row] == "Cast":
        row = inspected.origins.elements(inspected.inputs(row)[0])[0]
    return inspected.table.ops[row] == READ
