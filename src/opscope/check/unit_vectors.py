"""Recognises cosines: products of vectors that were brought to length 1, which rounding takes beyond 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ..shapes.inference import At

if TYPE_CHECKING:
    from .inspected import Inspected


def is_cosine(inspected: "Inspected", tensor: At) -> bool:
    """Whether the tensor has products of vectors of length 1 and nothing keeps them within -1 and 1."""
    origins = inspected.origins
    row = origins.elements(tensor)[0]
    op, inputs = inspected.table.ops[row], inspected.inputs(row)
    if op == "Sum":
        product = origins.same(inputs[0])[0]
        sides, axis = inspected.inputs(product), _axis(inspected, row)
        if inspected.table.ops[product] != "Mul" or axis is None:
            return False
        return all(_unit_axis(inspected, side) == axis for side in sides)
    if op in {"MatMul", "BatchMatMulV2", "BatchMatMulV3"}:
        attrs = inspected.table.attrs(row)
        if attrs.get("transpose_a") or attrs.get("adj_x"):
            return False
        first, second = inputs[:2]
        if not (attrs.get("transpose_b") or attrs.get("adj_y")):
            turned = origins.same(second)[0]
            if inspected.table.ops[turned] != "Transpose":
                return False
            second = inspected.inputs(turned)[0]
        axes = [_unit_axis(inspected, side) for side in (first, second)]
        return axes == [_last(inspected, first), _last(inspected, second)] and None not in axes
    return False


def _unit_axis(inspected: "Inspected", tensor: At) -> Optional[int]:
    """The axis along which the tensor was divided by its length; ``None`` if it was not, or a number was added to the length."""
    origins = inspected.origins
    row = origins.same(tensor)[0]
    op, inputs = inspected.table.ops[row], inspected.inputs(row)
    if op == "Mul":
        pairs = [(inputs[0], inputs[1]), (inputs[1], inputs[0])]
        roots = ("Rsqrt",)
    elif op in {"RealDiv", "DivNoNan"}:
        pairs, roots = [(inputs[0], inputs[1])], ("Sqrt",)
    else:
        return None
    for subject, length in pairs:
        root = origins.same(_bounded(inspected, length))[0]
        if inspected.table.ops[root] in roots:
            squares = origins.same(_bounded(inspected, inspected.inputs(root)[0]))[0]
            if inspected.table.ops[squares] == "Sum" and _is_square(inspected, inspected.inputs(squares)[0], subject):
                return _axis(inspected, squares)
    return None


def _bounded(inspected: "Inspected", tensor: At) -> At:
    """What a maximum with a number bounds from below, as an epsilon does; else the tensor."""
    row = inspected.origins.same(tensor)[0]
    if inspected.table.ops[row] != "Maximum":
        return tensor
    sides = inspected.inputs(row)
    free = [side for side in sides if inspected.ranges.constant(side) is None]
    return free[0] if len(free) == 1 else tensor


def _is_square(inspected: "Inspected", tensor: At, subject: At) -> bool:
    origins = inspected.origins
    row = origins.same(tensor)[0]
    inputs = [origins.same(side) for side in inspected.inputs(row)]
    if inspected.table.ops[row] == "Mul":
        return inputs == [origins.same(subject)] * 2
    return inspected.table.ops[row] == "Square" and inputs == [origins.same(subject)]


def _axis(inspected: "Inspected", row: int) -> Optional[int]:
    """The one axis of a sum, counted from 0."""
    axes = inspected.ranges.constant(inspected.inputs(row)[1])
    kind = inspected.type_of(*inspected.inputs(row)[0])
    if axes is None or axes[0] != axes[1] or kind is None or kind.shape is None:
        return None
    return int(axes[0]) % len(kind.shape) if kind.shape else None


def _last(inspected: "Inspected", tensor: At) -> Optional[int]:
    kind = inspected.type_of(*tensor)
    return len(kind.shape) - 1 if kind is not None and kind.shape else None
