"""What is known of each op, as columns of equal length: for tables of ops and for graphs of other programs."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from ...cost import activation_memory
from ...graph.content import content_of
from ...graph.measured_memory import measured_memory
from ...graph.scripting import Nesting
from ...graph.types import Cost, Measured
from ...profile.roofline import op_rooflines

if TYPE_CHECKING:
    from ...graph.graph import Graph


def op_columns(graph: "Graph") -> Dict[str, List[Any]]:
    """The columns, in the order of `Graph.to_pandas`: attributes of `Op`, under the same names; ``None`` for what is not known.

    They are taken from the columns of the graph, because making an `Op` for each row takes half a minute for a million
    ops.
    """
    content, table = content_of(graph), content_of(graph).table
    rows = range(len(table))
    sources, costs, figures = [list(map(each.get, rows)) for each in (content.sources, content.costs, content.measured)]
    return {
        "name": table.names,
        "type": table.ops,
        **_by_group(graph),
        "dtype": [types[0].dtype if types else None for types in table.outputs],
        "shape": [types[0].shape if types else None for types in table.outputs],
        "source": [str(source) if source else None for source in sources],
        "device": table.devices,
        "dead": list(map(bool, content.dead)) if content.dead else [False] * len(table),
        "variables": _variables(graph),
        **{each.name: [getattr(cost, each.name, None) for cost in costs] for each in fields(Cost)},
        "alive_bytes": list(map(_alive(graph).get, rows)),
        **{each.name: [getattr(measured, each.name, None) for measured in figures] for each in fields(Measured)},
        **_at_peak(graph),
        **_roofline(graph),
    }


def _at_peak(graph: "Graph") -> Dict[str, List[Any]]:
    """The column of what was alive of each op at the measured peak of memory: only of a graph whose allocations were recorded."""
    entries = measured_memory(graph.measurement)
    held = {owner["node"]: owner["bytes"] for owner in entries[0]["owners"]} if entries else {}
    return {"bytes_at_peak": [held.get(name, 0) for name in content_of(graph).table.names]} if entries else {}


_OF_ROOFLINE = ("intensity", "flops_per_s", "bytes_per_s", "attainable_us", "attainable_share", "bound", "saved_us")


def _roofline(graph: "Graph") -> Dict[str, List[Any]]:
    """The columns of the roofline: only of a graph whose machine was measured for it."""
    found = op_rooflines(graph)
    rows = range(len(content_of(graph).table))
    return {name: [getattr(found.get(row), name, None) for row in rows] for name in _OF_ROOFLINE} if found else {}


def _by_group(graph: "Graph") -> Dict[str, List[Optional[str]]]:
    """The columns that depend only on the group of an op: found once for each group, then looked up for each op."""
    groups = content_of(graph).groups
    nesting = Nesting(graph)
    layers = [groups[index] if index >= 0 else None for index in map(nesting.layer_around, range(len(groups)))]
    columns: Dict[str, List[Optional[str]]] = {
        "layer": [layer.path if layer else None for layer in layers],
        "layer_class": [layer.cls if layer else None for layer in layers],
        "group": [group.path for group in groups],
        "phase": list(map(nesting.phase_around, range(len(groups)))),
    }
    for column in columns.values():
        column.append(None)  # for loose ops: their group is -1, and index -1 is the last entry
    return {name: [column[index] for index in content_of(graph).node_group] for name, column in columns.items()}


def _variables(graph: "Graph") -> List[Tuple[str, ...]]:
    """For each op the object paths of its variables. Only handles and the ops that take one are looked at."""
    handles, ops = content_of(graph).handles, graph.ops()
    column: List[Tuple[str, ...]] = [()] * len(ops)
    consumers = content_of(graph).table.consumers()
    # All other ops have no variables, so no `Op` is made for them.
    for row in {*handles, *(user for handle in handles for user in consumers[handle])}:
        column[row] = tuple([variable.object_path for variable in ops[row].variables])
    return column


def _alive(graph: "Graph") -> Dict[int, int]:
    """Row of an op -> bytes of activations alive while it runs; empty if costs were not estimated."""
    if graph.cost is None:
        return {}
    memory = activation_memory(graph, batch=graph.cost.batch)
    return dict(zip(memory.order, memory.alive))
