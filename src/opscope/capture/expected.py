"""What a Keras layer or model knows of its own inputs: after a call, a build, or from its `Input` layers."""

from __future__ import annotations

from typing import Any, List, NamedTuple

from . import keras

_DTYPES = {
    "TextVectorization": "string", "StringLookup": "string", "Hashing": "string",
    "Embedding": "int32", "IntegerLookup": "int64", "CategoryEncoding": "int32",
}  # fmt: skip


class Expected(NamedTuple):
    """The inputs that a layer expects.

    `inputs` are KerasTensors or shapes in the layer's own nesting, ``None`` where it does not know them yet. `dtype`
    belongs to an input of which only the shape is given. With `in_a_list` several inputs are passed as one list, as to
    a functional model.
    """

    inputs: Any
    dtype: str
    in_a_list: bool

    def names(self) -> List[str]:
        """The names of a functional model's inputs, by which it takes them from a dict."""
        if isinstance(self.inputs, dict):
            return [str(key) for key in self.inputs]
        items = self.inputs if isinstance(self.inputs, (list, tuple)) else [self.inputs]
        return [item.name for item in items if isinstance(getattr(item, "name", None), str)]


def expected_of(layer: Any) -> Expected:
    """What `layer` knows of its inputs."""
    in_a_list = not {"Functional", "Sequential"}.isdisjoint(keras.bases(layer))
    return Expected(_inputs(layer), _dtype(layer), in_a_list)


def _inputs(layer: Any) -> Any:
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
    """The shapes a layer was built with, wherever the Keras at hand keeps them."""
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
    """An attribute of a layer; ``None`` where Keras raises because the layer has no such thing (yet)."""
    try:
        return getattr(layer, name)
    except Exception:  # the kind differs: AttributeError, ValueError, RuntimeError, NotImplementedError
        return None


def _dtype(layer: Any) -> str:
    """The dtype of the first layer's input; floating point unless that layer is known to take something else."""
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
