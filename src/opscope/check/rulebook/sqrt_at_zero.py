"""The gradient of a square root, or of a norm, at 0."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..guards import OncePerLine, is_chosen_away
from ..hit import Hit
from ..inspected import Inspected


def _find(inspected: Inspected) -> Iterator[Hit]:
    lines = OncePerLine(inspected)
    for row in inspected.computed("Sqrt", "Pow"):
        if row not in inspected.differentiated or not _is_root(inspected, row):
            continue
        argument = inspected.ranges.of(inspected.inputs(row)[0])
        told_elsewhere = _is_divisor(inspected, row) or is_chosen_away(inspected, row, of_gradient=True)
        if argument.reaches_zero and not told_elsewhere and lines.first(row):
            yield Hit(f"the gradient of a root is infinite at 0, and the argument is {argument.zero}", (row,))


def _is_root(inspected: Inspected, row: int) -> bool:
    if inspected.table.ops[row] == "Sqrt":
        return True
    power = inspected.ranges.constant(inspected.inputs(row)[1])
    return power is not None and 0 < power[0] <= power[1] < 1


def _is_divisor(inspected: Inspected, row: int) -> bool:
    """Whether something is divided by the root as it is, which is a fault of its own and has the same remedy."""
    return any(
        inspected.table.ops[user] == "RealDiv"
        and inspected.phase(user) != "backward"
        and inspected.origins.same(inspected.inputs(user)[1]) == (row, 0)
        for user in inspected.users(row)
    )


RULE = CheckRule(
    name="sqrt-at-zero",
    severity="warning",
    family="numerics",
    title="The gradient of a square root or a norm is taken where its argument is 0.",
    why="""The derivative of a square root, and of a norm, is infinite at 0. Backpropagation multiplies it by the derivative of what is
inside, mostly 0 there, and infinity times 0 is NaN, even where the loss does not depend on that element: every weight is NaN after the step.
Reported only where the backward pass goes through the root, and where the graph shows that ordinary data make its argument exactly 0: a
ReLU, a mask, a variance, the distance of rows from themselves, or of two outputs of one layer. With an epsilon inside the root, or a maximum, nothing
is said; an epsilon added behind it does not help, and neither does a maximum there, as of a triplet loss.""",
    remedy="put an epsilon inside the root: tf.sqrt(x + 1e-12), or tf.sqrt(tf.maximum(x, 1e-12))",
    find=_find,
    bad="""
import tensorflow as tf


class Step(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(tf.ones((4, 3)))

    @tf.function
    def __call__(self, x):
        with tf.GradientTape() as tape:
            e = tf.matmul(x, self.w)
            distances = tf.norm(e[:, None] - e[None, :], axis=-1)  # here
            loss = tf.reduce_mean(distances)
        self.w.assign_sub(0.1 * tape.gradient(loss, self.w))
        return loss


target, inputs = Step(), ((8, 4),)
""",
    good="""
import tensorflow as tf


class Step(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(tf.ones((4, 3)))

    @tf.function
    def __call__(self, x):
        with tf.GradientTape() as tape:
            e = tf.matmul(x, self.w)
            squares = tf.reduce_sum(tf.square(e[:, None] - e[None, :]), axis=-1)
            loss = tf.reduce_mean(tf.sqrt(squares + 1e-12))
        self.w.assign_sub(0.1 * tape.gradient(loss, self.w))
        return loss


target, inputs = Step(), ((8, 4),)
""",
)
