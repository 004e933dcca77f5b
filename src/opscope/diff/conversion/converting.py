"""Finds out how one graph was made of the other, from what both are made of to what corresponds."""

from __future__ import annotations

from collections import Counter
from typing import AbstractSet, Dict, Iterator, List, Optional, Sequence, Set, Tuple

from ...graph.vocabulary import ENDS, chain, layer_class
from ..matching.equal_keys import equal_keys
from ..matching.match_variables import match_variables
from ..matching.pairs import Pairs
from ..matching.stems import full_stem
from ..model import Matches
from ..sides import GraphSide
from .conversion import ELIMINATED, EXPANDED, FOLDED, INTRODUCED, Conversion, ConversionStep
from .dataflow import VALUE_READS, Dataflow
from .dialects import Dialect, converted_side, dialect
from .equal_results import EqualResults
from .folded_constants import Constants, folded_tensors, variables_behind
from .layer_variables import inner_variables, weights_of_layers
from .namesakes import Namesakes, names_of
from .regions import Regions

_LEAST_CUTS = 0.5
"""So large a share of the converted graph's ops that compute has to give a tensor of the other, else the two are no conversion."""


def conversion_between(a: GraphSide, b: GraphSide) -> Optional[Conversion]:
    """How one graph was made of the other; ``None`` where neither was."""
    side = converted_side(a, b)
    if side is None:
        return None
    found = _Converting(*((a, b) if side else (b, a)))
    return found.conversion(side) if found.is_one else None


class _Converting:
    """Puts the steps in their order."""

    def __init__(self, written: GraphSide, converted: GraphSide) -> None:
        self.flows = (Dataflow(written), Dataflow(converted))
        is_of_layers = dialect(written) == Dialect.LAYERS
        self._with_variables = is_of_layers and dialect(converted) == Dialect.WITH_VARIABLES
        self.names = Namesakes(*self.flows, layers=is_of_layers)
        self.results = EqualResults(*self.flows, self.names)
        self.results.find()

    @property
    def is_one(self) -> bool:
        """Whether enough of the two graphs gives the same."""
        sizes = [sum(flow.computes(row) for row in range(len(flow.table))) for flow in self.flows]
        return len(self.results.there) >= max(_LEAST_CUTS * min(sizes), 1)

    def conversion(self, side: int) -> Conversion:
        """The steps, and what corresponds."""
        folded = folded_tensors(self.results, self.names)
        regions = Regions(self.results, folded)
        steps = list(regions.steps())
        pairs = {self._core(step): step.converted[-1] for step in steps if step.written and step.converted}
        constants = Constants(self.flows, folded, tuple(pairs.items()), self._explained(steps))
        held = constants.pairs(self.names)
        if self._with_variables:
            steps = self._whole_layers(steps)
        else:
            steps += constants.steps(held)
        for more in (held, self._handing_on({**held, **pairs})):
            taken = set(pairs.values())
            pairs.update((row, other) for row, other in more.items() if row not in pairs and other not in taken)
        steps += self._left_out(pairs, self._explained(steps))
        one, two = [frozenset(flow.unused) for flow in self.flows]
        unused = (one, two) if side else (two, one)
        return Conversion(side, tuple(steps), self._matches(side, pairs, steps), tuple(regions.rewired), unused)

    def _core(self, step: ConversionStep) -> int:
        """The op of a step that its result is compared with: the one of its kind, else the last."""
        core = self.results.core(step.written, step.converted[-1])
        return core if core >= 0 else step.written[-1]

    def _explained(self, steps: Sequence[ConversionStep]) -> Tuple[Set[int], Set[int]]:
        """The ops that the steps tell of."""
        written = {row for step in steps for row in step.written}
        return written, {row for step in steps for row in step.converted}

    def _whole_layers(self, steps: Sequence[ConversionStep]) -> List[ConversionStep]:
        """Where a layer is written out, its variables and constants are a part of it."""
        flow = self.flows[1]
        owner = {
            row: place
            for place, step in enumerate(steps)
            if any(layer_class(self.flows[0].ops[each]) for each in step.written)
            for row in step.converted
        }
        more: Dict[int, List[int]] = {}
        for row in reversed(flow.order):
            owners = [owner[user] for user in flow.users[row] if user in owner]
            if flow.constant[row] and not flow.hands_on[row] and row not in owner and owners:
                owner[row] = owners[0]
                more.setdefault(owner[row], []).append(row)
        return [
            ConversionStep(EXPANDED, step.written, (*sorted(more[place]), *step.converted)) if place in more else step
            for place, step in enumerate(steps)
        ]

    def _handing_on(self, pairs: Dict[int, int]) -> Dict[int, int]:
        """Ops that hand on or are silent, by name and type; what read a variable hands on a constant."""
        taken = set(pairs.values())
        rows = [
            [
                row for row in range(len(flow.table))
                if flow.hands_on[row] or flow.silent[row] or row in flow.unused or (flow.ops[row] in VALUE_READS and not side)
            ]
            for side, flow in enumerate(self.flows)
        ]  # fmt: skip
        left = [row for row in rows[0] if row not in pairs]
        other_left = [row for row in rows[1] if row not in taken]
        keys = [
            [
                ("Identity" if flow.ops[row] in VALUE_READS else flow.ops[row], min(names_of(flow, row), key=len))
                for row in each
            ]
            for flow, each in zip(self.flows, (left, other_left))
        ]
        return {left[place]: other_left[other] for place, other in enumerate(equal_keys(*keys)) if other >= 0}

    def _left_out(self, pairs: Dict[int, int], explained: Tuple[Set[int], Set[int]]) -> Iterator[ConversionStep]:
        """What only hands on, or gives no tensor or one that nothing takes, and is in one graph alone; only where what it takes is explained."""
        paired = (set(pairs), set(pairs.values()))
        for side, kind in ((0, ELIMINATED), (1, INTRODUCED)):
            known = paired[side] | explained[side]
            rows = tuple(
                [
                    row
                    for row in range(len(self.flows[side].table))
                    if row not in known and self._is_idle(side, row, known)
                ]
            )
            if rows:
                yield ConversionStep(kind, () if side else rows, rows if side else ())

    def _is_idle(self, side: int, row: int, known: AbstractSet[int]) -> bool:
        flow = self.flows[side]
        if row in flow.calls:
            return True
        body = flow.body[row]
        if flow.ops[row] in ENDS and body >= 0:  # what a loop or branch hands in and out follows from what is in it
            owner = flow.side.groups[body].owner
            return owner in known or owner in (self.results.back if side else self.results.there)
        return row in flow.unused or (
            (flow.hands_on[row] or flow.silent[row])
            and all(
                producer in known or flow.silent[producer] or flow.constant[producer]
                for producer, _ in flow.inputs[row]
            )
        )

    def _matches(self, side: int, pairs: Dict[int, int], steps: Sequence[ConversionStep]) -> Matches:
        one, two = [flow.side for flow in self.flows]
        nodes = tuple([pairs.get(row, -1) for row in range(len(one.table))])
        cores = [(self._core(step), step) for step in steps if step.written and step.converted and step.kind != FOLDED]
        alike = [(core, other) for core, step in cores for other in step.converted]
        groups = self._groups([*pairs.items(), *alike])
        matches = Matches(nodes, groups, self._variables(pairs, groups))
        return matches if side else matches.reversed((len(two.table), len(two.groups), len(two.variables)))

    def _groups(self, pairs: Sequence[Tuple[int, int]]) -> Tuple[int, ...]:
        """Groups correspond if their ops do and they have one name: of several the one that most of the ops are in, then the innermost."""
        one, two = [flow.side for flow in self.flows]
        votes: Dict[int, "Counter[int]"] = {}
        for row, other in pairs:
            for there in chain(two.groups, two.group_of[other]):
                votes.setdefault(there, Counter()).update(chain(one.groups, one.group_of[row]))
        found = [-1] * len(one.groups)
        for there in sorted(votes, key=lambda group: -group):  # the inner ones first
            name = full_stem(two.groups[there].name)
            free = [group for group in votes[there] if found[group] < 0]
            named = [group for group in free if full_stem(one.groups[group].name) == name]
            best = max(named, key=lambda group: (votes[there][group], group), default=-1)
            if best >= 0:
                found[best] = there
        return tuple(found)

    def _variables(self, pairs: Dict[int, int], groups: Sequence[int]) -> Tuple[int, ...]:
        """Variables correspond if the constants do that are made of each alone; those of layers by their group and the end of their path."""
        one, two = self.flows
        if self._with_variables:
            both = Pairs(one.side, two.side)
            for group, other in enumerate(groups):
                if other >= 0:
                    both.join_groups(group, other)
            return inner_variables(both, match_variables(both))
        found = [-1] * len(one.side.variables)
        taken: Set[int] = set()
        behind = variables_behind(one), variables_behind(two)
        for row, other in pairs.items():
            sets = behind[0][row], behind[1][other]
            if one.constant[row] and two.constant[other] and len(sets[0]) == len(sets[1]) == 1:
                number, there = next(iter(sets[0])), next(iter(sets[1]))
                if found[number] < 0 and there not in taken:
                    found[number] = there
                    taken.add(there)
        for number, there in weights_of_layers(one, two, pairs, behind[1]):
            if found[number] < 0 and there not in taken:
                found[number] = there
                taken.add(there)
        return tuple(found)
