"""Reads what a layer is called on, in the spellings of all versions of Keras.

Keras 1 and 2: ``inbound_nodes`` has a list for each call, of tensors as ``[layer, node, tensor]``, from 2 on with keyword arguments
behind, in which tensors may be too. Keras 3: for each call its arguments, in which each tensor is an object with
``keras_history``. Format: ``Functional.get_config`` of keras/src/models/functional.py, of Keras 2 keras/engine/functional.py.
"""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

from ...graph.settings import kept_text
from ...graph.types import Shape, TensorType
from ...shapes.budget import shape_within
from ...shapes.keras_operations import TENSOR
from .stored import TensorAt

_MOST_DEPTH = 40
"""Arguments nested deeper than this are not looked into."""
_MOST_INDEX = 1 << 20
_TENSOR, _ELLIPSIS, _SLICE = "__keras_tensor__", "__ellipsis__", "__slice__"
_ARRAYS = frozenset({"__tensor__", "__numpy__"})
_NAMED = {"args": 0, "query": 1, "value": 2, "key": 3}
"""The order of arguments, before all others."""


class GivenTensor(NamedTuple):
    """A tensor that a call is given, and its type if it is stored."""

    tensor: TensorAt
    type: Optional[TensorType] = None


def calls_of(nodes: Any) -> List[List[GivenTensor]]:
    """For each call the tensors it is given, in the order of its arguments; none if this is no list of calls.

    >>> [[given.tensor for given in call] for call in calls_of([[["a", 0, 0, {"y": ["b", 0, 1]}]]])]
    [[TensorAt(layer='a', call=0, output=0), TensorAt(layer='b', call=0, output=1)]]
    """
    return [list(_given(node, 0)) for node in nodes] if isinstance(nodes, list) else []


def other_arguments(nodes: Any) -> Optional[List[Any]]:
    """What an operation of Keras 3 is called on, if not all of that are tensors: these as `TENSOR`, arrays by their shape.

    ``None`` if all are tensors, and if it is called more than once.
    """
    arguments = (
        nodes[0].get("args") if isinstance(nodes, list) and len(nodes) == 1 and isinstance(nodes[0], dict) else None
    )
    if not isinstance(arguments, list):
        return None
    found = [_plain(each) for each in arguments]
    return None if all(each == TENSOR or _is_tensors(each) for each in found) else found


def _is_tensors(value: Any) -> bool:
    return isinstance(value, list) and all(each == TENSOR for each in value)


def _plain(value: Any) -> Any:
    """One argument as a setting."""
    if isinstance(value, dict):
        cls, config = value.get("class_name"), value.get("config")
        if cls == _TENSOR:
            return TENSOR
        if cls in _ARRAYS:
            return {"shape": _shape_of_numbers(config.get("value") if isinstance(config, dict) else None)}
        if cls == _SLICE and isinstance(config, dict):
            return {name: config.get(name) for name in ("start", "stop", "step")}
        return "..." if cls == _ELLIPSIS else value
    if isinstance(value, list):
        if value and all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in value):
            return {"shape": [len(value)]}
        return {"shape": _shape_of_numbers(value)} if value and isinstance(value[0], list) else list(map(_plain, value))
    return value


def _shape_of_numbers(value: Any) -> List[int]:
    """The shape of an array that is written as lists in lists."""
    found: List[int] = []
    while isinstance(value, list) and len(found) < _MOST_DEPTH:
        found.append(len(value))
        value = value[0] if value else None
    return found


def ends_of(value: Any) -> List[TensorAt]:
    """The tensors of ``input_layers`` or ``output_layers``: a list of them, a single one, or a mapping by name."""
    return [given.tensor for given in _given(value, 0)]


def _given(value: Any, depth: int) -> Iterator[GivenTensor]:
    if depth > _MOST_DEPTH:
        return
    if isinstance(value, dict):
        if value.get("class_name") == _TENSOR:
            found = _tensor_object(value.get("config"))
            if found is not None:
                yield found
            return
        # By name, as Keras itself puts tensors that are given so into a list, that of a model's inputs among them. Attention has its own
        # order, on which its rules count.
        for _, item in sorted(value.items(), key=lambda each: (_NAMED.get(each[0], len(_NAMED)), each[0])):
            yield from _given(item, depth + 1)
    elif isinstance(value, list):
        tensor = _tensor_list(value)
        if tensor is not None:
            yield GivenTensor(tensor)
        # Behind the tensor, Keras 2 has the keyword arguments of the call.
        for item in value[3:] if tensor is not None else value:
            yield from _given(item, depth + 1)


def _tensor_list(value: List[Any]) -> Optional[TensorAt]:
    """The tensor that a list names; ``None`` for a list of anything else, such as a shape."""
    if (
        len(value) not in {3, 4}
        or not isinstance(value[0], str)
        or (len(value) == 4 and not isinstance(value[3], dict))
    ):
        return None
    return _at(value[0], value[1], value[2])


def _at(layer: Any, call: Any, output: Any) -> Optional[TensorAt]:
    if not isinstance(layer, str) or type(call) is not int or type(output) is not int:
        return None
    within = 0 <= call < _MOST_INDEX and 0 <= output < _MOST_INDEX
    return TensorAt(layer, call, output) if within else None


def _tensor_object(config: Any) -> Optional[GivenTensor]:
    history = config.get("keras_history") if isinstance(config, dict) else None
    if not isinstance(history, list) or len(history) != 3:
        return None
    tensor = _at(*history)
    return None if tensor is None else GivenTensor(tensor, _type(config))


def _type(config: Dict[str, Any]) -> Optional[TensorType]:
    shape, dtype = shape_of_list(config.get("shape")), config.get("dtype")
    return TensorType(kept_text(dtype), shape) if isinstance(dtype, str) and dtype else None


def shape_of_list(value: Any) -> Shape:
    """A shape as configurations write it: a list of numbers, of which ``null`` and -1 are unknown. ``None`` for anything else."""
    if isinstance(value, dict):  # Keras 2 writes tuples and shapes as objects
        value = value.get("items")
    if not isinstance(value, (list, tuple)):
        return None
    dims: Tuple[Any, ...] = tuple(None if dim == -1 else dim for dim in value)
    return shape_within(dims)
