"""Batch normalisation by moving averages in a training step."""

from __future__ import annotations

from typing import Iterator

from ...graph.vocabulary import FIRST_PHASES
from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected
from ..modes import by_model


def _find(inspected: Inspected) -> Iterator[Hit]:
    facts = inspected.graph.facts.get("gradients")
    if facts is None or not inspected.is_training_step:
        return
    asked = {source.variable for call in facts.asked for source in call.sources}
    trained = [
        each
        for each in inspected.modes.by_average
        if _in_forward(inspected, each) and not asked.isdisjoint(inspected.content.groups[each].variables)
    ]
    for calls in by_model(inspected, trained).values():
        count = f"{len(calls)} batch normalisations normalise" if len(calls) > 1 else "a batch normalisation normalises"
        message = f"{count} by moving averages in a training step, and does not update them"
        yield Hit(message, (inspected.modes.first_row[calls[0]],), group=calls[0])


def _in_forward(inspected: Inspected, group: int) -> bool:
    return inspected.phase(inspected.modes.first_row[group]) in FIRST_PHASES


RULE = CheckRule(
    name="batch-norm-by-average",
    severity="note",
    family="results",
    title="A batch normalisation uses its moving averages in a training step.",
    why="""A batch normalisation that is called in inference mode uses the averages that it has, and does not learn new ones. For a
pretrained part that is fine-tuned this is right, and the reason why it is a note; a model that is trained from nothing then never
normalises, since its averages stay 0 and 1. ``model(x)`` in a training step of one's own runs in inference mode. Reported once for each
model, where the step trains a variable of the normalisation; nothing is said of one that is frozen.""",
    remedy="call the model with training=True, unless it is a pretrained part that you fine-tune",
    find=_find,
    bad="""
import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.dense, self.norm, self.out = (
            tf.keras.layers.Dense(8),
            tf.keras.layers.BatchNormalization(),
            tf.keras.layers.Dense(1),
        )

    def call(self, x, training=None):
        h = self.norm(self.dense(x), training=training)  # here
        return self.out(h)


net, optimizer = Net(), tf.keras.optimizers.SGD(0.1)


@tf.function
def target(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((net(x) - y) ** 2)
    variables = net.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss


inputs = ((None, 3), (None, 1))
""",
    good="""
import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.dense, self.norm, self.out = (
            tf.keras.layers.Dense(8),
            tf.keras.layers.BatchNormalization(),
            tf.keras.layers.Dense(1),
        )

    def call(self, x, training=None):
        h = self.norm(self.dense(x), training=training)
        return self.out(h)


net, optimizer = Net(), tf.keras.optimizers.SGD(0.1)


@tf.function
def target(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((net(x, training=True) - y) ** 2)
    variables = net.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss


inputs = ((None, 3), (None, 1))
""",
)
