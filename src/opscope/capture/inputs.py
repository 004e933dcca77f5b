"""Turns inputs as the user gives them (shapes, specs, arrays, tensors, nests of these) into what TensorFlow traces with."""

from __future__ import annotations

import numbers
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

from ..errors import InputError
from .seams import private, tensorflow


class GivenValue(NamedTuple):
    """A value that the user gave, and the spec that it was traced with."""

    spec: Any
    value: Any


@dataclass(frozen=True)
class Reading:
    """How to read the inputs of one target."""

    lists: bool = False
    """Whether a list of integers is a shape, as a tuple is. A `tf.function` may take a list of numbers, a layer does not."""
    constants: bool = True
    """Whether Python values stay as they are. A `tf.function` takes them as constants; a layer wants tensors."""
    dtype: str = "float32"
    """The dtype of an input that is given as a bare shape."""
    floats: Optional[str] = None
    """The dtype that a NumPy array of float64 gets, since Keras would cast it; ``None`` leaves it float64."""
    values: Dict[int, GivenValue] = field(default_factory=dict, compare=False)
    """By the identity of a spec that was made of a value: both. `profile` runs the traced function on these values."""


def is_shape(value: Any, lists: bool = False) -> bool:
    """Whether `value` is a bare shape: a tuple (or list) of integers and ``None``.

    >>> is_shape((None, 10)), is_shape(()), is_shape([None, 10]), is_shape(((None, 10),))
    (True, True, False, False)
    """
    if type(value).__name__ == "TensorShape":  # by its name, so that this function needs no TensorFlow
        return True
    if not (type(value) is tuple or (lists and isinstance(value, list) and value)):
        return False
    # True is an integer to Python, but nobody's dimension.
    return all(item is None or (isinstance(item, numbers.Integral) and not isinstance(item, bool)) for item in value)


def read(value: Any, reading: Reading, name: Optional[str] = None, like: Any = None) -> Any:
    """Read one input, nested or not, as TypeSpecs and constants.

    `like` is what the model itself says of this input, such as a KerasTensor. Its dtype and name are used where the
    user gives none. `name` is the name of the parameter; the placeholder is called by it.
    """
    tf = tensorflow()
    if value is None or isinstance(value, tf.TypeSpec):
        return value
    if is_shape(value, reading.lists):
        return _from_shape(value, reading, name, like)
    if isinstance(value, dict):
        return {key: _read_part(item, reading, _name(name, key), _part(like, key)) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):  # a namedtuple, which takes its items one by one
        return type(value)(
            *(_read_part(item, reading, _name(name, key), _part(like, key)) for key, item in zip(value._fields, value))
        )
    if isinstance(value, (list, tuple)):
        return type(value)(
            _read_part(item, reading, _name(name, index), _part(like, index)) for index, item in enumerate(value)
        )
    spec = _from_leaf(value, reading, name, like)
    if isinstance(spec, tf.TypeSpec) and not _is_symbolic(value):
        reading.values[id(spec)] = GivenValue(spec, value)
    return spec


def _read_part(value: Any, reading: Reading, name: Optional[str], like: Any) -> Any:
    """`read` for a part of a nest. There ``()`` is an empty part, unless the model says that a tensor belongs there."""
    return value if type(value) is tuple and not value and like is None else read(value, reading, name, like)


def _is_symbolic(value: Any) -> bool:
    """Whether a leaf is only a description of a tensor: a KerasTensor, an InputSpec."""
    return "KerasTensor" in type(value).__name__ or type(value).__name__ == "InputSpec"


def _name(name: Optional[str], key: Any) -> Optional[str]:
    """The name of a part: its key in a dict, else ``x_0``, ``x_1``, ... for the parts of ``x``."""
    return str(key) if isinstance(key, str) else f"{name}_{key}" if name else None


def _part(like: Any, key: Any) -> Any:
    """What the model says of one part of a nested input; ``None`` if it nests its inputs in another way."""
    try:
        if isinstance(key, str) and isinstance(like, tuple):
            return getattr(like, key, None)
        return like[key] if isinstance(like, (dict, list, tuple)) else None
    except (KeyError, IndexError, TypeError):
        return None


def _dtype_of(like: Any) -> Optional[str]:
    """The dtype of a KerasTensor or spec, in which it may be a text (Keras 3) or a `tf.DType`."""
    dtype = getattr(like, "dtype", None)
    return str(getattr(dtype, "name", dtype)) if dtype is not None else None


def _from_shape(shape: Any, reading: Reading, name: Optional[str], like: Any) -> Any:
    """A bare shape as a TensorSpec."""
    tf = tensorflow()
    if getattr(shape, "rank", 0) is None:  # a tf.TensorShape of unknown rank cannot be walked
        dims = None
    elif any(isinstance(item, numbers.Integral) and item < 0 for item in shape):
        raise InputError(f"the shape {tuple(shape)} has a negative dimension; write None for a size that is not known")
    else:
        dims = [None if item is None else int(item) for item in shape]
    return tf.TensorSpec(
        dims, _dtype_of(like) or reading.dtype, _spec_name(getattr(like, "name", None)) or _spec_name(name)
    )


def _spec_name(name: Any) -> Optional[str]:
    """The name if it may do for a placeholder, else ``None``. ``_x`` passes, but TensorFlow ignores such a name."""
    if not isinstance(name, str) or not name.isascii():
        return None
    # `isidentifier` asks for letters, digits and "_", with no digit at the beginning. "/" may be among them too.
    return name if name.replace("_", "a").replace("/", "a").isidentifier() else None


def _from_leaf(value: Any, reading: Reading, name: Optional[str], like: Any) -> Any:
    """Anything else than a shape or a nest: a tensor, a variable, a KerasTensor, a Python value, an array."""
    tf = tensorflow()
    if isinstance(value, tf.Variable):  # a `tf.function` may take the variable itself, a layer takes a tensor
        return tf.TensorSpec(value.shape, value.dtype, _spec_name(name)) if not reading.constants else value
    # A composite tensor has several tensors inside: a ragged one, a sparse one, a dataset, a user's `ExtensionType`.
    if isinstance(value, (tf.Tensor, private("framework.composite_tensor:CompositeTensor"))):
        return tf.type_spec_from_value(value)
    # By name, since each version of Keras has classes of its own. Keras 2 has RaggedKerasTensor too.
    if _is_symbolic(value):
        return _from_keras(value, name)
    if isinstance(value, (bool, numbers.Number, str, bytes)) and not hasattr(value, "__array__"):
        return _constant(value, reading)
    # A class such as `np.float32` has `__array__` too, but is no array.
    if hasattr(value, "__array__") and not callable(value):
        return _from_array(value, reading, name, like)
    if not reading.constants:
        raise InputError(
            f"cannot use a {type(value).__name__} as an input; give a shape like (None, 10), a tf.TensorSpec, an array "
            "or a nest of these"
        )
    return value


def _constant(value: Any, reading: Reading) -> Any:
    """A Python number or text, as it is; `InputError` for a layer, to which one probably meant to give a shape."""
    if reading.constants:
        return value
    hint = f"(None, {value})" if isinstance(value, int) and not isinstance(value, bool) else "(None, 10)"
    raise InputError(f"{value!r} is not an input; give a shape like {hint}, a tf.TensorSpec or an array")


def _from_array(value: Any, reading: Reading, name: Optional[str], like: Any) -> Any:
    """A NumPy array (or what can be made one) as a TensorSpec of its whole shape."""
    tf = tensorflow()
    array = value.__array__()
    dtype = str(array.dtype)
    if array.dtype.kind in "SU":  # bytes and texts
        dtype = "string"
    elif array.dtype.kind == "O":
        dtype = _dtype_of_objects(array)
    elif dtype == "float64" and reading.floats:
        dtype = _dtype_of(like) or reading.floats
    return tf.TensorSpec(array.shape, dtype, _spec_name(name))


def _dtype_of_objects(array: Any) -> str:
    """The dtype of an array of Python objects, as pandas has it for texts and for columns of several kinds."""
    try:
        return str(tensorflow().convert_to_tensor(array).dtype.name)
    except (ValueError, TypeError) as error:
        raise InputError(
            "an array of Python objects that are not all texts is no tensor; give it a dtype, as in "
            "array.astype('float32'), or a tf.ragged.constant if its rows differ in length"
        ) from error


def _from_keras(value: Any, name: Optional[str] = None) -> Any:
    """A KerasTensor or InputSpec as a TypeSpec.

    In Keras 2 it has a `type_spec`, which is taken as it is for sparse and ragged inputs. In Keras 3 it has flags.
    """
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
    """The leaves of a nest of dicts, lists and tuples, in its own order (TensorFlow's `nest` would sort dicts)."""
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def constant_inputs(values: Tuple[Any, ...], keywords: Any) -> List[str]:
    """The Python constants among the arguments, as one would write them in a call: ``['1', 'n=2']``."""
    shown = [repr(value) for value in values if _is_constant(value)]
    return shown + [f"{key}={value!r}" for key, value in keywords.items() if _is_constant(value)]


def _is_constant(value: Any) -> bool:
    return isinstance(value, (bool, int, float, complex, str, bytes))


def shown(values: Tuple[Any, ...], keywords: Any) -> str:
    """The given inputs in one line, for an error message."""

    def one(value: Any) -> str:
        shape = getattr(value, "shape", None)
        if shape is None or not hasattr(value, "dtype"):
            return type(value).__name__ if not _is_constant(value) else repr(value)
        rank = getattr(shape, "rank", 0)  # a tf.TensorShape has one; a plain tuple's is known
        return f"{tuple(shape) if rank is not None else '?'} {getattr(value.dtype, 'name', value.dtype)}"

    parts = [one(leaf) for value in values for leaf in leaves(value)]
    parts += [f"{key}={one(leaf)}" for key, value in keywords.items() for leaf in leaves(value)]
    return ", ".join(parts) or "none"
