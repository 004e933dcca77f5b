"""A variable that a gradient is asked for, and that no op uses."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected
from ..missing_gradients import UNUSED, by_cause, lacking_words, paths_of, subject_of


def _find(inspected: Inspected) -> Iterator[Hit]:
    for missing in by_cause(inspected, UNUSED):
        message = f"{lacking_words(missing)} no gradient, though one is asked for: nothing uses it"
        line = missing[0].line or inspected.made_line(missing[0].asked.path)
        yield Hit(message, source=line, variable=subject_of(missing), figures=paths_of(missing))


RULE = CheckRule(
    name="unused-variable",
    severity="warning",
    family="results",
    title="A variable is to be trained that no op uses.",
    why="""A layer that is built and never called, a weight that ``call`` forgets, a variable of another model: it is among the sources of
the gradient and gets none, so it is never trained, and yet it is counted, saved and kept by the optimizer. Reported at the line that
asks for the gradient; in ``fit``, where Keras asks, at the line that makes the layer if opscope has imported the module, else without a line. Nothing is said of variables that nobody asks a gradient for.""",
    remedy="call the layer, or leave the variable out of the model",
    find=_find,
    bad="""
import tensorflow as tf

encoder, head = tf.keras.layers.Dense(8), tf.keras.layers.Dense(4)
encoder.build((None, 3))
optimizer = tf.keras.optimizers.SGD(0.1)


@tf.function
def target(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((head(x) - y) ** 2)
        variables = encoder.trainable_variables + head.trainable_variables
    gradients = tape.gradient(loss, variables)  # here
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
        loss = tf.reduce_mean((head(encoder(x)) - y) ** 2)
        variables = encoder.trainable_variables + head.trainable_variables
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients([pair for pair in zip(gradients, variables) if pair[0] is not None])
    return loss


inputs = ((None, 3), (None, 4))
""",
)
