"""Counts the weights of an expanded model: the variables of each layer, whoever calls it, and of the models around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from ...graph.types import Shape, Variable
from ...graph.vocabulary import KERAS_LAYER, KERAS_OPERATION
from .expansion import Expanded, LayerOp
from .layer_weights import OwnWeights, Stored, StoredWeight, own_weights, shared_out
from .stored import StoredModel
from .tensor_types import NOT_TOLD, Types, variable_dtype
from .weight_rules import Weight, weights_of


@dataclass(frozen=True)
class Weighed:
    """The variables of a model, and for each group which are its own and how many elements they have."""

    variables: Tuple[Variable, ...]
    ids: List[Tuple[int, ...]]
    parameters: List[Optional[int]]
    """``None`` if it is not known what a layer inside has."""


def weighed(model: StoredModel, made: Expanded, types: Types, stored: Optional[Stored]) -> Weighed:
    """The variables of a model; `stored` are those of the file, if they can be looked at."""
    first: Dict[str, LayerOp] = {}
    for op in made.ops:
        if op.group >= 0:
            first.setdefault(made.places[op.group].path, op)
    shapes = {path: [types[row][output].shape for row, output in op.inputs] for path, op in first.items()}
    lists = _by_layer(model, made, first, shapes, stored) if stored is not None else None
    variables: List[Variable] = []
    own: Dict[str, Optional[List[int]]] = {}
    together = tuple(f"{path}." for path in (lists or {}) if path not in first)
    for path, op in first.items():
        if path.startswith(together):  # told with those of the model around it
            own[path] = None
            continue
        found = _own(made, op, shapes[path], (lists or {}).get(path))
        own[path] = None if found is None else list(_added(variables, path, found.weights))
        if found is not None:
            list(_added(variables, path, found.state))
    if lists is not None:
        for path in sorted(lists.keys() - own.keys()):  # of models whose layers it is not plain for
            loose = [(Weight(each.name, each.shape), each.dtype) for each in lists[path]]
            own[path] = list(_added(variables, path, tuple(loose)))
    return _summed(made, variables, own, {path for path in own if path not in first})


def _own(
    made: Expanded, op: LayerOp, shapes: Sequence[Shape], stored: Optional[Sequence[StoredWeight]]
) -> Optional[OwnWeights]:
    if op.layer.op.startswith(KERAS_OPERATION):
        return OwnWeights(())
    dtype = variable_dtype(dict(op.layer.config)) or NOT_TOLD
    trains = op.layer.config.get("trainable") is not False
    return own_weights(op.layer.op, made.settings(op), shapes, stored, dtype=dtype, trains=trains)


def _by_layer(
    model: StoredModel, made: Expanded, first: Mapping[str, LayerOp], shapes: Mapping[str, List[Shape]], stored: Stored
) -> Dict[str, Sequence[StoredWeight]]:
    """The stored weights by layer; where a file has those of a model in one list, that is shared out."""
    found = dict(stored)
    for path, inner in _models(model, ""):
        if _took_leaves(found, first, inner, path) or path not in stored:
            continue
        told: Dict[str, Optional[List[Weight]]] = {}
        for each in _leaves(inner, path):
            op = first.get(each)
            if op is None or op.layer.cls == "InputLayer":
                continue
            told[each] = _told(made, op, shapes[each])
        split = shared_out(stored[path], told)
        if split is not None:
            del found[path]
            found.update(split)
    return found


def _took_leaves(
    found: Dict[str, Sequence[StoredWeight]], first: Mapping[str, LayerOp], inner: StoredModel, path: str
) -> bool:
    """Whether the layers of a model are listed beside it, as Keras 1 does in a Sequential; then their weights are put to them."""
    listed = {leaf: name for leaf in _leaves(inner, path) for name in [leaf.rpartition(".")[2]] if name not in first}
    listed = {leaf: name for leaf, name in listed.items() if name in found and leaf not in found}
    for leaf, name in listed.items():
        found[leaf] = found.pop(name)
    if listed and not found.get(path):
        found.pop(path, None)
    return bool(listed)


def _told(made: Expanded, op: LayerOp, shapes: Sequence[Shape]) -> Optional[List[Weight]]:
    if op.layer.op.startswith(KERAS_OPERATION):
        return []
    if not op.layer.op.startswith(KERAS_LAYER):
        return None
    weights = weights_of(op.layer.op[len(KERAS_LAYER) :], made.settings(op), shapes)
    trains = op.layer.config.get("trainable") is not False
    return (
        weights if weights is None else [weight._replace(trainable=weight.trainable and trains) for weight in weights]
    )


def _models(model: StoredModel, path: str) -> Iterator[Tuple[str, StoredModel]]:
    """The models inside a model, and where they are."""
    for layer in model.layers:
        if layer.model is not None:
            own = f"{path}.{layer.name}" if path else layer.name
            yield own, layer.model
            yield from _models(layer.model, own)


def _leaves(model: StoredModel, path: str) -> Iterator[str]:
    """Where the layers of a model are, those of models in it included, in the order of the file."""
    for layer in model.layers:
        if layer.model is not None:
            yield from _leaves(layer.model, f"{path}.{layer.name}")
        else:
            yield f"{path}.{layer.name}"


def _added(variables: List[Variable], path: str, weights: Sequence[Tuple[Weight, str]]) -> Iterator[int]:
    for weight, dtype in weights:
        name = f"{path}.{weight.name}" if path else weight.name
        variables.append(Variable(len(variables), name, dtype, weight.shape, weight.trainable))
        yield len(variables) - 1


def _summed(
    made: Expanded, variables: List[Variable], own: Mapping[str, Optional[List[int]]], whole: Set[str]
) -> Weighed:
    """For each group what it and the groups in it have. `whole` are models whose weights are not told apart by layer."""
    ids: List[Set[int]] = [set() for _ in made.places]
    known = [True] * len(made.places)
    for index in range(len(made.places) - 1, -1, -1):  # parents come before their children
        place = made.places[index]
        mine = own.get(place.path, [] if place.kind == "model" else None)
        if place.path in whole:
            known[index] = True
        if mine is None:
            known[index] = False
        else:
            ids[index].update(mine)
        if place.parent >= 0:
            ids[place.parent] |= ids[index]
            known[place.parent] = known[place.parent] and known[index]
    sizes = [variable.size or 0 for variable in variables]
    return Weighed(
        tuple(variables),
        [tuple(sorted(each)) for each in ids],
        [sum(sizes[number] for number in each) if told else None for each, told in zip(ids, known)],
    )
