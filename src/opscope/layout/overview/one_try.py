"""Draws an overview with some groups open, in the shape of a page that fits it best."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import AbstractSet, Dict, FrozenSet, Iterator, List, Mapping, NamedTuple, Optional, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...passes.opening import Opening
from ...passes.stages import stages
from ..density import TIGHT, Density
from ..engine import Engine, draw
from ..picture import Drawing
from ..rightward import draw_rightward
from ..scene.bundling import bundle
from ..scene.compose import compose
from ..scene.end_names import with_given_names
from ..scene.found_words import with_unmarked_told
from ..scene.items import Card, ChainRow, Scene, items
from ..scene.sketch import Sketch
from ..scene.stage import Stage
from .authors import Authors
from .card_lines import BELOW_MORE
from .card_room import CardRoom
from .card_words import worded
from .common_ends import without_common_ends
from .copy_courses import CopyCourses
from .first_copies import FirstCopies
from .formula_text import MOST_LINES, Entering, InsideFormula, names_by_side
from .insides import Insides
from .known_words import KnownWords
from .loop_states import with_named_states
from .metric_names import output_meanings
from .page_shapes import (
    FLOW_SHAPE,
    MOST_COLUMNS,
    NARROW_JOINED,
    NARROW_SHAPES,
    PAGE_SHAPES,
    PageShape,
    Try,
    cut_in_columns,
    cut_in_lines,
    drawn_wide,
)
from .row_runs import JOINED
from .rows import in_rows
from .size_words import SizeWords
from .sketch_steps import SketchForms
from .sketching import Sketching
from .skip_labels import without_repeated_labels
from .unframed import without_frames
from .wire_roles import WireRoles, with_roles_in_labels

NOTHING_ENTERS = Entering([])
MOST_BY_ROWS = 1.6
"""What is higher than the page by more than this cannot be made to fit by longer rows."""
MOST_BY_TEXTS = 1.25
"""Columns that are wider than the page by more than this do not fit with shorter texts either, nor with one column more."""
MOST_IN_COLUMN = 34
"""So many characters of a formula stand in a cell of a drawing from left to right."""
MOST_IN_CELL = 142
"""A formula in the cell of a row has at most so many characters, which are wider there than in a card."""
DRAWN_SHAPES = [
    (shape, courses) for shape in (*PAGE_SHAPES, NARROW_JOINED) if shape.columns == 1 for courses in (True, False)
]
"""The shapes of a page whose closed cards have small drawings, with and without the courses of shapes beside these."""
NAME_TAKES = 10
"""So many characters fewer are told behind the name of a row than in a card."""
_CUT = re.compile(r"(?:\band|\u2026) \d+ more\b|\u2026\w|\w\u2026|[,;] \u2026 \w")
"""How what is cut short reads, at whichever character: ``\u2026`` between two words is a range."""


class _Said(NamedTuple):
    """What rows say of what groups hold."""

    cells: Dict[int, str]
    """In the cell of a stage."""
    behind: Dict[int, str]
    """Behind the name of the row."""


class _Drawn(NamedTuple):
    """A drawing, and what it was made of."""

    words: Scene
    said: _Said
    rows: int
    drawing: Drawing
    cut: int
    """How often something that it says is cut short."""

    def is_of(self, words: Scene, said: _Said, rows: int) -> bool:
        """Whether the same words in the same manner of rows make the same drawing."""
        return self.rows == rows and self.said == said and self.words == words


@dataclass
class _Asked:
    """What is to be drawn, and what was made of it so far: several shapes of a page, and tries, have the same room for words."""

    graph: Graph
    scene: Scene
    insides: Mapping[int, InsideFormula]
    kept: FrozenSet[int]
    beside: FrozenSet[int]
    sketches: Mapping[int, Sketch]
    worded: Dict[CardRoom, Scene] = field(default_factory=dict)
    unframed: Dict[CardRoom, Scene] = field(default_factory=dict)
    drawn: List[_Drawn] = field(default_factory=list)


class Tries:
    """Draws an overview with the groups open that are asked for."""

    def __init__(
        self,
        opening: Opening,
        like: Mapping[int, int],
        authors: Authors,
        insides: Insides,
        *,
        rightward: bool,
        whole: Optional[Graph],
    ) -> None:
        """Get ready; the arguments are those of `fitting.Pages`."""
        self._opening, self._like, self._authors, self._insides = opening, like, authors, insides
        self._rightward = rightward
        self._sides = ("upper", "lower") if rightward else ("left", "right")
        closed = opening.graph(frozenset())
        self._known, self._roles, self._meanings = KnownWords(closed, whole), WireRoles(closed), output_meanings(closed)
        self._courses, self._settled = CopyCourses(closed, self._known), insides.settled
        self._sizes = SizeWords(content_of(closed).groups, self._known, like)
        self._firsts = FirstCopies(closed, self._known)
        self.engine = Engine(TIGHT)  # the tries have most of their cards in common
        self._drawn: Dict[Tuple[object, ...], Try] = {}
        """What was drawn before: what is tried in one way is often tried again from another start."""
        self._asked: Dict[Tuple[object, ...], _Asked] = {}
        """What tries have in common that differ only in how much room there is for words."""
        self._scenes: Dict[Tuple[object, ...], Scene] = {}
        """Which cards there are, and which of them are open -> what is drawn, whatever it says."""
        self.entering: Mapping[int, Entering] = {}
        """Closed group -> the tensors that enter it, in the order in which their wires end, once that is known."""

    def anew_at(self, density: Density) -> None:
        """Forget what was drawn, and draw at another density from now on."""
        self.engine = self.engine.spaced(density)
        self._drawn.clear()
        self._asked.clear()
        self.entering = {}

    def in_shape(
        self,
        opened: FrozenSet[int],
        kept: FrozenSet[int] = frozenset(),
        lines_told: int = MOST_LINES,
        beside: FrozenSet[int] = frozenset(),
        sketching: Optional[Sketching] = None,
        characters: Optional[int] = None,
    ) -> Try:
        """The drawing with these groups open, in the shape of a page that fits it best. Cards say in so many lines what they hold.

        The groups `kept` are cards, those `beside` are told beside their rows. `sketching` is how closed cards have small drawings, if they do;
        in a line of what cards say are so many `characters` at most, if that is asked for.
        """
        graph = self._opening.graph(opened)
        cards = Stage(graph, self._settled).cards()
        wanted = (cards, kept, beside, tuple(self.entering), sketching)
        key = (wanted, lines_told, characters)
        if key not in self._drawn:
            if cards not in self._scenes:
                self._scenes[cards] = self._scene(graph)
            if wanted not in self._asked:
                self._asked[wanted] = self._to_draw(graph, self._scenes[cards], opened, kept, beside, sketching)
            tried = self._in_shape(self._asked[wanted], lines_told, characters, in_drawings=sketching is not None)
            self._drawn[key] = tried._replace(lines_told=lines_told, sketching=sketching)
        return self._drawn[key]._replace(opened=opened)

    def _scene(self, graph: Graph) -> Scene:
        """What is drawn of a graph, before anything is said of what closed cards hold."""
        composed = without_common_ends(compose(graph, gradients_told=True, settled=self._settled), graph)
        return self._roles.told(with_given_names(with_named_states(composed, graph), self._meanings))

    def _to_draw(
        self,
        graph: Graph,
        scene: Scene,
        opened: FrozenSet[int],
        kept: FrozenSet[int],
        beside: FrozenSet[int],
        sketching: Optional[Sketching],
    ) -> _Asked:
        """What is to be drawn; the arguments are those of `in_shape`."""
        insides = self.called(self._insides.of(opened))
        if self._rightward:  # a formula in a cell would be a line across the page; a card breaks it into lines
            short = self._in_cells(insides, FLOW_SHAPE.characters)
            kept = kept | {index for index in insides if self._opening.is_stage(index) and index not in short}
        sketches: Mapping[int, Sketch] = {}
        if sketching is not None:
            drawings = self.called_drawings(opened)
            if sketching.own_only:
                drawings = {index: forms for index, forms in drawings.items() if not self._is_library(index)}
            wide = drawn_wide(graph, PAGE_SHAPES[0])
            sketches = sketching.fitting(drawings, wide, self._like)
            if sketching.first_copies:
                sketches = self._firsts.beside(sketches, sketching.room(wide), joined=sketching.joined)
            sketches = self._firsts.lettered(sketches)
            kept = kept | {index for index in sketches if self._opening.is_stage(index)}
        return _Asked(graph, scene, insides, kept, beside, sketches)

    def _in_shape(self, asked: _Asked, lines_told: int, characters: Optional[int], *, in_drawings: bool) -> Try:
        """The drawing in the shape of a page that fits it best; `in_drawings` says whether closed cards may have small ones."""
        graph, insides, kept = asked.graph, asked.insides, asked.kept
        found: List[Try] = []
        before: Optional[_Drawn] = None
        columns = 0
        one_column = several_columns = True
        without: Optional[Try] = None  # what fits without the courses that it could tell
        for full, courses in DRAWN_SHAPES if in_drawings else self._shapes(graph, insides, kept):
            shape = _in_lines_of(characters, full)
            if not (one_column if shape.columns == 1 else several_columns) or (without is not None and not courses):
                continue
            if without is not None and shape.columns > 1:
                break
            room = CardRoom(shape.characters, lines_told, courses, slim=not self._rightward, narrow=shape.narrow)
            made = self._made(asked, shape, room)
            if made is before and shape.columns == columns:
                continue
            before, columns, drawing = made, shape.columns, made.drawing
            tried = cut_in_lines(drawing, graph) if self._rightward else cut_in_columns(drawing, graph, shape)
            cut = made.cut + self._unsaid(drawing.scene, insides, made.said, room)
            found.append(tried._replace(kept=kept, beside=asked.beside, cut=cut))
            if not tried.over and (without is None or cut <= without.cut):
                if courses or made.words == self._worded(asked, room._replace(courses=True)):
                    return found[-1]
                without = found[-1]
            if tried.over > MOST_COLUMNS:  # so much cannot be won by columns
                break
            if tried.over > MOST_BY_ROWS and shape.columns == 1 and tried.high > MOST_BY_ROWS:
                one_column = False
            if shape.columns > 1 and tried.high <= 1.0 and tried.over > MOST_BY_TEXTS:
                several_columns = several_columns and min(each.over for each in found) > MOST_BY_ROWS
        return without or min(found, key=lambda tried: tried.over)

    def _made(self, asked: _Asked, shape: PageShape, room: CardRoom) -> _Drawn:
        """The drawing for a shape of the page.

        Mostly all that is said has room in narrower lines too: then it is one that was made before, cut otherwise if at all.
        """
        words = self._worded(asked, room)
        cells = self._in_cells(asked.insides, shape.characters)
        said = _Said(cells, _behind(asked.insides, asked.beside.difference(cells), shape))
        made = next((each for each in asked.drawn if each.is_of(words, said, shape.rows)), None)
        if made is None:
            graph = asked.graph
            if room not in asked.unframed:
                # Rows are no cards, to which bundles lead.
                without = without_frames(words.root, stages(graph), self._is_library)
                asked.unframed[room] = bundle(replace(words, root=without))
            rows = in_rows(
                asked.unframed[room], graph, asked.kept, said.cells, said.behind, self._known, manner=shape.rows
            )
            told = with_unmarked_told(with_roles_in_labels(without_repeated_labels(rows)), graph)
            drawing = draw_rightward(told, TIGHT, figured=True) if self._rightward else draw(told, self.engine)
            made = _Drawn(words, said, shape.rows, drawing, _cut_short(drawing.scene))
            asked.drawn.append(made)
        return made

    def _worded(self, asked: _Asked, room: CardRoom) -> Scene:
        """What is drawn, with the words that its cards have room for."""
        if room not in asked.worded:
            asked.worded[room] = _worded_before(asked, room) or worded(
                asked.scene,
                asked.graph,
                self._like,
                asked.insides,
                room,
                self._authors,
                self._known,
                self._courses,
                self._sizes,
                asked.sketches,
            )
        return asked.worded[room]

    def called(self, insides: Mapping[int, InsideFormula]) -> Dict[int, InsideFormula]:
        """The formulas with their inputs called by where they enter, as far as that is known."""
        sides = self._sides
        return {index: told.sided(self.entering.get(index, NOTHING_ENTERS), *sides) for index, told in insides.items()}

    def called_drawings(self, opened: FrozenSet[int]) -> Dict[int, SketchForms]:
        """The small drawings of what is closed with these groups open, with their inputs called as those of formulas are."""
        return {
            index: forms.called(names_by_side(forms.inputs, self.entering.get(index, NOTHING_ENTERS), *self._sides))
            for index, forms in self._insides.sketches(opened).items()
        }

    @property
    def are_odd_firsts(self) -> bool:
        """Whether any stack has a first copy that is not the drawn one."""
        return self._firsts.are_any

    def has_first_copies(self, opened: FrozenSet[int]) -> bool:
        """Whether a closed stack has a first copy with something of its own that can be drawn."""
        return any(
            self._firsts.of(index, forms.forms[0].steps) for index, forms in self._insides.sketches(opened).items()
        )

    def _unsaid(self, scene: Scene, insides: Mapping[int, InsideFormula], said: _Said, room: CardRoom) -> int:
        """How many cards, and stages in rows, say nothing of what they hold because there is no room for any of it."""
        found = 0
        for item in items(scene):
            if isinstance(item, Card) and not item.open and item.group in insides:
                told = item.sketch is not None or item.group in self._like
                found += not told and not room.lines_of(insides[item.group])
            elif isinstance(item, ChainRow):
                held = {cell.item.group for cell in item.cells if isinstance(cell.item, Card)}.intersection(insides)
                found += sum(
                    self._opening.is_stage(group)
                    for group in held
                    if group not in said.cells and group not in said.behind
                )
        return found

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
            index: formula.lines(MOST_IN_COLUMN if self._rightward else min(characters + BELOW_MORE, MOST_IN_CELL), 1)
            for index, formula in insides.items()
            if self._opening.is_stage(index)
        }
        return {index: line[0] for index, line in told.items() if line}


def _worded_before(asked: _Asked, room: CardRoom) -> Optional[Scene]:
    """What was worded for longer lines, if none of them is longer than there is room."""
    longer = (
        scene
        for other, scene in asked.worded.items()
        if other.characters > room.characters and other._replace(characters=room.characters) == room
    )
    return next(filter(room.is_enough_for, longer), None)


def _in_lines_of(characters: Optional[int], shape: PageShape) -> PageShape:
    """The shape of a page, where it is of one column with so many characters in a line at most, if that is asked for."""
    if characters is None or shape.columns > 1:
        return shape
    return shape._replace(characters=min(shape.characters, characters))


def _cut_short(scene: Scene) -> int:
    """How often something that cards and rows say is cut short."""
    return sum(len(_CUT.findall(text)) for text in _sayings(scene))


def _sayings(scene: Scene) -> Iterator[str]:
    """What cards say, and rows of what is closed."""
    for item in (scene.root, *items(scene)):
        if isinstance(item, Card):
            yield f"{item.subtitle} {item.detail}"
        elif isinstance(item, ChainRow):
            yield from (cell.text for cell in item.cells)


def _behind(insides: Mapping[int, InsideFormula], beside: AbstractSet[int], shape: PageShape) -> Dict[int, str]:
    """The formulas of some groups that are short enough to stand behind the name of a row."""
    lines = {index: insides[index].lines(shape.characters - NAME_TAKES, 1) for index in beside if index in insides}
    return {index: line[0] for index, line in lines.items() if line}
