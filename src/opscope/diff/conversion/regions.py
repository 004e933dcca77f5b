"""The parts of both graphs that lie between cuts, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import AbstractSet, Dict, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from ...graph.lite_ops import lite_too
from ...graph.vocabulary import ENDS, layer_class
from .conversion import CONVERTED, ELIMINATED, EXPANDED, FUSED, INTRODUCED, REWRITTEN, ConversionStep
from .equal_results import EqualResults
from .fusions import ARRANGING, cores, part_of, same_op

_COMMUTATIVE = lite_too(
    "Add AddV2 Mul Maximum Minimum AddN Equal NotEqual LogicalAnd LogicalOr SquaredDifference".split()
)


@dataclass
class Region:
    """All that is computed for one cut and for nothing else, in both graphs, each in the order of its flow."""

    written: List[int] = field(default_factory=list)
    converted: List[int] = field(default_factory=list)


class Regions:
    """The regions of two graphs whose cuts are known."""

    def __init__(self, results: EqualResults, folded: AbstractSet[int]) -> None:
        self.results = results
        self.flows = (results.written, results.converted)
        self._folded = folded
        self.rewired: List[int] = []
        """The ops of the graph as it was written that are one by one the same and take other tensors; known after `steps`."""
        self.found: Dict[int, Region] = {row: Region() for row in results.there}
        self._fill(0, {row: row for row in results.there})
        self._fill(1, results.back)

    def _fill(self, side: int, cuts: Mapping[int, int]) -> None:
        """Find for each op the one cut that it is computed for, by those that use it. One that serves several is in none."""
        flow = self.flows[side]
        home: Dict[int, Optional[int]] = {}
        for row in reversed(flow.order):
            if row in cuts:
                home[row] = cuts[row]
            elif flow.computes(row) and not (side == 0 and row in self._folded):
                homes = {home.get(user) for user in flow.users[row] if user not in flow.unused}
                home[row] = homes.pop() if len(homes) == 1 else None
        for row in flow.order:
            found = home.get(row)
            if found is not None:
                (self.found[found].converted if side else self.found[found].written).append(row)

    def steps(self) -> Iterator[ConversionStep]:
        """What became of each region."""
        for region in self.found.values():
            yield from self._steps(region)

    def _steps(self, region: Region) -> Iterator[ConversionStep]:
        written, converted = region.written, region.converted
        if len(written) == len(converted) == 1:
            if self._takes_others(region):
                self.rewired.append(written[0])
            if self._is_like(written[0], converted[0]) or (self._same_inputs(region) and self._is_derived(region)):
                yield ConversionStep(CONVERTED, tuple(written), tuple(converted))
            return
        if self._same_inputs(region) and self._is_derived(region):
            yield from self._equal_region(written, converted)
        else:
            for row, other in self._alike(written, converted):
                yield ConversionStep(CONVERTED, (row,), (other,))

    def _equal_region(self, written: Sequence[int], converted: Sequence[int]) -> Iterator[ConversionStep]:
        """Of regions that compute the same of the same tensors."""
        one, two = self.flows
        if len(converted) == 1:
            core = cores(one, written, two, converted[0])
            if not core:
                yield ConversionStep(FUSED, tuple(written), tuple(converted))
                return
            parts = part_of(one, written, core[0], two, converted[0])
            yield ConversionStep(FUSED if len(parts) > 1 else CONVERTED, tuple(parts), tuple(converted))
            yield from self._not_arranged([row for row in written if row not in parts])
        elif len(written) == 1 and (layer_class(one.ops[written[0]]) or not self._alike(written, converted)):
            yield ConversionStep(EXPANDED, tuple(written), tuple(converted))
        else:
            yield from self._mixed(written, converted)

    def _mixed(self, written: Sequence[int], converted: Sequence[int]) -> Iterator[ConversionStep]:
        """What is alike one by one, and the rest together."""
        one, two = self.flows
        pairs = self._alike(written, converted)
        rest = [row for row in written if row not in {pair[0] for pair in pairs}]
        other_rest = [other for other in converted if other not in {pair[1] for pair in pairs}]
        arranging = (
            [other for other in other_rest if two.ops[other] in ARRANGING or two.ops[other] in ENDS] if pairs else []
        )
        computing = [other for other in other_rest if other not in arranging]
        ends = [row for row in rest if one.ops[row] in ENDS]
        rest = [row for row in rest if row not in ends]
        if computing and not rest:
            yield ConversionStep(EXPANDED if len(written) == 1 else REWRITTEN, tuple(written), tuple(converted))
            return
        told: Set[int] = set()
        for row, other in pairs:
            parts = (
                [row]
                if computing
                else part_of(one, [each for each in written if each in (row, *rest)], row, two, other)
            )
            parts = [part for part in parts if part not in told]
            told.update(parts)
            yield ConversionStep(FUSED if len(parts) > 1 else CONVERTED, tuple(parts), (other,))
        if computing and rest:
            yield ConversionStep(REWRITTEN, tuple(rest), tuple(computing))
        else:
            yield from self._not_arranged([row for row in rest if row not in told])
        if arranging:
            yield ConversionStep(INTRODUCED, (), tuple(arranging))
        if ends:
            yield ConversionStep(ELIMINATED, tuple(ends), ())

    def _not_arranged(self, rows: Sequence[int]) -> Iterator[ConversionStep]:
        """What only arranges a tensor, and is not there although the result is the same."""
        found = tuple([row for row in rows if self.flows[0].ops[row] in ARRANGING])
        if found:
            yield ConversionStep(ELIMINATED, found, ())

    def _alike(self, written: Sequence[int], converted: Sequence[int]) -> List[Tuple[int, int]]:
        """The pairs of one kind where each graph has as many of that kind in the region."""
        found = []
        for other in converted:
            kin = cores(self.flows[0], written, self.flows[1], other)
            rivals = [each for each in converted if same_op(self.flows[1].ops[each], self.flows[1].ops[other])]
            if len(kin) == len(rivals):
                found.append((kin[rivals.index(other)], other))
        return found

    def _is_like(self, row: int, other: int) -> bool:
        return same_op(self.flows[0].ops[row], self.flows[1].ops[other])

    def _is_derived(self, region: Region) -> bool:
        """Whether each op of the converted graph is of a kind that is there, is called after an op that is, or has a name that tells nothing.

        The flow of data alone does not tell whether a `Tanh` computes what a `Relu` did, in a model that was changed before it was converted.
        """
        flow = self.flows[1]
        return all(
            flow.ops[other] in ARRANGING or flow.ops[other] in ENDS or "/" not in flow.table.names[other]
            or any(self._is_like(row, other) for row in region.written)
            or not set(region.written).isdisjoint(self.results.names.of(other))
            for other in region.converted
        )  # fmt: skip

    def _takes_others(self, region: Region) -> bool:
        """Whether the region takes other tensors, all of which both graphs have; of one op also whether it takes them as other inputs."""
        one, two = self._taken(0, region.written, None), self._taken(1, region.converted, self.results.back)
        if one is None or two is None:
            return False
        in_order = len(region.written) == len(region.converted) == 1 and self._is_like(
            region.written[0], region.converted[0]
        )
        if in_order and self.flows[0].ops[region.written[0]] not in _COMMUTATIVE:
            return one != two
        return set(one) != set(two)

    def _same_inputs(self, region: Region) -> bool:
        """Whether the region takes the same tensors in both graphs, as far as they are no constants."""
        one = self._taken(0, region.written, None)
        two = self._taken(1, region.converted, self.results.back)
        return one is not None and two is not None and set(one) == set(two)

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
