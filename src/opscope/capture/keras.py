"""Tells whether an object is a Keras layer or model, without importing Keras.

There are four packages called Keras: Keras 3, Keras 2, `tf_keras` and the one inside TensorFlow 2.4 and 2.5. We recognise
their classes by the names of modules and classes. If the user has an object of one, the user has imported that one.
"""

from __future__ import annotations

import sys
from typing import Any, MutableMapping, Tuple
from weakref import WeakKeyDictionary

from ..errors import TraceError

_PACKAGES = ("keras", "tf_keras", "tensorflow.python.keras")
_known: MutableMapping[type, Tuple[str, ...]] = WeakKeyDictionary()
"""What `_bases` found by class; weak, so that opscope keeps no class alive that a user made and dropped."""


def is_keras(cls: type) -> bool:
    """Whether the class itself, not only a base of it, is defined in one of these packages."""
    return any(cls.__module__ == name or cls.__module__.startswith(name + ".") for name in _PACKAGES)


def bases(value: Any) -> Tuple[str, ...]:
    """The names of Keras's own classes among the object's class and its bases, nearest first: Dense, Layer, ..."""
    return _bases(type(value))


def _bases(cls: type) -> Tuple[str, ...]:
    found = _known.get(cls)
    if found is None:
        found = _known[cls] = tuple(base.__name__ for base in cls.__mro__ if is_keras(base))
    return found


def is_layer_class(cls: type) -> bool:
    """Whether objects of the class are Keras layers or models. Metrics are not, although Keras 2 derives them from Layer."""
    return "Layer" in _bases(cls) and "Metric" not in _bases(cls)


def is_layer(value: Any) -> bool:
    """Whether `value` is a Keras layer or model."""
    return is_layer_class(type(value))


def is_model(value: Any) -> bool:
    """Whether `value` is a Keras model."""
    return is_layer(value) and "Model" in bases(value)


def has_functional_call(value: Any) -> bool:
    """Whether calling `value` runs Keras's own ``Functional.call`` or ``Sequential.call``, not one of the user's class."""
    home = next((base for base in type(value).__mro__ if "call" in base.__dict__), object)
    return is_keras(home) and home.__name__ in ("Functional", "Sequential")


def is_keras3(value: Any) -> bool:
    """Whether the object's class comes from Keras 3."""
    return any(base.__module__ == "keras.src.layers.layer" for base in type(value).__mro__)


def check_backend(layer: Any) -> None:
    """`TraceError` for a Keras 3 object whose backend is not TensorFlow."""
    if not is_keras3(layer):
        return
    backend = sys.modules["keras"].backend.backend()  # imported, since there is an object of it
    if backend != "tensorflow":
        raise TraceError(
            f"{layer.name!r} runs on Keras's {backend} backend and opscope draws TensorFlow graphs; "
            "set the environment variable KERAS_BACKEND=tensorflow before Keras is imported"
        )
