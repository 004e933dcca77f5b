"""Dropout that drops where nothing is trained."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected


def _find(inspected: Inspected) -> Iterator[Hit]:
    facts = inspected.graph.facts
    if inspected.has_gradient or "gradients" not in facts or facts["gradients"].asked or facts.get("training"):
        return
    for call in inspected.modes.dropping:
        message = "this dropout drops at inference too: predictions are random"
        yield Hit(message, (inspected.modes.first_row[call],), group=call)


RULE = CheckRule(
    name="dropout-on-outside",
    severity="warning",
    family="results",
    title="Dropout drops where nothing is trained.",
    why="""A dropout that is called with ``training=True`` in ``call``, whatever the model is called with, drops at inference as well: each
prediction is another one, and worse than it could be. Monte Carlo dropout does this on purpose: silence it there with a comment that says
so. Reported where the graph computes no gradients and was not traced with ``training=True``.""",
    remedy="pass on the argument training of call",
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
        h = self.drop(self.dense(x), training=True)  # here
        return self.out(h)


target, inputs = Net(), ((None, 3),)
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


target, inputs = Net(), ((None, 3),)
""",
)
