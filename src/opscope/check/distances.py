"""Recognises sums of squares of differences that are 0 for ordinary data: variances, and distances of rows from themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional, Tuple

from ..shapes.inference import At

if TYPE_CHECKING:
    from .value_ranges import ValueRanges

_SELF = "the distance of each row from every row of the same tensor, itself included, which is 0"
_TWINS = "the distance between two outputs of one layer, which is 0 for equal inputs"


def distance_reason(ranges: "ValueRanges", row: int, axes: List[int], rank: int) -> str:
    """Why the sum, or mean, of squared differences is 0 for ordinary data: ``"variance"``, or words; empty if it is not known to be."""
    pair = _difference(ranges, ranges.inspected.inputs(row)[0])
    if pair is None or not axes:
        return ""
    if any(_is_mean_of(ranges, *sides) for sides in (pair, pair[::-1])):
        return "variance"
    left, right = (ranges.origins.elements(side) for side in pair)
    if left == right:
        return _SELF if _full_axes(ranges, pair, axes, rank) else ""
    return _TWINS if 0 not in axes and _of_one_layer(ranges, left[0], right[0]) else ""


def _difference(ranges: "ValueRanges", tensor: At) -> Optional[Tuple[At, At]]:
    """The two tensors whose difference this is the square, or the size, of; ``None`` if it is nothing of the kind."""
    origins, inspected = ranges.origins, ranges.inspected
    row = origins.same(tensor)[0]
    op, inputs = inspected.table.ops[row], inspected.inputs(row)
    if op == "SquaredDifference":
        return inputs[0], inputs[1]
    squares = op in {"Square", "Abs"} or (op == "Mul" and origins.same(inputs[0]) == origins.same(inputs[1]))
    if op == "Pow":
        squares = ranges.constant(inputs[1]) == (2, 2)
    if not squares:
        return None
    inner = origins.same(inputs[0])[0]
    if inspected.table.ops[inner] != "Sub":
        return None
    first, second = inspected.inputs(inner)
    return first, second


def _is_mean_of(ranges: "ValueRanges", subject: At, mean: At) -> bool:
    row = ranges.origins.elements(mean)[0]
    if ranges.inspected.table.ops[row] != "Mean":
        return False
    return ranges.origins.same(ranges.inspected.inputs(row)[0]) == ranges.origins.same(subject)


def _full_axes(ranges: "ValueRanges", pair: Tuple[At, At], axes: List[int], rank: int) -> bool:
    """Whether the two meet by broadcasting, and the sum goes over none of the axes along which one is repeated."""
    kinds = [ranges.inspected.type_of(*side) for side in pair]
    shapes = [kind.shape for kind in kinds if kind is not None and kind.shape is not None]
    if len(shapes) < 2:
        return False
    padded = [(1,) * (rank - len(shape)) + tuple(shape) for shape in shapes]
    repeated = {axis for axis, (a, b) in enumerate(zip(*padded)) if (a == 1) != (b == 1)}
    return len(repeated) >= 2 and repeated.isdisjoint(axes)


def _of_one_layer(ranges: "ValueRanges", left: int, right: int) -> bool:
    """Whether two ops are in two calls of one layer, at the same place in it."""
    inspected = ranges.inspected
    layers = [inspected.layer(row) for row in (left, right)]
    if -1 in layers or layers[0] == layers[1] or inspected.table.ops[left] != inspected.table.ops[right]:
        return False
    one, other = (inspected.content.groups[layer] for layer in layers)
    if one.object_path or other.object_path:
        return one.object_path == other.object_path and one.call != other.call
    # Of a layer that no object of the target holds, as a function's own, its weights tell.
    return bool(one.variables) and (one.cls, one.variables) == (other.cls, other.variables)
