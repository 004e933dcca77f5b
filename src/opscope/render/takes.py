"""What values an option takes, in words for the error and as a check."""

from __future__ import annotations

import math
from typing import Any, Callable, Collection, NamedTuple

DEPTHS = ("overview", "layers", "all")
"""What the option ``depth`` takes beside numbers."""


class Takes(NamedTuple):
    """What an option takes."""

    words: str
    """What to give, for the end of an error's message: ``use ...``."""
    fits: Callable[[Any], bool]


def _is_whole(value: Any, least: int) -> bool:
    """Whether it is a whole number of at least `least`. For Python, True is a whole number too; not here."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _is_above_0(value: Any) -> bool:
    number = isinstance(value, (int, float)) or hasattr(type(value), "__float__")
    return number and not isinstance(value, bool) and 0 < value < math.inf


def _is_depth(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value in DEPTHS) or _is_whole(value, 0)


def _are_texts(value: Any) -> bool:
    several = [value] if isinstance(value, str) else value
    return isinstance(several, Collection) and all(isinstance(each, str) for each in several)


def _are_ends(value: Any) -> bool:
    if value is None:
        return True
    pair = isinstance(value, (tuple, list)) and len(value) == 2
    return pair and any(end is not None for end in value) and all(end is None or isinstance(end, str) for end in value)


ANYTHING = Takes("", lambda _: True)
"""The option has a check of its own."""
FLAG = Takes("True or False", lambda value: isinstance(value, bool))
TEXT = Takes("a text", lambda value: value is None or isinstance(value, str))
COUNT = Takes("a whole number from 1", lambda value: _is_whole(value, 1))
ABOVE_0 = Takes("a number greater than 0", _is_above_0)
DEPTH = Takes("a whole number from 0, 'overview', 'layers', 'all', or None for the default", _is_depth)
PATTERNS = Takes("a text such as 'BiasAdd', or a list of them", _are_texts)
PACKAGES = Takes("the name of a package such as 'my_layers', or a list of them", _are_texts)
PAIR = Takes("a pair of op names such as ('x', 'logits'), one of which may be None", _are_ends)
