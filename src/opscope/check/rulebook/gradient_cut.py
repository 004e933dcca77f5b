"""A variable that reaches the loss only by way of an op without a derivative."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected
from ..missing_gradients import CUT, by_cause, lacking_words, paths_of, subject_of


def _find(inspected: Inspected) -> Iterator[Hit]:
    for missing in by_cause(inspected, CUT):
        cuts = missing[0].rows
        ops = " and ".join(dict.fromkeys(inspected.table.ops[row] for row in cuts[:3]))
        message = f"{lacking_words(missing)} no gradient: the loss depends on it only by way of {ops}, which has no derivative"
        yield Hit(message, cuts[:3], variable=subject_of(missing), figures=paths_of(missing))


RULE = CheckRule(
    name="gradient-cut",
    severity="error",
    family="results",
    title="A gradient is asked for, but every way to the loss leads through an op without a derivative.",
    why="""A gradient ends at what has none: a whole number or a boolean (argmax, top-k's indices, a comparison, a cast to int), rounding, a
NumPy function. ``tape.gradient`` then gives ``None``, which optimizers pass over with a warning at most, and the variable keeps the value
that it began with. Reported where a gradient with respect to the variable was asked for, no call got one, and all of its ways to the
loss are cut. Nothing is said if one way is open, as in a straight-through estimator, if the variable is set in another way as well, such
as a moving average, or of variables that no gradient was asked for.""",
    remedy="let the values through as well (multiply by the soft scores, use a straight-through estimator), or do not ask for the gradient",
    find=_find,
    bad="""
import tensorflow as tf

scores, table, out = tf.keras.layers.Dense(8), tf.keras.layers.Embedding(8, 4), tf.keras.layers.Dense(4)
optimizer = tf.keras.optimizers.SGD(0.1)


@tf.function
def target(x, y):
    with tf.GradientTape() as tape:
        best = tf.argmax(scores(x), axis=-1)  # here
        loss = tf.reduce_mean((out(table(best)) - y) ** 2)
        variables = scores.trainable_variables + table.trainable_variables + out.trainable_variables
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients([pair for pair in zip(gradients, variables) if pair[0] is not None])
    return loss


inputs = ((None, 3), (None, 4))
""",
    good="""
import tensorflow as tf

scores, table, out = tf.keras.layers.Dense(8), tf.keras.layers.Embedding(8, 4), tf.keras.layers.Dense(4)
optimizer = tf.keras.optimizers.SGD(0.1)


@tf.function
def target(x, y):
    with tf.GradientTape() as tape:
        weights = tf.nn.softmax(scores(x))
        best = tf.argmax(weights, axis=-1)
        chosen = table(best) * tf.reduce_max(weights, axis=-1, keepdims=True)
        loss = tf.reduce_mean((out(chosen) - y) ** 2)
        variables = scores.trainable_variables + table.trainable_variables + out.trainable_variables
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients([pair for pair in zip(gradients, variables) if pair[0] is not None])
    return loss


inputs = ((None, 3), (None, 4))
""",
)
