"""The gradient of an arc cosine, arc sine or inverse hyperbolic tangent at 1 and -1."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..guards import OncePerLine
from ..hit import Hit
from ..inspected import Inspected
from ..unit_vectors import is_cosine

_REACHING = frozenset({"Minimum", "Maximum", "ClipByValue", "Tanh", "Sin", "Cos"})
"""Ops that ordinary data bring to the very end of their range: by clipping, by rounding, or because they turn back there."""


def _find(inspected: Inspected) -> Iterator[Hit]:
    lines = OncePerLine(inspected)
    for row in inspected.computed("Acos", "Asin", "Atanh"):
        argument = inspected.inputs(row)[0]
        found = inspected.ranges.of(argument)
        at_one = (found.high == 1 or found.low == -1) and inspected.origins.op(argument) in _REACHING
        beyond = not at_one and is_cosine(inspected, argument)
        if (at_one or beyond) and row in inspected.differentiated and lines.first(row):
            name = inspected.table.ops[row].lower()
            if beyond:
                yield Hit(
                    f"rounding takes this cosine of two vectors beyond 1 where they are equal, and its {name} is NaN",
                    (row,),
                )
            else:
                yield Hit(f"the gradient of {name} is infinite at 1 and -1, which its argument reaches", (row,))


RULE = CheckRule(
    name="arc-at-one",
    severity="warning",
    family="numerics",
    title="The gradient of an arc cosine, arc sine or inverse tanh is taken where its argument is 1 or -1.",
    why="""The derivatives of acos, asin and atanh are infinite at 1 and -1. A cosine that is clipped to [-1, 1] is exactly 1 for equal vectors, and the gradient of clipping,
0 there, times infinity is NaN. Reported where the backward pass goes through the function and its argument is clipped to exactly 1 or -1, or is the result of tanh (which rounds to 1
from 9 on), sine or cosine; and where it is the product of vectors that were divided by their lengths, which for equal vectors is 1 plus or minus a rounding error, and beyond 1 the function itself is NaN. Clipped a little inside, such as to 1 - 1e-6, it is right; of arguments whose range the graph does not tell, nothing is said.""",
    remedy="clip a little inside: tf.clip_by_value(x, -1 + 1e-6, 1 - 1e-6)",
    find=_find,
    bad="""
import tensorflow as tf


class Step(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(tf.ones((4, 3)))

    @tf.function
    def __call__(self, x, y):
        with tf.GradientTape() as tape:
            a = tf.math.l2_normalize(tf.matmul(x, self.w), axis=1)
            cosine = tf.reduce_sum(a * y, axis=1)
            loss = tf.reduce_mean(tf.acos(tf.clip_by_value(cosine, -1.0, 1.0)))  # here
        self.w.assign_sub(0.1 * tape.gradient(loss, self.w))
        return loss


target, inputs = Step(), ((8, 4), (8, 3))
""",
    good="""
import tensorflow as tf


class Step(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(tf.ones((4, 3)))

    @tf.function
    def __call__(self, x, y):
        with tf.GradientTape() as tape:
            a = tf.math.l2_normalize(tf.matmul(x, self.w), axis=1)
            cosine = tf.reduce_sum(a * y, axis=1)
            loss = tf.reduce_mean(tf.acos(tf.clip_by_value(cosine, -1.0 + 1e-6, 1.0 - 1e-6)))
        self.w.assign_sub(0.1 * tape.gradient(loss, self.w))
        return loss


target, inputs = Step(), ((8, 4), (8, 3))
""",
)
