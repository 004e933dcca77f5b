"""Writes GraphML: every op as a node, every group as a node with a graph inside, every edge, with typed attributes.

Source of the format: http://graphml.graphdrawing.org/specification.html. yEd reads attributes of its own for what it draws: a
``yfiles.foldertype`` at groups, and ``nodegraphics`` with shapes and labels
(https://yed.yworks.com/support/manual/importexport.html). networkx follows the same sign for groups. There are no positions: the file
has every op, and programs for such files have their own layouts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, Tuple

from ...graph.content import content_of
from ...graph.quantities import OF_FIELD
from ...graph.scripting import Nesting
from ...layout.scene.families import FAMILIES, family_of
from ...visible import one_line, visible
from ..dot.items import card_colours
from ..report.op_columns import op_columns
from .networkx_graph import op_edges

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ...graph.groups import Group

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://www.yworks.com/xml/schema/graphml/1.1/ygraphml.xsd">
"""
_TYPES = {"dead": "boolean", "control": "boolean", "parameters": "long", "input": "int", "output": "int"}
"""The ``attr.type`` of attributes that are neither texts nor numbers with a fraction."""
_TEXTS = frozenset(
    "name kind type layer layer_class group phase dtype shape source device variables per fused bound".split()
)
_EDGE_KEYS = ("input", "output", "control", "dtype", "shape")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


def graphml(graph: "Graph") -> Iterator[str]:
    """The file, in pieces."""
    nodes = _ops(graph)
    groups = _groups(graph)
    known = dict.fromkeys(key for attributes in (*groups, *nodes) for key in attributes)
    yield _HEAD
    for key in known:
        yield _declared("node", key)
    for key in _EDGE_KEYS:
        yield _declared("edge", key)
    yield '<key for="graph" id="graph_name" attr.name="name" attr.type="string"/>\n'
    yield '<key for="node" id="look" yfiles.type="nodegraphics"/>\n'
    yield '<graph id="G" edgedefault="directed">\n'
    yield f'<data key="graph_name">{_escaped(graph.name)}</data>\n'
    yield from _nested(graph, groups, nodes)
    for number, (producer, user, attributes) in enumerate(op_edges(graph)):
        yield f'<edge id="e{number}" source="n{producer}" target="n{user}">{_data("edge", attributes)}</edge>\n'
    yield "</graph>\n</graphml>\n"


def _nested(graph: "Graph", groups: List[Dict[str, Any]], nodes: List[Dict[str, Any]]) -> Iterator[str]:
    """All nodes, those of a group in the graph inside its node. Without recursion, since files may nest groups as deep as they like."""
    content = content_of(graph)
    children, members = content.children(), content.members()
    waiting: List[Tuple[int, bool]] = [(-1, False)]
    while waiting:
        index, ends = waiting.pop()
        if ends:
            yield "</graph></node>\n"
            continue
        if index >= 0:
            yield f'<node id="g{index}" yfiles.foldertype="group">{_data("node", groups[index])}'
            yield f'<data key="look">{_group_look(content.groups[index])}</data>\n'
            yield f'<graph id="g{index}:" edgedefault="directed">\n'
            waiting.append((index, True))
        for row in members[index]:
            yield f'<node id="n{row}">{_data("node", nodes[row])}<data key="look">{_op_look(nodes[row])}</data></node>\n'
        waiting += [(child, False) for child in reversed(children[index])]


def _ops(graph: "Graph") -> List[Dict[str, Any]]:
    """The attributes of each op: what is known, under the names of `Graph.to_pandas`."""
    columns = op_columns(graph)
    columns["variables"] = [paths or None for paths in columns["variables"]]
    return [
        {"kind": "op", **{key: column[row] for key, column in columns.items() if column[row] is not None}}
        for row in range(len(columns["name"]))
    ]


def _groups(graph: "Graph") -> List[Dict[str, Any]]:
    """The attributes of each group, under the same names as those of ops."""
    groups = content_of(graph).groups
    nesting = Nesting(graph)
    found = []
    for index, group in enumerate(groups):
        first = group.outputs[0] if group.outputs else None
        figures = {field: getattr(group.cost, field, getattr(group.measured, field, None)) for field in OF_FIELD}
        attributes = {
            "name": group.path, "kind": group.kind, "layer_class": group.cls, "phase": nesting.phase_around(index),
            "group": groups[group.parent].path if group.parent >= 0 else None, "parameters": group.parameters,
            "dtype": first.dtype if first else None, "shape": first.shape if first else None,
            "source": str(group.source) if group.source else None, "per": group.cost.per if group.cost else None, **figures,
        }  # fmt: skip
        found.append({key: value for key, value in attributes.items() if value is not None})
    return found


def _declared(owner: str, key: str) -> str:
    kind = "string" if key in _TEXTS else _TYPES.get(key, "double")
    return f'<key for="{owner}" id="{owner}_{key}" attr.name="{key}" attr.type="{kind}"/>\n'


def _data(owner: str, attributes: Mapping[str, Any]) -> str:
    return "".join(f'<data key="{owner}_{key}">{_value(value)}</data>' for key, value in attributes.items())


def _value(value: Any) -> str:
    """A value as XML Schema writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple) and value and isinstance(value[0], str):  # names of variables, or of ops in one kernel
        return _escaped(", ".join(value))
    return _escaped(str(value))


def _op_look(attributes: Mapping[str, Any]) -> str:
    """How yEd draws an op: a box in the colour of its family, as wide as its label."""
    kind, own = attributes["type"], attributes["name"].rpartition("/")[2]
    lines = [kind] if own.casefold() == kind.casefold() else [kind, own]
    family = FAMILIES[family_of(kind)]
    width = 20 + 7 * max(map(len, lines))
    return (
        f'<y:ShapeNode><y:Geometry x="0.0" y="0.0" width="{width}.0" height="{14 + 16 * len(lines)}.0"/>'
        f'<y:Fill color="{family.fill}" transparent="false"/><y:BorderStyle color="{family.stroke}" type="line" width="1.0"/>'
        f"<y:NodeLabel>{_label(lines)}</y:NodeLabel>"
        '<y:Shape type="roundrectangle"/></y:ShapeNode>'
    )


def _group_look(group: "Group") -> str:
    """How yEd draws a group: a frame around what it holds, with its name and class."""
    fill, stroke = card_colours(group.kind)
    label = _label([group.name if group.cls is None else f"{group.name}  {group.cls}"])
    return (
        '<y:ProxyAutoBoundsNode><y:Realizers active="0"><y:GroupNode>'
        f'<y:Fill color="{fill}" transparent="false"/><y:BorderStyle color="{stroke}" type="line" width="1.0"/>'
        f'<y:NodeLabel modelName="internal" modelPosition="t" alignment="left">{label}</y:NodeLabel>'
        '<y:Shape type="roundrectangle"/><y:State closed="false"/>'
        "</y:GroupNode></y:Realizers></y:ProxyAutoBoundsNode>"
    )


def _label(lines: List[str]) -> str:
    """A label of yEd. It takes a text that begins with ``<html>`` for markup, which may load pictures: a space before it keeps it a text."""
    text = "\n".join(map(one_line, lines))
    return _escaped(f" {text}" if text[:5].casefold() == "<html" else text)


def _escaped(text: str) -> str:
    return re.sub('[&<>"]', lambda match: _ENTITIES[match[0]], visible(text))
