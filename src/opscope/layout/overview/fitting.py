"""Tries ways to draw an overview and chooses the one that opens most and fits on a page, in columns or in lines of flow."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import AbstractSet, Dict, FrozenSet, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.vocabulary import LATER_PHASES
from ...passes.opening import Opening
from ...passes.stages import stages
from ..density import TIGHT
from ..engine import Engine, draw
from ..flow_lines import flow_lines
from ..picture import Drawing, Drawn
from ..rightward import draw_rightward
from ..scene.bundling import bundle
from ..scene.compose import compose
from ..scene.items import Card, ChainRow, Scene, cards, items
from ..strips import Strip, strips
from .authors import Authors
from .card_words import BELOW_MORE, Room, worded
from .end_names import with_given_names
from .formula import MOST_LINES, InsideFormula
from .insides import Insides
from .known_words import KnownWords
from .loop_states import with_named_states
from .rows import JOINED, LONG, SHORT, in_rows
from .unframed import without_frames

PAGE_WIDE, PAGE_HIGH = 1208.0, 577.0
"""The room for the marks of an overview, with their figures, in units of which texts have 10.5 or more: of the 720 of a page, 58 are above
them, and 85 below, with two lines of notes (`render.svg.overview_page`)."""
MOST_COLUMNS = 3
TEXT_WIDE = 62.0
"""The room that the numbers beside bars take, which only what was measured has."""
PARTS_WIDE = 47.0
"""The further room that the names of the parts of bars take."""
MORE_TRIES = 14
"""So many further groups are tried, one by one, when a budget fits."""
MOST_SWAPS = 4
"""So many further groups are tried in place of smaller ones."""
MOST_TOLD_CARDS = 6
"""So many closed layers are tried, one by one, as cards that say what they hold, if all together do not fit."""
BUDGETS = (160, 110, 80, 60, 45, 34, 26, 20, 14, 8)
"""How many boxes may be drawn, the first that fits."""


MOST_BY_ROWS = 1.6
"""What is larger than the page by more than this cannot be made to fit by longer rows."""
MOST_BY_SWAP = 1.05
"""What did not fit by more than this does not fit where a larger group took the place of smaller ones either."""
_CUT = re.compile(r"(?:\band|\u2026) \d+ more\b|\w\u2026\w")
"""How what is cut short reads."""


class PageShape(NamedTuple):
    """How a page is filled."""

    columns: int
    characters: int
    """So many characters of what a card says stand in one line."""
    figures: float
    """The room for the figures beside each column, in pixels."""
    rows: int = SHORT
    """How rows are made (`rows.SHORT`)."""
    narrow: int = 0
    """So many characters fewer stand in a line of what is in a card."""


PAGE_SHAPES = (
    PageShape(1, 100, 318.0),
    PageShape(1, 62, 318.0),
    PageShape(1, 100, 318.0, LONG),
    PageShape(2, 46, 262.0),
    PageShape(1, 100, 318.0, JOINED),
    PageShape(2, 26, 262.0, LONG),
    PageShape(3, 36, 265.0),
)
NAME_TAKES = 10
"""So many characters fewer are told behind the name of a row than in a card."""
NARROW_SHAPES = (PageShape(1, 36, 318.0), PageShape(1, 36, 318.0, narrow=16))
"""For cards that say what they hold, beside others."""
ALIKE_IN_SIZE = 2
"""Of two layers that are not more than so many times as large as each other neither is told at the cost of the other."""
MOST_LINES_NARROW = 6
"""In so many lines such cards say it where they would be cut short else."""


FLOW_SHAPE = PageShape(1, 100, 0.0)
"""For a drawing from left to right, in which what cards say is broken into lines afterwards."""
MOST_FLOW_LINES = 4
LINE_GAP = 14.0
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
    cut: int = 0
    """How often something that cards say is cut short."""

    def is_worse(self, other: "Try") -> bool:
        """Whether it is too large, or cuts more short than another."""
        return bool(self.over) or self.cut > other.cut


class _Said(NamedTuple):
    """What rows say of what groups hold."""

    cells: Dict[int, str]
    """In the cell of a stage."""
    behind: Dict[int, str]
    """Behind the name of the row."""


class Pages:
    """Tries ways to draw an overview."""

    def __init__(
        self,
        opening: Opening,
        like: Mapping[int, int],
        authors: Authors,
        insides: Insides,
        *,
        rightward: bool,
        placed: bool = True,
        whole: Optional[Graph] = None,
    ) -> None:
        """Get ready.

        Args:
            opening: which groups may open, best first.
            like: group -> an earlier one of the same structure.
            authors: tells whose the class of a layer is.
            insides: tells what is in closed groups.
            rightward: draw from left to right, in lines of flow.
            placed: everything stays where it is put here.
            whole: the graph with all copies of what repeats.
        """
        self._placed = placed
        self._opening, self._like, self._authors, self._rightward = opening, like, authors, rightward
        self._insides = insides
        self._known = KnownWords(opening.graph(frozenset()), whole)
        self._engine = Engine(TIGHT)  # the tries have most of their cards in common
        self._too_large: Dict[int, float] = {}
        """By how much the drawing was too large with a further group open."""
        self._entering: Dict[int, List[str]] = {}
        """Closed group -> the tensors that enter it, in the order in which their wires end, once that is known."""

    def best(self) -> Try:
        """The drawing with the most groups open that fits; the one that is least too large if none fits."""
        best: Optional[Try] = None
        seen: Set[FrozenSet[int]] = set()
        for rows in BUDGETS:
            opened = self._opening.opened(rows)
            if opened in seen:
                continue
            seen.add(opened)
            tried = self._in_shape(opened)
            if best is None or (tried.over, tried.cut) < (best.over, best.cut):
                best = tried
            if not best.over and not best.cut:
                break
        assert best is not None  # there is at least one budget
        for fewer in range(MOST_LINES - 1, 0, -1):
            for groups in dict.fromkeys((best.opened, opened)) if best.over else ():
                best = min(best, self._in_shape(groups, lines_told=fewer), key=lambda tried: tried.over)
        found = best if best.over else self._fair(self._told(self._swapped(self._filled(best))))
        return self._sided(found) if self._placed else found

    def _fair(self, best: Try) -> Try:
        """The drawing in which two layers of the author are told rather than one of them open and the other nothing but a name."""
        bare = self._bare(best)
        leaves = best.opened - {self._opening.group(index).parent for index in best.opened}
        for index in sorted(leaves, key=self._opening.size)[-1:] if bare else ():
            alike = max(map(self._opening.size, bare)) * ALIKE_IN_SIZE >= self._opening.size(index)
            if alike and self._authors.is_own(self._opening.group(index)):
                tried = self._in_shape(best.opened - {index}, frozenset({index, *bare}), MOST_LINES_NARROW)
                if not (tried.over or tried.cut or self._bare(tried)):
                    return tried
        return best

    def _bare(self, tried: Try) -> List[int]:
        """The author's layers that are nothing but a name in a row, though there is a formula for them."""
        formulas = self._insides.of(tried.opened)
        rows = [row for row in _rows_of(tried.drawing.scene) if not row.inside]
        held = {part.group for row in rows for part in row.items if isinstance(part, Card)}
        return sorted(
            index for index in held.intersection(formulas) if self._authors.is_own(self._opening.group(index))
        )

    def _sided(self, best: Try) -> Try:
        """The drawing in which formulas call inputs by the side on which they enter. What is said plays no part in where wires end."""
        self._entering = dict(_entering(best.drawing.root, along=1 if self._rightward else 0))
        insides = self._insides.of(best.opened)
        if self._called(insides) == insides:
            return best
        return self._in_shape(best.opened, best.kept, best.lines_told, best.beside)

    def _called(self, insides: Mapping[int, InsideFormula]) -> Dict[int, InsideFormula]:
        """The formulas with their inputs called by where they enter, as far as that is known."""
        first, last = ("upper", "lower") if self._rightward else ("left", "right")
        return {index: told.sided(self._entering.get(index, ()), first, last) for index, told in insides.items()}

    def _filled(self, best: Try, hopeless: float = MOST_BY_ROWS) -> Try:
        """The drawing with as many further groups open as fit. Those with which it was `hopeless` times too large are not tried again."""
        refused = {index for index, over in self._too_large.items() if over > hopeless}
        for _ in range(MORE_TRIES):
            index = next((each for each in self._opening.next(best.opened) if each not in refused), None)
            if index is None:
                break
            tried = self._in_shape(best.opened | {index})
            further = self._opening.only(index)
            # It alone shows one closed card, which may be wider than what is in it.
            if tried.is_worse(best) and further is not None:
                tried = self._in_shape(best.opened | {index, further})
            if tried.is_worse(best):
                refused.add(index)
                self._too_large[index] = tried.over
            else:
                best = tried
        return best

    def _swapped(self, best: Try) -> Try:
        """The drawing in which larger groups are open in place of smaller ones, which a line tells, where not all have room."""
        largest = self._opening.largest(best.opened)
        for index in [each for each in largest if self._too_large.get(each, 0.0) < MOST_BY_ROWS][:MOST_SWAPS]:
            smaller = self._opening.smaller(best.opened, index)
            tried = self._in_shape(best.opened - smaller | {index}) if smaller else best
            if index in tried.opened and not tried.is_worse(best):
                best = self._filled(tried, MOST_BY_SWAP)
        return best

    def _told(self, best: Try) -> Try:
        """The drawing in which closed layers that stand in rows say what they hold, as many as fit."""
        formulas = self._insides.of(best.opened)
        held = [part.group for row in _rows_of(best.drawing.scene) for part in row.items if isinstance(part, Card)]
        waiting = sorted({group for group in held if group in formulas}, key=lambda group: -self._opening.size(group))
        for kept in ([waiting] if len(waiting) > 1 else []) + [[group] for group in waiting[:MOST_TOLD_CARDS]]:
            if best.kept.issuperset(kept):
                continue
            for lines in (best.lines_told, MOST_LINES_NARROW):
                tried = self._in_shape(best.opened, best.kept.union(kept), lines)
                if not tried.is_worse(best) and len(tried.columns) == len(best.columns):
                    best = tried
                    break
        return best if self._rightward else self._beside(best, [group for group in waiting if group not in best.kept])

    def _beside(self, best: Try, waiting: Sequence[int]) -> Try:
        """The drawing in which rows say beside their names what their layers hold, as many as there is width for."""
        for groups in ([waiting] if len(waiting) > 1 else []) + [[group] for group in waiting[:MOST_TOLD_CARDS]]:
            if best.beside.issuperset(groups):
                continue
            tried = self._in_shape(best.opened, best.kept, best.lines_told, best.beside.union(groups))
            best = best if tried.over else tried
        return best

    def _in_shape(
        self,
        opened: FrozenSet[int],
        kept: FrozenSet[int] = frozenset(),
        lines_told: int = MOST_LINES,
        beside: FrozenSet[int] = frozenset(),
    ) -> Try:
        """The drawing with these groups open, in the shape of a page that fits it best. Cards say in so many lines what they hold.

        The groups `kept` are cards, those `beside` are told beside their rows.
        """
        graph = self._opening.graph(opened)
        scene = with_given_names(with_named_states(compose(graph, gradients_told=True), graph))
        insides = self._called(self._insides.of(opened))
        found: List[Try] = []
        before: Optional[Tuple[Scene, _Said, int, int]] = None
        worded_in: Dict[Room, Scene] = {}  # several shapes have the same room for words
        unframed: Dict[Room, Scene] = {}
        one_column = True
        for shape, courses in self._shapes(graph, insides, kept):
            if found and not one_column and shape.columns == 1:
                continue
            room = Room(shape.characters, lines_told, courses, slim=not self._rightward, narrow=shape.narrow)
            if room not in worded_in:
                worded_in[room] = worded(scene, graph, self._like, insides, room, self._authors, self._known)
            words = worded_in[room]
            cells = self._in_cells(insides, shape.characters)
            said = _Said(cells, _behind(insides, beside.difference(cells), shape))
            # Mostly all that is said has room in narrower lines too: the drawing is the one before, cut otherwise if at all.
            is_same = before is not None and (words, said, shape.rows) == before[:3]
            if before is not None and is_same and shape.columns == before[3]:
                continue
            before = words, said, shape.rows, shape.columns
            if not is_same:
                if room not in unframed:
                    # Rows are no cards, to which bundles lead.
                    without = without_frames(words.root, stages(graph), self._is_library)
                    unframed[room] = bundle(replace(words, root=without))
                told = in_rows(unframed[room], graph, kept, said.cells, said.behind, self._known, manner=shape.rows)
                drawing = draw_rightward(told, TIGHT, figured=True) if self._rightward else draw(told, self._engine)
            tried = _in_lines(drawing, graph) if self._rightward else _in_columns(drawing, graph, shape)
            cut = sum([len(_CUT.findall(f"{card.subtitle} {card.detail}")) for card in cards(drawing.scene)])
            found.append(tried._replace(opened=opened, kept=kept, beside=beside, lines_told=lines_told, cut=cut))
            if not tried.over:
                return found[-1]
            if tried.over > MOST_COLUMNS:  # so much cannot be won by columns
                break
            if tried.over > MOST_BY_ROWS and shape.columns == 1:
                one_column = False
        return min(found, key=lambda tried: tried.over)

    def _shapes(
        self, graph: Graph, insides: Mapping[int, InsideFormula], kept: AbstractSet[int]
    ) -> List[Tuple[PageShape, bool]]:
        """The shapes of a page to be tried, each with and, before there are several columns, without the courses of shapes beside formulas."""
        if self._rightward:
            return [(FLOW_SHAPE, True)]
        found = [
            (shape, courses)
            for shape in PAGE_SHAPES
            for courses in ((True, False) if shape.rows == JOINED else (True,))
        ]
        if any(index in insides for index in content_of(graph).view.stacks):
            found.insert(1, (PAGE_SHAPES[0], False))
        return found + [(shape, True) for shape in NARROW_SHAPES if kept]

    def _is_library(self, index: int) -> bool:
        """Whether a group is a layer whose class a library wrote."""
        group = self._opening.group(index)
        return bool(group.cls) and not self._authors.is_own(group)

    def _in_cells(self, insides: Mapping[int, InsideFormula], characters: int) -> Dict[int, str]:
        """The formulas of stages that are short enough for a cell: such a group has no words of its own."""
        told = {
            index: formula.lines(characters + BELOW_MORE, 1)
            for index, formula in insides.items()
            if self._opening.is_stage(index)
        }
        return {index: line[0] for index, line in told.items() if line}


def _behind(insides: Mapping[int, InsideFormula], beside: AbstractSet[int], shape: PageShape) -> Dict[int, str]:
    """The formulas of some groups that are short enough to stand behind the name of a row."""
    lines = {index: insides[index].lines(shape.characters - NAME_TAKES, 1) for index in beside if index in insides}
    return {index: line[0] for index, line in lines.items() if line}


def _beside(graph: Graph) -> float:
    """How much wider the figures are than usual: the head names the parts of bars in a training step, and only times have numbers."""
    if any(group.kind in LATER_PHASES for group in content_of(graph).groups):
        return PARTS_WIDE
    return 0.0 if content_of(graph).measured else -TEXT_WIDE


def _entering(drawn: Drawn, *, along: int) -> Iterator[Tuple[int, List[str]]]:
    """For each closed card, and for the first in each row, the tensors that enter it, in the order in which their wires end.

    `along` is 0 for wires that end side by side, 1 for those that end one below the other.
    """
    if drawn.inside is None:
        return
    ends: Dict[int, List[Tuple[float, str]]] = {}
    for path in drawn.inside.paths:
        ends.setdefault(path.wire.target.child, []).append((path.points[-1][along], path.wire.tip.split(" ")[0]))
    for place, child in enumerate(drawn.inside.children):
        yield from _entering(child, along=along)
        item = child.item.items[0] if isinstance(child.item, ChainRow) else child.item
        if isinstance(item, Card) and not item.open and place in ends:
            yield item.group, [name for _, name in sorted(ends[place])]


def _rows_of(scene: Scene) -> List[ChainRow]:
    return [item for item in items(scene) if isinstance(item, ChainRow)]


def _in_lines(drawing: Drawing, graph: Graph) -> Try:
    """The drawing from left to right in as few lines of flow as fit; cards are cut in two only if it does not fit otherwise."""
    found: List[Try] = []
    for whole_cards in (True, False):
        cut = flow_lines(drawing.root, MOST_FLOW_LINES, whole_cards=whole_cards, wide=PAGE_WIDE)
        high = sum(line.bottom - line.top for line in cut) + LINE_GAP * (len(cut) - 1)
        wide = max(line.right - line.left for line in cut)
        found.append(Try(graph, drawing, tuple(cut), _over(wide, high)))
        if not found[-1].over:
            break
    return min(found, key=lambda tried: tried.over)


def _in_columns(drawing: Drawing, graph: Graph, shape: PageShape) -> Try:
    """The drawing in so many columns; cards are cut in two only if it does not fit otherwise."""
    beside = shape.figures + _beside(graph)
    found: List[Try] = []
    for whole_cards in (True, False):
        cut = strips(drawing.root, shape.columns, whole_cards=whole_cards, tight=True)
        high = max(strip.bottom - strip.top for strip in cut)
        wide = sum(strip.right - strip.left + beside for strip in cut)
        found.append(Try(graph, drawing, tuple(cut), _over(wide, high)))
        # A single column is not cut: without whole cards it may be narrower, which helps only what is too wide.
        if not found[-1].over or (shape.columns == 1 and wide <= PAGE_WIDE):
            break
    return min(found, key=lambda tried: tried.over)


def _over(wide: float, high: float) -> float:
    """By how much a drawing of that size is larger than the page, as a factor; 0 if it fits."""
    over = max(high / PAGE_HIGH, 1.0) * max(wide / PAGE_WIDE, 1.0)
    return 0.0 if over <= 1.0 else over
