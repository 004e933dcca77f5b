"""A drawing -> SVG text: cards, boxes, chips, wires, legend; styles by class, tooltips, selectable text, light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Optional, Sequence, Tuple
from xml.sax.saxutils import escape, quoteattr

from ..layout.families import FAMILIES
from ..layout.labels import source_text
from ..layout.measure import (
    BOX_HEIGHT,
    CARD_PAD,
    CHIP,
    DETAIL,
    HEAT_BAR,
    HEAT_GAP,
    HEAT_TEXT,
    LINE_ONE,
    LINE_TWO,
    NOTE_GAP,
    SMALL,
    STACK_CARDS,
    STACK_STEP,
    SUBTITLE,
    TITLE,
    Frame,
)
from ..layout.scene import Box, Card, Pill
from ..layout.text import width
from .svg_style import ARROW, style

if TYPE_CHECKING:
    from ..layout.drawing import Drawing, Drawn, Inside, Label, Path
    from ..layout.flat import Point
    from ..layout.scene import Heat, Scene

MARGIN = 36.0
TOP = 84.0
"""Where the drawing begins below its title."""
CORNER = 5.0
"""Radius of a wire's corners."""
ARROW_LENGTH = 6.0
LEGEND_LINE = 24.0
LEGEND_BOX = 14.0
LEAST_WIDTH = 420.0


def svg(drawing: "Drawing", *, links: Optional[str] = None) -> str:
    """The drawing as one SVG document.

    Args:
        drawing: what `layout.engine` made.
        links: a template such as ``"https://host/blob/main/{file}#L{line}"`` that turns source places into links.
    """
    return "".join(_Writer(drawing, links).document())
