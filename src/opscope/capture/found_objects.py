"""Finds where the user's layers, variables and optimizers live (``encoder.blocks[2].dense``) by walking from the target."""

from __future__ import annotations

from collections import deque
from typing import AbstractSet, Any, Deque, Dict, Iterator, List, Mapping, NamedTuple, Sequence, Set, Tuple

from . import keras
from .kinds import HOLDER, LEAF, NAMED, VARIABLE, is_variable, kind_of
from .roots import roots_of

_MOST = 200_000
"""The walk ends after so many objects. One that finds more has strayed from the model into something else."""
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
"""Attributes of Keras and TensorFlow that are not followed: they list layers and variables a second time, under worse names,
or lead out of the model."""


class ObjectPlace(NamedTuple):
    """Where an object lives."""

    path: str
    """As the user would write it: ``encoder.blocks[2]``; empty for the target itself."""
    names: Tuple[str, ...]
    """The names of the layers around it, its own last: ``("encoder", "dense", "kernel")``."""


class FoundObjects(NamedTuple):
    """The layers and variables that were found, and all that holds them."""

    places: Mapping[int, ObjectPlace]
    """By an object's `id`: its place."""
    variables: Sequence[Any]
    untrained: AbstractSet[int]
    """The `id` of each variable that is not trained because its Keras 2 layer has ``trainable = False``."""
    kept: Sequence[Any]
    """Keeps the objects alive: Python may give the `id` of one that is gone to another."""

    def path(self, value: Any) -> "str | None":
        """The object's path; ``None`` if the walk did not find it."""
        place = self.places.get(id(value))
        return place.path if place is not None else None


def walk(subject: Any) -> FoundObjects:
    """Walk through what the user traced, breadth first: of several paths to an object the shortest becomes its place.

    Lists under a general name (``layers[3]``) wait until all attributes were followed, so that they only give a place to
    objects that no attribute leads to.
    """
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
        if kind is NAMED and place.path:  # not the target itself: its name would stand before every other
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
    """The ids of a layer's weights, if it is one of Keras 2 that is not trained. Keras 3 notes that on each variable."""
    books = getattr(layer, "__dict__", {})
    if books.get("_trainable") is False:
        yield from map(id, books.get("_trainable_weights") or ())


def name_of(value: Any) -> str:
    """The name of a layer or module; the name of its class if it has none."""
    name = getattr(value, "name", None)
    return name if isinstance(name, str) and name else type(value).__name__


def components(variable: Any) -> Iterator[Any]:
    """The variables inside a variable: one for each replica, or the one that Keras 3's or a casting one is around."""
    for name in ("_values", "values"):  # of a variable of `tf.distribute`
        values = variable.__dict__.get(name) if hasattr(variable, "__dict__") else None
        if isinstance(values, (list, tuple)):
            yield from values
            return
    for name in ("_value", "_variable"):  # of a Keras 3 variable, of one that casts
        value = getattr(variable, "__dict__", {}).get(name)
        if value is not None and is_variable(value):
            yield value


def _children(value: Any, place: ObjectPlace) -> Iterator[Tuple[Any, ObjectPlace]]:
    """The items of a dict, list or tuple, or the attributes of another object, each with its place.

    A set has none, since nobody could write a path to its items.
    """
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
    """The attributes of an object that may hold something. Public ones come first, because the first path found counts.

    Then come private ones with a public property (``_dense`` with ``dense``), which go by that name, then all others.
    """
    held = [(name, item) for name, item in list(getattr(value, "__dict__", {}).items()) if _holds(name, item)]
    public = [(name, item) for name, item in held if not name.startswith("_")]
    private = [(_public_name(value, name), item) for name, item in held if name.startswith("_")]
    private.sort(key=lambda pair: pair[0].startswith("_"))
    for name, item in public + private:  # of two paths of one length the first that is found counts
        yield item, ObjectPlace(_joined(place.path, name), (*place.names, *_leaf(item, name)))


def _holds(name: str, item: Any) -> bool:
    """Whether an attribute is worth following."""
    kind = kind_of(item)
    return kind is not LEAF and name not in _HIDDEN and (kind is not HOLDER or bool(item))


def _listed(value: Any, place: ObjectPlace) -> Iterator[Tuple[Any, ObjectPlace]]:
    """What an object has in a list with a general name: ``layers`` of a model, ``variables`` of an optimizer."""
    if keras.is_model(value):
        yield from _children(
            list(getattr(value, "layers", None) or ()), ObjectPlace(_joined(place.path, "layers"), place.names)
        )
    elif isinstance(getattr(value, "_variables", None), (list, tuple)):
        yield from _children(list(value._variables), ObjectPlace(_joined(place.path, "variables"), place.names))


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _public_name(value: Any, name: str) -> str:
    """The name of a private attribute without its underscore, if the class has a property of that name."""
    plain = name.lstrip("_")
    return plain if isinstance(getattr(type(value), plain, None), property) else name


def _leaf(item: Any, name: str) -> Tuple[str, ...]:
    """What `ObjectPlace.names` gets from a step of the path. Only a variable adds its attribute; a layer has a name."""
    return (name,) if is_variable(item) else ()
