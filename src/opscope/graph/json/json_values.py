"""Checks single values of a graph's JSON: text, whole number, shape, ... Each error names the place of the wrong value.

Every check takes a value and its place (``nodes[3].outputs[0].dtype``) and returns the value, or raises `LoadError`.
The checks compare ``type(value)`` and do not use `isinstance`, because for Python true and false are whole numbers too.
"""

from __future__ import annotations

import re
import sys
from typing import Any, Dict, Iterable, List, NoReturn, Optional, Tuple

from ...errors import LoadError
from ..types import MOST_RANK, Shape

MOST_WHOLE = (1 << 63) - 1
"""The largest dimension, number of elements or id: TensorFlow keeps these as int64."""
MOST_NESTED = 32
"""How deep lists and objects may be nested in an attribute or in additions to a measurement; opscope writes 3."""
_MOST_NUMBER = sys.float_info.max
_MOST_SHOWN = 60
"""How many characters of a wrong value a message repeats."""
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DTYPE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
"""What looks like TensorFlow's name of a dtype. The dtype need not be known: ``dtype_77`` is fine."""
_WORDS = {None: "null", True: "true", False: "false"}
"""Python's values as JSON writes them."""


class Unread:
    """Stands for what must not be read as a plain value: a number with too many digits, an object with a key twice.

    No check accepts its type, so each use of it is reported, at its place and with `words`.
    """

    def __init__(self, words: str) -> None:
        self.words = words


def refuse(place: str, words: str) -> NoReturn:
    """Raise the error for something wrong at `place`."""
    raise LoadError(f"{place}: {words}; write it again with opscope, or correct that place")


def shown(value: Any) -> str:
    """A value as a message shows it: always short, with control characters as their codes."""
    if isinstance(value, Unread):
        return value.words
    if isinstance(value, str):
        return repr(value if len(value) <= _MOST_SHOWN else value[: _MOST_SHOWN - 1] + "…")
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return f"an object of {len(value)}"
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 128:
        return f"a number of {int(value.bit_length() * 0.30103) + 1} digits"  # Python's repr fails from 4,300 digits on
    return _WORDS[value] if value is None or isinstance(value, bool) else repr(value)[:_MOST_SHOWN]


def inside(place: str, key: str) -> str:
    """The place of a key that is not one of the format's own, such as the name of an attribute.

    >>> inside("nodes[0].attrs", "T"), inside("nodes[0].attrs", "a b")
    ('nodes[0].attrs.T', "nodes[0].attrs['a b']")
    """
    return f"{place}.{key}" if len(key) <= _MOST_SHOWN and _WORD.fullmatch(key) else f"{place}[{shown(key)}]"


def record(value: Any, place: str, keys: Tuple[str, ...], *, more: bool = False) -> Dict[str, Any]:
    """An object with exactly these keys; if `more` is true, with at least these keys."""
    if type(value) is not dict:
        refuse(place, f"{shown(value)} is not an object")
    for key in keys:
        if key not in value:
            refuse(place, f"the key {key!r} is missing")
    # All `keys` are there, so a longer object has one that is not among them.
    if len(value) > len(keys) and not more:
        refuse(place, f"{shown(next(key for key in value if key not in keys))} is not a key that belongs here")
    return value


def items(value: Any, place: str) -> List[Any]:
    """A list. A tuple is fine too, as `from_dict` may be given one."""
    if type(value) not in (list, tuple):
        refuse(place, f"{shown(value)} is not a list")
    return value  # type: ignore[no-any-return]


def text(value: Any, place: str) -> str:
    """A text without lone surrogates (halves of a character), which could not be written to any file."""
    if type(value) is not str:
        refuse(place, f"{shown(value)} is not text")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            refuse(place, f"{shown(value)} holds half a character (a lone surrogate)")
    return value


def text_or_none(value: Any, place: str) -> Optional[str]:
    """A text, or null."""
    if value is not None and type(value) is not str:
        refuse(place, f"{shown(value)} is neither text nor null")
    return None if value is None else text(value, place)


def flag(value: Any, place: str) -> bool:
    """True or false."""
    if type(value) is not bool:
        refuse(place, f"{shown(value)} is neither true nor false")
    return value


def one_of(value: Any, place: str, choices: Tuple[Optional[str], ...]) -> Any:
    """One of these words; ``None`` among them stands for null."""
    if (value is not None and type(value) is not str) or value not in choices:
        refuse(place, f"{shown(value)} is none of {', '.join(choice or 'null' for choice in choices)}")
    return value


def whole(value: Any, place: str, *, low: int = 0) -> int:
    """A whole number from `low` up to 2^63 - 1."""
    if type(value) is not int or not low <= value <= MOST_WHOLE:
        refuse(place, f"{shown(value)} is not a whole number from {low:,} to {MOST_WHOLE:,}")
    return value


def whole_or_none(value: Any, place: str, *, low: int = 0) -> Optional[int]:
    """A whole number from `low` up to 2^63 - 1, or null."""
    return None if value is None else whole(value, place, low=low)


def number(value: Any, place: str, *, low: float = 0.0) -> float:
    """A finite number of at least `low`."""
    if type(value) not in (int, float) or not low <= value <= _MOST_NUMBER:
        refuse(
            place, f"{shown(value)} is not a finite number" + (f" of at least {low:g}" if low > -_MOST_NUMBER else "")
        )
    return value  # type: ignore[no-any-return]


def any_number(value: Any, place: str) -> float:
    """A finite number, which may be negative."""
    return number(value, place, low=-_MOST_NUMBER)


def number_or_none(value: Any, place: str) -> Optional[float]:
    """A finite number of at least 0, or null."""
    return None if value is None else number(value, place)


def dtype(value: Any, place: str) -> str:
    """The name of a dtype. It need not be one that opscope knows."""
    if type(value) is not str or not _DTYPE.fullmatch(value):
        refuse(place, f"{shown(value)} is not a dtype")
    return value


def shape(value: Any, place: str) -> Shape:
    """A shape that a tensor in TensorFlow can have; null if the rank is unknown."""
    if value is None:
        return None
    if type(value) not in (list, tuple) or len(value) > MOST_RANK:
        refuse(place, f"{shown(value)} is not a shape")
    elements = 1
    # The product of the known dimensions.
    for index, dim in enumerate(value):
        if dim is None:
            continue
        if type(dim) is not int or not 0 <= dim <= MOST_WHOLE:
            refuse(f"{place}[{index}]", f"{shown(dim)} is not a dimension")
        elements *= dim
    if elements > MOST_WHOLE:
        refuse(place, f"no tensor has more than {MOST_WHOLE:,} elements")
    return tuple(value)


def plain(value: Any, place: str, depth: int = 0) -> Any:
    """Any JSON value that can be written again and is not nested too deep: attributes may hold anything."""
    kind = type(value)
    if kind is str:
        text(value, place)
    elif kind is float:
        any_number(value, place)
    elif kind is int:
        # From the least int64 to the largest uint64.
        if not -MOST_WHOLE - 1 <= value <= 2 * MOST_WHOLE + 1:
            refuse(place, f"{shown(value)} does not fit into an integer of 64 bits")
    elif kind in (list, tuple, dict):
        if depth == MOST_NESTED:
            refuse(place, f"nested more than {MOST_NESTED} deep")
        for where, item in _parts(value, place):
            plain(item, where, depth + 1)
    elif value is not None and kind is not bool:
        refuse(place, f"{shown(value)} is not a JSON value")
    return value


def _parts(value: Any, place: str) -> Iterable[Tuple[str, Any]]:
    """The items of a list or object, each with its place."""
    if type(value) is not dict:
        return ((f"{place}[{index}]", item) for index, item in enumerate(value))
    return ((inside(place, text(key, f"{place}, a key")), item) for key, item in value.items())
