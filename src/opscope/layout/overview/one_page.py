"""The overview of a graph: a drawing on one page, with figures beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NamedTuple, Optional, Tuple

from ...graph.content import content_of, with_content
from ...graph.graph import Graph
from ...graph.vocabulary import layer_class
from ...passes import EVERYTHING, Selection, prepared, repeats_folded
from ...passes.file_phases import with_phases
from ...passes.likeness import alike
from ...passes.opening import Opening
from ...passes.stages import staged
from ..picture import Drawing
from ..scene.compared import Comparisons
from ..strips import Strip
from .authors import Authors, OwnClass
from .figure_lines import FigureLine, lines, lines_below
from .fitting import Pages
from .headline_flops import costed
from .insides import Insides
from .known_scopes import known_scopes
from .own_cells import own_cells
from .row_figures import NO_FIGURES, RowFigures, figures
from .squeeze_excite_groups import squeeze_excite_groups, with_squeeze_excite

_BATCH = re.compile(r"(?<![^ (])b(?![^,)])")
"""The batch as the size of an axis."""
_OTHER_LETTERS = re.compile(r"[a-zA-Z](?<!(?<![^ (])b(?![^,)]))")
"""A letter in a shape that is not the batch alone."""
_FEW = 40
"""A graph with at most so many boxes and chips is drawn op by op."""


class Manner(NamedTuple):
    """How an overview is to be drawn."""

    rightward: bool = False
    """From left to right, in lines of flow below each other, instead of from the top down in columns."""
    libraries: Tuple[str, ...] = ()
    """Further packages whose classes are those of a library."""
    placed: bool = True
    """Whether everything stays where it is put here. Graphviz has places of its own, so that nothing may be called by its side."""


AS_USUAL = Manner()


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
    classes: Tuple[OwnClass, ...] = ()
    """The classes that the author of the model wrote."""
    all_own: bool = False
    """Whether no layer is of a class that a library wrote."""
    none_own: bool = False
    """Whether it is known that no layer is of a class that the author wrote."""


def overview(graph: Graph, *, selection: Selection = EVERYTHING, wanted: Manner = AS_USUAL) -> Overview:
    """The overview of a graph.

    Args:
        graph: any graph.
        selection: which part of it is drawn.
        wanted: how it is drawn.

    Raises:
        InputError: `selection` or `wanted` name what is not there.
    """
    return _overview(prepared(with_phases(graph), shapes=False, selection=selection), wanted)


def overview_if_large(
    graph: Graph,
    *,
    selection: Selection = EVERYTHING,
    wanted: Manner = AS_USUAL,
    estimated: Optional[Graph] = None,
) -> Optional[Overview]:
    """The overview of a graph; ``None`` if it has so few ops to draw that all of them fit on a page.

    `estimated` is the graph with its costs, if these are known already.
    """
    whole = prepared(with_phases(graph), shapes=False, selection=selection)
    # What a graph of layers has to tell stands on closed cards; inside of each is nothing but a box.
    of_layers = any(map(layer_class, set(content_of(whole).table.ops)))
    is_large = content_of(whole).view.marks(len(whole)) > _FEW
    return _overview(whole, wanted, estimated) if is_large or of_layers else None


def _overview(prepared_graph: Graph, wanted: Manner, estimated: Optional[Graph] = None) -> Overview:
    whole = with_batch_as_wires(prepared_graph)
    authors = Authors(wanted.libraries)
    authors.check(content_of(whole).groups)
    folded = with_squeeze_excite(staged(repeats_folded(whole), authors.is_own))
    counted = whole if content_of(whole).is_of_two else costed(whole, estimated)
    best = _pages(counted, folded, authors, wanted).best()
    there = lines_below(best.drawing.root) if wanted.rightward else lines(best.drawing.root)
    return Overview(
        best.graph,
        best.drawing,
        best.columns,
        () if content_of(whole).is_of_two else tuple(there),
        # What both graphs have together says nothing of either.
        NO_FIGURES if content_of(whole).is_of_two else figures(counted, best.graph, there),
        authors.classes(content_of(whole).groups),
        authors.are_all_own(content_of(whole).groups),
        authors.are_all_of_libraries(content_of(whole).groups),
    )


def with_batch_as_wires(graph: Graph) -> Graph:
    """The graph in which the shapes that ops make have ``None`` for a batch of any size, as wires have it, where they tell no other open size.

    Letters stay where they tell more: which of several open sizes one is, or what is made of it.
    """
    view = content_of(graph).view
    told = {node: _BATCH.sub("None", text) for node, text in view.makes.items() if not _OTHER_LETTERS.search(text)}
    return with_content(graph, view=replace(view, makes={**view.makes, **told})) if told else graph


def _pages(whole: Graph, folded: Graph, authors: Authors, wanted: Manner) -> Pages:
    """The pages of a graph whose repeats and stages are found."""
    like = alike(folded)
    told = squeeze_excite_groups(folded) | known_scopes(folded)
    # Of two graphs in one only what holds a difference beside something else opens.
    may_open = Comparisons(folded).mixed if content_of(folded).is_of_two else None
    opening = Opening(folded, like, authors.is_own, authors.is_told, told, may_open)
    cells = own_cells(folded, opening, authors)
    if cells:
        opening = Opening(folded, like, authors.is_own, authors.is_told, told | cells.keys(), may_open)
    formulas = {layer: cell.formula for layer, cell in cells.items()}
    formulas.update({cell.cell: cell.equations for cell in cells.values() if cell.equations is not None})
    return Pages(
        opening,
        like,
        authors,
        Insides(opening, authors, formulas),
        rightward=wanted.rightward,
        placed=wanted.placed,
        whole=whole,
        cells=cells,
    )
