"""Is what a wire says that its tensor is for so? A rule of its own, which shares nothing with what makes the words.

Queries and keys are what a product multiplies whose result goes on to a softmax, values what a product multiplies with something that comes from a
softmax; between them stands no other product. Subtracted is the second of what a difference takes, and not the first. Gradients are made in, and come out of, the card of a backward pass.
"""

from __future__ import annotations

import re
from typing import Dict, Iterator, List, Sequence, Set, Tuple

from opscope.graph.content import content_of
from opscope.graph.graph import Graph
from opscope.layout.scene.items import Box, Card, CardWire, Item

PRODUCTS = {"MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum"}
COPIES = re.compile(r"(?:(?:one|\d+|\d+ (?:or|to) \d+) )?each")
REVERSED = "last first"
"""Said behind ``one each``."""
NONE = -1
"""In the place of an op that a copy has not."""
SUBTRACTED = "subtracted"
HANDING_ON = {"Identity", "Snapshot", "StopGradient", "PreventGradient", "CheckNumerics"}
_FOR = "for gradients"
_SKIP = "skip"
"""What a wire is called inside a stack that skip connections enter; those of all copies are ``skips``."""
_SKIPS = re.compile(
    "skips \u00d7(\\d+)(?:, (one|\\d+) for each copy|: (each level to its own)|: copy ([^\u00b7]+?))(?= \u00b7 |$)"
)
_PAIR = re.compile("(\\d+) \u2192 (\\d+)")
_TIMES = re.compile("\u00d7\\d+|from all \\d+ copies")
_ROLE = re.compile(r"(?:subtracted|[qkv](?:, [qkv])*|(?:last|initial) state[^(]*?)(?= (?:[a-z]+\d* )?\(|$)")


def said_of(wire: CardWire) -> List[str]:
    """What a wire says that it is for, at its head and in its label, without how the copies of a stack take it."""
    head = [
        part
        for part in wire.head.split(", ")
        if part and part != REVERSED and not COPIES.fullmatch(part) and not _TIMES.fullmatch(part)
    ]
    label = _ROLE.match(wire.label)
    gradients = [_FOR] if wire.label.endswith(_FOR) else ["gradients"] if wire.label.endswith("gradients") else []
    return [*head, *(label[0].split(", ") if label else []), *gradients]


def copies_said(wire: CardWire) -> str:
    """How the copies of a stack take what a wire carries, as it says; empty if it says nothing of that."""
    skips = _SKIPS.match(wire.label)
    if skips:  # in words that an overview has for it
        return f"{skips[2] or 'one'} each"
    return next((part for part in wire.head.split(", ") if COPIES.fullmatch(part)), "")


def skips_said(wire: CardWire) -> int:
    """For how many tensors a wire stands that is called a skip connection; 0 for other wires."""
    found = _SKIPS.match(wire.label)
    return int(found[1]) if found else 0


def reversed_said(wire: CardWire) -> bool:
    """Whether a wire says that the last copy of where it comes from gives to the first one of where it leads, and so on."""
    skips = _SKIPS.match(wire.label)
    return bool(skips[3] or skips[4]) if skips else REVERSED in wire.head.split(", ")


def _is_told_in_order(label: str) -> bool:
    """Whether a label that begins as those of skip connections is one of three that a reader can tell the copies by.

    Where it names the copies, each gives to the one that is as far from the last as it is from the first; those in the middle may be left out.
    """
    skips = _SKIPS.match(label)
    if skips is None or not skips[4]:
        return skips is not None
    last = int(skips[1])
    every = [(str(number), str(last + 1 - number)) for number in range(1, last + 1)]
    begun, cut, ended = skips[4].partition(" \u2026 ")
    first, behind = _PAIR.findall(begun), _PAIR.findall(ended)
    if not cut:
        return first == every
    return first == every[: len(first)] and behind == every[-len(behind) :] and bool(first) and bool(behind)


class Roles:
    """Checks the words of wires of one drawing."""

    def __init__(self, whole: Graph, drawn: Graph) -> None:
        self._drawn, self._table = content_of(drawn), content_of(whole).table
        self._rows = {name: row for row, name in enumerate(self._table.names)}
        self._first: Dict[int, int] = {}
        """Op in another copy of a stack -> the op at its place in the drawn one."""
        for stack in content_of(drawn).view.stacks.values():
            for copy in stack.copies[1:]:
                self._first.update((op, first) for op, first in zip(copy, stack.copies[0]) if NONE not in (op, first))
        self._users: Dict[int, Set[int]] = {}
        for user in range(len(self._table)):
            for edge in self._table.data_inputs(user):
                self._users.setdefault(edge.node, set()).add(user)

    def false(self, cards: Sequence[Card]) -> Iterator[str]:
        """What wires say and is not so; a sentence each."""
        skipping = {
            (id(card.children[wire.target.child]), wire.target.port)
            for card in cards
            for wire in card.wires
            if wire.label.startswith(_SKIP) and wire.target.child >= 0
        }
        for card in cards:
            for wire in card.wires:
                if wire.label == _SKIP:
                    if wire.source.child >= 0 or (id(card), wire.source.port) not in skipping:
                        yield f"a wire in {card.title} is called a skip, and comes from none"
                elif wire.label.startswith(_SKIP) and not _is_told_in_order(wire.label):
                    yield f"a wire in {card.title} says {wire.label!r}, which tells no order of copies"
                source, target = (
                    card.children[end.child] if end.child >= 0 else None for end in (wire.source, wire.target)
                )
                if wire.kind == "gone":
                    if wire.head not in ("", "\u2212"):
                        yield f"a wire in {card.title} that is gone says {wire.head!r}"
                    continue
                for said in said_of(wire):
                    if not (
                        self._is_subtracted(wire, target) if said == SUBTRACTED else self._is_so(said, source, target)
                    ):
                        yield f"a wire in {card.title} says {said!r} and is not that"

    def _is_so(self, said: str, source: "Item | None", target: "Item | None") -> bool:
        if said == _FOR:
            return _holds_gradients(target) and not _holds_gradients(source)
        if said == "gradients":
            return _holds_gradients(source) and isinstance(target, Card) and target.kind == "optimizer"
        if "state" in said:
            return all(
                isinstance(item, Card) and self._loops(item)
                for word, item in (("last", source), ("initial", target))
                if word in said
            )
        node = target.node if isinstance(target, Box) else -1
        row = self._rows[self._drawn.table.names[node]] if node >= 0 else -1
        if row < 0 or self._table.ops[row] not in PRODUCTS:
            return False
        if said in ("q", "k"):
            return self._reaches(row, lambda op: self._users.get(op, set()))
        before = [edge.node for edge in self._table.data_inputs(row)]
        return sum(self._is_softmax(op) or self._reaches(op, self._makers) for op in before) == 1

    def _is_subtracted(self, wire: CardWire, target: "Item | None") -> bool:
        """Whether a wire leads to a difference, carries what comes second there, and not what comes first."""
        node = target.node if isinstance(target, Box) else -1
        row = self._rows[self._drawn.table.names[node]] if node >= 0 else -1
        if row < 0 or self._table.ops[row] != "Sub" or wire.told is None:
            return False
        carried = (self._rows[self._drawn.table.names[wire.told.tensor[0]]], wire.told.tensor[1])
        first, second = map(self._handed_on, self._table.data_inputs(row))
        return self._handed_on(carried) == second != first

    def _handed_on(self, tensor: Sequence[int]) -> Tuple[int, int]:
        """Where a tensor is made that ops hand on as it is; in the copy of a stack that is drawn, if it is made in another one."""
        row, output = tensor
        while self._table.ops[row] in HANDING_ON and self._table.data_inputs(row):
            row, output = next(iter(self._table.data_inputs(row)))
        while row in self._first:
            row = self._first[row]
        return row, output

    def _loops(self, card: Card) -> bool:
        """Whether a loop is in a card."""
        groups = self._drawn.groups
        inside = {card.group}
        for index, group in enumerate(groups):
            if group.parent in inside:
                inside.add(index)
        return any(groups[index].kind == "while" for index in inside)

    def _makers(self, op: int) -> Set[int]:
        return {edge.node for edge in self._table.data_inputs(op)} if self._table.ops[op] not in PRODUCTS else set()

    def _is_softmax(self, op: int) -> bool:
        return self._table.ops[op] == "Softmax"

    def _reaches(self, start: int, onward) -> bool:  # type: ignore[no-untyped-def]
        """Whether a softmax can be reached from an op through no further product."""
        waiting, seen = [start], {start}
        while waiting:
            for op in onward(waiting.pop()) - seen:
                seen.add(op)
                if self._is_softmax(op):
                    return True
                if self._table.ops[op] not in PRODUCTS:
                    waiting.append(op)
        return False


def _holds_gradients(item: "Item | None") -> bool:
    return isinstance(item, Card) and (item.kind == "backward" or item.title.startswith("gradient"))
