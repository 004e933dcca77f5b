"""A mean over what a mask lets through, without a thought of a mask that lets nothing through."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..guards import OncePerLine, is_chosen_away
from ..hit import Hit
from ..inspected import Inspected
from ..value_range import MASK


def _find(inspected: Inspected) -> Iterator[Hit]:
    lines = OncePerLine(inspected)
    for row in inspected.computed("RealDiv", "Div"):
        divisor = inspected.ranges.of(inspected.inputs(row)[1])
        unguarded = divisor.reaches_zero and divisor.zero == MASK
        if unguarded and not is_chosen_away(inspected, row) and lines.first(row):
            yield Hit(f"the divisor is {MASK}", (row,))


RULE = CheckRule(
    name="mean-over-mask",
    severity="note",
    family="numerics",
    title="A sum is divided by how much a mask lets through, which may be nothing.",
    why="""A sequence of padding alone, or a batch without a labelled element, makes the sum of the mask 0, and 0 divided by 0 is NaN, as is
every weight after that step. Whether data hold such a case is not in the graph, so this is a note. Reported where the divisor is a sum of a mask (booleans
cast to numbers) as it is: with an epsilon or a maximum, and with ``tf.math.divide_no_nan``, it is not.""",
    remedy="use tf.math.divide_no_nan, or tf.maximum(count, 1.0)",
    find=_find,
    bad="""
import tensorflow as tf


@tf.function
def masked_mean(losses, labels):
    mask = tf.cast(tf.not_equal(labels, -100.0), tf.float32)
    return tf.reduce_sum(losses * mask) / tf.reduce_sum(mask)  # here


target, inputs = masked_mean, ((8, 4), (8, 4))
""",
    good="""
import tensorflow as tf


@tf.function
def masked_mean(losses, labels):
    mask = tf.cast(tf.not_equal(labels, -100.0), tf.float32)
    return tf.reduce_sum(losses * mask) / tf.maximum(tf.reduce_sum(mask), 1.0)


target, inputs = masked_mean, ((8, 4), (8, 4))
""",
)
