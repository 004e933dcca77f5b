"""A variance as the mean of the squares minus the square of the mean."""

from __future__ import annotations

from typing import Iterator, Optional

from ...shapes.inference import At
from ..check_rule import CheckRule
from ..guards import OncePerLine
from ..hit import Hit
from ..inspected import Inspected


def _find(inspected: Inspected) -> Iterator[Hit]:
    lines = OncePerLine(inspected)
    for mean in inspected.computed("Mean"):
        squared = _root(inspected, inspected.inputs(mean)[0])
        for row in inspected.users(mean) if squared is not None else ():
            if (
                inspected.table.ops[row] == "Sub"
                and _subtracts_square_of_mean(inspected, row, mean, squared)
                and lines.first(row)
            ):
                message = (
                    "a variance as E[x²] - E[x]², which loses its digits where the mean is large, and may be negative"
                )
                yield Hit(message, (row,))


def _subtracts_square_of_mean(inspected: Inspected, row: int, mean: int, squared: Optional[At]) -> bool:
    """Whether a subtraction takes the square of the mean of this tensor from the mean of its squares."""
    first, second = inspected.inputs(row)[:2]
    averaged = _root(inspected, second)
    if first[0] != mean or averaged is None:
        return False
    other = inspected.origins.elements(averaged)[0]
    return inspected.table.ops[other] == "Mean" and inspected.origins.same(inspected.inputs(other)[0]) == squared


def _root(inspected: Inspected, tensor: At) -> Optional[At]:
    """What the tensor is the square of; ``None`` if it is none."""
    row = inspected.origins.same(tensor)[0]
    op, inputs = inspected.table.ops[row], [inspected.origins.same(each) for each in inspected.inputs(row)]
    twice = op == "Mul" and inputs[0] == inputs[1]
    power = op == "Pow" and inspected.ranges.constant(inputs[1]) == (2, 2)
    return inputs[0] if op == "Square" or twice or power else None


RULE = CheckRule(
    name="variance-by-squares",
    severity="note",
    family="numerics",
    title="A variance is computed as the mean of the squares minus the square of the mean.",
    why="""Both terms are large where the mean is, and their difference is what is left of 24 bits (11 in float16): of numbers around 5,000 with a deviation of 1 nothing is
left in float32, and the result may be negative, so that its root is NaN. ``tf.nn.moments`` and ``tf.math.reduce_variance`` subtract the mean first. Data around 0 are no trouble, and across the replicas of a strategy this is the
usual way, so this is a note. Reported where both means are of the same tensor.""",
    remedy="use tf.math.reduce_variance or tf.nn.moments",
    find=_find,
    bad="""
import tensorflow as tf


@tf.function
def variance(x):
    return tf.reduce_mean(x * x, axis=1) - tf.square(tf.reduce_mean(x, axis=1))  # here


target, inputs = variance, ((8, 4),)
""",
    good="""
import tensorflow as tf


@tf.function
def variance(x):
    return tf.math.reduce_variance(x, axis=1)


target, inputs = variance, ((8, 4),)
""",
)
