"""The variables a traced graph captures -> the graph's `Variable`s, each once, and the ops that stand for them."""

from __future__ import annotations

import gc
import sys
from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from ..graph.types import Shape, Variable
from .found_objects import FoundObjects, ObjectPlace, components
from .kinds import is_variable


def dims(shape: Any) -> Shape:
    """A TensorShape (or tuple) as opscope writes shapes."""
    if shape is None or getattr(shape, "rank", 0) is None:
        return None
    return tuple(None if item is None else int(getattr(item, "value", item)) for item in shape)


@dataclass
class Variables:
    """All variables met so far, numbered in the order in which they are asked for.

    A replica of a variable and the variable inside a wrapper (Keras 3's, automatic casting's) have the number of the whole.
    """

    objects: FoundObjects
    paths: Mapping[int, str] = field(default_factory=dict)
    """Better names than their own for variables that no path leads to, by identity (`keras_paths`)."""
    found: List[Variable] = field(default_factory=list)
    names: Dict[int, Tuple[str, ...]] = field(default_factory=dict)
    """For each number the names of the layers around the variable, its own last."""
    _numbers: Dict[int, int] = field(default_factory=dict)
    _handles: Dict[int, Any] = field(default_factory=dict)
    _kept: List[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        for variable in self.objects.variables:
            self._know(variable)

    def _know(self, variable: Any) -> None:
        """Note whose handle is whose; parts of a variable stand for the whole."""
        for part in [variable, *components(variable)]:
            handle = _handle(part)
            if handle is not None and id(handle) not in self._handles:
                self._handles[id(handle)] = variable
                self._kept.append((handle, part))

    def know(self, variables: Iterable[Any]) -> None:
        """Note variables that no path leads to (TensorFlow lists those that a graph watched)."""
        for variable in variables:
            self._know(variable)

    def number(self, variable: Any) -> int:
        """The variable's number; the first time it gets one."""
        handles = [id(handle) for handle in map(_handle, [variable, *components(variable)]) if handle is not None]
        variable = next((self._handles[handle] for handle in handles if handle in self._handles), variable)
        if id(variable) not in self._numbers:
            self._numbers[id(variable)] = self._added(variable)
        return self._numbers[id(variable)]

    def _added(self, variable: Any) -> int:
        number, key = len(self.found), id(variable)
        self._kept.append(variable)
        place = self.objects.places.get(key) or _unplaced(variable, self.paths.get(key))
        self.names[number] = place.names or (place.path,)
        trainable = bool(getattr(variable, "trainable", False)) and key not in self.objects.untrained
        dtype = getattr(variable.dtype, "name", str(variable.dtype))
        self.found.append(Variable(number, place.path, dtype.replace("_ref", ""), dims(variable.shape), trainable))
        return number

    def of_handle(self, handle: Any) -> "int | None":
        """The number of the variable that a captured resource is the handle of; ``None`` for a table or an iterator."""
        variable = self._handles.get(id(handle))
        return self.number(variable) if variable is not None else None


def _handle(variable: Any) -> Any:
    """The resource that stands for a variable in a graph; ``None`` for one that has none, or not yet."""
    if not is_variable(variable):
        return None
    try:
        return variable.handle
    except (AttributeError, ValueError, RuntimeError, NotImplementedError):
        return None


def keras_paths(variables: Sequence[Any]) -> Dict[int, str]:
    """The paths that Keras 3 gave to these variables of TensorFlow, by their identity.

    A ConcreteFunction knows the variables of TensorFlow, whose names say little. Keras 3 wraps each in one of its own,
    which knows its path; no way leads from the inner to the outer but Python's garbage collector.
    """
    if "keras.src.backend.common.variables" not in sys.modules:
        return {}
    inner = {id(variable) for variable in variables}
    found: Dict[int, str] = {}
    for holder in gc.get_referrers(*variables):
        held = holder if isinstance(holder, dict) else getattr(holder, "__dict__", None)
        if isinstance(held, dict) and id(held.get("_value")) in inner and isinstance(held.get("_path"), str):
            found[id(held["_value"])] = held["_path"]
    return found


def _unplaced(variable: Any, path: Optional[str]) -> ObjectPlace:
    """A place made of the variable's own name: ``dense/kernel:0`` is ``dense.kernel``."""
    name = str(path or getattr(variable, "path", None) or getattr(variable, "name", "") or "variable").partition(":")[0]
    return ObjectPlace(name.replace("/", "."), tuple(name.split("/")))


def watched(graph: Any) -> List[Any]:
    """The variables that a traced graph knows; none where its owner let one of them go."""
    try:
        return list(getattr(graph, "variables", ()))
    except AssertionError:
        return []
