"""Where the user's layers, variables and optimizers live: ``encoder.blocks[2].dense``, found by walking from the target."""

from __future__ import annotations

import functools
import types
import weakref
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Deque, Dict, Iterator, List, NamedTuple, Set, Tuple

from . import keras
from .kinds import HOLDER, LEAF, NAMED, VARIABLE, is_variable, kind_of
from .seams import function_class

_LIBRARIES = frozenset({"tensorflow", "keras", "tf_keras", "numpy"})
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


@dataclass
class FoundObjects:
    """The places of all objects of interest, by identity; the objects are kept alive with it."""

    places: Dict[int, ObjectPlace] = field(default_factory=dict)
    variables: List[Tuple[Any, ObjectPlace]] = field(default_factory=list)
    kept: List[Any] = field(default_factory=list)
    frozen: Set[int] = field(default_factory=set)
    """Variables, by identity, that training leaves alone because their Keras 2 layer has ``trainable = False``."""

    def path(self, value: Any) -> "str | None":
        """The object's path; ``None`` for one that no path leads to."""
        place = self.places.get(id(value))
        return place.path if place is not None else None


def walk(subject: Any, arguments: Any = ()) -> FoundObjects:
    """Walk breadth first from what the user traced: an object, or a function's closure, globals and arguments."""
    found = FoundObjects()
    waiting: Deque[Tuple[Any, ObjectPlace]] = deque(_roots(subject))
    waiting.extend((value, ObjectPlace(name, ())) for name, value in arguments)
    later: Deque[Tuple[Any, ObjectPlace]] = deque()
    while (waiting or later) and len(found.kept) < _MOST:
        value, place = (waiting or later).popleft()
        kind = kind_of(value)
        if kind is LEAF or id(value) in found.places:
            continue
        if kind is NAMED and place.path:
            place = ObjectPlace(place.path, (*place.names, name_of(value)))
        found.places[id(value)] = place
        found.kept.append(value)
        if kind is VARIABLE:
            found.variables.append((value, place))
            waiting.extend((part, place) for part in components(value))
        else:
            found.frozen.update(_frozen(value))
            waiting.extend(_children(value, place))
            if kind is not HOLDER:
                later.extend(_listed(value, place))
    return found


def _frozen(layer: Any) -> Iterator[int]:
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


def _roots(subject: Any) -> Iterator[Tuple[Any, ObjectPlace]]:
    """The objects that a target reaches, with the names it knows them by."""
    if isinstance(subject, functools.partial):
        yield from ((value, ObjectPlace(f"args[{index}]", ())) for index, value in enumerate(subject.args))
        yield from ((value, ObjectPlace(key, ())) for key, value in subject.keywords.items())
        subject = subject.func
    if isinstance(subject, function_class()):
        subject = getattr(subject, "python_function", subject)
    if hasattr(subject, "__wrapped__") and isinstance(subject.__wrapped__, types.MethodType):
        subject = subject.__wrapped__
    if not isinstance(subject, (types.FunctionType, types.MethodType)):
        yield subject, ObjectPlace("", ())
        return
    yield from _function_roots(subject, set())


def _function_roots(function: Any, seen: "set[int]") -> Iterator[Tuple[Any, ObjectPlace]]:
    """What a function refers to: the object it is bound to, its closure, its globals, and those of functions it names."""
    owner = getattr(function, "__self__", None)
    if owner is not None:
        yield owner, ObjectPlace("", ())
        function = function.__func__
    instance = _method_owner(function)
    if instance is not None:
        yield instance, ObjectPlace("", ())
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    code = getattr(function, "__code__", None)
    if code is None or id(code) in seen or len(seen) > 1000:
        return
    seen.add(id(code))
    named: List[Tuple[str, Any]] = []
    for name, cell in zip(code.co_freevars, function.__closure__ or ()):
        try:
            named.append((name, cell.cell_contents))
        except ValueError:  # a variable that is not assigned yet
            continue
    named += [(name, function.__globals__[name]) for name in _names(code) if name in function.__globals__]
    functions = []
    for name, found in named:
        value = getattr(found, "python_function", found) if isinstance(found, function_class()) else found
        if isinstance(value, (types.FunctionType, types.MethodType)):
            functions.append(value)
        elif not isinstance(value, (type, types.ModuleType)):
            yield value, ObjectPlace(name, ())
    for inner in functions:
        if (getattr(inner, "__module__", None) or "").partition(".")[0] not in _LIBRARIES:
            yield from _function_roots(inner, seen)


def _method_owner(function: Any) -> Any:
    """The object that a `tf.function` method was taken from: TensorFlow's wrapper of it holds a weak reference."""
    code = getattr(function, "__code__", None)
    for name, cell in zip(code.co_freevars if code is not None else (), getattr(function, "__closure__", None) or ()):
        if name == "weak_instance" and isinstance(cell.cell_contents, weakref.ref):
            return cell.cell_contents()
    return None


def _names(code: Any) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)


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
