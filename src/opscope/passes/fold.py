"""Folding: decides which groups of a drawing are open and which are closed."""

from __future__ import annotations

from dataclasses import replace
from heapq import heappop, heappush
from typing import Dict, FrozenSet, Iterable, List, NamedTuple, Set, Tuple, Union

from ..errors import InputError, option
from ..graph.content import content_of, with_content
from ..graph.graph import Graph
from ..graph.view import BOX, PILL
from ..graph.vocabulary import BODY_KINDS, FIRST_PHASES, FLOW_KINDS, LATER_PHASES, REPLICA, chain
from .ends import drawn_inputs

Depth = Union[int, str, None]
"""How far groups open: a number of levels, ``"layers"``, ``"all"``, or ``None`` for as far as is readable."""

READABLE = 150
"""By default, groups open while the drawing has at most this many boxes ..."""
SPARSE = 12
"""... but while it shows fewer than this, groups may open up to twice `READABLE`: a few closed groups tell little."""

_FIRST = FIRST_PHASES | BODY_KINDS | FLOW_KINDS | {"model", REPLICA}
"""Kinds of groups that open first, since they show how the graph is built."""


class Batch(NamedTuple):
    """Sibling groups that open together or not at all. Batches are tuples: they open in the order of their fields."""

    rank: int
    """0: shows how the graph is built (a layer that holds layers does, too), 1: other calls of layers, 2: name scopes, 3:
    the backward pass and the optimizer."""
    level: int
    """How many groups are around the members: the outer batches of a rank open first."""
    first: int
    """The first of the members, so that batches of one rank and level open in the order of the graph."""
    members: Tuple[int, ...]


def fold(graph: Graph, depth: Depth = None, *, boxes: int = READABLE) -> Graph:
    """Decide which groups are closed, whatever was closed before.

    Before: any graph; if it has roles, they tell which ops are boxes. After: `view.closed` has the groups that are
    drawn closed. (A group inside a closed one is not drawn, so it may be in `view.closed` or not.) Nothing else
    changes.

    Args:
        graph: what to draw.
        depth: a number n opens the groups with fewer than n ancestors; below a focus it counts from there.
            ``"layers"`` opens everything above the innermost layers, ``"all"`` everything. ``None`` opens groups while
            the drawing has about `boxes` boxes.
        boxes: the most boxes for ``None``, and for ``"layers"`` in a graph without layers.

    Raises:
        InputError: `depth` is something else.
    """
    if content_of(graph).view.focus >= 0:
        return _fold_focus(graph, depth, boxes)
    if depth == "all":
        return close(graph, ())
    if isinstance(depth, int) and not isinstance(depth, bool) and depth >= 0:
        return close(graph, (index for index, level in enumerate(_levels(graph)) if level >= depth))
    if depth == "layers":
        return close(graph, _below_layers(graph, boxes))
    if depth is None:
        return close(graph, _beyond_readable(graph, boxes))
    raise InputError(
        f"{option('depth', depth)} is not known; use a whole number from 0, 'layers', 'all', or None for the default"
    )


def _fold_focus(graph: Graph, depth: Depth, boxes: int) -> Graph:
    """Open a focus, the groups around it and, inside it, the groups that `depth` opens; close all others."""
    groups, focus = content_of(graph).groups, content_of(graph).view.focus
    holding = tuple(chain(groups, focus))
    below = {focus}
    for index, group in enumerate(groups):
        if group.parent in below:
            below.add(index)
    if depth is None:
        closed = _beyond_readable(graph, boxes, holding)
    else:
        # Fold as if there were no focus, a number counted from the focus, and take from it what is inside the focus.
        alone = with_content(graph, view=replace(content_of(graph).view, focus=-1))
        number = isinstance(depth, int) and not isinstance(depth, bool) and depth >= 0
        closed = content_of(fold(alone, _levels(graph)[focus] + int(depth) if number else depth)).view.closed
    shut = (index for index in range(len(groups)) if index in closed or index not in below)
    return close(graph, frozenset(shut).difference(holding))


def close(graph: Graph, groups: Iterable[int]) -> Graph:
    """The graph with exactly these groups closed."""
    return with_content(graph, view=replace(content_of(graph).view, closed=frozenset(groups)))


def _levels(graph: Graph) -> List[int]:
    """For each group the number of its ancestors that are the user's own."""
    levels: List[int] = []
    for index, group in enumerate(content_of(graph).groups):
        # A group that `repeat` made is not a level of the user's: its members count as if it were not there. It has the
        # level of the group around it, and opens with that. An outermost one has -1: every number opens it.
        own = 0 if index in content_of(graph).view.made else 1
        levels.append(levels[group.parent] + own if group.parent >= 0 else own - 1)
    return levels


def box_counts(graph: Graph) -> Tuple[List[int], List[int]]:
    """For each group: the boxes that it shows when it is open and its subgroups are closed; and all boxes below it.

    A closed subgroup counts as one box, unless there is no box in it: then it is not drawn.
    """
    groups, view = content_of(graph).groups, content_of(graph).view
    # The model's inputs are drawn outside of every card, and an op that owns a body is drawn as the body's card.
    outside = drawn_inputs(graph) | {group.owner for group in groups}
    direct, below = [0] * len(groups), [0] * len(groups)
    for index, group in enumerate(groups):
        if group.owner >= 0 and group.kind in FLOW_KINDS and view.role(group.owner) == BOX:
            direct[index] = 1  # the loop or branch op itself is drawn, even if there is nothing to draw in its bodies
    for node, home in enumerate(content_of(graph).node_group):
        if home >= 0 and view.role(node) in (BOX, PILL) and node not in outside:
            direct[home] += 1
    for index in range(len(groups) - 1, -1, -1):
        below[index] += direct[index]
        parent = groups[index].parent
        if parent >= 0 and below[index]:
            below[parent] += below[index]
            direct[parent] += 1
    return direct, below


def _below_layers(graph: Graph, boxes: int) -> FrozenSet[int]:
    """The groups to close for ``"layers"``: those with no layer inside and no layer's gradient.

    A graph without layers is folded as by default.
    """
    groups = content_of(graph).groups
    if not any(group.is_call for group in groups):
        return _beyond_readable(graph, boxes)
    paths = {group.path: group for group in groups}
    above = [False] * len(groups)  # whether a layer, or a layer's gradient, is inside the group
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        mirrored = paths.get(group.of or "")  # the forward group whose gradient this group is
        if group.parent >= 0 and (above[index] or group.is_call or (mirrored is not None and mirrored.is_call)):
            above[group.parent] = True
    return frozenset(index for index, opens in enumerate(above) if not opens)


def _beyond_readable(graph: Graph, boxes: int, holding: Tuple[int, ...] = ()) -> FrozenSet[int]:
    """The groups to close by default. Batches of siblings are opened in their order, each if the boxes stay few enough.

    Args:
        graph: what to draw.
        boxes: the most boxes.
        holding: a focus and the groups around it, the innermost first. They are open, and nothing opens outside the
            focus.
    """
    direct, below = box_counts(graph)
    batches = _batches(graph, below)
    shown = _loose(graph) + sum(
        1 for index, group in enumerate(content_of(graph).groups) if group.parent < 0 and below[index]
    )
    shown += sum(direct[index] - 1 for index in holding)
    opened: Set[int] = set(holding)
    waiting: List[Batch] = []
    for batch in batches.get(holding[0] if holding else -1, ()):
        heappush(waiting, batch)
    while waiting:
        members = heappop(waiting).members
        more = sum(direct[index] - 1 for index in members)  # an opened group's boxes replace the box that it was
        if shown + more > (boxes if shown >= SPARSE else 2 * boxes):
            continue  # a smaller batch further on may still fit
        shown += more
        opened.update(members)
        for index in members:
            for batch in batches.get(index, ()):
                heappush(waiting, batch)
    return frozenset(index for index in range(len(content_of(graph).groups)) if index not in opened)


def _loose(graph: Graph) -> int:
    """How many boxes lie in no group, the model's inputs among them."""
    view, inputs = content_of(graph).view, drawn_inputs(graph)
    return sum(
        1
        for node, group in enumerate(content_of(graph).node_group)
        if (group < 0 or node in inputs) and view.role(node) in (BOX, PILL)
    )


def _batches(graph: Graph, below: List[int]) -> Dict[int, List[Batch]]:
    """For each group the batches of its subgroups; at -1 those of the outermost groups."""
    levels, groups = _levels(graph), content_of(graph).groups
    holds = [False] * len(groups)
    for group in groups:
        if group.parent >= 0 and group.is_call:
            holds[group.parent] = True
    sets: Dict[Tuple[int, int, object], List[int]] = {}
    for index, group in enumerate(groups):
        if not below[index]:
            continue
        if group.kind in _FIRST or (group.is_call and holds[index]):
            alone = -1 if group.kind == REPLICA else index
            rank, together = 0, (group.kind, group.cls, group.owner if group.owner >= 0 else alone)
        elif group.kind in LATER_PHASES:
            rank, together = 3, (group.kind, None, index)
        else:
            rank, together = 1 if group.is_call else 2, (group.kind, None, -1)
        # `together` says which siblings open at once: all layers of one kind, all scopes, the branches of one op, replicas.
        # Others open alone.
        sets.setdefault((group.parent, rank, together), []).append(index)
    found: Dict[int, List[Batch]] = {}
    for (parent, rank, _), members in sets.items():
        found.setdefault(parent, []).append(Batch(rank, levels[members[0]], members[0], tuple(members)))
    return found
