"""Numbers the variables of a model and makes the graph's `Variable` of each, once however many objects stand for it."""

from __future__ import annotations

import gc
import sys
from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from ..graph.types import Shape, Variable
from .found_objects import FoundObjects, ObjectPlace, components
from .graph_ports import Passed, passed
from .kinds import is_variable
from .seams import tensorflow


def dims(shape: Any) -> Shape:
    """A TensorShape or tuple as opscope has shapes. A dimension of `tf.compat.v1` is an object with a `value`."""
    if shape is None or getattr(shape, "rank", 0) is None:  # a TensorShape of unknown rank; a tuple has no `rank`
        return None
    return tuple(None if item is None else int(getattr(item, "value", item)) for item in shape)


@dataclass
class Variables:
    """The variables met so far, numbered in the order in which they are asked for.

    Several objects may stand for one variable, and all get its number. A distribution strategy has replicas of a
    variable. A variable of Keras 3 has one of TensorFlow inside it, and so has one that casts. Their handles show that
    they are one.
    """

    objects: FoundObjects
    paths: Mapping[int, str] = field(default_factory=dict)
    """By a variable's identity: a better name than its own, for one that no path leads to (see `keras_paths`)."""
    found: List[Variable] = field(default_factory=list)
    names: Dict[int, Tuple[str, ...]] = field(default_factory=dict)
    """For each number the names of the layers around the variable, its own last."""
    _numbers: Dict[int, int] = field(default_factory=dict)
    """By a variable's identity: its number."""
    _handles: Dict[int, Any] = field(default_factory=dict)
    """By a handle's identity: its variable. If a variable has parts, each part's handle leads to the whole."""
    _kept: List[Any] = field(default_factory=list)
    """Keeps alive what we know by its `id`, which Python may give to another object afterwards."""

    def __post_init__(self) -> None:
        for variable in self.objects.variables:
            self._know(variable)

    def _know(self, variable: Any) -> None:
        """Note that the handles of a variable and of its parts are handles of this variable."""
        for part in [variable, *components(variable)]:
            handle = _handle(part)
            if handle is not None and id(handle) not in self._handles:
                self._handles[id(handle)] = variable
                self._kept.append((handle, part))

    def know(self, variables: Iterable[Any]) -> None:
        """Note variables that the walk through the user's objects did not find; TensorFlow lists those that a graph uses."""
        for variable in variables:
            self._know(variable)

    def number(self, variable: Any) -> int:
        """The variable's number, which it gets when it is first asked for."""
        variable = self._whole(variable)
        if id(variable) not in self._numbers:
            self._numbers[id(variable)] = self._added(variable)
        return self._numbers[id(variable)]

    def known_number(self, variable: Any) -> int:
        """The variable's number; -1 if nobody has asked for it so far, since no op and no layer of the graph has it."""
        return self._numbers.get(id(self._whole(variable)), -1)

    def path(self, variable: Any) -> str:
        """Where the variable lives in the user's objects."""
        whole = self._whole(variable)
        return (self.objects.places.get(id(whole)) or _unplaced(whole, self.paths.get(id(whole)))).path

    def _whole(self, variable: Any) -> Any:
        """What the variable is known as: of a replica's part, or of the variable inside another one, the outer one."""
        handles = [id(handle) for handle in map(_handle, [variable, *components(variable)]) if handle is not None]
        return next((self._handles[handle] for handle in handles if handle in self._handles), variable)

    def _added(self, variable: Any) -> int:
        """Describe a new variable and give it the next number."""
        number, key = len(self.found), id(variable)
        self._kept.append(variable)
        place = self.objects.places.get(key) or _unplaced(variable, self.paths.get(key))
        self.names[number] = place.names or (place.path,)
        trainable = bool(getattr(variable, "trainable", False)) and key not in self.objects.untrained
        # A dtype may be a `tf.DType` or, in Keras 3, a text. TensorFlow 1's reference variables have "float32_ref".
        dtype = getattr(variable.dtype, "name", str(variable.dtype))
        self.found.append(Variable(number, place.path, dtype.replace("_ref", ""), dims(variable.shape), trainable))
        return number

    def of_handle(self, handle: Any) -> "int | None":
        """The number of the variable that a captured resource is the handle of; ``None`` for a table or an iterator."""
        variable = self._handles.get(id(handle))
        return self.number(variable) if variable is not None else None


def _handle(variable: Any) -> Any:
    """The resource that stands for a variable in a graph; ``None`` if it has none, or none yet."""
    if not is_variable(variable):
        return None
    try:
        return variable.handle
    except (AttributeError, ValueError, RuntimeError, NotImplementedError):
        return None


def keras_paths(variables: Sequence[Any]) -> Dict[int, str]:
    """The paths that Keras 3 gave to these TensorFlow variables, by the variables' identity.

    A ConcreteFunction knows TensorFlow's variables, whose names say little. Keras 3 has an object around each, which knows
    its path (``dense/kernel``), but nothing leads from the inner one to the outer one. So we ask Python's garbage collector
    who refers to the inner one.
    """
    if "keras.src.backend.common.variables" not in sys.modules:  # Keras 3 is not there
        return {}
    inner = {id(variable) for variable in variables}
    found: Dict[int, str] = {}
    for holder in gc.get_referrers(*variables):
        # Depending on the version of Python the holder is the object or its `__dict__`.
        held = holder if isinstance(holder, dict) else getattr(holder, "__dict__", None)
        if isinstance(held, dict) and id(held.get("_value")) in inner and isinstance(held.get("_path"), str):
            found[id(held["_value"])] = held["_path"]
    return found


def variable_arguments(concrete: Any, args: Any, kwargs: Mapping[str, Any]) -> List[Passed]:
    """The variables among the arguments of a call."""
    tf = tensorflow()
    variables = [leaf for leaf in tf.nest.flatten(args) if isinstance(leaf, tf.Variable)]
    return passed(concrete, tf.resource, variables, {key: kwargs[key] for key in kwargs if is_variable(kwargs[key])})


def _unplaced(variable: Any, path: Optional[str]) -> ObjectPlace:
    """A place for a variable that no path leads to, from its name: ``dense.kernel`` for ``dense/kernel:0``."""
    name = str(path or getattr(variable, "path", None) or getattr(variable, "name", "") or "variable").partition(":")[0]
    return ObjectPlace(name.replace("/", "."), tuple(name.split("/")))


def watched(graph: Any) -> List[Any]:
    """The variables that a traced graph uses, each once; none if one of them is gone: TensorFlow then raises for all of them.

    A graph uses the components of a variable that has one on each replica. The whole stands for them.
    """
    try:
        variables = getattr(graph, "variables", ())
    except AssertionError:
        return []
    return list({id(whole): whole for whole in map(_whole, variables)}.values())


def _whole(variable: Any) -> Any:
    """The variable that this one is a component of, if a strategy made it and still has it; else the variable itself."""
    for holder in (variable, _handle(variable)):  # newer versions note it at the handle
        container = getattr(holder, "_distributed_container", None)  # a weak reference
        whole = container() if callable(container) else None
        if whole is not None:
            return whole
    return variable
