"""Writes how a shape goes on from copy to copy of a stack: ``max pool 64\u00d764\u00d716 \u2192 32\u00d732\u00d732 \u2192 16\u00d716\u00d764``."""

from __future__ import annotations

import re
from typing import List

from ..scene.labels import cut
from .row_kinds import CIRCLED, OP_SIGNS

LEAST_COURSE = 3
"""Of so many values those in the middle may be left out."""
MOST_COURSE = 100
"""A course has at most so many characters."""
LEAST_DIMS = 2
"""A shape is written short if so many dimensions are left: one alone would be read as another number."""
_ARROW = " \u2192 "
_NUMBER = re.compile(r"\d+")
_SHAPE = re.compile(r"\(([^()]*)\)$")


def course_words(difference: str, room: int, copies: int = 0) -> str:
    """A difference of copies that is a course of values, in full if it has at most so many characters, else of long ones the ends.

    With a value for each of the `copies` it may be told what comes to each; else neighbours that are equal are there once.
    Shapes are written short: without their first dimension, the batch as a rule, or without all in front that all copies have.

    >>> course_words("Relu (\u2026, 64, 16) \u2192 (\u2026, 32, 32) \u2192 (\u2026, 16, 64)", 60)
    'ReLU 64\u00d716 \u2192 32\u00d732 \u2192 16\u00d764'
    >>> course_words("Relu (\u2026, 64) \u2192 (\u2026, 32) \u2192 (\u2026, 16)", 26)
    'ReLU (\u2026, 64) \u2192 \u2026 \u2192 (\u2026, 16)'
    >>> course_words("ConcatV2 (\u2026, 96) \u2192 (\u2026, 128) \u2192 (\u2026, 160) \u2192 (\u2026, 192)", 60, copies=4)
    'concat (\u2026, 96) \u2192 \u2026 \u2192 (\u2026, 192), 32 more each'
    >>> course_words("Mul (None, 7, 7, 672) \u2192 (None, 7, 7, 1152)", 60)
    '\u00d7 gives 7\u00d77\u00d7672 \u2192 7\u00d77\u00d71152'
    """
    kind, space, rest = difference.partition(" ")
    values = short_shapes(rest.split(_ARROW))
    sign = OP_SIGNS.get(kind, kind)
    begun = f"{sign} gives " if sign in CIRCLED else f"{sign}{space}"  # a sign before a shape with signs is no name
    told = begun + ((_growing(values) if len(values) == copies else "") or _ARROW.join(values))
    most = min(room, MOST_COURSE)
    if len(told) > most and len(values) >= LEAST_COURSE:
        told = f"{begun}{values[0]}{_ARROW}\u2026{_ARROW}{values[-1]}"
    return cut(told, most)


def _growing(values: List[str]) -> str:
    """The ends of a course of single numbers that grow by the same, and by how much; empty for others.

    >>> _growing(["(\u2026, 96)", "(\u2026, 128)", "(\u2026, 160)", "(\u2026, 192)"]), _growing(["16", "32", "64", "128"])
    ('(\u2026, 96) \u2192 \u2026 \u2192 (\u2026, 192), 32 more each', '')
    """
    numbers = [[int(number) for number in _NUMBER.findall(value)] for value in values]
    if len(values) <= LEAST_COURSE or any(len(each) != 1 for each in numbers):
        return ""
    steps = {after[0] - before[0] for before, after in zip(numbers, numbers[1:])}
    more = steps.pop()
    return f"{values[0]}{_ARROW}\u2026{_ARROW}{values[-1]}, {more} more each" if not steps and more > 0 else ""


def short_shapes(values: List[str]) -> List[str]:
    """Shapes with a sign between their dimensions; other values as they are."""
    shapes = [_SHAPE.match(value) for value in values]
    dims = [shape[1].split(", ") for shape in shapes if shape is not None]
    if len(dims) < len(values) or len({each[0] for each in dims}) > 1:
        return values
    rest = [each[1:] for each in dims]
    if any(len(each) < LEAST_DIMS or not all(dim.isdigit() for dim in each) for each in rest):
        return values
    return ["\u00d7".join(each) for each in rest]
