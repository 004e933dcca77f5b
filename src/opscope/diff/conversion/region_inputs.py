"""What regions and ops of two graphs take from outside, and whether it is the same."""

from __future__ import annotations

from typing import AbstractSet, List, Mapping, Optional, Sequence, Tuple

from ...graph.lite_ops import lite_too
from .equal_results import EqualResults
from .fusions import OPS_WITH_WEIGHTS, same_op

_COMMUTATIVE = lite_too(
    "Add AddV2 Mul Maximum Minimum AddN Equal NotEqual LogicalAnd LogicalOr SquaredDifference".split()
)
_CONSTANT, _INSIDE = -1, -2
"""What stands for a constant, and for a tensor of the region itself, among the tensors that an op takes."""
_OF_TWO = 2


class RegionInputs:
    """Compares what is taken, by the rows of the graph as it was written."""

    def __init__(self, results: EqualResults, folded: AbstractSet[int]) -> None:
        self.results = results
        self.flows = (results.written, results.converted)
        self._folded = folded

    def same(self, written: Sequence[int], converted: Sequence[int]) -> bool:
        """Whether a region takes the same tensors in both graphs, as far as they are no constants."""
        one, two = self._taken(0, written, None), self._taken(1, converted, self.results.back)
        return one is not None and two is not None and set(one) == set(two)

    def others(self, written: Sequence[int], converted: Sequence[int]) -> bool:
        """Whether a region takes other tensors, all of which both graphs have; of one op also whether it takes them as other inputs."""
        one, two = self._taken(0, written, None), self._taken(1, converted, self.results.back)
        if one is None or two is None:
            return False
        is_one_op = len(written) == len(converted) == 1 and self._is_ordered(written[0], converted[0])
        return one != two if is_one_op else set(one) != set(two)

    def in_other_order(self, row: int, other: int) -> bool:
        """Whether an op takes the same tensors as its counterpart, but as other inputs."""
        one, two = self._slots(0, row), self._slots(1, other)
        return one != two and sorted(one) == sorted(two) and self._is_ordered(row, other)

    def _is_ordered(self, row: int, other: int) -> bool:
        ops = self.flows[0].ops[row], self.flows[1].ops[other]
        return same_op(*ops) and ops[0] not in _COMMUTATIVE

    def _slots(self, side: int, row: int) -> List[Tuple[int, int]]:
        """What an op takes as which input; constants only of an op of two inputs, since others are written down in many ways."""
        flow, cuts = self.flows[side], self.results.back if side else {}
        found = []
        for producer, output in flow.inputs[row]:
            if flow.constant[producer] or (side == 0 and producer in self._folded):
                found += (
                    [(_CONSTANT, 0)]
                    if len(flow.inputs[row]) == _OF_TWO and flow.ops[row] not in OPS_WITH_WEIGHTS
                    else []
                )
            else:
                cut = cuts.get(producer, _INSIDE) if side else producer if producer in self.results.there else _INSIDE
                found.append((cut, output if cut >= 0 and self._as_many_outputs(cut) else 0))
        return found

    def _taken(
        self, side: int, rows: Sequence[int], cuts: Optional[Mapping[int, int]]
    ) -> Optional[List[Tuple[int, int]]]:
        """What a region takes from outside, by the rows of the graph as it was written, and which output; ``None`` if that is no cut."""
        flow, inside, found = self.flows[side], set(rows), []
        for row in rows:
            for producer, output in flow.inputs[row]:
                if producer in inside or flow.constant[producer] or (side == 0 and producer in self._folded):
                    continue
                cut = (producer if producer in self.results.there else None) if cuts is None else cuts.get(producer)
                if cut is None:
                    return None
                found.append((cut, output if self._as_many_outputs(cut) else 0))
        return found

    def _as_many_outputs(self, cut: int) -> bool:
        """Whether an op has as many outputs as its counterpart: a loop may have lost some, so that others have another number."""
        types = self.flows[0].table.outputs[cut], self.flows[1].table.outputs[self.results.there[cut]]
        return len(types[0]) == len(types[1])
