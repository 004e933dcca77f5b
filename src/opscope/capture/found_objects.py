"""Where the user's layers, variables and optimizers live: ``encoder.blocks[2].dense``, found by walking from the target."""

from __future__ import annotations

from collections import deque
from typing import AbstractSet, Any, Deque, Dict, Iterator, List, Mapping, NamedTuple, Sequence, Set, Tuple

from . import keras
from .kinds import HOLDER, LEAF, NAMED, VARIABLE, is_variable, kind_of
from .roots import roots_of

_MOST = 200_000
"""Objects looked at; a walk that reaches more has left the model."""
_HIDDEN = frozenset(
    {
        "_inbound_nodes", "_outbound_nodes", "_inbound_nodes_value", "_outbound_nodes_value", "_nodes", "_operations",
        "_operations_by_depth", "_layers", "_self_tracked_trackables", "_flattened_layers", "_functional", "_tracker",
        "_variables", "_trainable_variables", "_non_trainable_variables", "_trainable_weights", "_non_trainable_weights",
        "_obj_reference_counts_dict", "_nested_inputs", "_nested_outputs", "_inputs_struct", "_outputs_struct", "inputs",
        "outputs", "_self_unconditional_checkpoint_dependencies", "_self_name_based_restores", "_layer_call_argspecs",
        "_nodes_by_depth", "_tensor_usage_count", "_network_nodes", "_input_coordinates", "_output_coordinates",
        "_callable_losses", "_losses", "_metrics", "_thread_local", "_parent_path", "_layers_by_depth", "history",
        "_self_extra_variables", "_self_unconditional_dependency_names", "_loss_tracker", "_compile_config", "_keras_history",
        "_self_setattr_tracking", "_distribute_strategy", "_dtype_policy", "dtype_policy", "_input_layers", "_output_layers",
    }
)  # fmt: skip
"""Keras's own books, which hold the layers a second time under worse names."""


class ObjectPlace(NamedTuple):
    """Where an object lives: its path, and the names of the layers around it, its own last."""

    path: str
    names: Tuple[str, ...]


class FoundObjects(NamedTuple):
    """The places of all layers, variables and what holds them, by identity."""

    places: Mapping[int, ObjectPlace]
    variables: Sequence[Any]
    untrained: AbstractSet[int]
    """Variables, by identity, that training leaves alone because their Keras 2 layer has ``trainable = False``."""
    kept: Sequence[Any]
    """All objects that were met: an identity means nothing once its object is gone."""

    def path(self, value: Any) -> "str | None":
        """The object's path; ``None`` for one that no path leads to."""
        place = self.places.get(id(value))
        return place.path if place is not None else None


def walk(subject: Any) -> FoundObjects:
    """Walk breadth first from what the user traced, so that of several paths to an object the shortest is its place."""
    places: Dict[int, ObjectPlace] = {}
    variables: List[Any] = []
    untrained: Set[int] = set()
    kept: List[Any] = []
    waiting: Deque[Tuple[Any, ObjectPlace]] = deque(
        (root.value, ObjectPlace(root.name, ())) for root in roots_of(subject)
    )
    later: Deque[Tuple[Any, ObjectPlace]] = deque()
    while (waiting or later) and len(kept) < _MOST:
        value, place = (waiting or later).popleft()
        kind = kind_of(value)
        if kind is LEAF or id(value) in places:
            continue
        if kind is NAMED and place.path:
            place = ObjectPlace(place.path, (*place.names, name_of(value)))
        places[id(value)] = place
        kept.append(value)
        if kind is VARIABLE:
            variables.append(value)
            waiting.extend((part, place) for part in components(value))
            continue
        untrained.update(_untrained(value))
        waiting.extend(_children(value, place))
        if kind is not HOLDER:
            later.extend(_listed(value, place))
    return FoundObjects(places, variables, untrained, kept)


def _untrained(layer: Any) -> Iterator[int]:
    """The weights of a layer that is not trained: Keras 2 notes that on the layer, Keras 3 on each variable."""
    books = getattr(layer, "__dict__", {})
    if books.get("_trainable") is False:
        yield from map(id, books.get("_trainable_weights") or ())


def name_of(value: Any) -> str:
    """The name of a layer or module as the user knows it."""
    name = getattr(value, "name", None)
    return name if isinstance(name, str) and name else type(value).__name__


def components(variable: Any) -> Iterator[Any]:
    """The variables inside one: each replica's, the one that Keras 3 or automatic casting wraps."""
    for name in ("_values", "values"):
        values = variable.__dict__.get(name) if hasattr(variable, "__dict__") else None
        if isinstance(values, (list, tuple)):
            yield from values
            return
    for name in ("_value", "_variable"):
        value = getattr(variable, "__dict__", {}).get(name)
        if value is not None and is_variable(value):
            yield value


def _children(value: Any, place: ObjectPlace) -> Iterator[Tuple[Any, ObjectPlace]]:
    path, names = place
    if isinstance(value, dict):
        for key, item in list(value.items()):
            yield item, ObjectPlace(f"{path}[{key!r}]", (*names, *_leaf(item, f"{key}")))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield item, ObjectPlace(f"{path}[{index}]", (*names, *_leaf(item, f"{index}")))
    elif not isinstance(value, (set, frozenset)):
        yield from _attributes(value, place)


def _attributes(value: Any, place: ObjectPlace) -> Iterator[Tuple[Any, ObjectPlace]]:
    """The attributes of an object, the public ones and those with a public name first."""
    held = [(name, item) for name, item in list(getattr(value, "__dict__", {}).items()) if _holds(name, item)]
    public = [(name, item) for name, item in held if not name.startswith("_")]
    private = [(_public_name(value, name), item) for name, item in held if name.startswith("_")]
    private.sort(key=lambda pair: pair[0].startswith("_"))
    for name, item in public + private:
        yield item, ObjectPlace(_joined(place.path, name), (*place.names, *_leaf(item, name)))


def _holds(name: str, item: Any) -> bool:
    kind = kind_of(item)
    return kind is not LEAF and name not in _HIDDEN and (kind is not HOLDER or bool(item))


def _listed(value: Any, place: ObjectPlace) -> Iterator[Tuple[Any, ObjectPlace]]:
    """What an object also has under a general name, for parts that no attribute leads to: the layers of a model."""
    if keras.is_model(value):
        yield from _children(
            list(getattr(value, "layers", None) or ()), ObjectPlace(_joined(place.path, "layers"), place.names)
        )
    elif isinstance(getattr(value, "_variables", None), (list, tuple)):
        yield from _children(list(value._variables), ObjectPlace(_joined(place.path, "variables"), place.names))


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _public_name(value: Any, name: str) -> str:
    plain = name.lstrip("_")
    return plain if isinstance(getattr(type(value), plain, None), property) else name


def _leaf(item: Any, name: str) -> Tuple[str, ...]:
    return (name,) if is_variable(item) else ()
