"""Plain JSON values -> `Graph`. The file may come from anybody, so every value is checked; `LoadError` names the place.

The checks cover ``schema.json`` and what a schema cannot say: that names refer to something, that parents exist, that
shapes are possible in TensorFlow. Code that uses the graph later does not have to check again.
"""

from __future__ import annotations

from array import array
from dataclasses import replace
from itertools import accumulate, chain
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ...errors import LoadError
from ..content import Content
from ..edges import user_of
from ..facts import Facts
from ..graph import Graph
from ..implied import imply
from ..table import NodeTable
from ..types import CONTROL, Port
from ..vocabulary import ARGUMENT
from .column_checks import Memo, distinct, looked_up, record_columns, rows_of, texts
from .executed_records import read_executed
from .group_records import owned, read_groups
from .json_values import flag, items, record, refuse, shown, text, whole
from .records import attrs, cost, graph_cost, measured, measurement, producer, source, types, variable
from .timeline_record import read_timeline
from .versions import (
    ELEMENT_KEY,
    EXECUTED_KEY,
    JSON_FORMAT,
    JSON_VERSION,
    OUTPUTS_KEY,
    TIMELINE_KEY,
    VERSIONS,
    Version,
)

_NODE = (
    "name", "op", "group", "inputs", "outputs", "attrs", "device", "source", "dead", "cost", "measured",
)  # fmt: skip
_EDGE = ("node", "output", "control")
_PORT = ("name", "node", "output")
MOST_COMPONENTS = 1 << 16
"""No element of a dataset has more components: no op has more outputs either."""


def from_dict(data: Mapping[str, Any]) -> Graph:
    """The graph that `to_dict` made; or `to_json`, once its text is parsed. Older versions of the format are read too.

    Raises:
        LoadError: the data is not what ``schema.json`` describes; the message names the place.
    """
    version = _version(data)
    record(data, "the graph", (*version.graph, *[key for key in version.more if key in data]))
    listed = items(data["variables"], "variables")
    variables = tuple([variable(item, f"variables[{index}]", index) for index, item in enumerate(listed)])
    found = read_groups(items(data["groups"], "groups"), len(variables), version)
    content = _nodes(items(data["nodes"], "nodes"), found.rows, version)
    outputs = _outputs(data[OUTPUTS_KEY], content.table) if OUTPUTS_KEY in data else ()
    groups = owned(found.groups, content.table, content.node_group)
    content = imply(replace(content, groups=groups, variables=variables, outputs=outputs))
    executed = None
    if EXECUTED_KEY in data:
        executed = read_executed(data[EXECUTED_KEY], content, from_dict, EXECUTED_KEY)
    facts: Facts = {}
    if TIMELINE_KEY in data:
        facts["timeline"] = read_timeline(data[TIMELINE_KEY], content.table.names, TIMELINE_KEY)
    return Graph(
        text(data["name"], "name"),
        content,
        producer=producer(data["producer"], "producer"),
        measurement=measurement(version.measurement, data["measurement"], "measurement"),
        cost=graph_cost(data["cost"], "cost") if "cost" in version.graph else None,
        executed=executed,
        facts=facts,
    )


def _version(data: Any) -> Version:
    """The version of the format; `LoadError` unless this is a graph that opscope wrote, in a version that is read."""
    head = record(data, "the graph", (), more=True)
    if head.get("format") != JSON_FORMAT:
        what = f"its format is {shown(head['format'])}" if "format" in head else "it names no format"
        raise LoadError(f"JSON, but not a graph that opscope wrote ({what}); is it the right file?")
    version = head.get("version")
    if type(version) is not int or version not in VERSIONS:
        raise LoadError(
            f"version: {shown(version)} is not a version of the format that this opscope reads, 1 to {JSON_VERSION}; write it again "
            "with this opscope, or read it with the one that wrote it"
        )
    return VERSIONS[version]


def _nodes(nodes: List[Any], groups: Dict[Optional[str], int], version: Version) -> Content:
    """The columns of the ops. `groups` maps the path of a group to its index, and ``None`` to -1."""
    names, ops, group, inputs, outputs, attributes, devices, sources, dead, costs, figures = record_columns(
        nodes, _NODE, "nodes[{}]".format
    )
    texts(names, "nodes[{}].name".format)
    made = Memo(types).column(outputs, "nodes[{}].outputs".format)
    elements, inputs = _elements(inputs, ops, version)
    edges = _edges(inputs, rows_of(names, "nodes[{}].name".format), list(map(len, made)))
    table = NodeTable(
        names,
        distinct(ops, text, "nodes[{}].op".format),
        edges.start,
        edges.node,
        edges.output,
        made,
        Memo(attrs).column(attributes, "nodes[{}].attrs".format),
        distinct(devices, text, "nodes[{}].device".format),
        elements=elements,
    )
    return Content(
        table,
        (),
        array("i", looked_up(group, groups, "nodes[{}].group".format, "not the path of a group")),
        sources=Memo(source).sparse(sources, "nodes[{}].source".format),
        dead=bytes(distinct(dead, flag, "nodes[{}].dead".format)),
        costs=Memo(cost(version.cost)).sparse(costs, "nodes[{}].cost".format),
        measured=Memo(measured(version.measured)).sparse(figures, "nodes[{}].measured".format),
    )


def _outputs(value: Any, table: NodeTable) -> Tuple[Port, ...]:
    """The outputs of the graph that the file names."""
    names, nodes, numbers = record_columns(items(value, OUTPUTS_KEY), _PORT, f"{OUTPUTS_KEY}[{{}}]".format)
    texts(names, f"{OUTPUTS_KEY}[{{}}].name".format)
    rows = {name: row for row, name in enumerate(table.names)} if nodes else {}
    found = looked_up(nodes, rows, f"{OUTPUTS_KEY}[{{}}].node".format, "not the name of an op")
    for at, (row, number) in enumerate(zip(found, numbers)):
        _check_output(number, False, len(table.outputs[row]), f"{OUTPUTS_KEY}[{at}]")
    return tuple(map(Port, names, found, numbers))


def _elements(inputs: List[Any], ops: Sequence[Any], version: Version) -> Tuple[Dict[int, int], List[Any]]:
    """The column `NodeTable.elements`, and the inputs without what was said there.

    Only the one input of an `_Arg` may bring an element; on any other the key is found to be one that does not belong there.
    """
    found: Dict[int, int] = {}
    for row, op in enumerate(ops if version.input_of_argument else ()):
        if op == ARGUMENT and type(inputs[row]) is list and len(inputs[row]) == 1:
            edge = inputs[row][0]
            if type(edge) is dict and ELEMENT_KEY in edge and edge.get("control") is False:
                number = whole(edge[ELEMENT_KEY], f"nodes[{row}].inputs[0].{ELEMENT_KEY}")
                if number > MOST_COMPONENTS:
                    refuse(
                        f"nodes[{row}].inputs[0].{ELEMENT_KEY}", f"{number:,}, but no element has so many components"
                    )
                found[row] = number
                inputs[row] = [{key: value for key, value in edge.items() if key != ELEMENT_KEY}]
    return found, inputs


class _Edges(NamedTuple):
    """The edge columns of a `NodeTable`."""

    start: "array[int]"
    node: "array[int]"
    output: "array[int]"


def _edges(inputs: Sequence[Any], rows: Dict[str, int], outputs: Sequence[int]) -> _Edges:
    """The edge columns. `rows` maps the name of an op to its row; `outputs` has the number of outputs of each row."""
    start = array("q", [0])
    start.extend(accumulate(len(items(value, f"nodes[{row}].inputs")) for row, value in enumerate(inputs)))

    def at(edge: int) -> str:
        row = user_of(start, edge)
        return f"nodes[{row}].inputs[{edge - start[row]}]"

    node, output, control = record_columns(list(chain.from_iterable(inputs)), _EDGE, at)
    producers = looked_up(node, rows, lambda edge: f"{at(edge)}.node", "not the name of an op")
    # For each edge the number of outputs of its producer.
    have = list(map(outputs.__getitem__, producers))
    if not _are_outputs(output, control, have):
        for edge, (number, is_control, most) in enumerate(zip(output, control, have)):
            _check_output(number, is_control, most, at(edge))
    return _Edges(start, producers, array("i", [CONTROL if number is None else number for number in output]))


def _are_outputs(output: Sequence[Any], control: Sequence[Any], have: Sequence[int]) -> bool:
    """Whether every data edge takes an output that its producer has, and every control edge takes none.

    `have` is the number of outputs of each edge's producer. As in `column_checks`, whole columns are checked at once.
    """
    if not set(zip(map(type, output), map(type, control))) <= {(int, bool), (type(None), bool)}:
        return False
    for number, is_control in set(zip(output, control)):
        # A control edge has no output, a data edge has one.
        if is_control != (number is None) or (number is not None and number < 0):
            return False
    return all(number is None or number < most for number, most in zip(output, have))


def _check_output(number: Any, is_control: Any, most: int, place: str) -> None:
    """The same check for one edge, with the error that names the place."""
    if flag(is_control, f"{place}.control"):
        if number is not None:
            refuse(f"{place}.output", f"{shown(number)}, but a control input has no output; give null")
    elif whole(number, f"{place}.output") >= most:
        refuse(f"{place}.output", f"{shown(number)}, but the op it names has {most} output{'' if most == 1 else 's'}")
