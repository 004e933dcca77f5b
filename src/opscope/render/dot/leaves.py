"""Turns the nested wires of a scene into edges between leaves: boxes, pills and folded cards.

In a scene a tensor that goes into an open card is two wires: one to the card's border, one from there on inside. DOT
has edges only between nodes, so such wires are joined to one edge here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Dict, List, NamedTuple, Optional, Set, Tuple

from ...layout.flat import BORDER
from ...layout.scene.items import Card, CardWire, End, Item, Scene, cards

CardChild = Tuple[int, int]
"""Where an item is: the number of the card around it (its place in `layout.scene.items.cards`), and its index there."""


class Tip(NamedTuple):
    """One end of an edge."""

    place: CardChild
    """The leaf. If `merge` is true, the number of the card and `BORDER`."""
    port: int
    """The port of the leaf; -1 for the leaf as a whole."""
    merge: bool = False
    """Whether the end is not a leaf but the point where several wires meet in an output of a card."""
    card: int = -1
    """The number of an open card, if the edge means this card as a whole (an order, a choice); else -1."""


@dataclass(frozen=True)
class LeafWire:
    """An edge from leaf to leaf."""

    source: Tip
    target: Tip
    kind: str
    """As `CardWire.kind`."""
    label: str
    tip: str
    """The tooltip."""
    times: int = 0
    """As `CardWire.times`."""
    taken: str = ""
    """As `CardWire.taken`."""
    head: str = ""
    """As `CardWire.head`."""
    trail: Tuple[Tuple[int, CardWire], ...] = ()
    """The wires that it is made of, from source to target, each with the number of the card that holds it."""


class Leaves:
    """Finds the edges of a scene."""

    def __init__(self, scene: Scene) -> None:
        self.cards: List[Card] = cards(scene)
        self._parent: Dict[int, CardChild] = {}
        """The number of a card -> where it is: the number of the card around it, and its index there."""
        self._number: Dict[CardChild, int] = {}
        """The same in the other direction."""
        self._into: List[Dict[End, List[CardWire]]] = []
        """For each card: the end of a wire -> the wires that lead there."""
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
        self._said: Set[int] = set()  # the `id` of each wire whose label is used already

    def item(self, place: CardChild) -> Item:
        """The item at a place."""
        return self.cards[place[0]].children[place[1]]

    def number(self, place: CardChild) -> int:
        """The number of the card at a place."""
        return self._number[place]

    def merges(self, card: int) -> List[int]:
        """The outputs of an open card in which several wires meet."""
        return [end.port for end, wires in self._into[card].items() if end.child == BORDER and len(wires) > 1]

    def edges(self) -> List[LeafWire]:
        """All edges, in the order of the cards and of the wires that they end with."""
        found = []
        for index, card in enumerate(self.cards):
            for wire in card.wires:
                target = self._target(index, wire.target)
                edge = self._edge(index, wire, target) if target is not None else None
                if edge is not None:
                    found.append(edge)
        return found

    def _target(self, card: int, end: End) -> Optional[Tip]:
        """The end of the edge, if it ends with this wire; ``None`` if the tensor goes on through a card's border."""
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
        """A leaf inside an open card, the first or the last, for an edge that means the whole card.

        Graphviz needs a node at the end of an edge, and cuts the edge at the border of the cluster. ``None`` if there
        is none.
        """
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
        """Follow a wire back to where it begins, through the borders of cards; ``None`` if it begins nowhere."""
        first, label, kind = wire, self._label(wire), wire.kind
        trail: List[Tuple[int, CardWire]] = []
        passed: Set[int] = set()

        def edge(source: Tip) -> LeafWire:
            times = max(wire.times for _, wire in trail)
            taken = next((wire.taken for _, wire in trail if wire.taken), "")
            head = replace(first, times=times, taken=taken).head
            return LeafWire(source, target, kind, label, first.tip, times, taken, head, tuple(reversed(trail)))

        while id(wire) not in passed:  # each round steps back over one border
            passed.add(id(wire))
            trail.append((card, wire))
            end = wire.source
            if end.child == BORDER:  # it comes from outside the card: go on with the wire that leads to this input
                card, place = self._parent[card]
                further = self._into[card].get(End(place, end.port), [])
            else:
                child = self.item((card, end.child))
                if not isinstance(child, Card) or not child.open:
                    return edge(Tip((card, end.child), end.port))
                # It comes out of an open card: go on with the wire that leads to this output, inside the card.
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
        return None  # a circle of borders without a leaf, as a strange file may have it (a result in the wrong body)

    def _label(self, wire: CardWire) -> str:
        """The label of a wire, for the first edge that uses the wire; empty for all further ones."""
        if not wire.label or id(wire) in self._said:
            return ""
        self._said.add(id(wire))
        return wire.label
