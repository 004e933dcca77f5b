"""Makes the `Graph` of a stored model: its ops, typed by the layers' rules, and its groups with their weights."""

from __future__ import annotations

from array import array
from typing import Dict, List, Mapping, Optional, Tuple

from ...graph.content import Content
from ...graph.facts import Facts
from ...graph.graph import Graph
from ...graph.groups import Group, free_name, unique_names
from ...graph.table import NodeTable
from ...graph.types import TensorType
from ...version import __version__
from .configuration import INPUT
from .expansion import Expanded, LayerOp, expanded_model
from .layer_weights import Stored
from .stored import StoredModel
from .tensor_types import Types, types_of
from .weighing import Weighed, weighed


def graph_of(name: str, model: StoredModel, stored: Optional[Stored], facts: Facts) -> Graph:
    """The graph of a stored model; `stored` are the weights of the file, ``None`` if they cannot be looked at."""
    made = expanded_model(model)
    types = types_of(made)
    own = weighed(model, made, types, stored)
    paths = _paths(made)
    content = Content(
        _table(made, types, paths), _groups(made, types, own, paths), array("i", [op.group for op in made.ops]), own.variables,
        inputs=tuple(made.inputs), outputs=tuple(made.outputs), closed_calls=made.closed,
    )  # fmt: skip
    return Graph(name, content, producer={"opscope": __version__}, facts=facts)


def _groups(made: Expanded, types: Types, own: Weighed, paths: List[str]) -> Tuple[Group, ...]:
    found: List[Group] = []
    rows = {op.group: row for row, op in enumerate(made.ops) if op.group >= 0}
    for index, place in enumerate(made.places):
        inner = tuple(types[row][output] for row, output in place.returns)
        returned = types[rows[index]] if index in rows else inner
        found.append(
            Group(
                paths[index], place.parent, place.kind, place.name, place.cls, place.call, place.path, outputs=returned,
                variables=own.ids[index], parameters=own.parameters[index], settings=place.settings, defined_in=place.package,
            )
        )  # fmt: skip
    return tuple(found)


def _paths(made: Expanded) -> List[str]:
    """The path of each group: unique among siblings, and, as names of layers may have slashes, among all."""
    siblings: Dict[int, List[int]] = {}
    for index, place in enumerate(made.places):
        siblings.setdefault(place.parent, []).append(index)
    paths = [""] * len(made.places)
    taken: Dict[str, int] = {}
    for parent, own in sorted(siblings.items()):  # a parent comes before its children
        around = f"{paths[parent]}/" if parent >= 0 else ""
        for index, unique in zip(own, unique_names(tuple(made.places[each].name for each in own))):
            paths[index] = free_name(around + unique, taken, "#")
    return paths


def _table(made: Expanded, types: Types, paths: List[str]) -> NodeTable:
    """The node table: an op is called as the group of its call is, an input of the model as its layer."""
    taken: Dict[str, int] = {}
    starts, producers, outputs = array("q", [0]), array("i"), array("i")
    for op in made.ops:
        for row, output in op.inputs:
            producers.append(row)
            outputs.append(output)
        starts.append(len(producers))
    return NodeTable(
        [free_name(paths[op.group] if op.group >= 0 else op.layer.name, taken) for op in made.ops],
        [PLACEHOLDER if _is_input(op) else op.layer.op for op in made.ops],
        starts, producers, outputs, list(types), [_attrs(made, op, types[row]) for row, op in enumerate(made.ops)],
        [""] * len(made.ops),
    )  # fmt: skip


PLACEHOLDER = "Placeholder"
"""What the caller feeds, as TensorFlow calls the op."""


def _is_input(op: LayerOp) -> bool:
    return op.layer.cls == INPUT and op.group < 0


def _attrs(made: Expanded, op: LayerOp, types: Tuple[TensorType, ...]) -> Mapping[str, object]:
    """The attributes of an op: the settings of its layer; of an input its type, as a placeholder has it."""
    if _is_input(op):
        shape = types[0].shape
        return {"dtype": types[0].dtype, "shape": None if shape is None else list(shape)}
    return made.settings(op)
