"""`Graph` -> the JSON that `schema.json` describes: the whole graph, before any pass changes it for a drawing."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, List, Optional

from ...graph.content import content_of
from ...visible import json_data
from ..graph import Graph
from ..groups import Group
from ..implied import implied_outputs
from ..types import CONTROL, Source, TensorType, Variable
from .executed_records import executed_record
from .timeline_record import timeline_record
from .versions import (
    DEFINED_IN_KEY,
    ELEMENT_KEY,
    EXECUTED_KEY,
    GRAPH_COST,
    JSON_FORMAT,
    JSON_VERSION,
    MORE_GRAPH_COST,
    OUTPUTS_KEY,
    SETTINGS_KEY,
    TIMELINE_KEY,
    VERSIONS,
    Keys,
)

_NEWEST = VERSIONS[JSON_VERSION]


def _type(output: TensorType) -> Dict[str, Any]:
    return {"dtype": output.dtype, "shape": None if output.shape is None else list(output.shape)}


def _source(source: Optional[Source]) -> Optional[Dict[str, Any]]:
    return None if source is None else source._asdict()


def _record(value: Any, keys: Keys) -> Optional[Dict[str, Any]]:
    """A cost or measurement as a dict with these keys; a tuple becomes a list, as JSON reads it back."""
    if value is None:
        return None
    record = {key: getattr(value, key) for key in keys}
    return {key: list(item) if isinstance(item, tuple) else item for key, item in record.items()}


def node_record(graph: Graph, row: int) -> Dict[str, Any]:
    """An op as the JSON has it."""
    content, table = content_of(graph), content_of(graph).table
    names = table.names
    inputs: List[Dict[str, Any]] = [
        {
            "node": names[edge.node],
            "output": None if edge.output == CONTROL else edge.output,
            "control": edge.output == CONTROL,
        }
        for edge in table.inputs(row)
    ]
    if row in table.elements and inputs:
        inputs[0][ELEMENT_KEY] = table.elements[row]
    return {
        "name": names[row],
        "op": table.ops[row],
        "group": content_of(graph).group_path(row),
        "inputs": inputs,
        "outputs": [_type(output) for output in table.outputs[row]],
        "attrs": table.attrs(row),
        "device": table.devices[row],
        "source": _source(content.sources.get(row)),
        "dead": bool(content.dead[row]) if content.dead else False,
        "cost": _record(content.costs.get(row), _NEWEST.cost),
        "measured": _record(content.measured.get(row), _NEWEST.measured),
    }


def group_record(graph: Graph, group: Group) -> Dict[str, Any]:
    """A group as the JSON has it."""
    record: Dict[str, Any] = {
        "path": group.path,
        "parent": content_of(graph).groups[group.parent].path if group.parent >= 0 else None,
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
        "cost": _record(group.cost, _NEWEST.cost),
        "measured": _record(group.measured, _NEWEST.measured),
    }
    if group.settings:
        record[SETTINGS_KEY] = dict(group.settings)
    if group.defined_in is not None:
        record[DEFINED_IN_KEY] = group.defined_in
    return record


def variable_record(variable: Variable) -> Dict[str, Any]:
    """A variable as the JSON has it."""
    return {
        "id": variable.id,
        "object_path": variable.object_path,
        "dtype": variable.dtype,
        "shape": None if variable.shape is None else list(variable.shape),
        "trainable": variable.trainable,
    }


def _head(graph: Graph) -> Dict[str, Any]:
    return {"format": JSON_FORMAT, "version": JSON_VERSION, "name": graph.name, "producer": graph.producer}


def tail_record(graph: Graph) -> Dict[str, Any]:
    """What the JSON has behind its lists: the measurement, the cost and, where the ops do not tell them, the outputs."""
    costs = _record(graph.cost, (*GRAPH_COST, *MORE_GRAPH_COST))
    return {"measurement": graph.measurement, "cost": costs, **_outputs(graph)}


def _timeline(graph: Graph) -> Dict[str, Any]:
    """When each op ran in one measured step, if that is known."""
    timeline = graph.facts.get("timeline")
    return {} if timeline is None else {TIMELINE_KEY: timeline_record(timeline, content_of(graph).table.names)}


def _outputs(graph: Graph) -> Dict[str, Any]:
    """The outputs of the graph, if the ops alone do not tell them and their names."""
    content = content_of(graph)
    if not content.outputs or content.outputs == implied_outputs(content):
        return {}
    names = content.table.names
    return {
        OUTPUTS_KEY: [{"name": port.name, "node": names[port.node], "output": port.output} for port in content.outputs]
    }


def to_dict(graph: Graph) -> Dict[str, Any]:
    """The whole graph as plain values, with the keys in the order of the schema."""
    return {
        **_head(graph),
        "nodes": [node_record(graph, row) for row in range(len(graph))],
        "groups": [group_record(graph, group) for group in content_of(graph).groups],
        "variables": [variable_record(variable) for variable in graph.variables],
        **tail_record(graph),
        **_executed(graph),
        **_timeline(graph),
    }


def _executed(graph: Graph) -> Dict[str, Any]:
    """What TensorFlow ran of the graph, if that is known."""
    return {} if graph.executed is None else {EXECUTED_KEY: executed_record(graph.executed, to_dict)}


def to_chunks(graph: Graph) -> Iterator[str]:
    """The JSON text in pieces, with each node, group and variable on a line of its own.

    The pieces are made one after another, so that the text of a million ops is never in memory as a whole.
    """
    head = _text(_head(graph))
    # Without its closing brace: the three lists and the measurement follow in the same object.
    yield head[:-1] + ',\n"nodes": ['
    yield from _lines(node_record(graph, row) for row in range(len(graph)))
    yield '],\n"groups": ['
    yield from _lines(group_record(graph, group) for group in content_of(graph).groups)
    yield '],\n"variables": ['
    yield from _lines(variable_record(variable) for variable in graph.variables)
    yield f"],\n{_text({**tail_record(graph), **_executed(graph), **_timeline(graph)})[1:]}\n"


def _text(value: Any) -> str:
    return json_data(json.dumps(value, ensure_ascii=False, allow_nan=False))


def _lines(records: Iterator[Dict[str, Any]]) -> Iterator[str]:
    """The items of a JSON list, each on a line of its own."""
    separator = "\n"
    for record in records:
        yield separator + _text(record)
        separator = ",\n"


def to_json(graph: Graph) -> str:
    """The whole graph as JSON text. Characters that cannot be seen are written as JSON's escapes."""
    return "".join(to_chunks(graph))
