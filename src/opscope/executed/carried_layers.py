"""The executed ops as a `Graph`: with the layers, lines and variables of the written ops that they were made of."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import Dict, List, Mapping, Sequence, Set, Tuple

from ..graph.content import Content, content_of
from ..graph.graph import Graph
from ..graph.groups import Group
from ..graph.types import Port, Source, TensorType
from ..graph.vocabulary import ARGUMENT, BODY_KINDS, FLOW_KINDS, LOOPS, RESULT, chain
from .compiled_groups import with_computations
from .op_origins import FoundOrigin, OpOrigins


def executed_graph(
    graph: Graph,
    executed: Content,
    origins: OpOrigins,
    types: Sequence[Tuple[TensorType, ...]],
    compiled: Mapping[int, int],
) -> Graph:
    """The graph of what ran. `compiled` has the written groups of instructions that XLA made."""
    written = content_of(graph)
    homes = [compiled[row] if row in compiled else _home(found, written) for row, found in enumerate(origins.found)]
    owners = {row: rows[0] for row, rows in origins.by_name.items()}
    groups, place = _groups(written, homes, owners, executed)
    node_group = array("i", [place[home] if home >= 0 else -1 for home in homes])
    groups = with_computations(groups, node_group, executed)
    table = replace(executed.table, outputs=list(types))
    first = {row: rows[0] for row, rows in origins.by_name.items()}
    content = Content(
        table,
        _with_outputs(groups, node_group, types),
        node_group,
        written.variables,
        {
            **_handles(written, executed, origins.found),
            **{first[row]: number for row, number in written.handles.items() if row in first},
        },
        tuple([Port(port.name, first[port.node], port.output) for port in written.inputs if port.node in first]),
        executed.outputs or _results(written, executed, origins.found),
        _sources(written, origins.found),
        closed_calls=executed.closed_calls,
        absent=executed.absent,
    )
    return Graph(graph.name, content, producer=graph.producer)


def _home(found: FoundOrigin, written: Content) -> int:
    """The group of an executed op: the one that all written ops it was made of lie in."""
    if found.named >= 0:
        return written.node_group[found.named]
    paths = [list(chain(written.groups, written.node_group[row])) for row in found.rows]
    return next((group for group in paths[0] if all(group in path for path in paths)), -1) if paths else -1


def _groups(
    written: Content, homes: Sequence[int], owners: Dict[int, int], executed: Content
) -> Tuple[Tuple[Group, ...], Dict[int, int]]:
    """The written groups that something executed is in, and the new index of each."""
    needed = {index for home in set(homes) for index in chain(written.groups, home)}
    groups: List[Group] = []
    place: Dict[int, int] = {-1: -1}
    for index in sorted(needed):
        group = written.groups[index]
        owner = owners.get(group.owner, -1) if group.owner >= 0 else -1
        # A loop that was lowered to a frame has its ops around it and no bodies; a call that was inlined has none either.
        if owner >= 0 and executed.table.ops[owner] != written.table.ops[group.owner]:
            owner = -1
        kind = group.kind
        if group.owner >= 0 and owner < 0 and kind in BODY_KINDS | FLOW_KINDS:
            kind = "while" if kind == "while" and written.table.ops[group.owner] in LOOPS else "scope"
        place[index] = len(groups)
        groups.append(replace(group, parent=place[group.parent], owner=owner, kind=kind, cost=None, measured=None))
    return tuple(groups), place


def _with_outputs(
    groups: Tuple[Group, ...], node_group: Sequence[int], types: Sequence[Tuple[TensorType, ...]]
) -> Tuple[Group, ...]:
    """The groups, with what they return only where an op in them still makes such a tensor: it may have been fused, or be moved past."""
    made: List[Set[TensorType]] = [set() for _ in groups]
    for home, outputs in zip(node_group, types):
        for group in chain(groups, home):
            made[group].update(outputs)
    return tuple(
        group if made[index].issuperset(group.outputs) else replace(group, outputs=())
        for index, group in enumerate(groups)
    )


def _handles(written: Content, executed: Content, found: Sequence[FoundOrigin]) -> Dict[int, int]:
    """The arguments that stand for a variable under another name: a capture that TensorFlow has no name for is called ``unknown_1``."""
    ends = [row for row, op in enumerate(executed.table.ops) if op == ARGUMENT and executed.node_group[row] < 0]
    return {
        row: written.handles[found[row].rows[0]]
        for row in ends
        if len(found[row].rows) == 1 and found[row].rows[0] in written.handles
    }


def _results(written: Content, executed: Content, found: Sequence[FoundOrigin]) -> Tuple[Port, ...]:
    """The outputs: what each `_Retval` of the main graph returns, in order, by the name that it has as written."""
    names = {port.node: port.name for port in written.outputs}
    table = executed.table
    rows = [row for row, op in enumerate(table.ops) if op == RESULT and executed.node_group[row] < 0]
    rows.sort(key=lambda row: table.attrs(row).get("index", 0))
    return tuple(
        Port(names.get(found[row].named, table.names[row]), edge.node, edge.output)
        for row in rows
        for edge in table.data_inputs(row)[:1]
    )


def _sources(written: Content, found: Sequence[FoundOrigin]) -> Dict[int, Source]:
    """The user's line of each executed op: that of the op of its name, or of the first that it was made of."""
    sources: Dict[int, Source] = {}
    for index, one in enumerate(found):
        row = one.named if one.named >= 0 else next(iter(one.rows), -1)
        if row in written.sources:
            sources[index] = written.sources[row]
    return sources
