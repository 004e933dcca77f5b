"""How wide the title of a drawing is, with what is said of all of it: in an overview both stand in one line if they have room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..scene.labels import cut
from .text_width import Font, width

if TYPE_CHECKING:
    from ..scene.items import Scene

HEADLINE, BESIDE_HEADLINE, FACTS = Font("bold", 20.0), Font("regular", 16.0), Font("regular", 12.0)
"""The fonts of the title, of the subtitle beside it, and of the facts."""
MOST_TITLE = 72
"""How many characters of the graph's name are shown."""
SUBTITLE_GAP = 10.0
"""Between the title and the subtitle."""
FACTS_GAP = 18.0
"""Between them and the facts in the same line."""
SECOND_LINE = 20.0
"""The height of a line of facts of its own."""


def title_wide(scene: Scene) -> float:
    """The width of the title with its subtitle."""
    beside = SUBTITLE_GAP + width(scene.subtitle, BESIDE_HEADLINE) if scene.subtitle else 0.0
    return width(cut(scene.title, MOST_TITLE), HEADLINE) + beside


def headline_wide(scene: Scene) -> float:
    """The width of the title and the facts in one line."""
    return title_wide(scene) + FACTS_GAP + width(scene.heading, FACTS)
