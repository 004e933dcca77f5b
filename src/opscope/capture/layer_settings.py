"""What a layer or module is set to: its configuration, else its plain public attributes. Looked at once for each object."""

from __future__ import annotations

import warnings
from itertools import islice
from typing import Any, Dict, Mapping

from ..graph.settings import CLASS, NO_SETTINGS, Settings, package_of, plain_scalar, settings_of
from . import keras

_BASES = frozenset({"Layer", "Operation", "Module", "Model", "Functional", "Sequential", "Network"})
"""Classes of Keras whose `get_config` tells nothing of a class derived from them, or serializes all layers of a model."""
_NO_SETTINGS = frozenset(
    {
        "name", "built", "autocast", "supports_jit", "supports_masking", "stateful", "trainable", "dtype", "call_signature_parameters",
        "compiled", "loss", "steps_per_execution", "unrolled_steps_per_execution", "stop_training", "jit_compile", "run_eagerly",
        "loss_weights", "inputs", "outputs", "input_names", "output_names", "auto_jit_compile", "preserve_input_structure_in_config",
        "is_built", "inbound_nodes", "outbound_nodes", "auto_repr", "num_spatial_dims", "channel_index", "eff_hidden_size",
    }
)  # fmt: skip
"""Attributes that Keras sets on every layer or model, and Sonnet on its modules, beside what they are set to."""
_MOST_ATTRIBUTES, _MOST_ITEMS = 24, 8
_FUNCTIONS = ("symbol", "function")
"""Attributes of a `Lambda`, and of the layers that Keras 2 makes of TensorFlow's functions, that tell what they call."""


def layer_settings(subject: Any) -> Settings:
    """What is known of an object's settings, of bounded size. Whatever the user's classes do, nothing is raised."""
    try:
        return _settings(subject)
    except Exception:  # attributes and configurations are the user's
        return NO_SETTINGS


def _settings(subject: Any) -> Settings:
    names = keras.bases(subject)
    if keras.is_model(subject) and keras.is_keras(type(subject)):  # its layers are groups of their own
        return NO_SETTINGS
    if any(name.endswith("Lambda") for name in names):
        return _called_function(subject)
    inner = vars(subject).get("layer")
    if inner is not None and keras.is_model(inner):  # a wrapper around a whole model, which would write out all of it
        return {"layer": {CLASS: type(inner).__name__}}
    config, noted = _configuration(subject), _noted(subject)
    return (
        config or {**noted, **_attributes(subject), **noted} or NO_SETTINGS
    )  # the arguments in their order come first


def _configuration(subject: Any) -> Settings:
    """What `get_config` tells; empty if the class has none of its own, and for a model."""
    home = next((base for base in type(subject).__mro__ if "get_config" in base.__dict__), object)
    if not keras.is_layer(subject) or keras.is_model(subject) or (home.__name__ in _BASES and keras.is_keras(home)):
        return NO_SETTINGS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return settings_of(subject.get_config())
    except Exception:  # a layer that cannot be saved raises NotImplementedError, a user's method whatever it likes
        return NO_SETTINGS


def _noted(subject: Any) -> Settings:
    """The arguments that Keras noted when the object was made: from Keras 2.11 on, those that are plain."""
    noted = vars(subject).get("_auto_config")
    return settings_of(getattr(noted, "config", None)) if keras.is_keras(type(noted)) else NO_SETTINGS


def _attributes(subject: Any) -> Settings:
    """Numbers, texts, booleans and short lists of numbers among the attributes that were set on the object.

    Sonnet keeps some of a module's arguments in private attributes, under the same names.
    """
    found: Dict[str, Any] = {}
    is_sonnet = package_of(type(subject).__module__) == "sonnet"
    for name, value in list(vars(subject).items()):
        name = name.lstrip("_") if is_sonnet and not name.startswith("__") else name
        if name.startswith(("_", "self_")) or name in _NO_SETTINGS or len(found) == _MOST_ATTRIBUTES:
            continue
        plain = plain_scalar(value)
        if plain is None and isinstance(value, (list, tuple)) and 0 < len(value) <= _MOST_ITEMS:
            items = [plain_scalar(item) for item in islice(value, _MOST_ITEMS)]
            plain = items if all(isinstance(item, (int, float)) for item in items) else None
        if plain is not None:
            found[name] = plain
    return found or NO_SETTINGS


def _called_function(subject: Any) -> Settings:
    """Which function a layer calls."""
    own: Mapping[str, Any] = vars(subject)
    for name in _FUNCTIONS:
        value = own.get(name)
        text = value if isinstance(value, str) else getattr(value, "__name__", None)
        if isinstance(text, str):
            return settings_of({"function": text.strip("<>")})
    return NO_SETTINGS
