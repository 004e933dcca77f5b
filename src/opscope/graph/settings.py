"""What a layer is set to, as plain values of bounded size, from the configuration that Keras gives it or from its attributes.

A configuration is what `get_config` of Keras 2 and 3 returns and what ``keras_metadata.pb`` holds: a mapping in which
objects are written as ``{"class_name": ..., "config": {...}}``. It may come from a stranger's file or a user's own method,
so nothing in it is taken on trust.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import islice
from typing import Any, Dict, Mapping, Optional

Settings = Mapping[str, Any]
"""Name -> number, text, boolean, ``None``, or a short list or mapping of these. What is another layer is a mapping with its
class under `CLASS` and its own settings beside it."""
CLASS = "class"
NO_SETTINGS: Settings = {}
"""One for all groups of which no settings are known. Like all settings it is never changed."""
_MOST_TEXT = 200
"""Characters of a text; a longer one is cut."""
_MOST_ITEMS = 16
"""A longer list is not kept, only its length: a vocabulary may have a million words."""
_MOST_NESTED = 4
_MOST_VALUES = 96
"""Values in all the settings of one layer. The layers of Keras have up to 25."""
_SIZE = "_size"
"""What the name of a long list gets, to hold its length: ``vocabulary_size``."""
_LEAST, _MOST = -(1 << 63), (1 << 64) - 1
"""Integers of 64 bits, which JSON can hold for other programs."""
_SILENT = frozenset(
    {
        "name", "trainable", "build_config", "build_input_shape", "batch_input_shape", "batch_shape", "input_spec", "shared_object_id",
        "registered_name", "module", "custom_objects", "function_type", "output_shape_type", "output_shape_module",
        "layer was saved without config", "quantization_config", "autocast",
    }
)  # fmt: skip
"""Keys of a configuration that tell nothing of what the layer does, or what is told elsewhere."""
_SILENT_ENDINGS = ("_initializer", "_regularizer", "_constraint")
_PARTS = frozenset({"layers", "input_layers", "output_layers"})
"""Keys under which a model lists its layers, which are groups of their own."""
_POLICIES = frozenset({"DTypePolicy", "Policy", "PolicyV1", "FloatDTypePolicy"})
_LISTS = frozenset({"__tuple__", "TensorShape"})
"""What the lists are called that Keras 2 writes as objects."""
_CONTAINERS = frozenset({dict, list, tuple, type(None)})
_UNKNOWN = object()


def settings_of(config: Any, *, with_layers: bool = False) -> Settings:
    """The settings that a configuration tells; empty if it is no `dict`. `with_layers` keeps layers that are no groups of their own.

    >>> settings_of({"name": "fc", "units": 4, "activation": "relu", "kernel_initializer": {"class_name": "Zeros", "config": {}}})
    {'units': 4, 'activation': 'relu'}
    >>> settings_of({"layer": {"class_name": "LSTM", "config": {"name": "l", "units": 8}}, "vocabulary": ["a"] * 100})
    {'layer': {'class': 'LSTM', 'units': 8}, 'vocabulary_size': 100}
    """
    if not isinstance(config, dict):  # so Keras gives it, and `Mapping` takes ten times as long to ask for
        return NO_SETTINGS
    return _Reader(_MOST_VALUES, with_layers=with_layers).mapping(config, 0) or NO_SETTINGS


@dataclass
class _Reader:
    """Makes plain values, until there are too many."""

    left: int
    """How many more values are kept."""
    with_layers: bool = False

    def mapping(self, config: Mapping[Any, Any], depth: int) -> Dict[str, Any]:
        """What a configuration tells, without what is silent."""
        found: Dict[str, Any] = {}
        for key, value in islice(config.items(), 4 * _MOST_VALUES):
            if self.left <= 0:
                break
            if not isinstance(key, str) or key in _SILENT or key.endswith(_SILENT_ENDINGS) or len(key) > _MOST_TEXT:
                continue
            if isinstance(value, (list, tuple)):
                if key in _PARTS and not self.with_layers:
                    continue
                if len(value) > _MOST_ITEMS:
                    key, value = key + _SIZE, len(value)
            plain = self.value(value, depth)
            if key == "dtype" and plain == "float32":  # so it is unless somebody set it
                continue
            if plain is not _UNKNOWN:
                found[kept_text(key)] = plain
        return found

    def value(self, value: Any, depth: int) -> Any:
        """A plain value; `_UNKNOWN` for an object, and for what is too large."""
        self.left -= 1
        if self.left < 0:
            return _UNKNOWN
        plain = plain_scalar(value)
        if plain is not None or value is None:
            return plain
        if depth >= _MOST_NESTED:
            return _UNKNOWN
        if isinstance(value, (list, tuple)) and len(value) <= _MOST_ITEMS:
            items = [self.value(item, depth + 1) for item in value]
            return _UNKNOWN if any(item is _UNKNOWN for item in items) else items
        if not isinstance(value, dict):
            return _UNKNOWN
        name = value.get("class_name")
        return self.object(name, value, depth) if isinstance(name, str) else self.mapping(value, depth + 1)

    def object(self, name: str, value: Mapping[Any, Any], depth: int) -> Any:
        """An object of Keras: a tuple, a function, a dtype policy, or another layer with its own settings."""
        config = value.get("config")
        if name in _LISTS:
            return self.value(value.get("items"), depth + 1)
        if name == "function" and isinstance(config, str):
            return kept_text(config)
        if name == "__lambda__":
            return "lambda"
        if name.startswith("__"):  # an array or tensor
            return _UNKNOWN
        own = config if isinstance(config, dict) else {}
        if name in _POLICIES:
            return self.value(own.get("name"), depth + 1)
        return {CLASS: class_name(name), **self.mapping(own, depth + 1)}


def plain_scalar(value: Any) -> Any:
    """A number, text or boolean as Python's own; ``None`` for anything else, ``None`` among it."""
    if type(value) in _CONTAINERS:  # no subclass of a number either
        return None
    if isinstance(value, bool):
        return bool(value)
    if isinstance(value, int):
        value = int(value)
        return value if _LEAST <= value <= _MOST else None
    if isinstance(value, float):
        value = float(value)
        return value if math.isfinite(value) else str(value)
    if isinstance(value, str):
        return kept_text(value)
    if type(value).__module__ == "numpy" and getattr(value, "shape", None) == () and hasattr(value, "item"):
        plain = value.item()
        return None if type(plain).__module__ == "numpy" else plain_scalar(plain)
    return None


def class_name(name: str) -> str:
    """The class without the package that it is registered in: ``GatedBlock`` of ``my_package>GatedBlock``."""
    return kept_text(name.rpartition(">")[2])


def package_of(module: Optional[str]) -> Optional[str]:
    """The package of a class by the name of its module; the Keras that is inside TensorFlow counts as Keras.

    >>> package_of("keras.src.layers.core.dense"), package_of("tensorflow.python.keras.layers.core"), package_of("__main__")
    ('keras', 'keras', '__main__')
    """
    if not module:
        return None
    return "keras" if module.startswith("tensorflow.python.keras.") else module.partition(".")[0]


def kept_text(text: str) -> str:
    """A text that is not too long and can be written to a file."""
    text = str(text)
    if len(text) <= _MOST_TEXT and text.isascii():
        return text
    text = text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 1] + "…"
    return text.encode("utf-8", "replace").decode("utf-8")
