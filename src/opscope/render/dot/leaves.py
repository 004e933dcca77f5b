"""A scene's nested wires as edges between leaves: boxes, pills and folded cards. For renderers that nest by clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, NamedTuple, Optional, Set, Tuple

from ...layout.flat import BORDER
from ...layout.scene.items import Card, CardWire, End, Item, Scene, cards

CardChild = Tuple[int, int]
"""A card's number (in the order of `scene.cards`) and the index of one of its children."""


class Tip(NamedTuple):
    """One end of an edge: a leaf and its port, or (`merge`) the point where a card's output port gathers several wires.

    `card` is the open card that the edge means as a whole, when it means one (an order, a choice); else -1.
    """

    place: CardChild
    port: int
    merge: bool = False
    card: int = -1


@dataclass(frozen=True)
class LeafWire:
    """A wire from leaf to leaf; `trail` are its parts from source to target, each with the number of the card that holds it."""

    source: Tip
    target: Tip
    kind: str
    label: str
    tip: str
    trail: Tuple[Tuple[int, CardWire], ...] = ()


class Leaves:
    """The edges of a scene, from leaf to leaf."""

    def __init__(self, scene: Scene) -> None:
        self.cards: List[Card] = cards(scene)
        self._parent: Dict[int, CardChild] = {}
        self._number: Dict[CardChild, int] = {}
        """Place of an open or folded card -> its number."""
        self._into: List[Dict[End, List[CardWire]]] = []
        number = 0
        for index, card in enumerate(self.cards):
            into: Dict[End, List[CardWire]] = {}
            for wire in card.wires:
                into.setdefault(wire.target, []).append(wire)
            self._into.append(into)
            for place, child in enumerate(card.children):
                if isinstance(child, Card):
                    number += 1
                    self._number[(index, place)] = number
                    self._parent[number] = (index, place)
        self._said: Set[int] = set()

    def item(self, place: CardChild) -> Item:
        """The child at a place."""
        return self.cards[place[0]].children[place[1]]

    def number(self, place: CardChild) -> int:
        """The number of the card at a place."""
        return self._number[place]

    def merges(self, card: int) -> List[int]:
        """The output ports of an open card where several wires meet."""
        return [end.port for end, wires in self._into[card].items() if end.child == BORDER and len(wires) > 1]

    def edges(self) -> List[LeafWire]:
        """All edges, in the order of their cards and wires."""
        found = []
        for index, card in enumerate(self.cards):
            for wire in card.wires:
                target = self._target(index, wire.target)
                edge = self._edge(index, wire, target) if target is not None else None
                if edge is not None:
                    found.append(edge)
        return found

    def _target(self, card: int, end: End) -> Optional[Tip]:
        """The leaf that a wire's target end is; ``None`` when the wire goes on behind it."""
        if end.child == BORDER:
            gathers = len(self._into[card][end]) > 1
            return Tip((card, BORDER), end.port, merge=True) if gathers else None
        child = self.item((card, end.child))
        if not isinstance(child, Card) or not child.open:
            return Tip((card, end.child), end.port)
        if end.port >= 0:
            return None
        number = self._number[(card, end.child)]
        return self._any_leaf(number)

    def _any_leaf(self, number: int, *, last: bool = False) -> Optional[Tip]:
        """Some leaf inside an open card, to which an edge that means the whole card can be tied."""
        outer = number
        while True:
            children = self.cards[number].children
            if not children:
                return None
            place = (number, len(children) - 1 if last else 0)
            child = self.item(place)
            if not isinstance(child, Card) or not child.open:
                return Tip(place, -1, card=outer)
            number = self._number[place]

    def _edge(self, card: int, wire: CardWire, target: Tip) -> Optional[LeafWire]:
        """Follow a wire back to the leaf where it begins."""
        first, label, kind = wire, self._label(wire), wire.kind
        trail: List[Tuple[int, CardWire]] = []
        passed: Set[int] = set()

        def edge(source: Tip) -> LeafWire:
            return LeafWire(source, target, kind, label, first.tip, tuple(reversed(trail)))

        while id(wire) not in passed:
            passed.add(id(wire))
            trail.append((card, wire))
            end = wire.source
            if end.child == BORDER:
                card, place = self._parent[card]
                further = self._into[card].get(End(place, end.port), [])
            else:
                child = self.item((card, end.child))
                if not isinstance(child, Card) or not child.open:
                    return edge(Tip((card, end.child), end.port))
                number = self._number[(card, end.child)]
                if end.port < 0:
                    source = self._any_leaf(number, last=True)
                    return edge(source) if source is not None else None
                further = self._into[number].get(End(BORDER, end.port), [])
                card = number
                if len(further) > 1:
                    return edge(Tip((card, BORDER), end.port, merge=True))
            if not further:
                return None
            wire = further[0]
            label = label or self._label(wire)
            kind = wire.kind if kind == "data" else kind
        return None  # only round and round through borders, as results that lie in the wrong body may go

    def _label(self, wire: CardWire) -> str:
        """A label is said once, by the first edge that runs through its wire."""
        if not wire.label or id(wire) in self._said:
            return ""
        self._said.add(id(wire))
        return wire.label
