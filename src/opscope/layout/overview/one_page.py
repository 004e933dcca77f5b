"""Makes an overview fit on one page: opens as many groups as there is room for, and cuts what is high into columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import FrozenSet, List, Mapping, NamedTuple, Optional, Set, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...passes import EVERYTHING, Selection, prepared, repeats_folded
from ...passes.likeness import alike
from ...passes.opening import Opening
from ..density import TIGHT
from ..engine import draw
from ..flow_lines import flow_lines
from ..picture import Drawing
from ..rightward import draw_rightward
from ..scene.bundling import bundle
from ..scene.compose import compose
from ..scene.items import Scene
from ..strips import Strip, strips
from .authors import Authors
from .card_words import worded
from .figure_lines import FigureLine, lines, lines_below
from .loops_once import without_conditions
from .row_figures import RowFigures, figures
from .rows import in_rows
from .unframed import without_frames

PAGE_WIDE, PAGE_HIGH = 1208.0, 604.0
"""The room for the marks of an overview, with their figures, in units of which texts have 10.5 or more."""
MOST_COLUMNS = 3
TEXT_WIDE = 60.0
"""The room that the numbers beside bars take, which only what was measured has."""
_FEW = 40
"""A graph with at most so many boxes and chips is drawn op by op."""
MOST_OVER = 1.01
"""A drawing that is larger by this factor fits as well: no reader sees a hundredth."""
MORE_TRIES = 14
"""So many further groups are tried, one by one, when a budget fits."""
BUDGETS = (160, 110, 80, 60, 45, 34, 26, 20, 14, 8)
"""How many boxes may be drawn, the first that fits."""


class PageShape(NamedTuple):
    """How a page is filled."""

    columns: int
    characters: int
    """So many characters of what a card says stand in one line."""
    figures: float
    """The room for the figures beside each column, in pixels."""


PAGE_SHAPES = (PageShape(1, 100, 334.0), PageShape(1, 62, 334.0), PageShape(2, 46, 270.0), PageShape(3, 36, 270.0))


_ONE_LINE = 100
"""So many characters stand in one line of what is broken into lines afterwards."""
MOST_LINES = 4
LINE_GAP = 14.0
"""Between two lines of flow, where the line is drawn that carries the flow on."""


class Manner(NamedTuple):
    """How an overview is to be drawn."""

    rightward: bool = False
    """From left to right, in lines of flow below each other, instead of from the top down in columns."""
    libraries: Tuple[str, ...] = ()
    """Further packages whose classes are those of a library."""


AS_USUAL = Manner()


class _Page(NamedTuple):
    """What all drawings that are tried for a page have in common."""

    like: Mapping[int, int]
    """Group -> an earlier one of the same structure."""
    authors: Authors
    rightward: bool


@dataclass(frozen=True)
class Overview:
    """An overview with coordinates: the drawing, the columns that it is cut into, and the lines of figures."""

    graph: Graph
    """The graph that is drawn."""
    drawing: Drawing
    columns: Tuple[Strip, ...]
    """In a drawing from left to right: its lines of flow."""
    lines: Tuple[FigureLine, ...]
    figures: RowFigures


class _Try(NamedTuple):
    """One way to draw an overview."""

    graph: Graph
    drawing: Drawing
    columns: Tuple[Strip, ...]
    over: float
    """By how much it is larger than the page, as a factor; 0 if it fits."""
    opened: FrozenSet[int] = frozenset()
    """The groups that are open."""


def overview(graph: Graph, *, selection: Selection = EVERYTHING, wanted: Manner = AS_USUAL) -> Overview:
    """The overview of a graph.

    Args:
        graph: any graph.
        selection: which part of it is drawn.
        wanted: how it is drawn.

    Raises:
        InputError: `selection` or `wanted` name what is not there.
    """
    return _overview(prepared(graph, shapes=False, selection=selection), wanted)


def overview_if_large(
    graph: Graph, *, selection: Selection = EVERYTHING, wanted: Manner = AS_USUAL
) -> Optional[Overview]:
    """The overview of a graph; ``None`` if it has so few ops to draw that all of them fit on a page."""
    whole = prepared(graph, shapes=False, selection=selection)
    return _overview(whole, wanted) if content_of(whole).view.marks(len(whole)) > _FEW else None


def _overview(whole: Graph, wanted: Manner) -> Overview:
    authors = Authors(wanted.libraries)
    authors.check(content_of(whole).groups)
    folded = repeats_folded(whole)
    page = _Page(alike(folded), authors, rightward=wanted.rightward)
    best = _best(Opening(folded, page.like, authors.is_own), page)
    there = lines_below(best.drawing.root) if wanted.rightward else lines(best.drawing.root)
    return Overview(
        best.graph, best.drawing, best.columns, tuple(there), figures(whole, best.graph, [line.item for line in there])
    )


def _best(opening: Opening, page: _Page) -> _Try:
    """The drawing with the most groups open that fits; the one that is least too large if none fits."""
    best: Optional[_Try] = None
    seen: Set[FrozenSet[int]] = set()
    for rows in BUDGETS:
        opened = opening.opened(rows)
        if opened in seen:
            continue
        seen.add(opened)
        tried = _in_shape(opening, opened, page)
        if best is None or tried.over < best.over:
            best = tried
        if not best.over:
            break
    assert best is not None  # there is at least one budget
    refused: Set[int] = set()
    for _ in range(0 if best.over else MORE_TRIES):
        index = next((each for each in opening.next(best.opened) if each not in refused), None)
        if index is None:
            break
        tried = _in_shape(opening, best.opened | {index}, page)
        if tried.over:
            refused.add(index)
        else:
            best = tried
    return best


def _in_shape(opening: Opening, opened: FrozenSet[int], page: _Page) -> _Try:
    """The drawing with these groups open, in the shape of a page that fits it best."""
    graph = opening.graph(opened)
    scene = without_conditions(compose(graph))
    if page.rightward:
        return _in_lines(scene, graph, page)._replace(opened=opened)
    found: List[_Try] = []
    for shape in PAGE_SHAPES:
        found.append(_tried(scene, graph, page, shape)._replace(opened=opened))
        if not found[-1].over:
            return found[-1]
        if found[-1].over > MOST_COLUMNS:  # so much cannot be won by columns
            break
    return min(found, key=lambda tried: tried.over)


def _told(scene: Scene, graph: Graph, page: _Page, characters: int) -> Scene:
    """The scene with the words and rows of an overview."""
    scene = worded(scene, graph, page.like, characters, page.authors)
    scene = bundle(replace(scene, root=without_frames(scene.root)))  # rows are no cards, to which bundles lead
    return in_rows(scene, graph)


def _in_lines(scene: Scene, graph: Graph, page: _Page) -> _Try:
    """The drawing from left to right in as few lines of flow as fit; cards are cut in two only if it does not fit otherwise."""
    drawing = draw_rightward(_told(scene, graph, page, _ONE_LINE), TIGHT, figured=True)
    found: List[_Try] = []
    for whole_cards in (True, False):
        cut = flow_lines(drawing.root, MOST_LINES, whole_cards=whole_cards, wide=PAGE_WIDE)
        high = sum(line.bottom - line.top for line in cut) + LINE_GAP * (len(cut) - 1)
        wide = max(line.right - line.left for line in cut)
        over = max(high / PAGE_HIGH, 1.0) * max(wide / PAGE_WIDE, 1.0)
        found.append(_Try(graph, drawing, tuple(cut), 0.0 if over <= MOST_OVER else over))
        if not found[-1].over:
            break
    return min(found, key=lambda tried: tried.over)


def _tried(scene: Scene, graph: Graph, page: _Page, shape: PageShape) -> _Try:
    """The drawing in so many columns; cards are cut in two only if it does not fit otherwise."""
    drawing = draw(_told(scene, graph, page, shape.characters), TIGHT)
    timed = bool(content_of(graph).measured)
    found: List[_Try] = []
    for whole_cards in (True, False):
        cut = strips(drawing.root, shape.columns, whole_cards=whole_cards, tight=True)
        high = max(strip.bottom - strip.top for strip in cut)
        wide = sum(strip.right - strip.left + shape.figures - (0.0 if timed else TEXT_WIDE) for strip in cut)
        over = max(high / PAGE_HIGH, 1.0) * max(wide / PAGE_WIDE, 1.0)
        found.append(_Try(graph, drawing, tuple(cut), 0.0 if over <= MOST_OVER else over))
    return min(found, key=lambda tried: tried.over)
