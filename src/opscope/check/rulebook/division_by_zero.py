"""A division by what ordinary data make 0."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..guards import OncePerLine, is_chosen_away
from ..hit import Hit
from ..inspected import Inspected
from ..value_range import MASK

_DIVISOR = {"RealDiv": 1, "Div": 1, "Reciprocal": 0, "Inv": 0, "Rsqrt": 0}
"""Ops that divide -> which of their inputs they divide by."""


def _find(inspected: Inspected) -> Iterator[Hit]:
    lines = OncePerLine(inspected)
    for row in inspected.computed(*_DIVISOR):
        divisor = inspected.ranges.of(inspected.inputs(row)[_DIVISOR[inspected.table.ops[row]]])
        unguarded = divisor.reaches_zero and divisor.zero != MASK
        if unguarded and not is_chosen_away(inspected, row) and lines.first(row):
            yield Hit(f"the divisor is {divisor.zero}", (row,))


RULE = CheckRule(
    name="division-by-zero",
    severity="warning",
    family="numerics",
    title="Something is divided by what ordinary data make 0.",
    why="""A division by 0 gives infinity, or NaN where 0 is divided, and one such element makes the loss and every gradient NaN. Reported where
the graph shows that ordinary data make the divisor 0, such as a standard deviation (0 where all values are equal), a sum of ReLUs or the distance of two
equal rows, and no epsilon, maximum or ``tf.where`` keeps it from 0. ``tf.math.divide_no_nan`` is no such division. Of a sum of a mask, see ``mean-over-mask``.""",
    remedy="add an epsilon to the divisor, or use tf.math.divide_no_nan",
    find=_find,
    bad="""
import tensorflow as tf


@tf.function
def standardized(x):
    mean = tf.reduce_mean(x, axis=1, keepdims=True)
    deviation = tf.math.reduce_std(x, axis=1, keepdims=True)
    return (x - mean) / deviation  # here


target, inputs = standardized, ((8, 4),)
""",
    good="""
import tensorflow as tf


@tf.function
def standardized(x):
    mean = tf.reduce_mean(x, axis=1, keepdims=True)
    deviation = tf.math.reduce_std(x, axis=1, keepdims=True)
    return (x - mean) / (deviation + 1e-6)


target, inputs = standardized, ((8, 4),)
""",
)
