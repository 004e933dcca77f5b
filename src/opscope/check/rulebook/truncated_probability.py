"""A probability that is cast to an integer, and so is 0."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..guards import OncePerLine
from ..hit import Hit
from ..inspected import Inspected
from ..range_rules import ROUNDING


def _find(inspected: Inspected) -> Iterator[Hit]:
    lines = OncePerLine(inspected)
    for row in inspected.computed("Cast"):
        to, subject = inspected.type_of(row), inspected.ranges.of(inspected.inputs(row)[0])
        whole = to is not None and to.dtype.startswith(("int", "uint"))
        if whole and subject.zero in ROUNDING and subject.low >= 0 and subject.high <= 1 and lines.first(row):
            yield Hit("a cast to an integer cuts a probability down to 0, whatever is below exactly 1", (row,))


RULE = CheckRule(
    name="truncated-probability",
    severity="warning",
    family="numerics",
    title="The result of a sigmoid or softmax is cast to an integer, which makes it 0.",
    why="""A cast to an integer does not round, it cuts off what is behind the point: a probability of 0.99 becomes 0, and only one that is exactly 1 does not. Predictions or
a metric made of it say 0 for everything. Reported where the result of a sigmoid or a softmax, as it is or as a product or complement of such, is cast to an integer. Rounded,
compared with a threshold or scaled before, it is right.""",
    remedy="compare with a threshold (p > 0.5), or use tf.round or tf.argmax first",
    find=_find,
    bad="""
import tensorflow as tf


@tf.function
def predicted(logits):
    return tf.cast(tf.sigmoid(logits), tf.int32)  # here


target, inputs = predicted, ((8, 1),)
""",
    good="""
import tensorflow as tf


@tf.function
def predicted(logits):
    return tf.cast(tf.sigmoid(logits) > 0.5, tf.int32)


target, inputs = predicted, ((8, 1),)
""",
)
