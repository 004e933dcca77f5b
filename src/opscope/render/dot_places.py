"""Where opscope's own layout puts what a DOT text holds, in Graphviz's terms: points from the lower left corner, sizes in inches.

With them ``neato -n2`` keeps every place and draws the wires itself. Format: https://graphviz.org/docs/attrs/pos/ and
https://graphviz.org/docs/attrs/bb/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Tuple, Union

from ..layout.measure import head_height
from ..layout.scene import BORDER, Card

if TYPE_CHECKING:
    from ..layout.drawing import Drawing, Drawn
    from .leaves import Place

MARGIN = 36.0
"""Room around the drawing, for its title above and its legend below."""
INCH = 72.0
"""Points."""

Attributes = Dict[str, Union[str, int, float]]


class Places:
    """The attributes that place nodes, clusters and the points where wires meet; empty for those that the drawing has not."""

    def __init__(self, drawing: "Drawing") -> None:
        self._height = drawing.root.body.height
        self.leaves: Dict["Place", Attributes] = {}
        """By the number of the card (in the order of `scene.cards`) and the place among its children."""
        self.clusters: Dict[int, Attributes] = {}
        """By the number of the card; 0: the whole drawing, the title included."""
        self.widths: Dict[int, float] = {}
        """Open card -> its width in points."""
        self.merges: Dict["Place", Attributes] = {}
        """By the number of the card and its output port."""
        wide = drawing.root.body.width
        self.clusters[0] = {"bb": _box(-MARGIN, -MARGIN, wide + MARGIN, self._height + 2 * MARGIN)}
        self._walk(drawing.root)

    def _walk(self, root: "Drawn") -> None:
        """Every open card, in the order of `scene.cards`, with the corner of its body."""
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
            number += 1

    def _inside(self, number: int, card: "Drawn", x: float, y: float) -> None:
        """The cluster of an open card, and where wires meet on its lower border."""
        item, body, inside = card.item, card.body, card.inside
        if inside is None or not isinstance(item, Card):
            return
        if number:
            low, high = self._height - y - body.height, self._height - y
            label = f"{x + body.width / 2:g},{high - head_height(item) / 2:g}"
            self.clusters[number] = {"bb": _box(x, low, x + body.width, high), "lp": label}
            self.widths[number] = body.width
        for path in inside.paths:
            if path.wire.target.child == BORDER:
                end = path.points[-1]
                self.merges[(number, path.wire.target.port)] = self._point(x + inside.x + end[0], y + inside.y + end[1])

    def _point(self, x: float, y: float) -> Attributes:
        return {"pos": f"{x:g},{self._height - y:g}"}

    def _node(self, drawn: "Drawn", x: float, y: float) -> Attributes:
        """A box with its chips: the label of one node."""
        left = min([0.0, *(chip.x for chip in drawn.chips)])
        right = max([drawn.body.width, *(chip.x + chip.width for chip in drawn.chips)])
        top = min([0.0, *(chip.y for chip in drawn.chips)])
        bottom = max([drawn.body.height, *(chip.y + chip.height for chip in drawn.chips)])
        size: Attributes = {"width": round((right - left) / INCH, 4), "height": round((bottom - top) / INCH, 4)}
        return {**self._point(x + (left + right) / 2, y + (top + bottom) / 2), **size}


def _box(left: float, low: float, right: float, high: float) -> str:
    return f"{left:g},{low:g},{right:g},{high:g}"
