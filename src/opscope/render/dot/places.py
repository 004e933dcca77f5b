"""Gives the positions of opscope's own layout as attributes of DOT, with which ``neato -n2`` draws the same picture.

Graphviz measures positions in points from the lower left corner, upwards, and sizes of nodes in inches. A pixel of the
layout becomes a point. The format is described in https://graphviz.org/docs/attrs/pos/,
https://graphviz.org/docs/attr-types/splineType/ and https://graphviz.org/docs/attrs/bb/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Optional, Tuple, Union

from ...layout.flat import BORDER
from ...layout.place.spacing import LABEL_GAP
from ...layout.scene.items import Box, Card
from ...layout.sizes.extents import HEAT_BAR, HEAT_GAP, HEAT_TEXT, NOTE_GAP, SMALL_FONT, head_height
from ...layout.sizes.text_width import width
from ..svg.wire_paths import pieces_through
from .items import Room

if TYPE_CHECKING:
    from ...layout.flat import Point
    from ...layout.picture import Drawing, Drawn
    from ...layout.scene.items import CardWire
    from .leaves import CardChild, LeafWire

DOT_MARGIN = 36.0
"""Room around the drawing in points, for its title above and its legend below."""
INCH = 72.0
"""Points in an inch."""
ARROW_HEAD = 6.0
"""The length in points of an arrow head with ``arrowsize=0.6``: Graphviz's have 10 points at size 1."""

DotAttributes = Dict[str, Union[str, int, float]]


class Places:
    """The attributes with the positions of nodes, clusters, wires, and the points where wires meet."""

    def __init__(self, drawing: "Drawing") -> None:
        self._height = drawing.root.body.height
        self.leaves: Dict["CardChild", DotAttributes] = {}
        """For each leaf its node's attributes."""
        self.rooms: Dict["CardChild", Room] = {}
        """For each leaf the size of its body, and the room left of it."""
        self.clusters: Dict[int, DotAttributes] = {}
        """For each open card, by its number, its cluster's attributes. 0 is the whole drawing with its title."""
        self.widths: Dict[int, float] = {}
        """The number of an open card -> its width in points."""
        self.merges: Dict["CardChild", DotAttributes] = {}
        """The number of a card and one of its outputs -> the attributes of the point where the wires meet."""
        self._wires: Dict[Tuple[int, int], Tuple["Point", ...]] = {}
        """The number of a card and the `id` of a wire in it -> the corners of the wire."""
        self._labels: Dict[int, List[Tuple[float, float, str]]] = {}
        """The number of a card -> the labels in it: x, y and text."""
        wide = drawing.root.body.width
        # The legend, in the lower margin, and the title above the drawing need room: twice as much above.
        self.clusters[0] = {"bb": _box(-DOT_MARGIN, -DOT_MARGIN, wide + DOT_MARGIN, self._height + 2 * DOT_MARGIN)}
        self._walk(drawing.root)

    def _walk(self, root: "Drawn") -> None:
        """Visit all cards in the order of their numbers: breadth first, as `layout.scene.items.cards` does."""
        waiting: List[Tuple["Drawn", float, float]] = [(root, root.body.x, root.body.y)]
        number = 0
        while number < len(waiting):
            card, x, y = waiting[number]
            if card.inside is not None:
                self._inside(number, card, x, y)
                x, y = x + card.inside.x, y + card.inside.y
                for place, child in enumerate(card.inside.children):
                    at = (x + child.body.x, y + child.body.y)
                    if isinstance(child.item, Card):
                        waiting.append((child, *at))
                    if not isinstance(child.item, Card) or not child.item.open:
                        self.leaves[(number, place)] = self._node(child, *at)
                        self.rooms[(number, place)] = self._room(child)
            number += 1

    def _inside(self, number: int, card: "Drawn", x: float, y: float) -> None:
        """Note an open card's cluster, the wires and labels in it, and the points where wires reach its outputs."""
        item, body, inside = card.item, card.body, card.inside
        if inside is None or not isinstance(item, Card):
            return
        if number:  # the whole drawing, card 0, has no heading
            low, high = self._height - y - body.height, self._height - y
            label = f"{x + body.width / 2:g},{high - head_height(item) / 2:g}"
            self.clusters[number] = {"bb": _box(x, low, x + body.width, high), "lp": label}
            self.widths[number] = body.width
        left, top = x + inside.x, y + inside.y
        self._labels[number] = [(left + label.x, top + label.y, label.text) for label in inside.labels]
        for path in inside.paths:
            self._wires[(number, id(path.wire))] = tuple([(left + x, top + y) for x, y in path.points])
            if path.wire.target.child == BORDER:
                end = path.points[-1]
                self.merges[(number, path.wire.target.port)] = self._point(x + inside.x + end[0], y + inside.y + end[1])

    def edge(self, edge: "LeafWire") -> DotAttributes:
        """The attributes of an edge: a curve for each wire that it is made of, and the position of its label."""
        found: DotAttributes = {"pos": ""}
        curves = []
        for number, wire in edge.trail:
            points = self._wires[(number, id(wire))]
            # Only the last piece of an edge has the arrow head, and none has it where wires meet in a dot.
            last = wire is edge.trail[-1][1] and not edge.target.merge
            curves.append(self._curve(points, pointed=last))
            place = self._label(number, wire, points[0]) if wire.label == edge.label else None
            if edge.label and place is not None:
                found["lp"] = place
        return {**found, "pos": ";".join(curves)}

    def _curve(self, points: Tuple["Point", ...], *, pointed: bool) -> str:
        """One curve as Graphviz's ``splineType``; with an arrow head if it is `pointed`."""
        start, *pieces = pieces_through(points, ARROW_HEAD if pointed else 0.0)
        words = [f"e,{self._at(*points[-1])}"] if pointed else []
        words.append(self._at(*start[-1]))
        before = start[-1]
        for piece in pieces:
            words += [self._at(*point) for point in _cubic(before, piece)]
            before = piece[-1]
        return " ".join(words)

    def _label(self, number: int, wire: "CardWire", start: "Point") -> Optional[str]:
        """The position of a wire's label, which stands beside the first piece of the wire.

        Graphviz wants the middle of the text. ``None`` if the drawing does not show this label.
        """
        for x, y, text in self._labels[number]:
            wide = width(text, SMALL_FONT)
            # The label stands `LABEL_GAP` beside its wire. Other wires may have equal labels, further away.
            if text == wire.label and abs(x - start[0]) < 2 * LABEL_GAP:
                return self._at(x + (wide / 2 if x > start[0] else -wide / 2), y - SMALL_FONT.size / 3)
        return None

    def _at(self, x: float, y: float) -> str:
        """A point in Graphviz's coordinates, where y grows upwards."""
        return f"{x:.6g},{self._height - y:.6g}"

    def _point(self, x: float, y: float) -> DotAttributes:
        return {"pos": self._at(x, y)}

    def _node(self, drawn: "Drawn", x: float, y: float) -> DotAttributes:
        """The position and size of a node: of the body with its chips on the left and heat or note on the right.

        ``pos`` is the middle of the whole.
        """
        room, right = self._room(drawn), 0.0
        item = drawn.item
        if isinstance(item, Box) and (item.heat or item.note):
            right = NOTE_GAP + width(item.heat.text if item.heat else item.note, SMALL_FONT)
        elif isinstance(item, Card) and item.heat:
            rows = (f"{item.heat.text}  {item.heat.share}", item.heat.dispatch)
            right = HEAT_GAP + HEAT_BAR + HEAT_TEXT + max(width(words, SMALL_FONT) for words in rows)
        wide = room.left + room.width + right
        size: DotAttributes = {"width": round(wide / INCH, 4), "height": round(room.height / INCH, 4)}
        return {**self._point(x - room.left + wide / 2, y + room.height / 2), **size}

    def _room(self, drawn: "Drawn") -> Room:
        return Room(drawn.body.width, drawn.body.height, -min([0.0, *(chip.x for chip in drawn.chips)]))


def _cubic(start: "Point", piece: Tuple["Point", ...]) -> Tuple["Point", "Point", "Point"]:
    """A piece of a wire as the three points that a cubic Bézier curve adds.

    A rounded corner is a quadratic curve, whose control point is the corner. The control points of the equal cubic
    curve are at two thirds of the way to it.
    """
    end = piece[-1]
    if len(piece) == 1:
        return start, end, end
    (x, y), (a, b), (c, d) = start, piece[0], end
    return (x + (a - x) * 2 / 3, y + (b - y) * 2 / 3), (c + (a - c) * 2 / 3, d + (b - d) * 2 / 3), end


def _box(left: float, low: float, right: float, high: float) -> str:
    return f"{left:g},{low:g},{right:g},{high:g}"
