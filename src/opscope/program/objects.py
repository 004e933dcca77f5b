"""The layers, models and modules of a file, each with the variables it owns.

They come from a SavedModel's object graph. If that has no object but the saved one itself, they come from the
variables' names.

Format: tensorflow/core/protobuf/saved_object_graph.proto. Node 0 is the saved object; a node's children are its attributes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import takewhile
from typing import Any, Dict, FrozenSet, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ..graph.settings import NO_SETTINGS, Settings
from ..graph.types import Variable
from .keras_metadata import KerasObject, of_object
from .output_types import shape_of
from .proto import dtype_name

# What stands in `SavedUserObject.identifier`:
_MODELS = frozenset({"_tf_keras_model", "_tf_keras_network", "_tf_keras_sequential"})
_NO_OWNERS = frozenset({"optimizer", "_tf_keras_metric", "signature_map"})
"""Objects whose variables (an optimizer's slots, a metric's totals) are no part of the model."""
_WRAPPERS = frozenset({"trackable_list_wrapper", "trackable_dict_wrapper", "trackable_tuple_wrapper"})
"""What TensorFlow makes of a list, dict or tuple that is an attribute of a layer."""
# Names of attributes:
NUMBERED_LAYER = re.compile(r"layer(_with_weights)?-\d+$")
"""How Keras refers to a layer that is no attribute of its model: ``layer-3``, ``layer_with_weights-0``."""
KEPT_LISTS = re.compile(
    r"(_?(trainable|non_trainable|all)_)?variables$|keras_api$|_?(layers|metrics|losses)$|signatures$|layer_metrics$|"
    r"(layer_)?regularization_losses$|_self_tracked_trackables$|_flat_layers$|_tracked$"
)
"""Attributes in which Keras lists what has a better place elsewhere: ``_trainable_variables``, ``layers``, ``keras_api``."""
_NO_PART = re.compile(r"_?optimizer\b|keras_api\b|signatures\b|(_?compile_)?metrics\b")
"""Attributes of the saved object that are no part of the model, and neither is what lies below them. We match the
pattern with the beginning of a path."""
_DETOURS = ((NUMBERED_LAYER, 1_000), (KEPT_LISTS, 1_000_000))
"""What a step through such an attribute costs beyond 1. Paths have at most some 64 steps, so one through a numbered layer
names an object only if no plain path leads there, and one through Keras's lists only if no other path does at all."""
_MOST_STEPS = 64
"""Objects nested deeper have no path: it would be no name for anyone."""


@dataclass(frozen=True)
class ModelObject:
    """A layer, model or module."""

    path: str
    """Where it lives: ``encoder.blocks[2]``; empty for the saved object itself."""
    parent: int
    """The position of the object around it, -1 for the saved object."""
    kind: str
    """As `Group.kind`: ``model``, ``layer`` or ``module``."""
    cls: Optional[str] = None
    name: Optional[str] = None
    """The name that Keras gave it, with which the name scope of each of its calls begins."""
    variables: FrozenSet[int] = frozenset()
    """Numbers of the variables in it and in everything below it."""
    settings: Settings = field(default_factory=lambda: NO_SETTINGS)
    defined_in: Optional[str] = None


class Objects(NamedTuple):
    """What a file tells of a model's objects and variables. A parent comes before its children."""

    variables: Tuple[Variable, ...]
    names: Tuple[str, ...]
    """The name that each variable has in the graph; two may have the same."""
    objects: Tuple[ModelObject, ...]
    node_variable: Mapping[int, int]
    """Number of a node in the object graph -> number of its variable."""


def read_objects(graph: Any, metadata: Mapping[int, KerasObject]) -> Objects:
    """The variables of a SavedObjectGraph and the objects that own them; `metadata` is what ``keras_metadata.pb`` says."""
    paths, parents = _paths(graph, metadata)
    variables: List[Variable] = []
    names: List[str] = []
    node_variable: Dict[int, int] = {}
    for index, node in enumerate(graph.nodes):
        if node.WhichOneof("kind") == "variable":
            node_variable[index] = len(variables)
            names.append(node.variable.name)
            path = paths.get(index) or node.variable.name  # no path leads to it if it lies too deep
            variables.append(_variable(len(variables), path, node.variable))
    objects, renamed = named_by_variables(_objects(graph, metadata, paths, parents, node_variable), names)
    variables = [replace(variable, object_path=renamed_path(variable.object_path, renamed)) for variable in variables]
    if len(objects) <= 1:  # no layers in the graph of objects, but the variables' names may tell of some
        variables = [
            replace(variable, object_path=name or variable.object_path) for variable, name in zip(variables, names)
        ]
        objects = from_names(dict(enumerate(names)))
    return Objects(tuple(variables), tuple(names), objects, node_variable)


def _variable(index: int, path: str, saved: Any) -> Variable:
    """A SavedVariable as the graph's `Variable`."""
    return Variable(index, path, dtype_name(saved.dtype), shape_of(saved.shape), saved.trainable)


def renamed_path(path: str, renamed: Mapping[str, str]) -> str:
    """The path with the new name of the innermost object around it that has one; `renamed` has old path -> new path."""
    owner = path
    while owner and owner not in renamed:
        owner = owner.rpartition(".")[0]
    return renamed[owner] + path[len(owner) :] if owner else path


def named_by_variables(
    objects: Tuple[ModelObject, ...], names: Sequence[str]
) -> Tuple[Tuple[ModelObject, ...], Dict[str, str]]:
    """Name Keras layers without metadata after their variables: the one with ``lstm/lstm_cell/kernel`` is ``lstm``.

    The second result has old path -> new path for the layers that Keras only numbered: ``layer-3`` -> ``lstm``.
    """
    named: List[ModelObject] = []
    scopes: List[Tuple[str, ...]] = []
    renamed: Dict[str, str] = {}
    for item in objects:
        # `around` are the scopes of the object around this one: the names of its variables begin with them. A variable
        # called "lstm/lstm_cell/kernel" makes the first scope after them the name of this object.
        around = scopes[item.parent] if item.parent >= 0 else ()
        common, is_whole = _common_scope([names[variable] for variable in item.variables])
        name = item.name
        if item.parent < 0:
            # A subclassed model's variables begin with its name ("net/dense/kernel"), a functional one's do not
            # ("dense/kernel"). If all are directly in one scope, we take it for the only layer of a functional one.
            around = () if is_whole else common[:1]
        elif name is None and item.kind != "module" and len(common) > len(around) and common[: len(around)] == around:
            name = common[len(around)]
        scopes.append((*around, name) if name is not None and item.parent >= 0 else around)
        last = item.path.rpartition(".")[2]
        path = renamed_path(item.path, renamed)
        if name is not None and NUMBERED_LAYER.match(last):
            path = f"{path.rpartition('.')[0]}.{name}".lstrip(".")
        if path != item.path:
            renamed[item.path] = path
        named.append(replace(item, name=name, path=path))
    return tuple(named), renamed


def _common_scope(names: Sequence[str]) -> Tuple[Tuple[str, ...], bool]:
    """The scopes that all names begin with, and whether no name has scopes beyond them."""
    parts = [name.split("/", _MOST_STEPS)[:-1] for name in names]
    common = tuple(row[0] for row in takewhile(lambda row: len(set(row)) == 1, zip(*parts)))
    return common, all(len(part) == len(common) for part in parts)


class _Way(NamedTuple):
    """A path that leads to a node. Sorted, the cheapest comes first; of equally cheap ones the one that was found first."""

    cost: int
    order: int
    node: int
    path: str
    parent: int


def _paths(graph: Any, metadata: Mapping[int, KerasObject]) -> Tuple[Dict[int, str], Dict[int, int]]:
    """For each node the path by which the model's author would name it, and the node before it on that path.

    A node may be reached in several ways: a layer is an attribute of its model and also an item of the model's `layers`. We
    take the cheapest path, with the costs of `_DETOURS`, and find it by Dijkstra's algorithm.
    """
    count = len(graph.nodes)
    waiting = [_Way(0, 0, 0, "", -1)] if count else []
    paths: Dict[int, str] = {}
    parents: Dict[int, int] = {}
    order = 0
    while waiting:
        cost, _, index, path, parent = heappop(waiting)
        if index in paths:
            continue
        paths[index], parents[index] = path, parent
        if cost % 1_000 >= _MOST_STEPS:  # detours cost whole thousands, so the rest is the number of steps
            continue
        for child in graph.nodes[index].children:
            # Cut, since every path below repeats the name, and in a damaged file it may be very long.
            at, name = child.node_id, child.local_name[:200]
            if 0 <= at < count and at not in paths:
                order += 1
                more = next((cost for pattern, cost in _DETOURS if pattern.match(name)), 0)
                if NUMBERED_LAYER.match(name):
                    name = _keras(graph.nodes[at], metadata.get(at)).name or name
                heappush(waiting, _Way(cost + 1 + more, order, at, _join(path, name, graph.nodes[index]), index))
    return paths, parents


def _keras(node: Any, known: Optional[KerasObject]) -> KerasObject:
    """What Keras says of a node: in ``keras_metadata.pb`` (`known`), else in the node itself."""
    return known or of_object(node.user_object.metadata)


def _join(path: str, name: str, owner: Any) -> str:
    """The path of a child: ``blocks[2]`` and ``heads['left']`` below a list and a dict, else ``path.name``."""
    identifier = owner.user_object.identifier
    if identifier in _WRAPPERS:
        return f"{path}[{name}]" if name.isdecimal() else f"{path}[{name!r}]"
    return f"{path}.{name}" if path else name


def _objects(
    graph: Any, metadata: Mapping[int, KerasObject], paths: Mapping[int, str], parents: Mapping[int, int],
    node_variable: Mapping[int, int],
) -> Tuple[ModelObject, ...]:  # fmt: skip
    """The nodes that are layers, models or modules. `paths` has parents before children, and so has the result."""
    owned = _owned(paths, parents, node_variable)
    objects: List[ModelObject] = []
    place: Dict[int, int] = {}
    for index, path in paths.items():
        owns = bool(owned.get(index)) or index == 0
        kind = _kind(graph.nodes[index].user_object.identifier, path, owns=owns)
        if kind is None or _under_no_owner(graph, index, parents):
            continue
        parent = parents[index]
        # A list between a layer and its model is no object of its own: the model is the layer's parent.
        while parent >= 0 and parent not in place:
            parent = parents[parent]
        keras = _keras(graph.nodes[index], metadata.get(index))
        place[index] = len(objects)
        variables = frozenset(owned.get(index, ()))
        objects.append(
            ModelObject(
                path, place.get(parent, -1), kind, keras.cls, keras.name, variables, keras.settings, keras.defined_in
            )
        )
    return tuple(objects)


def _kind(identifier: str, path: str, *, owns: bool) -> Optional[str]:
    """The kind of an object; ``None`` for lists, optimizers, metrics, Keras's lists, and modules without variables.

    Keras's input layers compute nothing and own nothing. They are taken for modules without variables.
    """
    if (
        _NO_PART.match(path)
        or identifier in _WRAPPERS
        or identifier in _NO_OWNERS
        or KEPT_LISTS.match(path.rpartition(".")[2])
    ):
        return None
    if identifier.startswith("_tf_keras_") and identifier != "_tf_keras_input_layer":
        return "model" if identifier in _MODELS else "layer"
    return "module" if identifier and owns else None


def _under_no_owner(graph: Any, index: int, parents: Mapping[int, int]) -> bool:
    """Whether a node is an optimizer or metric, or lies in one."""
    while index >= 0:
        if graph.nodes[index].user_object.identifier in _NO_OWNERS:
            return True
        index = parents[index]
    return False


def _owned(
    paths: Mapping[int, str], parents: Mapping[int, int], node_variable: Mapping[int, int]
) -> Dict[int, List[int]]:
    """For each node the variables below it in the tree of `parents`, without those of the optimizer and the metrics."""
    owned: Dict[int, List[int]] = {}
    for index, path in paths.items():
        variable = node_variable.get(index)
        if variable is not None and not _NO_PART.match(path):
            above = parents[index]
            while above >= 0:
                owned.setdefault(above, []).append(variable)
                above = parents[above]
    return owned


def from_names(names: Mapping[int, str]) -> Tuple[ModelObject, ...]:
    """Layers as the variables' names suggest: ``encoder/dense/kernel`` is a variable of ``dense`` in ``encoder``.

    For files that say nothing better. `names` has the name of each variable by its number.
    """
    below: Dict[Tuple[str, ...], List[int]] = {(): []}
    taken = set(names.values())
    for variable, name in names.items():
        parts = name.partition(":")[0].split("/", _MOST_STEPS)[:-1]
        if "/".join(parts) in taken:  # "dense/kernel/Adam" is the optimizer's, and "dense/kernel" is no layer
            continue
        for depth in range(len(parts) + 1):
            below.setdefault(tuple(parts[:depth]), []).append(variable)
    place: Dict[Tuple[str, ...], int] = {}
    objects: List[ModelObject] = []
    for path in sorted(below, key=len):
        place[path] = len(objects)
        parent, kind = (place[path[:-1]], "layer") if path else (-1, "module")
        own = path[-1] if path else None
        objects.append(ModelObject(".".join(path), parent, kind, None, own, frozenset(below[path])))
    return tuple(objects)
