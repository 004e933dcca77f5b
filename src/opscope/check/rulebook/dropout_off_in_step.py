"""Dropout that drops nothing, though the model is trained."""

from __future__ import annotations

from typing import Dict, Iterator, List, Sequence

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected
from ..modes import IdleDropout, trains_only


def _find(inspected: Inspected) -> Iterator[Hit]:
    if not inspected.is_training_step or inspected.modes.dropping:
        return
    idle: Dict[int, List[IdleDropout]] = {}
    for each in inspected.modes.not_dropping:
        idle.setdefault(each.model, []).append(each)
    for model, calls in idle.items():
        if trains_only(inspected, model):
            count = f"{len(calls)} dropout layers do" if len(calls) > 1 else "a dropout layer does"
            message = f"{count} nothing in a training step: the model is called in inference mode"
            yield _hit(inspected, message, calls)


def _hit(inspected: Inspected, message: str, calls: Sequence[IdleDropout]) -> Hit:
    """The finding at the first of the dropouts. One that made no op is told by its line, in the layer around it."""
    groups = list(dict.fromkeys(call.model if call.group is None else call.group for call in calls))
    rows = tuple(inspected.modes.first_row[group] for group in groups)
    return Hit(message, rows, group=groups[0], source=calls[0].source)


RULE = CheckRule(
    name="dropout-off-in-step",
    severity="warning",
    family="results",
    title="A model is trained with its dropout switched off.",
    why="""A Keras model that is called as ``model(x)`` in a training step of one's own runs in inference mode: dropout drops nothing, and the
model overfits. ``fit`` passes ``training=True`` by itself. Reported where no dropout of the step drops, though its rate is above 0, and the
step trains variables of that one model alone. Nothing is said of a teacher, of a target network, or of a pretrained part called with
``training=False`` below a new head, nor if any other dropout is on.""",
    remedy="call the model with training=True",
    find=_find,
    bad="""
import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.dense, self.drop, self.out = (
            tf.keras.layers.Dense(8),
            tf.keras.layers.Dropout(0.5),
            tf.keras.layers.Dense(1),
        )

    def call(self, x, training=None):
        h = self.drop(self.dense(x), training=training)  # here
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
        self.dense, self.drop, self.out = (
            tf.keras.layers.Dense(8),
            tf.keras.layers.Dropout(0.5),
            tf.keras.layers.Dense(1),
        )

    def call(self, x, training=None):
        h = self.drop(self.dense(x), training=training)
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
