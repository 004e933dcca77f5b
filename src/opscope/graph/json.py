"""`Graph` <-> the JSON that `schema.json` describes: the graph itself, before any pass made for drawing."""

from __future__ import annotations

import json
from array import array
from dataclasses import asdict
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

from .graph import Content, Graph
from .groups import Group
from .implied import imply
from .table import NodeTable
from .types import CONTROL, Cost, Measured, Source, TensorType, Variable

FORMAT = "opscope"
VERSION = 1


def _type(output: TensorType) -> Dict[str, Any]:
    return {"dtype": output.dtype, "shape": None if output.shape is None else list(output.shape)}


def _source(source: Optional[Source]) -> Optional[Dict[str, Any]]:
    return None if source is None else source._asdict()


def _record(value: Any) -> Optional[Dict[str, Any]]:
    if value is None:
        return None
    record = asdict(value)
    if isinstance(record.get("fused"), tuple):
        record["fused"] = list(record["fused"])
    return record


def _node(graph: Graph, row: int) -> Dict[str, Any]:
    content, table = graph.content, graph.table
    names = table.names
    inputs = [
        {
            "node": names[edge.node],
            "output": None if edge.output == CONTROL else edge.output,
            "control": edge.output == CONTROL,
        }
        for edge in table.inputs(row)
    ]
    return {
        "name": names[row],
        "op": table.ops[row],
        "group": graph.group_path(row),
        "inputs": inputs,
        "outputs": [_type(output) for output in table.outputs[row]],
        "attrs": table.attrs(row),
        "device": table.devices[row],
        "source": _source(content.sources.get(row)),
        "dead": bool(content.dead[row]) if content.dead else False,
        "cost": _record(content.costs.get(row)),
        "measured": _record(content.measured.get(row)),
    }


def _group(graph: Graph, group: Group) -> Dict[str, Any]:
    return {
        "path": group.path,
        "parent": graph.groups[group.parent].path if group.parent >= 0 else None,
        "kind": group.kind,
        "name": group.name,
        "class": group.cls,
        "call": group.call,
        "object_path": group.object_path,
        "of": group.of,
        "layer_source": group.layer_source,
        "outputs": [_type(output) for output in group.outputs],
        "variables": list(group.variables),
        "parameters": group.parameters,
        "source": _source(group.source),
        "cost": _record(group.cost),
        "measured": _record(group.measured),
    }


def _variable(variable: Variable) -> Dict[str, Any]:
    return {
        "id": variable.id,
        "object_path": variable.object_path,
        "dtype": variable.dtype,
        "shape": None if variable.shape is None else list(variable.shape),
        "trainable": variable.trainable,
    }


def _head(graph: Graph) -> Dict[str, Any]:
    return {"format": FORMAT, "version": VERSION, "name": graph.name, "producer": graph.producer}


def to_dict(graph: Graph) -> Dict[str, Any]:
    """The whole graph as plain values, in the order of the contract."""
    return {
        **_head(graph),
        "nodes": [_node(graph, row) for row in range(len(graph))],
        "groups": [_group(graph, group) for group in graph.groups],
        "variables": [_variable(variable) for variable in graph.variables],
        "measurement": graph.measurement,
    }


def to_chunks(graph: Graph) -> Iterator[str]:
    """The JSON text piece by piece, one node, group or variable a line: a million ops never stand in memory twice."""
    head = json.dumps(_head(graph), ensure_ascii=False, allow_nan=False)
    yield head[:-1] + ',\n"nodes": ['
    yield from _lines(_node(graph, row) for row in range(len(graph)))
    yield '],\n"groups": ['
    yield from _lines(_group(graph, group) for group in graph.groups)
    yield '],\n"variables": ['
    yield from _lines(_variable(variable) for variable in graph.variables)
    yield f'],\n"measurement": {json.dumps(graph.measurement, ensure_ascii=False, allow_nan=False)}}}\n'


def _lines(records: Iterator[Dict[str, Any]]) -> Iterator[str]:
    separator = "\n"
    for record in records:
        yield separator + json.dumps(record, ensure_ascii=False, allow_nan=False)
        separator = ",\n"


def to_json(graph: Graph) -> str:
    """The whole graph as JSON text, UTF-8 characters as they are, floats finite."""
    return "".join(to_chunks(graph))


def from_dict(data: Mapping[str, Any]) -> Graph:
    """The graph that `to_dict` wrote. `KeyError`, `TypeError`, `ValueError` where the data is not what the schema says."""
    if data.get("format") != FORMAT:
        raise ValueError("not an opscope graph")
    if data["version"] != VERSION:
        raise ValueError(f"version {data['version']} of the format; this opscope reads version {VERSION}")
    nodes, paths = data["nodes"], {group["path"]: index for index, group in enumerate(data["groups"])}
    content = Content(
        table=_table(nodes),
        groups=_groups(data["groups"], paths, _owners(nodes, data["groups"], paths)),
        node_group=array("i", [-1 if node["group"] is None else paths[node["group"]] for node in nodes]),
        variables=tuple(_read_variable(record) for record in data["variables"]),
        sources={row: _read_source(node["source"]) for row, node in enumerate(nodes) if node["source"]},
        dead=bytes(bool(node["dead"]) for node in nodes),
        costs={row: Cost(**node["cost"]) for row, node in enumerate(nodes) if node["cost"]},
        measured={row: _measured(node["measured"]) for row, node in enumerate(nodes) if node["measured"]},
    )
    return Graph(data["name"], imply(content), producer=data["producer"], measurement=data["measurement"])


def _table(nodes: List[Mapping[str, Any]]) -> NodeTable:
    rows = {node["name"]: row for row, node in enumerate(nodes)}
    if len(rows) != len(nodes):
        raise ValueError("two nodes have the same name")
    start, producer, output = array("q", [0]), array("i"), array("i")
    for node in nodes:
        for edge in node["inputs"]:
            producer.append(rows[edge["node"]])
            output.append(CONTROL if edge["control"] else edge["output"])
        start.append(len(producer))
    return NodeTable(
        [node["name"] for node in nodes],
        [node["op"] for node in nodes],
        start,
        producer,
        output,
        [_types(node["outputs"]) for node in nodes],
        [dict(node["attrs"]) for node in nodes],
        [node["device"] for node in nodes],
    )


def _types(records: List[Mapping[str, Any]]) -> Tuple[TensorType, ...]:
    return tuple(
        TensorType(record["dtype"], None if record["shape"] is None else tuple(record["shape"])) for record in records
    )


def _read_source(record: Mapping[str, Any]) -> Source:
    file, line, function = (record[name] for name in Source._fields)
    if not isinstance(file, str) or type(line) is not int or not isinstance(function, str) or len(record) > 3:
        raise ValueError(f"a source is {record!r}, and not a file, a line and a function")
    return Source(file, line, function)


def _measured(record: Mapping[str, Any]) -> Measured:
    fused = record.get("fused")
    return Measured(**{**record, "fused": tuple(fused) if fused else None})


_BODIES = frozenset({"function", "cond", "body", "branch"})


def _owners(
    nodes: List[Mapping[str, Any]], groups: List[Mapping[str, Any]], paths: Mapping[str, int]
) -> Mapping[str, int]:
    """Path of each body's group -> the row of its call, loop or branch: told by the names of the body's ends."""
    rows = {node["name"]: row for row, node in enumerate(nodes)}
    owners: Dict[str, int] = {}
    for node in nodes:
        path = node["group"] if node["op"] in {"_Arg", "_Retval"} else None
        while path is not None and groups[paths[path]]["kind"] not in _BODIES:
            path = groups[paths[path]]["parent"]
        if path is None or path in owners:
            continue
        owner = node["name"].rpartition("/")[0]
        if groups[paths[path]]["kind"] != "function":
            owner = owner.rpartition("/")[0]
            owners[groups[paths[path]]["parent"]] = rows.get(owner, -1)
        owners[path] = rows.get(owner, -1)
    return owners


def _groups(records: List[Mapping[str, Any]], paths: Mapping[str, int], owners: Mapping[str, int]) -> Tuple[Group, ...]:
    groups = []
    for record in records:
        groups.append(
            Group(
                path=record["path"],
                parent=-1 if record["parent"] is None else paths[record["parent"]],
                kind=record["kind"],
                name=record["name"],
                cls=record["class"],
                call=record["call"],
                object_path=record["object_path"],
                of=record["of"],
                layer_source=record["layer_source"],
                outputs=_types(record["outputs"]),
                variables=tuple(record["variables"]),
                parameters=record["parameters"],
                source=_read_source(record["source"]) if record["source"] else None,
                cost=Cost(**record["cost"]) if record["cost"] else None,
                measured=_measured(record["measured"]) if record["measured"] else None,
                owner=owners.get(record["path"], -1),
            )
        )
    return tuple(groups)


def _read_variable(record: Mapping[str, Any]) -> Variable:
    shape = record["shape"]
    return Variable(
        record["id"],
        record["object_path"],
        record["dtype"],
        None if shape is None else tuple(shape),
        record["trainable"],
    )
