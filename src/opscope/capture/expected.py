"""Asks a Keras layer or model which inputs it expects. It knows from its `Input` layers, or once it was called or built."""

from __future__ import annotations

from typing import Any, List, NamedTuple

from . import keras

_DTYPES = {
    "TextVectorization": "string", "StringLookup": "string", "Hashing": "string",
    "Embedding": "int32", "IntegerLookup": "int64", "CategoryEncoding": "int32",
}  # fmt: skip
"""Layers that take no floating point numbers, and what they take."""


class Expected(NamedTuple):
    """The inputs that a layer expects."""

    inputs: Any
    """KerasTensors or shapes, nested as the layer takes them; ``None`` if it does not know them yet."""
    dtype: str
    """The dtype of an input for which the user gives only a shape."""
    in_a_list: bool
    """Whether several inputs are passed as one list, as functional models want it: ``model([a, b])``."""

    def names(self) -> List[str]:
        """The names of a functional model's inputs. It also takes a dict with these keys."""
        if isinstance(self.inputs, dict):
            return [str(key) for key in self.inputs]
        items = self.inputs if isinstance(self.inputs, (list, tuple)) else [self.inputs]
        return [item.name for item in items if isinstance(getattr(item, "name", None), str)]


def expected_of(layer: Any) -> Expected:
    """What a layer says of its inputs."""
    in_a_list = not {"Functional", "Sequential"}.isdisjoint(keras.bases(layer))
    return Expected(_inputs(layer), _dtype(layer), in_a_list)


def _inputs(layer: Any) -> Any:
    """The inputs as `Expected.inputs` has them, from the first place that knows them."""
    for name in ("_nested_inputs", "_inputs_struct"):  # a functional model of Keras 2, of Keras 3
        found = layer.__dict__.get(name)
        if found is not None:
            return found
    functional = layer.__dict__.get("_functional")  # what a Sequential of Keras 3 becomes when it is built
    if functional is not None:
        return functional._inputs_struct
    if keras.is_model(layer):
        listed = _quietly(layer, "inputs")
        if listed:
            return listed[0] if len(listed) == 1 else list(listed)
    return _built_shapes(layer)


def _built_shapes(layer: Any) -> Any:
    """The shapes that a layer was called or built with. Each Keras keeps them elsewhere."""
    spec = _quietly(layer, "_saved_model_inputs_spec")  # Keras 2, after a call
    if spec is not None:
        return spec
    shapes = _quietly(layer, "_build_shapes_dict")  # Keras 3, one for each argument of `build`
    if shapes:
        values = list(shapes.values())
        return values[0] if len(values) == 1 else values
    shape = _quietly(layer, "_build_input_shape")  # Keras 2, after a build
    if shape is not None:
        return shape
    return _quietly(layer, "input")


def _quietly(layer: Any, name: str) -> Any:
    """An attribute of a layer; ``None`` if Keras raises because the layer does not have it, or not yet."""
    try:
        return getattr(layer, name)
    except Exception:  # the kind differs: AttributeError, ValueError, RuntimeError, NotImplementedError
        return None


def _dtype(layer: Any) -> str:
    """The dtype of the input: the one that the layer (the first of a Sequential) computes in, if it is not in `_DTYPES`."""
    first, bases = layer, keras.bases(layer)
    while "Sequential" in bases and first.layers:
        first = first.layers[0]
        bases = keras.bases(first)
    if "InputLayer" in bases:
        return str(getattr(first, "dtype", None) or "float32")
    for name in bases:
        if name in _DTYPES:
            return _DTYPES[name]
    return str(getattr(first, "compute_dtype", None) or getattr(first, "_compute_dtype", None) or "float32")
