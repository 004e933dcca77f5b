"""Finds the model that a cell defines: among the names that it binds, and its own value."""

from __future__ import annotations

import inspect
import sys
from typing import AbstractSet, Any, Dict, List, Mapping

from ..capture import keras
from ..errors import InputError, NotFoundError
from ..graph.graph import Graph
from ..suggestions import did_you_mean

MOST_MODELS_NAMED = 6
"""How many of the models that a cell defines a message names."""


def is_shown(value: Any) -> bool:
    """Whether a value is something that a cell is meant to show: a model, layer or module, a `tf.function`, or a graph.

    A plain function is not, though one that is named can be traced: a cell defines many that are no models.
    """
    if isinstance(value, Graph) or keras.is_layer(value):
        return True
    # Whoever has an object of TensorFlow's has imported it. Keras 2 makes its metrics as layers, which are modules.
    if "tensorflow" not in sys.modules or "Metric" in keras.bases(value):
        return False
    from ..capture.seams import concrete_class, function_class, tensorflow

    if isinstance(value, (function_class(), concrete_class())):
        return True
    return isinstance(value, tensorflow().Module) and callable(value)


def model_of_cell(bound: Mapping[str, Any], value: Any = None) -> Any:
    """The model that a cell defines.

    Args:
        bound: what the cell bound to names.
        value: the value of the cell itself, which is preferred.

    Raises:
        NotFoundError: it defines none.
        InputError: it defines several, of which none has the others inside.
    """
    if is_shown(value):
        return value
    found = {name: each for name, each in bound.items() if is_shown(each) and not name.startswith("_")}
    names = _outermost(_once(found))
    if len(names) == 1:
        return found[names[0]]
    if names:
        told = ", ".join(names[:MOST_MODELS_NAMED]) + (", ..." if len(names) > MOST_MODELS_NAMED else "")
        raise InputError(f"the cell defines {told}; it has run, so name one: %opscope {names[0]}")
    raise NotFoundError(f"the cell defines no Keras model or layer, tf.Module or tf.function; {_near(bound)}")


def named_model(path: str, names: Mapping[str, Any]) -> Any:
    """What the user calls by a name, or as ``trainer.model``, among the names of the notebook; `NotFoundError` if there is none."""
    first, *rest = path.split(".")
    if not all(part.isidentifier() for part in (first, *rest)):
        raise InputError(f"{path!r} is not a name; give one such as model or trainer.model, or assign the model to one")
    if first not in names:
        remedy = did_you_mean(first, [name for name in names if not name.startswith("_")])
        raise NotFoundError(f"there is no {first} in this notebook; {remedy or 'run the cell that defines it'}")
    value = names[first]
    for place, part in enumerate(rest, 1):
        if not hasattr(value, part):
            there = [each for each in dir(value) if not each.startswith("_")]
            remedy = did_you_mean(part, there) or "check the name"
            raise NotFoundError(f"{'.'.join((first, *rest)[:place])} has no {part}; {remedy}")
        value = getattr(value, part)
    return value


def _once(found: Mapping[str, Any]) -> Dict[str, Any]:
    """Each object under one of its names: ``model = net = Net()``."""
    names = {id(value): name for name, value in reversed(list(found.items()))}
    return {name: value for name, value in found.items() if names[id(value)] == name}


def _outermost(found: Mapping[str, Any]) -> List[str]:
    """The names of what is not a part of another one: of a model and its layers the model's."""
    names = list(found)
    if len(names) < 2:
        return names
    inside = {name: _parts(found[name]) for name in names}
    return [name for name in names if not any(id(found[name]) in inside[each] for each in names if each != name)]


def _parts(value: Any) -> AbstractSet[int]:
    """The `id` of each layer and module inside of an object; none of functions, whose models a cell may mean as well."""
    if isinstance(value, Graph) or not (keras.is_layer(value) or hasattr(value, "submodules")):
        return frozenset()
    from ..capture.found_objects import walk

    found = walk(value).places
    return {place for place in found if place != id(value)}


def _near(bound: Mapping[str, Any]) -> str:
    """What to do, with what the cell has that comes near: a class of which there is no object, a plain function."""
    classes = [name for name, value in bound.items() if inspect.isclass(value) and keras.is_layer_class(value)]
    if classes:
        return f"it has the class {classes[-1]}: make an object of it, as model = {classes[-1]}()"
    functions = [name for name, value in bound.items() if inspect.isfunction(value)]
    if functions:
        return f"it has the function {functions[-1]}: put @tf.function before it, or name it with its inputs: %opscope {functions[-1]} --input 8,10"
    return "assign the model to a name in it, or name one: %opscope model"
