"""Gradients that are computed for nothing."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected


def _find(inspected: Inspected) -> Iterator[Hit]:
    facts, dead = inspected.graph.facts.get("gradients"), inspected.content.dead
    for call in facts.asked if facts is not None else ():
        names = [source.gradient for source in call.sources if source.gradient is not None]
        rows = [row for name in names for row, _ in inspected.traced(name)]
        if rows and len(dead) and all(dead[row] for row in rows):
            count = f"{len(names)} gradients are" if len(names) > 1 else "a gradient is"
            yield Hit(f"{count} computed, and nothing uses the result", tuple(rows[:3]), source=call.line)


RULE = CheckRule(
    name="gradient-not-applied",
    severity="warning",
    family="results",
    title="Gradients are computed and not used.",
    why="""A training step that asks the tape for gradients and does not give them to the optimizer trains nothing. TensorFlow drops the
ops without a word. Reported where no result of a call of ``tape.gradient`` reaches an output, a variable or another effect; gradients that
the function returns are used.""",
    remedy="give the gradients to the optimizer: optimizer.apply_gradients(zip(gradients, variables))",
    find=_find,
    bad="""
import tensorflow as tf

model, optimizer = tf.keras.layers.Dense(4), tf.keras.optimizers.SGD(0.1)


@tf.function
def target(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x) - y) ** 2)
    variables = model.trainable_variables
    gradients = tape.gradient(loss, variables)  # here
    updates = zip(gradients, variables)
    return tf.reduce_mean(loss)


inputs = ((None, 3), (None, 4))
""",
    good="""
import tensorflow as tf

model, optimizer = tf.keras.layers.Dense(4), tf.keras.optimizers.SGD(0.1)


@tf.function
def target(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x) - y) ** 2)
    variables = model.trainable_variables
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(gradients, variables))
    return tf.reduce_mean(loss)


inputs = ((None, 3), (None, 4))
""",
)
