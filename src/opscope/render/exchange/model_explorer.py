"""Writes the JSON of Google's Model Explorer: every op with its namespace, edges, attributes and tensors.

Source of the format: ``graph_builder.py`` of the package ai-edge-model-explorer 0.1.34, and what its viewer makes of a file
(https://github.com/google-ai-edge/model-explorer/wiki/6.-Develop-Adapter-Extension). A file is one collection of graphs, here of one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, List, Optional, Tuple

from ...graph.content import content_of
from ...graph.number_text import quantity_text
from ...graph.quantities import OF_FIELD
from ...layout.scene.arguments import declared_name
from ...layout.scene.families import FAMILIES, family_of
from ...visible import json_shown
from ..report.op_columns import op_columns

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ...graph.groups import Group
    from ...graph.types import Edge, TensorType

_NO_NAME = "(no name)"
"""The viewer drops an empty part of a namespace, and then does not find what lies in it."""
_APART = {"/": "\\/", ";": "\uff1b", "\\": "\uff3c"}
"""The viewer parts namespaces at ``/`` but not at ``\\/``, and shows only what is behind a ``;``. The last two have no escapes, so wide signs
that look like them stand for them."""
_NOT_TOLD = frozenset({"name", "type", "dtype", "shape", "group"})
"""Columns of ops that are no attributes here: the node has them in other fields."""


def model_explorer(graph: "Graph") -> Iterator[str]:
    """The file, in pieces: one line for each op."""
    groups = content_of(graph).groups
    spaces = namespaces(groups)
    about = {"": _about_graph(graph), **{space: _about_group(group) for space, group in zip(spaces, groups)}}
    yield f'{{"label": {_json(graph.name)}, "graphs": [{{"id": {_json(graph_id(graph))}, "nodes": [\n'
    for row, node in enumerate(_nodes(graph, spaces)):
        yield f"{',' if row else ''}{_json(node)}\n"
    yield f'], "groupNodeAttributes": {_json(about)}}}]}}\n'


def graph_id(graph: "Graph") -> str:
    """What the graph is called in both files. It must not be empty."""
    return graph.name or _NO_NAME


def namespaces(groups: "Tuple[Group, ...]") -> List[str]:
    """The namespace of each group: the last parts of the paths of all groups around it, and its own."""
    found: List[str] = []
    for group in groups:
        around = groups[group.parent].path + "/" if group.parent >= 0 else ""
        # The end of the path, not the name: a layer that is called again has the same name and another path.
        own = group.path[len(around) :] if group.path.startswith(around) else group.path
        part = "".join(_APART.get(sign, sign) for sign in own) or _NO_NAME
        found.append(f"{found[group.parent]}/{part}" if group.parent >= 0 else part)
    return found


def _nodes(graph: "Graph", spaces: List[str]) -> Iterator[Dict[str, Any]]:
    """The ops as nodes; an op's name is its node's id."""
    content, table = content_of(graph), content_of(graph).table
    columns = {key: column for key, column in op_columns(graph).items() if key not in _NOT_TOLD}
    for row, name in enumerate(table.names):
        group, edges = content.node_group[row], table.inputs(row)
        known = {key: column[row] for key, column in columns.items() if column[row] not in (None, "", ())}
        family = FAMILIES[family_of(table.ops[row])]
        yield {
            "id": name,
            "label": table.ops[row] or _NO_NAME,
            "namespace": spaces[group] if group >= 0 else "",
            "attrs": _pairs([*table.attrs(row).items(), *(_told(key, value) for key, value in known.items())]),
            "incomingEdges": [_edge(table.names[edge.node], place, edge) for place, edge in enumerate(edges)],
            "inputsMetadata": [
                {"id": str(place), "attrs": _pairs([("__tensor_tag", declared_name(table.ops[row], place, len(edges))), *_type(table.input_type(edge))])}
                for place, edge in enumerate(edges)
            ],
            "outputsMetadata": [
                {"id": str(place), "attrs": _pairs([("tensor_name", f"{name}:{place}"), *_type(kind)])}
                for place, kind in enumerate(table.outputs[row])
            ],
            "style": {"backgroundColor": family.fill, "borderColor": family.stroke},
        }  # fmt: skip


def _edge(producer: str, place: int, edge: "Edge") -> Dict[str, str]:
    output = "control" if edge.control else str(edge.output)
    return {"sourceNodeId": producer, "sourceNodeOutputId": output, "targetNodeInputId": str(place)}


def _type(kind: Optional["TensorType"]) -> List[Tuple[str, Any]]:
    """What is known of a tensor; of a control edge nothing."""
    if kind is None:
        return []
    return [("dtype", kind.dtype), ("shape", "unknown" if kind.shape is None else str(kind.shape))]


def _about_graph(graph: "Graph") -> Dict[str, str]:
    """What is shown while nothing is selected."""
    return {"name": graph.name, "ops": f"{len(graph):,}", "parameters": f"{graph.parameters:,}", **dict(graph.producer)}


def _about_group(group: "Group") -> Dict[str, str]:
    """What is shown of a group: all that is known of it, as texts."""
    told: Dict[str, Any] = {
        "path": group.path, "kind": group.kind, "class": group.cls, "call": group.call, "object_path": group.object_path,
        "parameters": None if group.parameters is None else f"{group.parameters:,}", "source": group.source,
        "outputs": ", ".join(f"{one.dtype} {'unknown' if one.shape is None else one.shape}" for one in group.outputs),
    }  # fmt: skip
    for field in OF_FIELD:
        value = getattr(group.cost, field, getattr(group.measured, field, None))
        told.update([_told(field, value)] if value is not None else [])
    told.update(group.settings)
    return {key: _text(value) for key, value in told.items() if value not in (None, "")}


def _pairs(items: Iterable[Tuple[str, Any]]) -> List[Dict[str, str]]:
    """Keys and values as the format has them; an empty text is left out."""
    return [{"key": key, "value": _text(value)} for key, value in items if value != ""]


def _told(key: str, value: Any) -> Tuple[str, Any]:
    """A figure by the name of its quantity, with its unit; any other value as it is."""
    return (OF_FIELD[key].name, quantity_text(key, value)) if key in OF_FIELD else (key, value)


def _text(value: Any) -> str:
    """A value as text; what holds further values as JSON."""
    if isinstance(value, (list, tuple)) and value and all(isinstance(part, str) for part in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)


def _json(value: Any) -> str:
    return json_shown(json.dumps(value, ensure_ascii=False, allow_nan=False))
