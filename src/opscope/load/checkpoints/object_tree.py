"""The objects of a checkpoint as a tree: by which path their author would name each, and what an optimizer or a metric keeps.

Format: tensorflow/core/protobuf/trackable_object_graph.proto. Node 0 is what was saved; a node's children are its attributes, and a
variable is a node with an attribute that says under which key its value is. It is a graph: an object is reached in several ways, and
may be below itself. It has no classes.
"""

from __future__ import annotations

import re
from heapq import heappop, heappush
from typing import Any, Dict, List, Mapping, NamedTuple, Optional

from ...program.objects import KEPT_LISTS, NUMBERED_LAYER

_STATE = re.compile(r"_?optimizers?$|_?(compile_)?metrics$|keras_api$|save_counter$")
"""Attributes that hold what belongs to training: moments, counters, totals of metrics."""
_LAYERS = re.compile(
    r"_?(layers|operations|tracked|flat_layers|layer_checkpoint_dependencies)$|_self_tracked_trackables$"
)
"""Lists in which Keras keeps the layers of a model that are no attributes of it."""
_OF_OPTIMIZERS = ({"_iterations"}, {"iter", "learning_rate"}, {"beta1_power", "beta2_power"})
"""Attributes that only optimizers have: of Keras 3 and the last of Keras 2, of Keras 2, of TensorFlow 1."""
_STEP, _DETOUR, _LIST, _TO_STATE = 1, 1_000, 1_000_000, 1_000_000_000
"""What a step costs: a plain one, to a layer that is only numbered, into one of Keras's lists, into what belongs to training. So a
weight is named by its layer and not by the optimizer that lists it too. Paths have at most `_MOST_STEPS` steps."""
_MOST_STEPS = 64
_LONGEST_NAME, _LONGEST_PATH = 200, 1000


class Spot(NamedTuple):
    """Where a node is in the tree."""

    parent: int
    """The node around it; -1 of the root."""
    name: str
    """The attribute that it is of that node."""
    path: str
    """``model.blocks[2].kernel``; empty of the root."""
    is_state: bool
    """Whether it is, or is below, an optimizer, a metric or a counter."""
    is_list: bool = False
    """Whether its attributes are numbers."""


class _Way(NamedTuple):
    """A path to a node. The cheapest comes first; of equally cheap ones the one that was found first."""

    cost: int
    order: int
    node: int
    spot: Spot


def spots(graph: Any) -> Dict[int, Spot]:
    """The place of each node that can be reached; parents before their children."""
    nodes = graph.nodes
    optimizers = [_is_optimizer(node) for node in nodes]
    found: Dict[int, Spot] = {}
    waiting = [_Way(0, 0, 0, Spot(-1, "", "", False))] if len(nodes) else []
    order = 0
    while waiting:
        cost, _, index, spot = heappop(waiting)
        if index in found:
            continue
        spot = spot._replace(is_list=_is_list(nodes[index]))
        found[index] = spot
        if cost % _DETOUR >= _MOST_STEPS:
            continue
        for child in nodes[index].children:
            at, name = child.node_id, child.local_name[:_LONGEST_NAME]
            if not 0 <= at < len(nodes) or at in found:
                continue
            is_state = _STATE.match(name) is not None or optimizers[at]
            path = _joined(spot, name)
            if len(path) <= _LONGEST_PATH:
                order += 1
                below = Spot(index, name, path, spot.is_state or is_state)
                heappush(waiting, _Way(cost + _cost(name, is_state=is_state), order, at, below))
    _add_slots(graph, found)
    return found


def _cost(name: str, *, is_state: bool) -> int:
    if is_state:
        return _STEP + _TO_STATE
    if NUMBERED_LAYER.match(name):
        return _STEP + _DETOUR
    return _STEP + (_LIST if KEPT_LISTS.match(name) or _LAYERS.match(name) else 0)


def _is_list(node: Any) -> bool:
    return len(node.children) > 0 and all(child.local_name.isdecimal() for child in node.children)


def _is_optimizer(node: Any) -> bool:
    if len(node.slot_variables):
        return True
    names = {child.local_name for child in node.children}
    return any(own <= names for own in _OF_OPTIMIZERS)


def _joined(around: Spot, name: str) -> str:
    """The path of a child. An item of one of Keras's lists of layers is ``layer-2`` of the model, as its older versions called it."""
    if around.is_list and _LAYERS.match(around.name):
        path, name = around.path.rpartition(".")[0], f"layer-{name}"
    elif around.is_list:
        return f"{around.path}[{name}]"
    else:
        path = around.path
    if not name.isidentifier() and not NUMBERED_LAYER.match(name):
        return f"{path}[{name!r}]"
    return f"{path}.{name}" if path else name


def _add_slots(graph: Any, found: Dict[int, Spot]) -> None:
    """Put what an optimizer keeps for each variable below the optimizer; it is no attribute of it."""
    for index, optimizer in list(found.items()):
        for slot in graph.nodes[index].slot_variables:
            at, owner = slot.slot_variable_node_id, found.get(slot.original_variable_node_id)
            if 0 <= at < len(graph.nodes) and at not in found and owner is not None:
                name = slot.slot_name[:_LONGEST_NAME]
                path = f"{optimizer.path}.{name}[{owner.path!r}]"[:_LONGEST_PATH]
                found[at] = Spot(index, name, path, True)


class StoredAt(NamedTuple):
    """A key of the checkpoint as the object graph explains it."""

    node: int
    full_name: str
    """What the variable was called when it was made: ``sequential/conv/kernel``; empty if that is not told."""


def explained(graph: Any, found: Mapping[int, Spot]) -> Dict[str, StoredAt]:
    """Key in the checkpoint -> the node of the tree whose value it is."""
    told: Dict[str, StoredAt] = {}
    for index in found:
        for attribute in graph.nodes[index].attributes:
            told.setdefault(attribute.checkpoint_key, StoredAt(index, attribute.full_name[:_LONGEST_PATH]))
    return told


def holder_of(found: Mapping[int, Spot], node: int) -> Optional[int]:
    """The object around a node that has a name of its own: lists, and what Keras keeps to itself, are passed by."""
    above = found[node].parent
    while above > 0 and (found[above].is_list or _is_hidden(found[above].name)):
        above = found[above].parent
    return above if above > 0 else None


def kept_by(found: Mapping[int, Spot], node: int) -> str:
    """The path of the optimizer or metric that a value belongs to; empty if it belongs to none, or is a counter by itself."""
    outer = ""
    above = found[node].parent
    while above > 0:
        if found[above].is_state:
            outer = found[above].path
        above = found[above].parent
    return outer


def _is_hidden(name: str) -> bool:
    return name.startswith("_") or KEPT_LISTS.match(name) is not None


def depth_first(found: Mapping[int, Spot]) -> List[int]:
    """The nodes, each followed by what is in it."""
    below: Dict[int, List[int]] = {}
    for index, spot in found.items():
        below.setdefault(spot.parent, []).append(index)
    listed: List[int] = []
    waiting = list(reversed(below.get(-1, [])))
    while waiting:
        index = waiting.pop()
        listed.append(index)
        waiting.extend(reversed(below.get(index, [])))
    return listed
