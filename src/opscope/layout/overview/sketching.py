"""How closed cards have small drawings of what they hold, and which form of each has room."""

from __future__ import annotations

from dataclasses import replace
from typing import Container, Dict, Mapping, NamedTuple

from ..density import TIGHT
from ..scene.sketch import Sketch
from ..sizes.extents import CARD_PAD
from ..sizes.sketch_sizes import SKETCH_FONT, placed_sketch
from .sketch_steps import EACH, WITH, SketchForms


class Sketching(NamedTuple):
    """How closed cards are drawn."""

    beside: float
    """A small drawing stands right of its card's texts, so far from their left ends; 0 if it stands below them."""
    chains: bool = True
    """Whether what only follows each other is drawn as well, where words would be a row."""

    again: bool = True
    """Whether a group that is like an earlier one is drawn as well, rather than told by the name of that."""
    widest: float = 1e9
    """What is wider stands below its card's texts in any case."""
    short: bool = False
    """Whether chips say no shapes."""
    first_copies: bool = False
    """Whether the first copy of a stack is drawn as well, where it has something of its own."""
    joined: bool = False
    """Whether a line leads from the first copy to the others then."""
    own_only: bool = False
    """Whether only layers of the author's are drawn, and those of libraries told in words."""
    scale: float = 1.0
    """So many times as large as their texts have to be small drawings are."""

    def room(self, wide: float) -> float:
        """The width that a small drawing may have on a page so wide."""
        return (wide - 2 * CARD_PAD - 2 * TIGHT.inside - self.beside) / self.scale

    def fitting(
        self, drawings: Mapping[int, SketchForms], wide: float, like: Container[int] = frozenset()
    ) -> Dict[int, Sketch]:
        """Of each small drawing the most telling form for which a page so wide has room; groups of which none has are no keys.

        Where one needs a shorter form, all are drawn in it: else a reader would look for what is different. Groups that are `like` earlier
        ones have none unless they are drawn `again`.
        """
        if self.short:
            drawings = {index: forms.short() for index, forms in drawings.items()}
        room = self.room(wide)
        found: Dict[int, int] = {}
        for index, drawing in drawings.items():
            if index in like and not self.again:
                continue
            place = next((at for at, form in enumerate(drawing.forms) if placed_sketch(form).wide <= room), None)
            if place is not None and (self.chains or not drawing.is_chain):
                found[index] = place
        shortest = max(found.values(), default=0)
        forms = {index: drawings[index].forms[: shortest + 1][-1] for index in found}
        return {
            index: replace(
                form, beside=self.beside if placed_sketch(form).wide <= self.widest else 0.0, scale=self.scale
            )
            for index, form in _with_strips(forms).items()
        }


def _with_strips(sketches: Dict[int, Sketch]) -> Dict[int, Sketch]:
    """The small drawings, in which the legend says once what strips of colour are, if several have some and all the same."""
    told = [sketch.each for sketch in sketches.values() if sketch.each.startswith(EACH)]
    if len(told) < 2 or len(set(told)) > 1:
        return sketches
    kind, behind = told[0][len(EACH) :].split(WITH, 1)
    strip = f"strip behind a {kind}: {behind}"
    return {
        index: replace(sketch, each="", strip=strip) if sketch.each == told[0] else sketch
        for index, sketch in sketches.items()
    }


BESIDE_AT_MOST = 500.0
"""A small drawing that is no wider leaves room for texts at its left."""
TEXTS_WIDE = 168.0
"""A small drawing beside the texts of its card begins so far from their left ends, so that those of a page begin below each other; further
right only beside longer texts."""
TITLE_WIDE, SHORT_TITLE_WIDE = 136.0, 120.0
"""The same where there is no more than a title beside it, or a short one."""
BELOW_TEXTS = 0.0
MANNERS = (
    Sketching(TEXTS_WIDE, first_copies=True),
    Sketching(TITLE_WIDE, first_copies=True),
    Sketching(SHORT_TITLE_WIDE, first_copies=True),
    Sketching(BELOW_TEXTS, first_copies=True),
    Sketching(BELOW_TEXTS),
    Sketching(TITLE_WIDE),
    Sketching(TEXTS_WIDE),
    Sketching(TEXTS_WIDE, chains=False),
    Sketching(TEXTS_WIDE, widest=BESIDE_AT_MOST, short=True),
    Sketching(BELOW_TEXTS, own_only=True),
    Sketching(TEXTS_WIDE, own_only=True, short=True),
    Sketching(BELOW_TEXTS, again=False),
)
"""In this order they are tried."""
LARGE_SCALE = 12.0 / SKETCH_FONT.size
"""So many times as large small drawings are where there is room for it: their texts are nearly those of rows then."""
