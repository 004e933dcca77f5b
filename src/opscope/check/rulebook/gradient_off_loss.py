"""A variable that is used, but not for the loss."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected
from ..missing_gradients import OFF_LOSS, by_cause, lacking_words, paths_of, subject_of


def _find(inspected: Inspected) -> Iterator[Hit]:
    for missing in by_cause(inspected, OFF_LOSS):
        message = f"{lacking_words(missing)} no gradient, though one is asked for: the loss does not depend on what is computed with it here"
        yield Hit(message, missing[0].rows[:3], variable=subject_of(missing), figures=paths_of(missing))


RULE = CheckRule(
    name="gradient-off-loss",
    severity="warning",
    family="results",
    title="A gradient is asked for with respect to a variable that the loss does not depend on.",
    why="""The variable is used, but only for what the loss does not see: a result that is thrown away, an output without a loss, another
branch. Its gradient is ``None``, and it stays as it was. Reported where a gradient with respect to the variable was asked for and no call
got one; nothing is said of variables that nobody asked for, such as a GAN's other network, or of those that are set in another way as
well. A model that has a head for another task, as many pretrained ones do, is better trained without the head's variables.""",
    remedy="use the result in the loss, or leave the variable out of the sources of the gradient",
    find=_find,
    bad="""
import tensorflow as tf

encoder, head = tf.keras.layers.Dense(8), tf.keras.layers.Dense(4)
optimizer = tf.keras.optimizers.SGD(0.1)


@tf.function
def target(x, y):
    with tf.GradientTape() as tape:
        h = encoder(x)  # here
        loss = tf.reduce_mean((head(x) - y) ** 2)
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
        h = encoder(x)
        loss = tf.reduce_mean((head(h) - y) ** 2)
        variables = encoder.trainable_variables + head.trainable_variables
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients([pair for pair in zip(gradients, variables) if pair[0] is not None])
    return loss


inputs = ((None, 3), (None, 4))
""",
)
