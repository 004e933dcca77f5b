"""What kind of object an object is, as far as looking for layers and variables goes; decided once a class."""

from __future__ import annotations

import types
from typing import Any, MutableMapping
from weakref import WeakKeyDictionary

from . import keras
from .seams import function_class, tensorflow

LEAF, HOLDER, VARIABLE, NAMED, PART = "leaf", "holder", "variable", "named", "part"
"""A leaf has nothing of interest inside, a holder is a dict, list, tuple or set, what is named is a layer or module. A part
is anything else that may hold some of these: an optimizer, an object of a class of the user's."""

_VARIABLES = frozenset({"KerasVariable", "DistributedVariable"})
_PARTS = frozenset(
    {
        "AutoTrackable", "SeedGenerator", "Generator", "Metric", "Optimizer", "OptimizerV2", "BaseOptimizer",
        "_BaseOptimizer", "LossScaleOptimizer", "LossScale", "LossFunctionWrapper", "DynamicLossScaleState",
    }
)  # fmt: skip
"""Classes of the libraries whose objects hold variables; what else they have (specs, policies, graphs) is passed by."""
_WRAPPED = frozenset({"_DictWrapper", "_TupleWrapper"})
"""What TensorFlow makes of a module's dicts and tuples: proxies, no subclasses."""
_LIBRARIES = frozenset({"tensorflow", "keras", "tf_keras"})
_NOTHING_INSIDE = frozenset(
    {
        "numpy", "builtins", "logging", "threading", "weakref", "re", "inspect", "importlib", "_thread", "datetime", "random",
        "ast", "enum", "pathlib", "concurrent", "asyncio", "io", "_io", "abc", "google", "h5py", "pandas", "matplotlib",
    }
)  # fmt: skip

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
    return base.__name__ in _VARIABLES or (
        base.__name__ == "Variable" and base.__module__.startswith("keras.src.backend")
    )
