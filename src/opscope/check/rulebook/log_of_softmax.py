"""The logarithm of a softmax or a sigmoid, which one op computes without the rounding in between."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..guards import OncePerLine, is_chosen_away, only_ordered
from ..hit import Hit
from ..inspected import Inspected
from ..range_rules import ROUNDING, SOFTMAX


def _find(inspected: Inspected) -> Iterator[Hit]:
    lines = OncePerLine(inspected)
    for row in inspected.computed("Log"):
        argument = inspected.ranges.of(inspected.inputs(row)[0])
        unguarded = argument.reaches_zero and argument.zero in ROUNDING
        if unguarded and not is_chosen_away(inspected, row) and not only_ordered(inspected, row) and lines.first(row):
            softmax = argument.zero == SOFTMAX
            what = "a softmax" if softmax else "a sigmoid, or of 1 minus one"
            remedy = "tf.nn.log_softmax" if softmax else "tf.math.log_sigmoid (of minus x for 1 minus the sigmoid)"
            yield Hit(
                f"the logarithm of {what}, which rounds to 0 when it is certain: the result is minus infinity there",
                (row,),
                remedy=f"use {remedy}, or a loss that takes logits",
            )


RULE = CheckRule(
    name="log-of-softmax",
    severity="warning",
    family="numerics",
    title="A logarithm is taken of a softmax or a sigmoid.",
    why="""A softmax and a sigmoid round to exactly 0 where another class is certain (in float32 from a difference of logits of 104 on; 1
minus a sigmoid from 17 on). The logarithm is then minus infinity, and the loss and its gradient NaN. ``tf.nn.log_softmax``,
``tf.math.log_sigmoid`` and the losses that take logits compute the same from the logits, exactly and in one op. Reported where the
tensor reaches the logarithm without a guard: clipped from below, with an epsilon added, or left out by ``tf.where`` it is not, and
neither is it where only a sampler or an arg max uses the logarithm.""",
    remedy="use tf.nn.log_softmax, or a loss that takes logits",
    find=_find,
    bad="""
import tensorflow as tf


class Net(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(tf.ones((4, 3)))

    @tf.function
    def __call__(self, x, labels):
        p = tf.nn.softmax(tf.matmul(x, self.w))
        return -tf.reduce_mean(labels * tf.math.log(p))  # here


target, inputs = Net(), ((8, 4), (8, 3))
""",
    good="""
import tensorflow as tf


class Net(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(tf.ones((4, 3)))

    @tf.function
    def __call__(self, x, labels):
        return -tf.reduce_mean(labels * tf.nn.log_softmax(tf.matmul(x, self.w)))


target, inputs = Net(), ((8, 4), (8, 3))
""",
)
