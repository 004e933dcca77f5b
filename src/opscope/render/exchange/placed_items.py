"""The items and wires of a drawing in one list each, with places from the upper left corner of the whole: for formats without nested coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, NamedTuple, Tuple

from ...layout.scene.items import Card
from ...layout.sizes.extents import Frame
from ..dot.leaves import LeafWire, Leaves

if TYPE_CHECKING:
    from ...layout.flat import Point
    from ...layout.picture import Drawing, Drawn, Label
    from ...layout.scene.items import Item
    from ..dot.leaves import CardChild


class PlacedItem(NamedTuple):
    """One item of a drawing."""

    place: CardChild
    """The number of the card around it, 0 for the whole drawing, and its index there."""
    item: Item
    body: Frame
    chips: Tuple[Frame, ...]
    opened: int
    """The number of an open card, by which the items in it name it; 0 for all else."""


class PlacedWire(NamedTuple):
    """One wire from leaf to leaf, with its corners."""

    wire: LeafWire
    points: Tuple[Point, ...]


class PlacedDrawing:
    """What a drawing has, an open card before what is in it."""

    def __init__(self, drawing: Drawing) -> None:
        self.leaves = Leaves(drawing.scene)
        self.size = (drawing.root.body.width, drawing.root.body.height)
        self.items: List[PlacedItem] = []
        self.cards: Dict[int, Frame] = {}
        """The number of an open card -> its body."""
        self.bodies: Dict[CardChild, Frame] = {}
        """The place of a leaf -> its body."""
        self.labels: List[Label] = []
        """The words beside wires and at their heads."""
        self._corners: Dict[Tuple[int, int], Tuple[Point, ...]] = {}
        """The number of a card and the `id` of a wire in it -> the corners of the wire."""
        self._walk(drawing.root)
        self.wires = [PlacedWire(wire, self._points(wire)) for wire in self.leaves.edges()]

    def _walk(self, root: Drawn) -> None:
        """Visit all cards in the order of their numbers: breadth first, as `layout.scene.items.cards` does."""
        waiting: List[Tuple[Drawn, float, float]] = [(root, root.body.x, root.body.y)]
        number = 0
        while number < len(waiting):
            card, left, top = waiting[number]
            if card.inside is not None:
                left, top = left + card.inside.x, top + card.inside.y
                self._wires(number, card, left, top)
                for place, child in enumerate(card.inside.children):
                    x, y = left + child.body.x, top + child.body.y
                    if child.beside is not None:
                        self.labels.append(child.beside._replace(x=left + child.beside.x, y=top + child.beside.y))
                    is_open = isinstance(child.item, Card) and child.item.open
                    body = Frame(x, y, child.body.width, child.body.height)
                    chips = tuple([Frame(x + chip.x, y + chip.y, chip.width, chip.height) for chip in child.chips])
                    opened = self.leaves.number((number, place)) if is_open else 0
                    self.items.append(PlacedItem((number, place), child.item, body, chips, opened))
                    if opened:
                        self.cards[opened] = body
                    else:
                        self.bodies[number, place] = body
                    if isinstance(child.item, Card):
                        waiting.append((child, x, y))
            number += 1

    def _wires(self, number: int, card: Drawn, left: float, top: float) -> None:
        """Note the corners and words of the wires in a card, whose inside begins at (`left`, `top`)."""
        if card.inside is None:
            return
        for path in card.inside.paths:
            self._corners[number, id(path.wire)] = tuple([(left + x, top + y) for x, y in path.points])
        for label in (*card.inside.labels, *card.inside.heads):
            self.labels.append(label._replace(x=left + label.x, y=top + label.y))

    def _points(self, wire: LeafWire) -> Tuple[Point, ...]:
        """The corners of a wire, through all cards; a corner between two of its parts is there once."""
        found = [point for number, part in wire.trail for point in self._corners.get((number, id(part)), ())]
        return tuple([point for place, point in enumerate(found) if not place or point != found[place - 1]])
