"""Draws only a part of a graph: one group with its neighbours, what lies between two ops, or some kinds of ops."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, List, Optional, Sequence, Set, Tuple

from ..errors import InputError, option
from ..graph.content import content_of, with_content
from ..graph.edges import turned
from ..graph.matches import find_group
from ..graph.types import CONTROL
from ..graph.view import BOX, CHIP, OMITTED, PILL, WIRE
from ..graph.vocabulary import chain
from . import lookup
from .flow import Flow
from .reach import reachable, sources

if TYPE_CHECKING:
    from ..graph.graph import Graph

_DRAWN = frozenset({BOX, PILL})


@dataclass(frozen=True)
class Selection:
    """Which part of a graph is drawn; by default all of it.

    An op is drawn if it fulfils all conditions that are given.
    """

    focus: Optional[str] = None
    """The path of a group: it is drawn with what a tensor joins to it."""
    between: Optional[Tuple[Optional[str], Optional[str]]] = None
    """Two ops: what depends on the first and is needed by the second is drawn. One of them may be ``None``."""
    hide: Tuple[str, ...] = ()
    """Patterns, as `lookup.matching` takes them: what matches one of them is not drawn."""
    only: Tuple[str, ...] = ()
    """Patterns: if there are any, only what matches one of them is drawn."""


EVERYTHING = Selection()


def select(graph: Graph, selection: Selection) -> Graph:
    """Give each op that was not selected the role `OMITTED`.

    An op that `hide` or `only` takes away gets `WIRE` if it can: a wire then runs from its first input to its users.

    Before: all other roles are decided. After: `view.counts.left_out` is the number of ops that are left out, including
    side matter that only they use. `view.focus` is the group of the focus. Ops and groups stay as they are.

    Raises:
        InputError: a path, an op or a pattern names nothing, no path leads from the first op to the second, or nothing
            is left.
    """
    if selection == EVERYTHING:
        return graph
    view = content_of(graph).view
    roles = bytearray(view.roles or bytes(len(graph)))  # without roles, every op is a box, which is 0
    flow = Flow(graph, bytes(roles))
    edges = sources(graph, flow, roles)
    focus = -1
    if selection.focus is not None:
        focus = find_group(graph, selection.focus)
        _omit(roles, _surroundings(graph, focus, edges, roles))
    if selection.between is not None:
        _omit(roles, _on_the_way(graph, flow, edges, *selection.between))
    vain = _vain(graph, roles, selection.hide)
    _filter(graph, flow, roles, selection)
    _restore_owners(graph, roles)
    if not any(role in _DRAWN for role in roles):
        given = [option(name) for name in ("focus", "between", "hide", "only") if getattr(selection, name)]
        raise InputError(f"the selection leaves no op to draw; change {' or '.join(given)}")
    return _settled(graph, roles, focus, vain)


def _omit(roles: bytearray, kept: Set[int]) -> None:
    """Leave out all boxes and pills but those in `kept`. Chips are seen to at the end, by `_settled`."""
    for node, role in enumerate(roles):
        if role in _DRAWN and node not in kept:
            roles[node] = OMITTED


def _surroundings(graph: Graph, focus: int, edges: Sequence[Sequence[int]], roles: Sequence[int]) -> Set[int]:
    """The ops of the focus, and of each neighbour that a tensor joins to it.

    Neighbours are the groups and ops that lie beside the focus or beside a group around it. They are drawn as a whole
    (closed), even if only one of their ops is joined to the focus.
    """
    inside = lookup.members(graph, focus)
    holding = set(chain(content_of(graph).groups, focus))
    # Op -> the outermost of its groups: a loop has several. We go backwards, so the outermost is entered last.
    owned = {
        group.owner: index for index, group in reversed(list(enumerate(content_of(graph).groups))) if group.owner >= 0
    }
    tops = _tops(graph, holding)
    # An op with a body of its own, such as a loop, counts as lying in it.
    homes = [owned.get(node, home) for node, home in enumerate(content_of(graph).node_group)]
    joined = {
        producer if user in inside else user
        for user, producers in enumerate(edges)
        for producer in producers
        if (user in inside) != (producer in inside)
    }
    # A joined op that lies beside the focus in no other group is drawn by itself. Any other is drawn with all of the
    # group beside the focus that it is in.
    near = {node for node in joined if roles[node] in _DRAWN}
    beside = {tops[homes[node]] for node in near if homes[node] >= 0} - {-1}
    return inside | near | {node for node, home in enumerate(homes) if home >= 0 and tops[home] in beside}


def _tops(graph: Graph, holding: Set[int]) -> List[int]:
    """For each group the outermost group around it that does not hold the focus; -1 for one that holds it."""
    found: List[int] = []
    for index, group in enumerate(content_of(graph).groups):
        above = found[group.parent] if group.parent >= 0 else -1
        found.append(-1 if index in holding else above if above >= 0 else index)
    return found


def _on_the_way(
    graph: Graph, flow: Flow, edges: Sequence[Sequence[int]], first: Optional[str], last: Optional[str]
) -> Set[int]:
    """The ops that depend on the first op and that the last op depends on, including these two."""
    users = turned(edges)
    ends = [_named(graph, flow, name) if name is not None else set() for name in (first, last)]
    after = reachable(users, ends[0]) if first is not None else set(range(len(graph)))
    before = reachable(edges, ends[1]) if last is not None else set(range(len(graph)))
    found = after & before
    if not found:
        swapped = reachable(users, ends[1]) & ends[0]
        remedy = "swap the two" if swapped else "choose two ops of which one depends on the other"
        raise InputError(f"no path leads from {first!r} to {last!r}; {remedy}")
    return found


def _named(graph: Graph, flow: Flow, name: str) -> Set[int]:
    """The ops that a name means. For an op that is drawn as a wire it is the op where the wire begins."""
    return {flow.source(node, 0)[0] for node in lookup.ops(graph, name)}


def _filter(graph: Graph, flow: Flow, roles: bytearray, selection: Selection) -> None:
    """Leave out what `hide` matches or `only` does not match.

    Such an op becomes a wire if it can, so that the rest stays joined.
    """
    if not selection.hide and not selection.only:
        return
    gone: Set[int] = set().union(*(lookup.matching(graph, pattern) for pattern in selection.hide))
    if selection.only:
        gone |= set(range(len(graph))).difference(*(lookup.matching(graph, pattern) for pattern in selection.only))
    # The roles before the loop decide, so that in a chain of ops that are left out each becomes a wire.
    owners = {group.owner for group in content_of(graph).groups}
    before = bytes(roles)
    for node in sorted(gone):
        if before[node] in _DRAWN:
            roles[node] = WIRE if node not in owners and _passes(graph, flow, before, node) else OMITTED


def _vain(graph: Graph, roles: Sequence[int], patterns: Sequence[str]) -> Tuple[str, ...]:
    """The patterns of which no match would be drawn as a box or pill, such as ``Const``: hiding them changes nothing."""
    return tuple(
        pattern for pattern in patterns if not any(roles[node] in _DRAWN for node in lookup.matching(graph, pattern))
    )


def _passes(graph: Graph, flow: Flow, roles: Sequence[int], node: int) -> bool:
    """Whether an op can become a wire: it has an output, and its first input is a tensor that a drawn op makes."""
    table = content_of(graph).table
    row = table.edge_start[node]
    if roles[node] != BOX or not table.outputs[node] or row == table.edge_start[node + 1]:
        return False
    output = table.edge_output[row]
    return output != CONTROL and roles[flow.source(table.edge_node[row], output)[0]] in _DRAWN


def _restore_owners(graph: Graph, roles: bytearray) -> None:
    """Draw a loop, branch or call after all if something in its body is drawn: the body's card is its card."""
    holds = [False] * len(content_of(graph).groups)
    for node, home in enumerate(content_of(graph).node_group):
        if home >= 0 and roles[node] in _DRAWN:
            holds[home] = True
    for index in range(len(content_of(graph).groups) - 1, -1, -1):
        group = content_of(graph).groups[index]
        if not holds[index]:
            continue
        if group.parent >= 0:
            holds[group.parent] = True
        if group.owner >= 0 and roles[group.owner] == OMITTED:
            roles[group.owner] = BOX


def _settled(graph: Graph, roles: bytearray, focus: int, vain: Tuple[str, ...]) -> Graph:
    """The graph with its new roles, and the patterns that left out nothing.

    Chips that nothing drawn uses are left out, and so are outputs that no drawn op makes.
    """
    content, view = content_of(graph), content_of(graph).view
    flow = Flow(graph, bytes(roles))
    edges = sources(graph, flow, roles)
    outputs = tuple(
        port for port in content.outputs if roles[flow.source(port.node, port.output)[0]] in (BOX, PILL, CHIP)
    )
    used = {flow.source(port.node, port.output)[0] for port in outputs}
    used |= {source for node, role in enumerate(roles) if role in _DRAWN for source in edges[node]}
    # From what is used directly, go on along chips only: a chip may use further chips.
    sides: List[Sequence[int]] = [edges[node] if role == CHIP else () for node, role in enumerate(roles)]
    used = reachable(sides, used)
    for node, role in enumerate(roles):
        if role == CHIP and node not in used:
            roles[node] = OMITTED
    # Every role that has changed, an op that became a wire included.
    left_out = sum(1 for old, new in zip(view.roles or bytes(len(roles)), roles) if old != new)
    counts = replace(view.counts, left_out=left_out)
    new_view = replace(view, roles=bytes(roles), counts=counts, focus=focus, vain=vain)
    return with_content(graph, outputs=outputs, view=new_view)
