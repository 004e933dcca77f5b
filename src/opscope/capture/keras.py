"""What opscope knows of Keras, all of its kinds (Keras 2, 3, tf_keras, TF 2.4's own), without importing any of them."""

from __future__ import annotations

import inspect
import sys
from typing import Any, FrozenSet, List, MutableMapping, Optional
from weakref import WeakKeyDictionary

from ..errors import InputError, TraceError

_PACKAGES = ("keras", "tf_keras", "tensorflow.python.keras")
KERAS_STEPS = ("train", "test", "predict")
_known: MutableMapping[type, FrozenSet[str]] = WeakKeyDictionary()
_STRING_LAYERS = frozenset({"TextVectorization", "StringLookup", "Hashing"})
_INTEGER_LAYERS = {"Embedding": "int32", "IntegerLookup": "int64", "CategoryEncoding": "int32"}


def is_keras(cls: type) -> bool:
    """Whether the class itself comes with one of the Keras packages."""
    return any(cls.__module__ == name or cls.__module__.startswith(name + ".") for name in _PACKAGES)


def has_base(value: Any, name: str) -> bool:
    """Whether `value` is an object of Keras's class `name`, or of a class derived from it."""
    return name in _bases(type(value))


def _bases(cls: type) -> FrozenSet[str]:
    """The names of Keras's own classes among a class and its bases; found once a class."""
    found = _known.get(cls)
    if found is None:
        found = _known[cls] = frozenset(base.__name__ for base in cls.__mro__ if is_keras(base))
    return found


def is_layer_class(cls: type) -> bool:
    """Whether objects of the class are Keras layers or models (metrics, which Keras 2 derives from layers, aside)."""
    return "Layer" in _bases(cls) and "Metric" not in _bases(cls)


def is_layer(value: Any) -> bool:
    """Whether `value` is a Keras layer or model."""
    return is_layer_class(type(value))


def is_model(value: Any) -> bool:
    """Whether `value` is a Keras model."""
    return is_layer(value) and has_base(value, "Model")


def is_keras3(value: Any) -> bool:
    """Whether the object's class comes from Keras 3."""
    return any(base.__module__ == "keras.src.layers.layer" for base in type(value).__mro__)


def check_backend(layer: Any) -> None:
    """`TraceError` for a Keras 3 object whose backend is not TensorFlow."""
    if not is_keras3(layer):
        return
    backend = sys.modules["keras"].backend.backend()
    if backend != "tensorflow":
        raise TraceError(
            f"{layer.name!r} runs on Keras's {backend} backend and opscope draws TensorFlow graphs; "
            "set the environment variable KERAS_BACKEND=tensorflow before Keras is imported"
        )


def takes(function: Any, name: str) -> Optional[inspect.Parameter]:
    """The parameter `name` of a callable; ``None`` where it has none of that name or no signature."""
    try:
        return inspect.signature(function).parameters.get(name)
    except (TypeError, ValueError):
        return None


def known_inputs(layer: Any) -> Any:
    """What a layer or model knows of its inputs, as KerasTensors or shapes in their own nesting; ``None``: nothing."""
    for name in ("_nested_inputs", "_inputs_struct"):
        found = layer.__dict__.get(name)
        if found is not None:
            return found
    functional = layer.__dict__.get("_functional")
    if functional is not None:
        return functional._inputs_struct
    if is_model(layer):
        listed = _quietly(layer, "inputs")
        if listed:
            return listed[0] if len(listed) == 1 else list(listed)
    return _built_shapes(layer)


def known_names(known: Any) -> List[str]:
    """The names of a functional model's inputs, by which it takes them from a dict."""
    if isinstance(known, dict):
        return [str(key) for key in known]
    items = known if isinstance(known, (list, tuple)) else [known]
    return [item.name for item in items if isinstance(getattr(item, "name", None), str)]


def _quietly(layer: Any, name: str) -> Any:
    try:
        return getattr(layer, name)
    except Exception:  # Keras raises many kinds where a layer has no such thing yet
        return None


def _built_shapes(layer: Any) -> Any:
    """The shapes a layer was built with."""
    spec = _quietly(layer, "_saved_model_inputs_spec")
    if spec is not None:
        return spec
    shapes = _quietly(layer, "_build_shapes_dict")
    if shapes:
        values = list(shapes.values())
        return values[0] if len(values) == 1 else values
    shape = _quietly(layer, "_build_input_shape")
    if shape is not None:
        return shape
    return _quietly(layer, "input")


def input_names(layer: Any) -> List[str]:
    """Names for a layer's positional inputs: the parameters of its `call`."""
    try:
        parameters = inspect.signature(layer.call).parameters.values()
    except (TypeError, ValueError):
        return []
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [parameter.name for parameter in parameters if parameter.kind in kinds]


def input_dtype(layer: Any) -> str:
    """The dtype that a layer wants where only a shape is given."""
    first = layer
    while has_base(first, "Sequential") and first.layers:
        first = first.layers[0]
    if has_base(first, "InputLayer"):
        return str(getattr(first, "dtype", None) or "float32")
    for base in type(first).__mro__:
        if is_keras(base) and base.__name__ in _STRING_LAYERS:
            return "string"
        if is_keras(base) and base.__name__ in _INTEGER_LAYERS:
            return _INTEGER_LAYERS[base.__name__]
    return str(getattr(first, "compute_dtype", None) or getattr(first, "_compute_dtype", None) or "float32")


def step_function(model: Any, step: str) -> Any:
    """The model's own train, test or predict step, a function of one batch; `InputError` where it has none ready."""
    if step not in KERAS_STEPS:
        raise InputError(f"step={step!r} is not one of {', '.join(map(repr, KERAS_STEPS))}")
    if not is_model(model):
        raise InputError(f"step={step!r} needs a Keras model, not a {type(model).__name__}")
    if step == "train" and getattr(model, "optimizer", None) is None and not overrides(model, "train_step"):
        raise InputError(f"model {model.name!r} is not compiled; call model.compile(optimizer, loss) first")
    return getattr(model, f"{step}_step")


def overrides(model: Any, method: str) -> bool:
    """Whether the user's own class defines the method."""
    return not is_keras(next(base for base in type(model).__mro__ if method in base.__dict__))


def strategy_of(model: Any) -> Any:
    """The `tf.distribute` strategy that a model was made under; ``None`` for the default one."""
    strategy = _quietly(model, "distribute_strategy")
    return None if strategy is None or "Default" in type(strategy).__name__ else strategy
