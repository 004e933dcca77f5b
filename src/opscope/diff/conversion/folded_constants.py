"""What of a graph was worked out when it was converted: variables and what is computed of constants alone."""

from __future__ import annotations

from typing import AbstractSet, Dict, Iterator, List, Mapping, Sequence, Set, Tuple

from ...graph.vocabulary import CONSTANTS
from .conversion import FOLDED, ConversionStep
from .dataflow import VALUE_READS, Dataflow
from .equal_results import EqualResults
from .fusions import same_op
from .namesakes import Namesakes

_OF_SHAPES = frozenset("Shape ShapeN Rank Size".split())
"""Ops whose result depends on the shape of what they take, not on its values."""


def folded_tensors(results: EqualResults, names: Namesakes) -> Set[int]:
    """What was computed of shapes alone, and is a constant of the converted graph, in which these shapes are fixed.

    The constant is called after the op, or stands where the op's result was taken by one that both graphs have.
    """
    written, converted = results.written, results.converted
    may_be = _of_shapes(written) - set(results.there)
    found = {
        row for other, op in enumerate(converted.ops) if op in CONSTANTS for row in names.of(other) if row in may_be
    }
    for row, other in results.there.items():
        if len(written.inputs[row]) == len(converted.inputs[other]):
            pairs = zip(written.inputs[row], converted.inputs[other])
            found |= {producer for (producer, _), (there, _) in pairs if converted.constant[there]} & may_be
    for row in reversed(written.order):  # and what is computed for these alone
        if row in may_be and written.users[row] and found.issuperset(written.users[row]):
            found.add(row)
    return found


def _of_shapes(flow: Dataflow) -> Set[int]:
    """The ops that compute and depend on no values of the graph's inputs."""
    found: Set[int] = set()
    for row in flow.order:
        taken = [producer for producer, _ in flow.inputs[row]]
        is_shape = flow.ops[row] in _OF_SHAPES or all(flow.constant[each] or each in found for each in taken)
        if flow.computes(row) and taken and is_shape:
            found.add(row)
    return found


class Constants:
    """What became of the constants of two graphs of which is known what became of the ops that compute."""

    def __init__(
        self, flows: Tuple[Dataflow, Dataflow], folded: AbstractSet[int], alike: Sequence[Tuple[int, int]], explained: Tuple[Set[int], Set[int]],
    ) -> None:  # fmt: skip
        self.flows = flows
        self._alike, self._folded = alike, folded
        self.held = self._held(0, explained[0]), self._held(1, explained[1])
        """Of each graph the constants, and what computes them, that serve what is explained."""

    def _held(self, side: int, explained: AbstractSet[int]) -> Set[int]:
        flow = self.flows[side]
        found: Set[int] = set()
        for row in reversed(flow.order):
            is_constant = flow.constant[row] or (side == 0 and row in self._folded)
            if (
                is_constant
                and not flow.hands_on[row]
                and any(user in explained or user in found for user in flow.users[row])
            ):
                found.add(row)
        return found

    def pairs(self, names: Namesakes) -> Dict[int, int]:
        """Constants that correspond: what has one name and computes the same of constants, then by name, then by which op takes them as which input."""
        written, converted = self.flows
        named = [
            (row, other)
            for other in range(len(converted.table))
            if converted.constant[other] and not converted.hands_on[other]
            for row in names.of(other)
            if written.constant[row]
        ]
        taken = [
            (producer, there)
            for row, other in self._alike
            if same_op(written.ops[row], converted.ops[other])
            for (producer, _), (there, _) in zip(written.inputs[row], converted.inputs[other])
            if self._is_given(producer) and converted.ops[there] in CONSTANTS
        ]
        same = [pair for pair in named if same_op(written.ops[pair[0]], converted.ops[pair[1]])]
        given = [pair for pair in named if self._is_given(pair[0]) and converted.ops[pair[1]] in CONSTANTS]
        found: Dict[int, int] = {}
        others: Set[int] = set()
        for row, other in (*same, *given, *taken):
            if row not in found and other not in others:
                found[row] = other
                others.add(other)
        return found

    def _is_given(self, row: int) -> bool:
        """Whether a constant is not computed: it is in the graph, or the value of a variable."""
        flow = self.flows[0]
        return flow.constant[row] and (
            flow.ops[row] in CONSTANTS or flow.ops[row] in VALUE_READS or not flow.inputs[row]
        )

    def steps(self, pairs: Mapping[int, int]) -> Iterator[ConversionStep]:
        """What was folded: all that is held, but no constant that is on both sides."""
        written, converted = self.flows
        kept = {row: other for row, other in pairs.items() if same_op(written.ops[row], converted.ops[other])}
        gone = self.held[0] - set(kept)
        made = self.held[1] - set(kept.values())
        made |= {  # what reads a constant as it read the variable
            row for row, hands_on in enumerate(converted.hands_on)
            if hands_on and converted.ops[row] == "Identity" and made.issuperset(producer for producer, _ in converted.inputs[row])
        }  # fmt: skip
        if gone or made:
            yield ConversionStep(FOLDED, tuple(sorted(gone)), tuple(sorted(made)))


def variables_behind(flow: Dataflow) -> List[Set[int]]:
    """For each op that gives a constant the variables that it is made of."""
    handles = flow.side.content.handles
    found: List[Set[int]] = [set() for _ in flow.ops]
    for row in flow.order:
        if row in handles:
            found[row] = {handles[row]}
        elif flow.constant[row]:
            found[row] = {number for producer, _ in flow.inputs[row] for number in found[producer]}
    return found
