"""A product of dimensions that int32 does not hold."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..guards import OncePerLine
from ..hit import Hit
from ..inspected import Inspected

_MOST = 2**31 - 1


def _find(inspected: Inspected) -> Iterator[Hit]:
    lines = OncePerLine(inspected)
    for row in inspected.computed("Mul", "Prod"):
        kind = inspected.type_of(row)
        if kind is None or kind.dtype != "int32":
            continue
        least = inspected.ranges.of((row, 0)).low
        if least > _MOST and lines.first(row):
            yield Hit(
                f"the product is {least:,.0f} or more, and int32 ends at {_MOST:,}",
                (row,),
                figures={"product": int(least)},
            )


RULE = CheckRule(
    name="shape-overflow",
    severity="error",
    family="numerics",
    title="A product of dimensions or of constants is more than int32 holds.",
    why="""TensorFlow's shapes are int32 unless asked otherwise, and an int32 that is too large wraps around without a word: 65536 times 65536 is 0. A reshape, a range or a mean by
such a number is wrong, always. Reported where the product is at least so large for certain, by the constants and the known dimensions that it is made of; products of data, and of open dimensions, are not reported.""",
    remedy="compute in int64: tf.shape(x, out_type=tf.int64), tf.size(x, out_type=tf.int64)",
    find=_find,
    bad="""
import tensorflow as tf


@tf.function
def flat_index(rows):
    count = tf.constant([65536, 65536])
    return tf.cast(rows, tf.float32) / tf.cast(tf.reduce_prod(count), tf.float32)  # here


target, inputs = flat_index, (tf.TensorSpec((8,), tf.int32),)
""",
    good="""
import tensorflow as tf


@tf.function
def flat_index(rows):
    count = tf.constant([65536, 65536], tf.int64)
    return tf.cast(rows, tf.float32) / tf.cast(tf.reduce_prod(count), tf.float32)


target, inputs = flat_index, (tf.TensorSpec((8,), tf.int32),)
""",
)
