"""What a value in the JSON of a graph must be, and the one line that names the place of a value that is not.

Every check takes the value and its place (``nodes[3].outputs[0].dtype``) and gives the value back, or raises `LoadError`.
"""

from __future__ import annotations

import re
import sys
from typing import Any, Dict, Iterable, List, NoReturn, Optional, Tuple

from ...errors import LoadError
from ..types import MOST_RANK, Shape

MOST_WHOLE = (1 << 63) - 1
"""The largest number TensorFlow has for a dimension, an element count or an id."""
MOST_NESTED = 32
"""Lists and objects inside each other in an attribute or in what a measurement adds; opscope writes three."""
_MOST_NUMBER = sys.float_info.max
_MOST_SHOWN = 60
"""Characters of a wrong value that a message repeats."""
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DTYPE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
"""A name like TensorFlow's, of a dtype known or not (``dtype_77``)."""
_WORDS = {None: "null", True: "true", False: "false"}


class Unread:
    """Stands where the text holds what no plain value can carry; as it has a type of its own, no check lets it pass."""

    def __init__(self, words: str) -> None:
        self.words = words


def refuse(place: str, words: str) -> NoReturn:
    """The error for something wrong at `place`."""
    raise LoadError(f"{place}: {words}; write it again with opscope, or correct that place")


def shown(value: Any) -> str:
    """A value as a message shows it: short whatever its size, control characters as their codes."""
    if isinstance(value, Unread):
        return value.words
    if isinstance(value, str):
        return repr(value if len(value) <= _MOST_SHOWN else value[: _MOST_SHOWN - 1] + "…")
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return f"an object of {len(value)}"
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 128:
        return f"a number of {int(value.bit_length() * 0.30103) + 1} digits"  # repr refuses one of more than 4,300
    return _WORDS[value] if value is None or isinstance(value, bool) else repr(value)[:_MOST_SHOWN]


def inside(place: str, key: str) -> str:
    """The place of a key that the format does not name.

    >>> inside("nodes[0].attrs", "T"), inside("nodes[0].attrs", "a b")
    ('nodes[0].attrs.T', "nodes[0].attrs['a b']")
    """
    return f"{place}.{key}" if len(key) <= _MOST_SHOWN and _WORD.fullmatch(key) else f"{place}[{shown(key)}]"


def record(value: Any, place: str, keys: Tuple[str, ...], *, more: bool = False) -> Dict[str, Any]:
    """An object with exactly these keys, or with `more` at least these."""
    if type(value) is not dict:
        refuse(place, f"{shown(value)} is not an object")
    for key in keys:
        if key not in value:
            refuse(place, f"the key {key!r} is missing")
    if len(value) > len(keys) and not more:
        refuse(place, f"{shown(next(key for key in value if key not in keys))} is not a key that belongs here")
    return value


def items(value: Any, place: str) -> List[Any]:
    """A list; from Python also a tuple."""
    if type(value) not in (list, tuple):
        refuse(place, f"{shown(value)} is not a list")
    return value  # type: ignore[no-any-return]


def text(value: Any, place: str) -> str:
    """Text of whole characters: half of a surrogate pair cannot be written to any file."""
    if type(value) is not str:
        refuse(place, f"{shown(value)} is not text")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            refuse(place, f"{shown(value)} holds half a character (a lone surrogate)")
    return value


def text_or_none(value: Any, place: str) -> Optional[str]:
    """Text or null."""
    if value is not None and type(value) is not str:
        refuse(place, f"{shown(value)} is neither text nor null")
    return None if value is None else text(value, place)


def flag(value: Any, place: str) -> bool:
    """True or false."""
    if type(value) is not bool:
        refuse(place, f"{shown(value)} is neither true nor false")
    return value


def one_of(value: Any, place: str, choices: Tuple[Optional[str], ...]) -> Any:
    """One of some words; ``None`` among them stands for null."""
    if (value is not None and type(value) is not str) or value not in choices:
        refuse(place, f"{shown(value)} is none of {', '.join(choice or 'null' for choice in choices)}")
    return value


def whole(value: Any, place: str, *, low: int = 0) -> int:
    """A whole number from `low`, below 2^63."""
    if type(value) is not int or not low <= value <= MOST_WHOLE:
        refuse(place, f"{shown(value)} is not a whole number from {low:,} to {MOST_WHOLE:,}")
    return value


def whole_or_none(value: Any, place: str, *, low: int = 0) -> Optional[int]:
    """A whole number from `low`, or null."""
    return None if value is None else whole(value, place, low=low)


def number(value: Any, place: str, *, low: float = 0.0) -> float:
    """A finite number of at least `low`."""
    if type(value) not in (int, float) or not low <= value <= _MOST_NUMBER:
        refuse(
            place, f"{shown(value)} is not a finite number" + (f" of at least {low:g}" if low > -_MOST_NUMBER else "")
        )
    return value  # type: ignore[no-any-return]


def any_number(value: Any, place: str) -> float:
    """A finite number of either sign."""
    return number(value, place, low=-_MOST_NUMBER)


def number_or_none(value: Any, place: str) -> Optional[float]:
    """A finite number of at least 0, or null."""
    return None if value is None else number(value, place)


def dtype(value: Any, place: str) -> str:
    """A dtype's name, be it one that opscope knows or not."""
    if type(value) is not str or not _DTYPE.fullmatch(value):
        refuse(place, f"{shown(value)} is not a dtype")
    return value


def shape(value: Any, place: str) -> Shape:
    """A shape that TensorFlow could hold; null for an unknown rank."""
    if value is None:
        return None
    if type(value) not in (list, tuple) or len(value) > MOST_RANK:
        refuse(place, f"{shown(value)} is not a shape")
    elements = 1
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
    """Anything JSON can hold, as long as it can be written again and is not nested beyond reason."""
    kind = type(value)
    if kind is str:
        text(value, place)
    elif kind is float:
        any_number(value, place)
    elif kind is int:
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
    if type(value) is not dict:
        return ((f"{place}[{index}]", item) for index, item in enumerate(value))
    return ((inside(place, text(key, f"{place}, a key")), item) for key, item in value.items())
