"""Names without the numbers that only make them unique."""

from __future__ import annotations

import re
from functools import lru_cache

_NUMBER = re.compile(r"(_\d+)?(#\d+)?(~\d+)?$")


@lru_cache(maxsize=1 << 14)
def stem(name: str) -> str:
    """A name without the number that made it unique.

    >>> stem("dense_12"), stem("dense#2"), stem("w~2"), stem("conv2d")
    ('dense', 'dense', 'w', 'conv2d')
    """
    return _NUMBER.sub("", name)


_NUMBERS = re.compile(r"((_\d+)+|[#~-]\d+)+(?=$|/)")


@lru_cache(maxsize=1 << 14)
def full_stem(name: str) -> str:
    """A name without any number that made a part of it unique.

    >>> full_stem("net_1/dense_1_2/MatMul"), full_stem("keras_tensor_17")
    ('net/dense/MatMul', 'keras_tensor')
    """
    return _NUMBERS.sub("", name)


def letters(name: str) -> str:
    """A name without any of its digits: what the copies of a repeat have in common.

    >>> letters("attn12_1"), letters("block_7")
    ('attn', 'block')
    """
    return re.sub(r"\d+", "", full_stem(name))


_MODEL_NAMES = {"Functional": "model"}  # Keras 2 calls them after what their users write: `tf.keras.Model(...)`
_INPUT_NAMES = frozenset({"keras_tensor", "input", "inputs", "args"})
"""What Keras and TensorFlow call inputs that have no name, numbers aside."""


def is_counted(name: str, cls: str) -> bool:
    """Whether Keras made up the name of a layer, by counting the layers of its class.

    >>> is_counted("dense_12", "Dense"), is_counted("lstm_cell", "LSTMCell"), is_counted("hidden_1", "Dense")
    (True, True, False)
    """
    return full_stem(name) in (_snake_case(cls), _MODEL_NAMES.get(cls))


def is_counted_op(name: str, op: str) -> bool:
    """Whether the last part of an op's name was made up of its type, or is that of an input without a name.

    >>> is_counted_op("net/MatMul_3", "MatMul"), is_counted_op("keras_tensor_7", "Placeholder"), is_counted_op("x_1", "Placeholder")
    (True, True, False)
    """
    last = full_stem(name.rpartition("/")[2])
    return last.lower() == op.lower() or (op == "Placeholder" and last in _INPUT_NAMES)


def _snake_case(cls: str) -> str:
    """A class as Keras writes it in names (`keras.utils.naming.to_snake_case`)."""
    parted = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", cls)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", parted).lower()
