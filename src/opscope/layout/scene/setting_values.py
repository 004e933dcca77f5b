"""Single values of a layer's settings as words. The settings may come from anybody, so each value is taken as what it is.

A function gives "" (or ``None``) for what is missing, of another type, or at the default that says nothing.
"""

from __future__ import annotations

import math
from typing import Any, Iterable, List, Mapping, Optional, Tuple, Union

SettingNumber = Union[int, float]
_LARGE = 10_000
"""From here on thousands are separated: nobody writes ``Dense 1,000``."""
_ACTIVATIONS = {
    "relu": "ReLU", "relu6": "ReLU6", "elu": "ELU", "selu": "SELU", "celu": "CELU", "gelu": "GELU", "glu": "GLU", "silu": "SiLU",
    "leaky_relu": "LeakyReLU", "hard_sigmoid": "hard sigmoid", "hard_silu": "hard SiLU", "hard_swish": "hard swish",
    "log_softmax": "log softmax", "log_sigmoid": "log sigmoid", "hard_tanh": "hard tanh", "sparse_sigmoid": "sparse sigmoid",
    "softmax_v2": "softmax", "log_softmax_v2": "log softmax", "swish_impl": "swish",
}  # fmt: skip
"""Name of the function -> how it is written. Other names stay as they are: softmax, tanh, the user's own."""


def number(settings: Mapping[str, Any], *names: str) -> Optional[SettingNumber]:
    """The number under the first of these names that has one."""
    for name in names:
        value = settings.get(name)
        if is_number(value):
            return value
    return None


def is_number(value: Any) -> bool:
    """Whether it is a finite number, which true and false are not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def text_setting(settings: Mapping[str, Any], *names: str) -> str:
    """The text under the first of these names that has one; "" for none."""
    return next((settings[name] for name in names if isinstance(settings.get(name), str)), "")


def is_on(settings: Mapping[str, Any], name: str) -> bool:
    """Whether the setting is the boolean true."""
    return settings.get(name) is True


def numbers(settings: Mapping[str, Any], *names: str) -> Optional[Tuple[SettingNumber, ...]]:
    """The list of numbers under the first of these names that has one; a single number counts as a list of one."""
    for name in names:
        value = settings.get(name)
        if is_number(value):
            return (value,)  # type: ignore[return-value]
        if isinstance(value, (list, tuple)) and value and all(map(is_number, value)):
            return tuple(value)
    return None


def number_words(value: SettingNumber) -> str:
    """A number as it was written, to four digits behind the first.

    >>> number_words(1000), number_words(32832), number_words(0.1), number_words(6.0), number_words(1e-6)
    ('1000', '32,832', '0.1', '6', '1e-06')
    """
    if isinstance(value, float) and not (value.is_integer() and abs(value) < 1e15):
        return f"{value:.5g}"
    value = int(value)
    return f"{value:,}" if abs(value) >= _LARGE else str(value)


def tuple_words(values: Iterable[Any]) -> str:
    """A shape or another list of numbers: ``(16, 4)``; an open dimension is ``?``, what remains -1."""
    return f"({', '.join('?' if value is None else number_words(value) for value in values)})"


def times_words(values: Iterable[SettingNumber]) -> str:
    """Sizes along the dimensions: ``3×3``."""
    return "×".join(map(number_words, values))


def size_words(values: Tuple[SettingNumber, ...], dims: int) -> str:
    """A window: ``3×3``, and along a single dimension ``3-wide``."""
    whole = values * dims if len(values) == 1 else values
    return f"{number_words(whole[0])}-wide" if len(whole) == 1 else times_words(whole)


def stride_words(values: Optional[Tuple[SettingNumber, ...]]) -> str:
    """``/2`` for steps of 2 in each direction, ``/2×1`` for unequal ones; "" for steps of 1."""
    if not values or set(values) == {1}:
        return ""
    return f"/{number_words(values[0])}" if len(set(values)) == 1 else f"/{times_words(values)}"


def amount_words(word: str, values: Optional[Tuple[SettingNumber, ...]], *, silent: SettingNumber = 1) -> str:
    """``dilation 2``, and ``dilation 2×1`` where the dimensions differ; "" if all are the `silent` value."""
    if not values or set(values) == {silent}:
        return ""
    return f"{word} {number_words(values[0]) if len(set(values)) == 1 else times_words(values)}"


def activation_name(name: str) -> str:
    """An activation function's name as it is written; "" for the one that does nothing.

    >>> activation_name("relu"), activation_name("softmax"), activation_name("linear"), activation_name("my_act")
    ('ReLU', 'softmax', '', 'my_act')
    """
    return "" if name == "linear" else _ACTIVATIONS.get(name, name)


def class_of(value: Any) -> str:
    """The class of a layer inside another's settings; "" if it is no layer."""
    return text_setting(value, "class") if isinstance(value, Mapping) else ""


def with_commas(*parts: str) -> str:
    """Words in their order, without the empty ones: ``3×3 conv, 64, /2``."""
    return ", ".join(filter(None, parts))


def pad_words(value: Any) -> str:
    """How much is added to or cut off each side: ``3``; ``(0, 1)`` for unequal ends, as Keras has it; ``1×2`` for unequal dimensions; "" if odd."""
    if is_number(value):
        return number_words(value)
    if not isinstance(value, (list, tuple)) or not value:
        return ""
    if all(map(is_number, value)) and len(value) == 2:  # one dimension: its two ends
        value = [value]
    found: List[str] = []
    for pair in value:
        if is_number(pair):
            found.append(number_words(pair))
        elif isinstance(pair, (list, tuple)) and len(pair) == 2 and all(map(is_number, pair)):
            found.append(number_words(pair[0]) if pair[0] == pair[1] else f"({', '.join(map(number_words, pair))})")
        else:
            return ""
    return found[0] if len(set(found)) == 1 else "×".join(found)
