"""What is told at the border of a stack: the tensors that other copies than the drawn one take, and those that they give."""

from __future__ import annotations

from typing import TYPE_CHECKING, AbstractSet, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence

from ..graph.content import content_of
from ..graph.types import CONTROL, Edge
from ..graph.view import LACKING, Leaving, Stack
from ..graph.vocabulary import chain
from .differ import variation_words
from .fit import variations
from .rewire import origin

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from ..graph.groups import Group
    from ..graph.table import NodeTable
    from .flow import TensorRef
    from .structure import Part


class Reduced(NamedTuple):
    """What stays of a graph whose repeats are folded."""

    whole: "Graph"
    groups: "Sequence[Group]"
    """The groups that stay; indices of groups mean these."""
    home: Mapping[int, int]
    """Op that stays -> its group, -1 for a loose op."""
    aside: AbstractSet[int]
    """Those of them that stay only to be named: their inputs are not drawn."""
    row: Mapping[int, int]
    """Op that stays -> its row in the new table."""
    stand_in: Callable[[int], int]
    """The op that is drawn for an op."""
    passed: bytes
    """For each op 1 if it is an identity that is drawn as a wire."""
    entering: Mapping[int, Edge]
    """Number of an edge into a drawn copy that is not the first -> the tensor that enters the stack there."""
    first: Mapping[int, Mapping[int, int]]
    """Group of a stack -> what `entering` tells of it: of such an edge the one by which the first copy takes what enters."""


def with_borders(
    reduced: Reduced, stacks: Mapping[int, Stack], parts: "Mapping[int, Sequence[Part]]"
) -> Dict[int, Stack]:
    """The stacks (group -> stack) with what crosses their borders; `parts` has the copies of each."""
    gives = _given(reduced, stacks)
    takes = _taken(reduced, stacks, gives)
    found: Dict[int, Stack] = {}
    for group, stack in stacks.items():
        others = variations(reduced.whole, parts[group], reduced.stand_in, reduced.passed)
        # What is reordered has its wire to the drawn copy's op, marked as each copy's.
        apart = [one.source for one in others if not one.reordered]
        sources = [(reduced.row[node], output) for node, output in apart if node in reduced.row]
        found[group] = stack._replace(
            others=tuple(dict.fromkeys(sources)),
            differences=(*stack.differences, *variation_words(reduced.whole, parts[group], others)),
            gives=gives.get(group, {}),
            takes=takes.get(group, {}),
        )
    return found


def _taken(
    reduced: Reduced, stacks: Mapping[int, Stack], gives: "Mapping[int, Mapping[TensorRef, Leaving]]"
) -> "Dict[int, Dict[TensorRef, Leaving]]":
    """For each stack what its drawn copy really has where a tensor enters that is drawn for another one."""
    table = content_of(reduced.whole).table
    left = {tensor for tensors in gives.values() for tensor in tensors}
    found: Dict[int, Dict[TensorRef, Leaving]] = {}
    # Group -> itself and the groups around it, from the inside out: many ops lie in one.
    chains = {home: tuple(chain(reduced.groups, home)) for home in set(reduced.home.values())}
    inside = {node for group, stack in stacks.items() if left or stack.places for node in stack.copies[0]}
    for user in sorted(inside.intersection(reduced.home) - reduced.aside):
        if reduced.passed[user]:  # a wire: what it hands on is told where an op takes it, and may run past the copy
            continue
        around = [group for group in chains[reduced.home[user]] if group in stacks]
        for edge in range(table.edge_start[user], table.edge_start[user + 1]):
            if table.edge_output[edge] == CONTROL:
                continue
            source = Edge(table.edge_node[edge], table.edge_output[edge])
            enters = origin(table, *reduced.entering.get(edge, source), reduced.passed)
            shown = reduced.stand_in(enters[0])
            tensor = (reduced.row[shown], enters[1])
            holds = chains[reduced.home[shown]]
            at = edge
            for group in around:  # from the inside out: what enters a stack is what its first copy takes
                real = origin(table, table.edge_node[at], table.edge_output[at], reduced.passed)
                if group not in holds and (tensor in left or real != (shown, enters[1])):
                    _note(found.setdefault(group, {}), tensor, real, table)
                at = reduced.first.get(group, {}).get(at, at)
    return found


def _note(
    noted: "Dict[TensorRef, Leaving]",
    tensor: "TensorRef",
    real: "TensorRef",
    table: "NodeTable",
    *,
    place: Optional[int] = None,
) -> None:
    """Note what is really there for a drawn tensor, of the copy at a place; what is there for it elsewhere may be of another type and copy."""
    types, known = table.outputs[real[0]], noted.get(tensor)
    kind = types[real[1]] if 0 <= real[1] < len(types) else None
    if known is not None:
        kind, place = kind if known.type == kind else None, place if known.place == place else None
    noted[tensor] = Leaving(table.names[real[0]], kind, place)


def _given(reduced: Reduced, stacks: Mapping[int, Stack]) -> "Dict[int, Dict[TensorRef, Leaving]]":
    """For each stack the tensors that leave it and are not the drawn copy's. A tensor leaves the outermost stack around it last."""
    table = content_of(reduced.whole).table
    found: Dict[int, Dict[TensorRef, Leaving]] = {}
    uses = [(use, node) for node in reduced.home if node not in reduced.aside for use in _inputs(reduced, node)]
    uses += [((port.node, port.output), -1) for port in content_of(reduced.whole).outputs]
    places = {group: _places(stack) for group, stack in stacks.items()}
    # An identity of the drawn copy may hand on what another copy gives. These come first: of several names the last one noted is told.
    handed_on = [(use, user) for use, user in uses if reduced.passed[use[0]] and reduced.stand_in(use[0]) == use[0]]
    for use, user in [*handed_on, *(each for each in uses if reduced.stand_in(each[0][0]) != each[0][0])]:
        giver = Edge(*origin(table, *use, reduced.passed))
        shown = reduced.stand_in(giver.node)
        if shown == giver.node or not 0 <= giver.output < len(table.outputs[giver.node]):
            continue
        group = _outermost_left(reduced, stacks, shown, user)
        if group is not None:
            tensor = (reduced.row[shown], giver.output)
            _note(found.setdefault(group, {}), tensor, giver, table, place=places[group].get(giver.node))
    return found


def _places(stack: Stack) -> Dict[int, int]:
    """Op in a copy of the stack -> the place of that copy, in the order of the data."""
    found: Dict[int, int] = {}
    for ops, place in zip(stack.copies, stack.places or range(len(stack.copies))):
        found.update(dict.fromkeys(ops, place))  # not op by op: a stack may hold all of a graph
    found.pop(LACKING, None)
    return found


def _inputs(reduced: Reduced, node: int) -> "List[TensorRef]":
    """The tensors that an op takes; of a drawn copy those that enter its stack."""
    table = content_of(reduced.whole).table
    edges = range(table.edge_start[node], table.edge_start[node + 1])
    return [
        reduced.entering.get(edge) or (table.edge_node[edge], table.edge_output[edge])
        for edge in edges
        if table.edge_output[edge] != CONTROL
    ]


def _outermost_left(reduced: Reduced, stacks: Mapping[int, Stack], shown: int, user: int) -> Optional[int]:
    """The outermost stack that holds the op `shown` but not its `user` (-1: an output of the model)."""
    inside = set(chain(reduced.groups, reduced.home[user])) if user >= 0 else set()
    around: List[int] = [group for group in chain(reduced.groups, reduced.home[shown]) if group in stacks]
    left = [group for group in around if group not in inside]
    return left[-1] if left else None
