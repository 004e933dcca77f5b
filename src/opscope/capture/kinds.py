"""Tells kinds of objects apart for the search for layers and variables. All objects of one class are of one kind."""

from __future__ import annotations

import types
from typing import Any, MutableMapping
from weakref import WeakKeyDictionary

from . import keras
from .seams import function_class, tensorflow

LEAF, HOLDER, VARIABLE, NAMED, PART = "leaf", "holder", "variable", "named", "part"
"""A leaf has no variables inside. A holder is a dict, list, tuple or set. A named object is a layer or module. A part is
anything else that may have variables in its attributes: an optimizer, an object of the user's own class."""

_VARIABLES = frozenset({"KerasVariable", "DistributedVariable"})
"""Classes of variables that are not derived from `tf.Variable`."""
_PARTS = frozenset(
    {
        "AutoTrackable", "SeedGenerator", "Generator", "Metric", "Optimizer", "OptimizerV2", "BaseOptimizer",
        "_BaseOptimizer", "LossScaleOptimizer", "LossScale", "LossFunctionWrapper", "DynamicLossScaleState",
    }
)  # fmt: skip
"""Classes of TensorFlow and Keras whose objects may have variables. All their other objects (specs, policies, graphs) are
leaves: walking through these would lead far from the model."""
_WRAPPED = frozenset({"_DictWrapper", "_TupleWrapper"})
"""What TensorFlow makes of the dicts and tuples of a module. They are proxies and no subclasses of `dict` and `tuple`."""
_LIBRARIES = frozenset({"tensorflow", "keras", "tf_keras"})
_NOTHING_INSIDE = frozenset(
    {
        "numpy", "builtins", "logging", "threading", "weakref", "re", "inspect", "importlib", "_thread", "datetime", "random",
        "ast", "enum", "pathlib", "concurrent", "asyncio", "io", "_io", "abc", "google", "h5py", "pandas", "matplotlib",
    }
)  # fmt: skip
"""Packages whose objects are leaves."""

_known: MutableMapping[type, str] = WeakKeyDictionary()


def kind_of(value: Any) -> str:
    """The kind of an object, by its class."""
    cls = type(value)
    kind = _known.get(cls)
    if kind is None:
        kind = _known[cls] = _kind(cls)
    return kind


def is_variable(value: Any) -> bool:
    """Whether `value` is a variable of TensorFlow, of `tf.distribute` or of Keras 3."""
    return kind_of(value) is VARIABLE


def _kind(cls: type) -> str:
    """The kind of a class's objects; the first rule that fits decides."""
    tf = tensorflow()
    if issubclass(cls, tf.Variable) or any(map(_is_variable, cls.__mro__)):
        return VARIABLE
    if issubclass(cls, (dict, list, tuple, set, frozenset)) or cls.__name__ in _WRAPPED:
        return HOLDER
    if issubclass(cls, tf.Module) or keras.is_layer_class(cls):
        return NAMED
    plain = (type, types.ModuleType, types.FunctionType, types.MethodType, tf.Tensor, tf.TensorShape, function_class())
    package = cls.__module__.partition(".")[0]
    if issubclass(cls, plain) or package in _NOTHING_INSIDE:
        return LEAF
    if package in _LIBRARIES and not any(base.__name__ in _PARTS for base in cls.__mro__):
        return LEAF
    return PART


def _is_variable(base: type) -> bool:
    """Whether a class, perhaps a base of the one in question, is a class of variables other than `tf.Variable`."""
    return base.__name__ in _VARIABLES or (
        base.__name__ == "Variable" and base.__module__.startswith("keras.src.backend")
    )
