"""The parts of both graphs that lie between cuts, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import AbstractSet, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from ...graph.vocabulary import ENDS, layer_class
from .conversion import CONVERTED, ELIMINATED, EXPANDED, FUSED, INTRODUCED, REWRITTEN, ConversionStep
from .equal_results import EqualResults
from .fusions import (
    ARRANGING,
    TRANSPOSING,
    by_kind,
    computed_kind,
    has_other_activation,
    is_lossy_cast,
    keeps_order,
    part_of,
    same_op,
)
from .region_inputs import RegionInputs

_MADE_UP = ("tfl.", "arith.", "StatefulPartitionedCall:", "PartitionedCall:")
"""How names begin that TensorFlow Lite's converter gives to what it made itself."""
_MOST_PARTS = 64
"""So many ops are looked at to find those that one op does besides its own work."""


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
        self._inputs = RegionInputs(results, folded)
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
            if self._inputs.others(written, converted):
                self.rewired.append(written[0])
            else:
                self._look_at_order(written[0], converted[0])
            if self._is_like(written[0], converted[0]) or (
                self._inputs.same(written, converted) and self._is_derived(region)
            ):
                yield ConversionStep(CONVERTED, tuple(written), tuple(converted))
            return
        if self._inputs.same(written, converted) and self._is_derived(region):
            yield from self._equal_region(written, converted)
        else:
            yield from self._others_one_by_one(written, converted)

    def _others_one_by_one(self, written: Sequence[int], converted: Sequence[int]) -> Iterator[ConversionStep]:
        """Of regions that do not compute the same: what is alike, each with what is done by it to its own result."""
        one, two = self.flows
        pairs = self._alike(written, converted)
        free = set(written).difference(row for row, _ in pairs)
        for row, other in pairs:
            parts = part_of(one, self._behind(row, free), row, two, other)
            free.difference_update(parts)
            yield ConversionStep(FUSED if len(parts) > 1 else CONVERTED, tuple(parts), (other,))

    def _behind(self, row: int, free: AbstractSet[int]) -> List[int]:
        """An op and those of the free ones that take its result, directly or through others of them; the nearest ones."""
        flow = self.flows[0]
        found = {row: None}
        waiting = [row]
        for here in waiting:  # it grows while it is gone through
            more = [user for user in flow.users[here] if user in free and user not in found]
            found.update(dict.fromkeys(more))
            waiting += more
            if len(found) > _MOST_PARTS:
                break
        return sorted(found, key=lambda each: flow.place[each])

    def _before(self, row: int, free: AbstractSet[int]) -> List[int]:
        """The free ops that lead to an op in a row, the first one first."""
        found: List[int] = []
        while len(found) < _MOST_PARTS:
            row = next((producer for producer, _ in self.flows[0].inputs[row] if producer in free), -1)
            if row < 0 or row in found:
                break
            found.append(row)
        return found[::-1]

    def _equal_region(self, written: Sequence[int], converted: Sequence[int]) -> Iterator[ConversionStep]:
        """Of regions that compute the same of the same tensors."""
        one, two = self.flows
        if len(converted) == 1:
            core = self.results.core(written, converted[0])
            if core < 0:
                yield ConversionStep(FUSED, tuple(written), tuple(converted))
                return
            self._look_at_order(core, converted[0])
            parts = part_of(one, written, core, two, converted[0])
            told = set(parts)
            yield ConversionStep(FUSED if len(parts) > 1 else CONVERTED, tuple(parts), tuple(converted))
            yield from self._not_arranged([row for row in written if row not in told])
        elif len(written) == 1 and (layer_class(one.ops[written[0]]) or not self._alike(written, converted)):
            yield ConversionStep(EXPANDED, tuple(written), tuple(converted))
        else:
            yield from self._mixed(written, converted)

    def _mixed(self, written: Sequence[int], converted: Sequence[int]) -> Iterator[ConversionStep]:
        """What is alike one by one, and the rest together."""
        one, two = self.flows
        pairs = self._alike(written, converted)
        paired, other_paired = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
        other_rest = [other for other in converted if other not in other_paired]
        between = [other for other in other_rest if pairs and (two.ops[other] in ARRANGING or two.ops[other] in ENDS)]
        put_in = set(between)
        computing = [other for other in other_rest if other not in put_in]
        ends = [row for row in written if row not in paired and one.ops[row] in ENDS]
        rest = [row for row in written if row not in paired and one.ops[row] not in ENDS]
        if computing and not rest:
            yield ConversionStep(EXPANDED if len(written) == 1 else REWRITTEN, tuple(written), tuple(converted))
            return
        free = set() if computing else set(rest)
        for row, other in pairs:
            self._look_at_order(row, other)
            before = self._before(row, free) if free else []
            parts = part_of(one, [*before, *self._behind(row, free)], row, two, other)
            free.difference_update(parts)
            yield ConversionStep(FUSED if len(parts) > 1 else CONVERTED, tuple(parts), (other,))
        if computing and rest:
            yield ConversionStep(REWRITTEN, tuple(rest), tuple(computing))
        else:
            yield from self._not_arranged([row for row in rest if row in free])
        if between:
            yield ConversionStep(INTRODUCED, (), tuple(between))
        if ends:
            yield ConversionStep(ELIMINATED, tuple(ends), ())

    def _not_arranged(self, rows: Sequence[int]) -> Iterator[ConversionStep]:
        """What only arranges a tensor, changes none of its values and is not there although the result is the same."""
        flow = self.flows[0]
        found = [row for row in rows if flow.ops[row] in ARRANGING and not is_lossy_cast(flow, row)]
        if not keeps_order(flow, found):
            found = [row for row in found if flow.ops[row] not in TRANSPOSING]
        if found:
            yield ConversionStep(ELIMINATED, tuple(found), ())

    def _alike(self, written: Sequence[int], converted: Sequence[int]) -> List[Tuple[int, int]]:
        """The pairs of one kind: in their order where each graph has as many of that kind in the region, else those called after each other."""
        one, two = self.flows
        kin, rivals = by_kind(one, written), by_kind(two, converted)
        found: List[Tuple[int, int]] = []
        for kind, others in rivals.items():
            rows = kin.get(kind, [])
            if len(rows) == len(others):
                found += zip(rows, others)
            elif rows:
                free = set(rows)
                for other in others:
                    called = [row for row in self.results.names.of(other) if row in free]
                    found += [(row, other) for row in called[-1:]]
                    free.difference_update(called[-1:])
        return sorted(found, key=lambda pair: two.place[pair[1]])

    def _look_at_order(self, row: int, other: int) -> None:
        """Remember an op whose counterpart takes the same tensors as other inputs."""
        if self._inputs.in_other_order(row, other):
            self.rewired.append(row)

    def _is_like(self, row: int, other: int) -> bool:
        return same_op(self.flows[0].ops[row], self.flows[1].ops[other])

    def _is_derived(self, region: Region) -> bool:
        """Whether each op of the converted graph is of a kind that is there as often, is called after an op that is, or has a name that tells nothing.

        The flow of data alone does not tell whether a `Tanh` computes what a `Relu` did, or two layers what one did, in a model that
        was changed before it was converted.
        """
        one, two = self.flows
        inside = set(region.written)
        left = {kind: len(rows) for kind, rows in by_kind(one, region.written).items()}
        others = [row for row in region.converted if two.ops[row] not in ARRANGING and two.ops[row] not in ENDS]
        known = {other: not inside.isdisjoint(self.results.names.of(other)) for other in others}
        unlike = []
        for other in sorted(others, key=lambda row: (not known[row], not self._tells_nothing(row))):
            kind = computed_kind(two.ops[other])
            if left.get(kind, 0) > 0:
                left[kind] -= 1
            else:
                unlike.append(other)
        if not all(known[other] or self._tells_nothing(other) for other in unlike):
            return False
        may_do_more = any(left.values()) or any(layer_class(one.ops[row]) for row in region.written)
        return not unlike or (may_do_more and not has_other_activation(one, region.written, two, region.converted))

    def _tells_nothing(self, other: int) -> bool:
        """Whether an op of the converted graph has a name that the converter made up, or that of an output."""
        flow = self.flows[1]
        return other in flow.given or flow.table.names[other].startswith(_MADE_UP)
