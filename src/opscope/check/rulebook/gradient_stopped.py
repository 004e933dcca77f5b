"""A variable that reaches the loss only by way of `tf.stop_gradient`."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected
from ..missing_gradients import STOPPED, by_cause, lacking_words, paths_of, subject_of


def _find(inspected: Inspected) -> Iterator[Hit]:
    for missing in by_cause(inspected, STOPPED):
        message = (
            f"{lacking_words(missing)} no gradient, though one is asked for: stop_gradient is on every way to the loss"
        )
        yield Hit(message, missing[0].rows[:3], variable=subject_of(missing), figures=paths_of(missing))


RULE = CheckRule(
    name="gradient-stopped",
    severity="warning",
    family="results",
    title="A gradient is asked for that tf.stop_gradient stops.",
    why="""A variable behind ``tf.stop_gradient`` gets ``None`` for its gradient and is never trained. If that is what is wanted, it should
not be among the sources of ``tape.gradient`` and the variables of the optimizer, which keeps slots for it and warns at each step; if not,
``stop_gradient`` is around too much. Reported where a gradient with respect to the variable was asked for, no call got one, and each of
its ways to the loss is stopped. Nothing is said of target networks and teachers whose variables nobody asks for, of one way among
several, or of a variable that is set in another way as well.""",
    remedy="take stop_gradient away, or leave the variable out of the sources of the gradient",
    find=_find,
    bad="""
import tensorflow as tf

encoder, head = tf.keras.layers.Dense(8), tf.keras.layers.Dense(4)
optimizer = tf.keras.optimizers.SGD(0.1)


@tf.function
def target(x, y):
    with tf.GradientTape() as tape:
        features = tf.stop_gradient(encoder(x))  # here
        loss = tf.reduce_mean((head(features) - y) ** 2)
        variables = encoder.trainable_variables + head.trainable_variables
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients([pair for pair in zip(gradients, variables) if pair[0] is not None])
    return loss


inputs = ((None, 3), (None, 4))
""",
    good="""
import tensorflow as tf

encoder, head = tf.keras.layers.Dense(8), tf.keras.layers.Dense(4)
optimizer = tf.keras.optimizers.SGD(0.1)


@tf.function
def target(x, y):
    with tf.GradientTape() as tape:
        features = tf.stop_gradient(encoder(x))
        loss = tf.reduce_mean((head(features) - y) ** 2)
        variables = head.trainable_variables
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients([pair for pair in zip(gradients, variables) if pair[0] is not None])
    return loss


inputs = ((None, 3), (None, 4))
""",
)
