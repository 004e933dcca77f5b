"""A softmax over an axis that has one element."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected
from ..linear_outputs import is_linear_output


def _find(inspected: Inspected) -> Iterator[Hit]:
    for row in inspected.rows("Softmax", "LogSoftmax"):
        kind, given = inspected.type_of(row), inspected.inputs(row)
        if kind is not None and kind.shape and kind.shape[-1] == 1 and is_linear_output(inspected, given[0]):
            result = "1" if inspected.table.ops[row] == "Softmax" else "0"
            yield Hit(
                f"the softmax is over an axis that has one element, so that its result is always {result}", (row,)
            )


RULE = CheckRule(
    name="softmax-over-one",
    severity="error",
    family="results",
    title="A softmax is taken over an axis that has only one element.",
    why="""A softmax makes the elements of an axis sum to 1. Of a single one it makes 1, whatever that was: the layers before it have no effect
and their gradient is 0. The usual cases are ``Dense(1, activation="softmax")`` for a binary classifier, which needs a sigmoid, and scores
``(batch, time, 1)`` of an attention, which need ``axis=1``. Reported where the tensor is the output of a layer with weights that has one
unit; an attention that happens to be traced with one key is none.""",
    remedy="use a sigmoid for one unit, or name the axis that the softmax is to be over",
    find=_find,
    bad="""
import tensorflow as tf

model = tf.keras.layers.Dense(1)


@tf.function
def target(x, y):
    scores = model(x)
    weights = tf.nn.softmax(scores)  # here
    return tf.reduce_sum(weights * y, axis=1)


inputs = ((None, 7, 3), (None, 7, 2))
""",
    good="""
import tensorflow as tf

model = tf.keras.layers.Dense(1)


@tf.function
def target(x, y):
    scores = model(x)
    weights = tf.nn.softmax(scores, axis=1)
    return tf.reduce_sum(weights * y, axis=1)


inputs = ((None, 7, 3), (None, 7, 2))
""",
)
