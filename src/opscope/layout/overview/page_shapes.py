"""How the page of an overview is filled: its shapes, and a drawing cut into columns or lines of flow so that it fits."""

from __future__ import annotations

import math
from typing import FrozenSet, List, NamedTuple, Optional, Tuple

from ...graph.at_least import AT_LEAST
from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.vocabulary import LATER_PHASES
from ..flow_lines import flow_lines
from ..picture import Drawing
from ..scene.captions import ALARMS
from ..scene.items import Scene, cards
from ..sizes.headline import FACTS, SECOND_LINE, headline_wide
from ..sizes.text_width import in_lines, width
from ..strips import Strip, strips
from .formula_text import MOST_LINES
from .row_runs import JOINED, LONG, SHORT
from .sketching import Sketching

PAGE_WIDE, PAGE_HIGH = 1208.0, 597.0
"""The room for the marks of an overview, with their figures, in units of which texts have 10.5 or more: of the 720 of a page, 38 are above
them, and 85 below, with two lines of notes (`render.svg.overview_page`)."""
BELOW_HIGH = 85.0
"""About so high is what stands below the marks."""
_LEAST_BELOW, _NOTE_HIGH, _WARNING_HIGH = 55.0, 15.0, 18.0
"""The rule, the sentence of what has most and the legend; a line of notes; a warning."""
_OF_FIGURES = 350.0
"""So wide is what the notes say of figures, which are not known yet."""
_MOST_OF_FIGURES = "FLOPs for one sample estimated from shapes"
_MOST_OF_MEASURED = "FLOPs estimated from shapes \u00b7 \u00b1 standard error \u00b7 ~ error may be above 10 %"
"""What the notes say of figures at most, if all FLOPs are counted."""
_NOT_COUNTED = "; not counted: 100 ops of unknown shape; loops with an unknown number of iterations counted once"
"""What they say besides where the line of facts has FLOPs of which there may be more."""
OF_COPIES = "figures beside \u00d7n are sums over all n copies"
"""Said of figures beside a closed stack: no words of its own stand there."""
_BETWEEN = " \u00b7 "
PARTS_HIGH = 9.0
"""So much lower the marks begin where the head names the parts of bars in two lines."""
MOST_COLUMNS = 3
TEXT_WIDE = 62.0
"""The room that the numbers beside bars take, which only what was measured has."""
PARTS_WIDE = 47.0
"""The further room that the names of the parts of bars take."""


class PageShape(NamedTuple):
    """How a page is filled."""

    columns: int
    characters: int
    """So many characters of what a card says stand in one line."""
    figures: float
    """The room for the figures beside each column, in pixels."""
    rows: int = SHORT
    """How rows are made (`row_runs.SHORT`)."""
    narrow: int = 0
    """So many characters fewer stand in a line of what is in a card."""


PAGE_SHAPES = (
    PageShape(1, 148, 318.0),
    PageShape(1, 128, 318.0),
    PageShape(1, 100, 318.0),
    PageShape(1, 62, 318.0),
    PageShape(1, 100, 318.0, LONG),
    PageShape(2, 46, 262.0),
    PageShape(1, 148, 318.0, JOINED),
    PageShape(1, 128, 318.0, JOINED),
    PageShape(2, 26, 262.0, LONG),
    PageShape(3, 36, 265.0),
)
NARROW_SHAPES = (PageShape(1, 36, 318.0), PageShape(1, 36, 318.0, narrow=16), PageShape(1, 52, 318.0, JOINED))
"""For cards that say what they hold, beside others."""
NARROW_JOINED = PageShape(1, 62, 318.0, JOINED)
"""Where small drawings stand beside others."""
FLOW_SHAPE = PageShape(1, 100, 0.0)
"""For a drawing from left to right, in which what cards say is broken into lines afterwards."""
MOST_FLOW_LINES = 4
LINE_GAP = 12.0
"""Between two lines of flow, where the line is drawn that carries the flow on."""


class Try(NamedTuple):
    """One way to draw an overview."""

    graph: Graph
    drawing: Drawing
    columns: Tuple[Strip, ...]
    over: float
    """By how much it is larger than the page, as a factor; 0 if it fits."""
    opened: FrozenSet[int] = frozenset()
    """The groups that are open."""
    kept: FrozenSet[int] = frozenset()
    """The closed layers that are cards of their own, which say what they hold, rather than stand in rows."""
    beside: FrozenSet[int] = frozenset()
    """The closed layers that stand in rows which say beside their names what these hold."""
    lines_told: int = MOST_LINES
    """In so many lines cards say what they hold."""
    sketching: Optional[Sketching] = None
    """How closed cards have small drawings; ``None`` if they have none."""
    cut: int = 0
    """How often something that cards say is cut short."""

    @property
    def high(self) -> float:
        """How high it is, as a part of the page."""
        return max(column.bottom - column.top for column in self.columns) / PAGE_HIGH

    def is_worse(self, other: "Try") -> bool:
        """Whether it is too large, or cuts more short than another."""
        return bool(self.over) or self.cut > other.cut


def more_around(scene: Scene) -> float:
    """So much more than usual stands above and below the marks, or less: a line of facts of its own, a warning, more lines of notes or fewer."""
    warned = sum(note.startswith(ALARMS) for note in scene.notes)
    lines = math.ceil((sum(width(note, FACTS) for note in _calm(scene)) + _OF_FIGURES) / PAGE_WIDE)
    below = _LEAST_BELOW + _NOTE_HIGH * lines + _WARNING_HIGH * warned
    return second_line(scene) + below - BELOW_HIGH


def around_at_most(scene: Scene, graph: Graph) -> float:
    """So much more than usual stands above and below the marks at most, whatever the notes say of figures: their lines break between sentences."""
    measured = bool(content_of(graph).measured)
    calm = _calm(scene)
    of_figures = _MOST_OF_MEASURED if measured else _MOST_OF_FIGURES
    more = _NOT_COUNTED if AT_LEAST in scene.facts else ""
    lines = len(in_lines(_BETWEEN.join([of_figures + more, *calm]), FACTS, PAGE_WIDE, _BETWEEN))
    usual = math.ceil((sum(width(note, FACTS) for note in calm) + _OF_FIGURES) / PAGE_WIDE)
    heads = PARTS_HIGH if any(group.kind in LATER_PHASES for group in content_of(graph).groups) else 0.0
    return more_around(scene) + _NOTE_HIGH * (lines - usual) + heads


def _calm(scene: Scene) -> List[str]:
    """The notes that stand below the legend, but for those of figures that are not known yet."""
    calm = [note for note in scene.notes if not note.startswith(ALARMS)]
    closed = any(card.repeat > 1 and not card.open for card in cards(scene))
    return [OF_COPIES, *calm] if closed else calm


def fits_with(tried: Try, around: float) -> bool:
    """Whether a drawing fits on the page if so much more than usual stands above and below its marks."""
    return tried.high * PAGE_HIGH + around <= PAGE_HIGH


def second_line(scene: Scene) -> float:
    """The height of the line of facts: 0 where these stand beside the title."""
    return 0.0 if headline_wide(scene) <= PAGE_WIDE else SECOND_LINE


def drawn_wide(graph: Graph, shape: PageShape) -> float:
    """The width that a column of the drawing may have."""
    return PAGE_WIDE / shape.columns - shape.figures - _beside(graph)


def _beside(graph: Graph) -> float:
    """How much wider the figures are than usual: the head names the parts of bars in a training step, and only times have numbers."""
    if any(group.kind in LATER_PHASES for group in content_of(graph).groups):
        return PARTS_WIDE
    return 0.0 if content_of(graph).measured else -TEXT_WIDE


def cut_in_lines(drawing: Drawing, graph: Graph) -> Try:
    """The drawing from left to right in as few lines of flow as fit; cards are cut in two only if it does not fit otherwise."""
    found: List[Try] = []
    for whole_cards in (True, False):
        cut = flow_lines(drawing.root, MOST_FLOW_LINES, whole_cards=whole_cards, wide=PAGE_WIDE)
        high = sum(line.bottom - line.top for line in cut) + LINE_GAP * (len(cut) - 1)
        wide = max(line.right - line.left for line in cut)
        found.append(Try(graph, drawing, tuple(cut), _over(wide, high + more_around(drawing.scene))))
        if not found[-1].over:
            break
    return min(found, key=lambda tried: tried.over)


def cut_in_columns(drawing: Drawing, graph: Graph, shape: PageShape) -> Try:
    """The drawing in so many columns; cards are cut in two only if it does not fit otherwise."""
    beside = shape.figures + _beside(graph)
    found: List[Try] = []
    for whole_cards in (True, False):
        cut = strips(drawing.root, shape.columns, whole_cards=whole_cards, tight=True)
        high = max(strip.bottom - strip.top for strip in cut)
        wide = sum(strip.right - strip.left + beside for strip in cut)
        found.append(Try(graph, drawing, tuple(cut), _over(wide, high + more_around(drawing.scene))))
        # A single column is not cut: without whole cards it would be narrower than its widest card.
        if not found[-1].over or shape.columns == 1:
            break
    return min(found, key=lambda tried: tried.over)


def _over(wide: float, high: float) -> float:
    """By how much a drawing of that size is larger than the page, as a factor; 0 if it fits."""
    over = max(high / PAGE_HIGH, 1.0) * max(wide / PAGE_WIDE, 1.0)
    return 0.0 if over <= 1.0 else over
