"""Works out the range of a tensor's values from its inputs' ranges, recursively. Each tensor is worked out once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Optional, Tuple

from ..graph.attrs import constant_of
from ..shapes.budget import MOST_ELEMENTS
from ..shapes.inference import At
from .value_range import ANY_NUMBER, ValueRange, rounded_to_half

if TYPE_CHECKING:
    from .inspected import Inspected

_MOST_DEPTH = 60
"""A tensor that is so many ops away tells nothing any more. No guard stands that far off."""


class ValueRanges:
    """Tells the range of any tensor, by one rule for each op type (`range_rules.RANGES`); of other ops nothing is known."""

    def __init__(self, inspected: "Inspected") -> None:
        self.inspected = inspected
        self.origins = inspected.origins
        self._memo: Dict[At, ValueRange] = {}
        self._depth = 0

    def of(self, tensor: At) -> ValueRange:
        """What is known of the tensor's elements."""
        tensor = self.origins.same(tensor)
        if tensor not in self._memo:
            if self._depth >= _MOST_DEPTH:
                return ANY_NUMBER
            self._memo[tensor] = ANY_NUMBER  # what a circle of a damaged file comes back to
            self._depth += 1
            try:
                self._memo[tensor] = self._worked_out(*tensor)
            finally:
                self._depth -= 1
        return self._memo[tensor]

    def _worked_out(self, row: int, output: int) -> ValueRange:
        from .range_rules import RANGES

        rule = RANGES.get(self.inspected.table.ops[row])
        if rule is None or output:
            return ANY_NUMBER
        try:
            found = rule(self, row)
        except (IndexError, ValueError, TypeError, OverflowError):  # a damaged op tells nothing
            return ANY_NUMBER
        kind = self.inspected.type_of(row)
        if kind is not None and kind.dtype == "float16":
            return found._replace(low=rounded_to_half(found.low), high=rounded_to_half(found.high))
        return found

    def inputs(self, row: int) -> List[ValueRange]:
        """The ranges of all data inputs of an op."""
        return [self.of(tensor) for tensor in self.inspected.inputs(row)]

    def constant(self, tensor: At) -> Optional[Tuple[float, float]]:
        """The smallest and the largest element of a constant; ``None`` if it is none, or not of numbers."""
        row = self.origins.same(tensor)[0]
        if self.inspected.table.ops[row] != "Const":
            return None
        attrs = self.inspected.table.attrs(row)
        constant = constant_of(attrs)
        if constant is None or not constant.values:
            return None
        value = attrs["value"]
        try:
            ends = value.get("min", constant.values[0]), value.get("max", constant.values[0])
            return float(ends[0]), float(ends[1])
        except ValueError:  # a text
            return None

    def integers(self, tensor: At) -> Optional[Tuple[int, ...]]:
        """The elements of a small constant of integers, such as axes; ``None`` if it is none."""
        row = self.origins.same(tensor)[0]
        constant = constant_of(self.inspected.table.attrs(row)) if self.inspected.table.ops[row] == "Const" else None
        if constant is None or not all(isinstance(each, int) for each in constant.values):
            return None
        values = tuple(int(each) for each in constant.values)
        if len(values) == 1 and constant.shape and len(constant.shape) == 1 and constant.shape[0] is not None:
            values *= min(constant.shape[0], MOST_ELEMENTS + 1)  # a single value stands for all of them
        return values if constant.shape in ((), (len(values),)) else None

    def reduced(self, row: int) -> Optional[Tuple[List[int], int]]:
        """The axes, from 0 on, that a reduction goes over, and the rank of what it reduces; ``None`` if one is not known."""
        subject, axes = self.inspected.inputs(row)[:2]
        kind, found = self.inspected.type_of(*subject), self.integers(axes)
        if kind is None or kind.shape is None or found is None:
            return None
        rank = len(kind.shape)
        return sorted(axis % rank for axis in found) if rank else [], rank
