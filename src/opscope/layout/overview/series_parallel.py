"""Reads what is in a card as a formula's tree: steps one after the other, and branches that a step joins.

``1×1 conv → + input`` is a series of two steps, of which the second joins two branches, one of them the input itself. Not all wiring
is of that kind: where a tensor goes into two branches at different depths, nothing is told rather than something wrong.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import AbstractSet, Dict, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from ..flat import BORDER
from ..scene.items import Box, Card, CardWire, ChainRow, End, Pill

ROOT = -1
"""What all that enters comes from."""
_FIRST_INPUT = -2
"""The first port in the card's border; the next ones have the numbers below it."""
RESULT_OF_CELL = "result"
NAMES = ("a", "b", "c")
"""Tensors that are taken at several places are called so; more than these nobody follows."""
MOST_STEPS = 60
"""What is larger is no formula that anybody reads."""


@dataclass(frozen=True)
class InsideStep:
    """A child of a card, or a tensor that enters it, as a step of a series."""

    child: int
    """Position among the card's children; -1 for a tensor that enters, or that is one of several that a child gives."""
    port: int = 0
    """Which tensor that is."""
    is_part: bool = False
    """Whether it is one of several that a child gives."""
    branches: "Tuple[Steps, ...]" = ()
    """What the child joins, in the order of its operands; empty if it takes what the step before it gives. A branch without steps is that
    itself."""
    from_input: bool = False
    """Whether the branches begin at the tensor that enters the card first."""
    name: str = ""
    """What the tensor is called, where it is one that is taken at several places and has been told before."""
    is_given: bool = False
    """Whether what it gives leaves the card as well, before the last step."""
    is_made: bool = False
    """Whether it takes no tensor at all, in a card that others enter: a mask made of sizes, a slice of a variable."""


Steps = Tuple[InsideStep, ...]


def steps_of(card: Card, kept: Sequence[CardWire], main: int = -1) -> Optional[Steps]:
    """The steps of an open card; ``None`` if it is not wired as a formula. Results that leave before the last step are marked at their steps.

    Args:
        card: an open card.
        kept: those of its wires to the border that count as results. (What only the backward pass takes does not.)
        main: the port of the tensor that everything branches off from; others begin where they are used. -1 if all are alike.
    """
    if not 0 < len(card.children) <= MOST_STEPS or any(isinstance(child, Pill) for child in card.children):
        return None
    if any(wire.kind != "data" or wire.count > 1 for wire in card.wires):
        return None
    ends = {wire.source.child for wire in kept}
    inside = {wire.source.child for wire in card.wires if wire.target.child != BORDER}
    last = ends - inside
    if len(last) != 1 or BORDER in ends or not _give_one_tensor(card, ends - last):
        return None
    try:
        return _Reader(card, ends - last, main).series(last.pop())
    except _OtherwiseWiredError:
        return None


class NamedSteps(NamedTuple):
    """The steps up to a tensor that is taken at several places, and its name; without one the steps up to the result."""

    name: str
    steps: Steps


def named_steps_of(
    card: Card,
    kept: Sequence[CardWire],
    given: Mapping[int, str] = MappingProxyType({}),
    result: str = RESULT_OF_CELL,
) -> Optional[List[NamedSteps]]:
    """The steps of an open card in which each tensor that is taken at several places has a name; ``None`` if that needs too many names.

    Args:
        card: an open card.
        kept: those of its wires to the border that count as results: one.
        given: child -> what its author calls it: what it makes has that name in any case.
        result: what the result is called.
    """
    ends = {wire.source.child for wire in kept}
    if not 0 < len(card.children) <= MOST_STEPS or any(isinstance(child, Pill) for child in card.children):
        return None
    if any(wire.kind != "data" or wire.count > 1 for wire in card.wires) or len(ends) != 1 or BORDER in ends:
        return None
    try:
        return _named(_operands(card), ends.pop(), len(card.children), given, result)
    except _OtherwiseWiredError:
        return None


def _named(
    operands: Dict[int, Tuple[int, ...]], last: int, children: int, given: Mapping[int, str], result: str
) -> List[NamedSteps]:
    """The steps up to each child that is taken several times or has a name, and up to the last."""
    if len(operands) > children:
        raise _OtherwiseWiredError  # different tensors of one op
    uses = Counter(source for sources in operands.values() for source in sources)
    order = [child for child in _in_order(operands) if child >= 0]
    shared = [child for child in order if uses[child] + (child == last) > 1]
    unnamed = [child for child in shared if child not in given]
    if len(unnamed) > len(NAMES) or any(not uses[child] and child != last for child in order):
        raise _OtherwiseWiredError
    letters = dict(zip(unnamed, NAMES))
    called = {**given, **letters} if shared else {}
    names = {child: called[child] for child in order if child in called and (child != last or child in shared)}

    def taken(source: int) -> Steps:
        if source < 0:
            return (InsideStep(-1, max(_FIRST_INPUT - source, 0)),)
        return (InsideStep(-1, name=names[source]),) if source in names else told(source)

    def told(child: int) -> Steps:
        sources = operands[child]
        if not sources:
            return (InsideStep(child, is_made=True),)
        if len(sources) < 2:
            return (*taken(sources[0]), InsideStep(child))
        return (InsideStep(child, branches=tuple([taken(source) for source in sources])),)

    if last in names:
        raise _OtherwiseWiredError  # a circle, or a result that goes on inside
    return [
        *(NamedSteps(name, told(child)) for child, name in names.items()),
        NamedSteps(result if names else "", told(last)),
    ]


def _give_one_tensor(card: Card, children: AbstractSet[int]) -> bool:
    """Whether what leaves each of these children early is what the next ones in the card take, not another result."""
    sources = {wire.source for wire in card.wires if wire.source.child in children}
    return len(sources) == len(children)


class _OtherwiseWiredError(Exception):
    """The wiring is not that of a formula."""


class _Reader:
    """Walks from the result back to what enters."""

    def __init__(self, card: Card, given: AbstractSet[int], main: int) -> None:
        self._children, self._given = len(card.children), given
        self._operands = _operands(card)
        self._count = len(self._operands)
        order = _in_order(self._operands)
        begun = {node for node in order if node <= _FIRST_INPUT and main >= 0 and _FIRST_INPUT - node != main}
        self._made = _made(self._operands, order, begun)
        self._first_fork = self._dominators(order)
        self._seen: Set[int] = set()

    def series(self, last: int) -> Steps:
        """All steps up to the last one. Each child is in it once."""
        found = self._between(ROOT, last)
        if len(self._seen) != self._count:
            raise _OtherwiseWiredError
        return found

    def _between(self, start: int, last: int) -> Steps:
        """The steps behind `start`, up to `last`."""
        steps: List[InsideStep] = []
        while last != start:
            if last == ROOT:
                raise _OtherwiseWiredError
            if last <= _FIRST_INPUT:
                steps.append(InsideStep(-1, _FIRST_INPUT - last))
                last = ROOT
                continue
            if last in self._seen:
                raise _OtherwiseWiredError
            self._seen.add(last)
            operands = self._operands[last]
            if last >= self._children:
                steps.append(InsideStep(-1, self._part(last), is_part=True))
                last = operands[0]
                continue
            if len(operands) < 2:
                is_made = not operands and len(self._made) < self._count
                steps.append(InsideStep(last, is_given=last in self._given, is_made=is_made))
                last = operands[0] if operands else ROOT
                continue
            fork = self._first_fork[last]
            branches = tuple([self._between(ROOT if each in self._made else fork, each) for each in operands])
            from_input, is_given = fork == _FIRST_INPUT, last in self._given
            steps.append(InsideStep(last, branches=branches, from_input=from_input, is_given=is_given))
            last = fork
        return tuple(reversed(steps))

    def _part(self, node: int) -> int:
        """Which of the parts of what gives it a node is."""
        same = [other for other in range(self._children, self._count) if self._operands[other] == self._operands[node]]
        return same.index(node)

    def _dominators(self, order: Sequence[int]) -> Dict[int, int]:
        """For each child what all ways to it have in common last. Of those that begin inside and those that do not, only the latter count."""
        place = {node: number for number, node in enumerate(order)}
        above: Dict[int, int] = {ROOT: ROOT}
        for node in order[1:]:
            taken = self._operands.get(node, ())
            sources = [source for source in taken if source not in self._made] or taken or (ROOT,)
            common = sources[0]
            for other in sources[1:]:
                while common != other:
                    if place[common] > place[other]:
                        common = above[common]
                    else:
                        other = above[other]
            above[node] = common
        return above


def _made(operands: Mapping[int, Sequence[int]], order: Sequence[int], begun: AbstractSet[int]) -> Set[int]:
    """The children that are made of nothing that enters, but for the tensors `begun`, and these."""
    made: Set[int] = set(begun)
    for child in order:
        if child in operands and made.issuperset(operands[child]):
            made.add(child)
    return made


def _in_order(operands: Mapping[int, Sequence[int]]) -> List[int]:
    """What enters and the children, each behind all that it takes."""
    entering = sorted({source for sources in operands.values() for source in sources if source < ROOT})
    order = [ROOT, *reversed(entering)]
    placed, waiting = set(order), set(operands)
    while waiting:
        ready = sorted(child for child in waiting if placed.issuperset(operands[child]))
        if not ready:
            raise _OtherwiseWiredError  # a circle
        order += ready
        placed.update(ready)
        waiting.difference_update(ready)
    return order


def _operands(card: Card) -> Dict[int, Tuple[int, ...]]:
    """For each child what it takes, in the order of its ports; what it takes several times as the only thing counts once. Nothing for what is made inside.

    Behind the children come the tensors of those that give several, as a split does.
    """
    parts = _parts(card)
    taken: Dict[int, List[Tuple[int, int]]] = {child: [] for child in range(len(card.children))}
    for wire in card.wires:
        source = wire.source.child
        if wire.target.child != BORDER:
            number = _FIRST_INPUT - wire.source.port if source == BORDER else parts.get(wire.source, source)
            taken[wire.target.child].append((wire.target.port, number))
    found: Dict[int, Tuple[int, ...]] = {}
    for child, pairs in taken.items():
        sources = [source for _, source in sorted(pairs, key=lambda pair: pair[0])]
        found[child] = tuple(sources if len(set(sources)) > 1 else sources[:1])
    found.update({node: (end.child,) for end, node in parts.items()})
    return found


def _parts(card: Card) -> Dict[End, int]:
    """The ends of wires that are different tensors of one op, with numbers behind those of the children."""
    ends: Dict[int, Set[End]] = {}
    for wire in card.wires:
        if BORDER not in (wire.source.child, wire.target.child):
            ends.setdefault(wire.source.child, set()).add(wire.source)
    several = [sorted(same) for same in ends.values() if len(same) > 1]
    for same in several:
        child = card.children[same[0].child]
        last = child.items[-1] if isinstance(child, ChainRow) else child
        if not isinstance(last, Box):
            raise _OtherwiseWiredError  # nobody knows which result of a layer is which
    return {end: len(card.children) + number for number, end in enumerate(end for same in several for end in same)}
