"""Says what a cell that the author wrote does in a recurrent layer of a library, so that nobody needs to look into the layer's loop."""

from __future__ import annotations

from typing import Dict, FrozenSet, List, NamedTuple, Optional, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.vocabulary import chain
from ...passes.opening import Opening
from ..flat import BORDER
from ..scene.compose import compose
from ..scene.items import Card, Pill, cards
from .authors import Authors
from .formula import step_formula_of
from .formula_text import FormulaText, InsideFormula
from .loop_states import with_named_states
from .recurrent_words import is_recurrent
from .rows import in_rows
from .series_parallel import RESULT_OF_CELL

EACH_STEP = "each step: "
NEW_STATE = "new state"
_STATE, _TAKEN = "state", "input"
"""What a cell takes: what the loop carries from step to step, and what is new in each."""


class OwnCell(NamedTuple):
    """The cell of a recurrent layer."""

    formula: InsideFormula
    """What it does in each step."""
    groups: FrozenSet[int]
    """The cell, the layer, and what is between them: so many open if a reader is to see the cell. Without a cell that is told by `equations`."""
    cell: int
    """The group that the cell is."""
    equations: Optional[InsideFormula] = None
    """What it does, where a tensor made in it is taken at several places: nobody likes to follow its wires."""


def own_cells(graph: Graph, opening: Opening, authors: Authors) -> Dict[int, OwnCell]:
    """For each recurrent layer of a library its cell, if it has one that the author wrote and there is a formula for what that does."""
    content = content_of(graph)
    cells: Dict[int, List[int]] = {}
    for index, group in enumerate(content.groups):
        if not (group.is_call and authors.is_own(group) and opening.size(index)):
            continue
        around = list(chain(content.groups, index))[1:]
        layer = next((each for each in around if is_recurrent(content.groups[each])), None)
        inside = around[: around.index(layer)] if layer is not None else []
        if layer is None or any(authors.is_own(content.groups[each]) for each in inside):
            continue
        if any(content.groups[each].kind == "body" for each in inside):
            cells.setdefault(layer, []).append(index)
    found: Dict[int, OwnCell] = {}
    for layer, own in cells.items():
        formula = _formula(graph, opening, own[0]) if len(own) == 1 else None
        if formula is not None:
            around = list(chain(content.groups, own[0]))
            groups = frozenset(around[: around.index(layer) + 1])
            told = InsideFormula(_each_step(formula.full), _each_step(formula.short))
            if formula.full.equations:
                found[layer] = OwnCell(told, groups - {own[0]}, own[0], formula)
            else:
                found[layer] = OwnCell(told, groups, own[0])
    return found


def _formula(graph: Graph, opening: Opening, cell: int) -> Optional[InsideFormula]:
    """What a cell does in a step."""
    opened = opening.graph(set(chain(content_of(graph).groups, cell)))
    told = in_rows(with_named_states(compose(opened), opened), opened)
    for around in cards(told):
        for place, card in enumerate(around.children):
            if isinstance(card, Card) and card.group == cell and card.open:
                results = [wire for wire in card.wires if wire.target.child == BORDER]
                return step_formula_of(card, results, _inputs(around, place), _result(around, place))
    return None


def _inputs(body: Card, place: int) -> Tuple[str, ...]:
    """The names of what a cell takes from the body of its loop, in the order of its ports; empty if two would have one name."""
    names: Dict[int, str] = {}
    for wire in body.wires:
        if wire.target.child == place and wire.kind == "data":
            source = body.children[wire.source.child] if wire.source.child >= 0 else None
            names[wire.target.port] = _STATE if isinstance(source, Pill) and source.kind == _STATE else _TAKEN
    inputs = tuple([names[port] for port in sorted(names)])
    return inputs if sorted(names) == list(range(len(names))) and len(set(inputs)) == len(inputs) else ()


def _result(body: Card, place: int) -> str:
    """What the result of a cell is called: the loop hands it on as its state."""
    sources = {wire.source.child for wire in body.wires if wire.kind == "next"}
    return NEW_STATE if place in sources else RESULT_OF_CELL


def _each_step(text: FormulaText) -> FormulaText:
    equations = (EACH_STEP + text.equations[0], *text.equations[1:]) if text.equations else ()
    return FormulaText(EACH_STEP + text.steps, text.each, equations=equations)
