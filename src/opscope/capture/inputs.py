"""Inputs as the user gives them (shapes, specs, arrays, tensors, nests of these) -> what TensorFlow traces with."""

from __future__ import annotations

import numbers
from dataclasses import dataclass
from typing import Any, Iterator, List, Optional, Tuple

from ..errors import InputError
from .seams import tensorflow


@dataclass(frozen=True)
class Reading:
    """How to read one target's inputs.

    `lists` tells whether a list of integers is a shape too, `constants` whether Python values may stay as they are
    (a `tf.function` is traced anew for each); `dtype` belongs to a bare shape, `floats` to NumPy's float64 arrays.
    """

    lists: bool = False
    constants: bool = True
    dtype: str = "float32"
    floats: Optional[str] = None


def is_shape(value: Any, lists: bool = False) -> bool:
    """Whether `value` is a bare shape: a tuple (or list) of integers and ``None``.

    >>> is_shape((None, 10)), is_shape(()), is_shape([None, 10]), is_shape(((None, 10),))
    (True, True, False, False)
    """
    if type(value).__name__ == "TensorShape":
        return True
    if not (type(value) is tuple or (lists and isinstance(value, list) and value)):
        return False
    return all(item is None or (isinstance(item, numbers.Integral) and not isinstance(item, bool)) for item in value)


def read(value: Any, reading: Reading, name: Optional[str] = None, like: Any = None) -> Any:
    """One input, nested or not, as specs and constants; `like` is what the model itself knows of this input."""
    tf = tensorflow()
    if value is None or isinstance(value, tf.TypeSpec):
        return value
    if is_shape(value, reading.lists):
        return _from_shape(value, reading, name, like)
    if isinstance(value, dict):
        return {key: read(item, reading, _name(name, key), _part(like, key)) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(read(item, reading, _name(name, key)) for key, item in zip(value._fields, value)))
    if isinstance(value, (list, tuple)):
        return type(value)(
            read(item, reading, _name(name, index), _part(like, index)) for index, item in enumerate(value)
        )
    return _from_leaf(value, reading, name, like)


def _name(name: Optional[str], key: Any) -> Optional[str]:
    return str(key) if isinstance(key, str) else f"{name}_{key}" if name else None


def _part(like: Any, key: Any) -> Any:
    """What the model knows of one part of a nested input; ``None`` where it nests its inputs otherwise."""
    try:
        return like[key] if isinstance(like, (dict, list, tuple)) else None
    except (KeyError, IndexError, TypeError):
        return None


def _dtype_of(like: Any) -> Optional[str]:
    dtype = getattr(like, "dtype", None)
    return str(getattr(dtype, "name", dtype)) if dtype is not None else None


def _from_shape(shape: Any, reading: Reading, name: Optional[str], like: Any) -> Any:
    tf = tensorflow()
    if any(isinstance(item, numbers.Integral) and item < 0 for item in shape):
        raise InputError(f"the shape {tuple(shape)} has a negative dimension; write None for a size that is not known")
    dims = None if getattr(shape, "rank", 0) is None else [None if item is None else int(item) for item in shape]
    return tf.TensorSpec(
        dims, _dtype_of(like) or reading.dtype, _spec_name(getattr(like, "name", None)) or _spec_name(name)
    )


def _spec_name(name: Any) -> Optional[str]:
    """A name that TensorFlow accepts for a placeholder; ``None`` otherwise."""
    if not isinstance(name, str) or not name.isascii():
        return None
    return name if name.replace("_", "a").replace("/", "a").isidentifier() else None


def _from_leaf(value: Any, reading: Reading, name: Optional[str], like: Any) -> Any:
    tf = tensorflow()
    if isinstance(value, (tf.Tensor, tf.RaggedTensor, tf.SparseTensor)):
        return tf.type_spec_from_value(value)
    if isinstance(value, tf.Variable):
        return tf.TensorSpec(value.shape, value.dtype, _spec_name(name)) if not reading.constants else value
    if (
        "KerasTensor" in type(value).__name__ or type(value).__name__ == "InputSpec"
    ):  # Keras 2 has RaggedKerasTensor too
        return _from_keras(value, name)
    if isinstance(value, (bool, numbers.Number, str, bytes)) and not hasattr(value, "__array__"):
        return _constant(value, reading)
    if hasattr(value, "__array__") and not callable(value):
        return _from_array(value, reading, name, like)
    if not reading.constants:
        raise InputError(
            f"cannot use a {type(value).__name__} as an input; give a shape like (None, 10), a tf.TensorSpec, an array "
            "or a nest of these"
        )
    return value


def _constant(value: Any, reading: Reading) -> Any:
    if reading.constants:
        return value
    hint = f"(None, {value})" if isinstance(value, int) and not isinstance(value, bool) else "(None, 10)"
    raise InputError(f"{value!r} is not an input; give a shape like {hint}, a tf.TensorSpec or an array")


def _from_array(value: Any, reading: Reading, name: Optional[str], like: Any) -> Any:
    tf = tensorflow()
    array = value.__array__()
    dtype = str(array.dtype)
    if array.dtype.kind in "SUO":
        dtype = "string"
    elif dtype == "float64" and reading.floats:
        dtype = _dtype_of(like) or reading.floats
    return tf.TensorSpec(array.shape, dtype, _spec_name(name))


def _from_keras(value: Any, name: Optional[str] = None) -> Any:
    """A KerasTensor or InputSpec (or another spec) as a TypeSpec."""
    tf = tensorflow()
    spec = getattr(value, "type_spec", None)
    own = getattr(value, "name", None)
    if spec is not None and not isinstance(spec, tf.TensorSpec):
        return spec
    if getattr(value, "sparse", False):
        return tf.SparseTensorSpec(value.shape, value.dtype)
    if getattr(value, "ragged", False):
        return tf.RaggedTensorSpec(value.shape, value.dtype)
    shape, ndim = getattr(value, "shape", None), getattr(value, "ndim", None)
    if shape is None and ndim is not None:
        shape = [None] * ndim
    return tf.TensorSpec(shape, _dtype_of(value) or "float32", _spec_name(own) or _spec_name(name))


def leaves(value: Any) -> Iterator[Any]:
    """The leaves of a nest of dicts, lists and tuples."""
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def constant_inputs(values: Tuple[Any, ...], keywords: Any) -> List[str]:
    """How the Python constants among the arguments read in a call: ``['1', 'n=2']``."""
    shown = [repr(value) for value in values if _is_constant(value)]
    return shown + [f"{key}={value!r}" for key, value in keywords.items() if _is_constant(value)]


def _is_constant(value: Any) -> bool:
    return isinstance(value, (bool, int, float, complex, str, bytes))


def shown(values: Tuple[Any, ...], keywords: Any) -> str:
    """The given inputs in a line, for an error message."""

    def one(value: Any) -> str:
        shape = getattr(value, "shape", None)
        if shape is None or not hasattr(value, "dtype"):
            return type(value).__name__ if not _is_constant(value) else repr(value)
        return f"{tuple(shape) if shape.rank is not None else '?'} {value.dtype.name}"

    parts = [one(leaf) for value in values for leaf in leaves(value)]
    parts += [f"{key}={one(leaf)}" for key, value in keywords.items() for leaf in leaves(value)]
    return ", ".join(parts) or "none"
