"""A variable on which the loss depends, and of which the tape knows nothing."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected
from ..missing_gradients import NOT_RECORDED, MissingGradient, by_cause, lacking_words, paths_of, subject_of


def _find(inspected: Inspected) -> Iterator[Hit]:
    for missing in by_cause(inspected, NOT_RECORDED):
        message = f"{lacking_words(missing)} no gradient, though the loss depends on it by ops with a derivative: {_why(missing[0])}"
        source, variable = missing[0].line, subject_of(missing)
        yield Hit(message, missing[0].rows[:3], source=source, variable=variable, figures=paths_of(missing))


def _why(missing: MissingGradient) -> str:
    if missing.asked.tensor is not None:
        return "it is no variable, so the tape has to be told to watch it before it is used"
    if not missing.asked.trainable:
        return "it is not trainable, and by itself a tape only watches what is"
    return "it was computed outside of the tape, or the tape does not watch it"


RULE = CheckRule(
    name="gradient-not-recorded",
    severity="warning",
    family="results",
    title="A gradient is asked for that the tape has not recorded.",
    why="""Each op on the way from the variable or tensor to the loss has a derivative, and yet ``tape.gradient`` gives ``None``: the tape
did not see the way. A forward pass before the ``with`` block, a tensor that is no variable and was not given to ``tape.watch``, a variable
with ``trainable=False``, ``watch_accessed_variables=False``, ``tape.stop_recording()``. Reported at the line that asks, where no call got a
gradient; nothing is said of what is set in another way as well.""",
    remedy="compute it inside the tape, or call tape.watch on it before it is used",
    find=_find,
    bad="""
import tensorflow as tf

encoder, head = tf.keras.layers.Dense(8), tf.keras.layers.Dense(4)
optimizer = tf.keras.optimizers.SGD(0.1)


@tf.function
def target(x, y):
    h = head(x)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((encoder(x)[:, :4] + h - y) ** 2)
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
        loss = tf.reduce_mean((encoder(x)[:, :4] + head(x) - y) ** 2)
        variables = encoder.trainable_variables + head.trainable_variables
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients([pair for pair in zip(gradients, variables) if pair[0] is not None])
    return loss


inputs = ((None, 3), (None, 4))
""",
)
