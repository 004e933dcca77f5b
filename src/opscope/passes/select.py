"""Draw a part of a graph: one group with its neighbours, what lies between two ops, some kinds of ops."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, List, Optional, Sequence, Set, Tuple

from ..errors import InputError, option
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
    """What of a graph is drawn; the default is all of it. Several conditions hold together.

    `focus` is the path of one group; `between` two ops, the second or the first of which may be ``None``: all that depends on
    the first, all that the second depends on; `hide` and `only` are patterns as `lookup.matching` takes them.
    """

    focus: Optional[str] = None
    between: Optional[Tuple[Optional[str], Optional[str]]] = None
    hide: Tuple[str, ...] = ()
    only: Tuple[str, ...] = ()


EVERYTHING = Selection()


def select(graph: Graph, selection: Selection) -> Graph:
    """Give the ops that are left out the role `OMITTED`, or `WIRE` where their first input runs on to their users.

    Before: all other roles are decided. After: `view.counts` says how many are `left_out`, side matter that only they use
    included; `view.focus` is the group of the focus. Groups are not changed, nor are the ops of the graph.

    Raises:
        InputError: a path, an op or a pattern names nothing, there is no path between the two ops, or nothing is left.
    """
    if selection == EVERYTHING:
        return graph
    view = graph.content.view
    roles = bytearray(view.roles or bytes(len(graph)))
    flow = Flow(graph, bytes(roles))
    edges = sources(graph, flow, roles)
    focus = -1
    if selection.focus is not None:
        focus = find_group(graph, selection.focus)
        _omit(roles, _surroundings(graph, focus, edges, roles))
    if selection.between is not None:
        _omit(roles, _on_the_way(graph, flow, edges, *selection.between))
    _filter(graph, flow, roles, selection)
    _restore_owners(graph, roles)
    if not any(role in _DRAWN for role in roles):
        given = [option(name) for name in ("focus", "between", "hide", "only") if getattr(selection, name)]
        raise InputError(f"the selection leaves no op to draw; change {' or '.join(given)}")
    return _settled(graph, roles, focus)


def _omit(roles: bytearray, kept: Set[int]) -> None:
    for node, role in enumerate(roles):
        if role in _DRAWN and node not in kept:
            roles[node] = OMITTED


def _surroundings(graph: Graph, focus: int, edges: Sequence[Sequence[int]], roles: Sequence[int]) -> Set[int]:
    """The ops of the focus, and those of each group or op beside it, or beside what holds it, that a tensor joins to it."""
    inside = lookup.members(graph, focus)
    holding = set(chain(graph.groups, focus))
    owned = {group.owner: index for index, group in reversed(list(enumerate(graph.groups))) if group.owner >= 0}
    tops = _tops(graph, holding)
    homes = [owned.get(node, home) for node, home in enumerate(graph.content.node_group)]
    joined = {
        producer if user in inside else user
        for user, producers in enumerate(edges)
        for producer in producers
        if (user in inside) != (producer in inside)
    }
    near = {node for node in joined if roles[node] in _DRAWN}
    beside = {tops[homes[node]] for node in near if homes[node] >= 0} - {-1}
    return inside | near | {node for node, home in enumerate(homes) if home >= 0 and tops[home] in beside}


def _tops(graph: Graph, holding: Set[int]) -> List[int]:
    """For each group the outermost one around it that does not hold the focus; -1 when it holds it itself."""
    found: List[int] = []
    for index, group in enumerate(graph.groups):
        above = found[group.parent] if group.parent >= 0 else -1
        found.append(-1 if index in holding else above if above >= 0 else index)
    return found


def _on_the_way(
    graph: Graph, flow: Flow, edges: Sequence[Sequence[int]], first: Optional[str], last: Optional[str]
) -> Set[int]:
    """The ops that the last depends on and that depend on the first."""
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
    """The ops of this name; of one that only passes its input on, what it passes on."""
    return {flow.source(node, 0)[0] for node in lookup.ops(graph, name)}


def _filter(graph: Graph, flow: Flow, roles: bytearray, selection: Selection) -> None:
    """Leave out what `hide` matches and `only` does not; their first input runs on, so that the rest stays joined."""
    if not selection.hide and not selection.only:
        return
    gone: Set[int] = set().union(*(lookup.matching(graph, pattern) for pattern in selection.hide))
    if selection.only:
        gone |= set(range(len(graph))).difference(*(lookup.matching(graph, pattern) for pattern in selection.only))
    owners = {group.owner for group in graph.groups}
    before = bytes(roles)
    for node in sorted(gone):
        if before[node] in _DRAWN:
            roles[node] = WIRE if node not in owners and _passes(graph, flow, before, node) else OMITTED


def _passes(graph: Graph, flow: Flow, roles: Sequence[int], node: int) -> bool:
    """Whether an op's first input is a tensor that a drawn op makes."""
    table = graph.table
    row = table.edge_start[node]
    if roles[node] != BOX or not table.outputs[node] or row == table.edge_start[node + 1]:
        return False
    output = table.edge_output[row]
    return output != CONTROL and roles[flow.source(table.edge_node[row], output)[0]] in _DRAWN


def _restore_owners(graph: Graph, roles: bytearray) -> None:
    """A card's loop, branch or call is drawn where something in it is."""
    holds = [False] * len(graph.groups)
    for node, home in enumerate(graph.content.node_group):
        if home >= 0 and roles[node] in _DRAWN:
            holds[home] = True
    for index in range(len(graph.groups) - 1, -1, -1):
        group = graph.groups[index]
        if not holds[index]:
            continue
        if group.parent >= 0:
            holds[group.parent] = True
        if group.owner >= 0 and roles[group.owner] == OMITTED:
            roles[group.owner] = BOX


def _settled(graph: Graph, roles: bytearray, focus: int) -> Graph:
    """The graph with its new roles: side matter that nothing drawn uses is left out, and so are outputs that come from nothing."""
    content, view = graph.content, graph.content.view
    flow = Flow(graph, bytes(roles))
    edges = sources(graph, flow, roles)
    outputs = tuple(
        port for port in content.outputs if roles[flow.source(port.node, port.output)[0]] in (BOX, PILL, CHIP)
    )
    used = {flow.source(port.node, port.output)[0] for port in outputs}
    used |= {source for node, role in enumerate(roles) if role in _DRAWN for source in edges[node]}
    sides: List[Sequence[int]] = [edges[node] if role == CHIP else () for node, role in enumerate(roles)]
    used = reachable(sides, used)
    for node, role in enumerate(roles):
        if role == CHIP and node not in used:
            roles[node] = OMITTED
    left_out = sum(1 for old, new in zip(view.roles or bytes(len(roles)), roles) if old != new)
    counts = replace(view.counts, left_out=left_out)
    new_view = replace(view, roles=bytes(roles), counts=counts, focus=focus)
    return graph.with_content(outputs=outputs, view=new_view)
