"""A loss that is no single number."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected


def _find(inspected: Inspected) -> Iterator[Hit]:
    facts = inspected.graph.facts.get("gradients")
    if facts is None or not inspected.is_training_step:
        return
    for call in facts.asked:
        if any(source.variable >= 0 and source.gradient is not None for source in call.sources):
            for row, output in (tensor for name in call.targets for tensor in inspected.traced(name)):
                kind = inspected.type_of(row, output)
                if kind is not None and kind.shape and any(size != 1 for size in kind.shape):
                    shape = ", ".join("?" if size is None else str(size) for size in kind.shape)
                    message = f"the loss has the shape ({shape}), so that the gradient is that of its sum, which grows with it"
                    yield Hit(message, (row,), source=call.line)


RULE = CheckRule(
    name="unreduced-loss",
    severity="note",
    family="results",
    title="The gradient of a loss is taken that is not reduced to one number.",
    why="""``tape.gradient`` of a tensor with several elements is the gradient of their sum. A loss for each sample, without a mean, makes
the length of a step depend on the batch size, and the learning rate with it; what is shown as the loss is then mostly a mean and not
what is minimised. It is a note, since a sum may be what is wanted. Reported for gradients with respect to variables in a training step.""",
    remedy="take the mean: tf.reduce_mean(loss)",
    find=_find,
    bad="""
import tensorflow as tf

model, optimizer = tf.keras.layers.Dense(4), tf.keras.optimizers.SGD(0.1)


@tf.function
def target(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum((model(x) - y) ** 2, axis=-1)
    variables = model.trainable_variables
    gradients = tape.gradient(loss, variables)  # here
    optimizer.apply_gradients(zip(gradients, variables))
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
