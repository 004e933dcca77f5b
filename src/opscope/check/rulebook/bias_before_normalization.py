"""A bias that the next batch normalisation takes away again."""

from __future__ import annotations

from typing import Iterator, List

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected
from ..modes import BATCH_NORMALIZATIONS, FUSED_NORMALIZATIONS

_CLASSES = BATCH_NORMALIZATIONS | {"BatchNorm"}  # the last is Sonnet's


def _find(inspected: Inspected) -> Iterator[Hit]:
    for row in inspected.rows("BiasAdd"):
        users = [user for user in inspected.users(row) if inspected.phase(user) != "backward"]
        if users and all(_normalizes(inspected, user) for user in users) and _by_this_batch(inspected, users):
            message = "the bias is added just before a batch normalisation, which subtracts it again with the mean"
            yield Hit(message, (row,))


def _normalizes(inspected: Inspected, user: int) -> bool:
    """Whether the op is a batch normalisation, or a part of one, that has nothing but the biased tensor as its subject."""
    if inspected.table.ops[user] in FUSED_NORMALIZATIONS:
        return True
    layer = inspected.layer(user)
    return layer >= 0 and inspected.content.groups[layer].cls in _CLASSES


def _by_this_batch(inspected: Inspected, users: List[int]) -> bool:
    """Whether what is subtracted is the mean of this very batch, which holds the bias, and not a moving average of earlier ones."""
    ops = inspected.table.ops
    return any(
        ops[user] == "Mean"
        or (ops[user] in FUSED_NORMALIZATIONS and inspected.table.attrs(user).get("is_training", True))
        for user in users
    )


RULE = CheckRule(
    name="bias-before-batch-norm",
    severity="note",
    family="speed",
    title="A bias is added just before a batch normalisation.",
    why="""In a training step, batch normalisation subtracts the mean of the batch, and with it whatever a bias has added: the bias has no
effect and no gradient, and costs an addition over the whole activation, a variable and its slots in the optimizer. Reported where
nothing else uses the biased tensor (its gradient apart) and the normalisation uses the statistics of the batch; with moving averages (inference, or
``training=False``) a bias does count, so nothing is said there.""",
    remedy="give the layer use_bias=False",
    find=_find,
    bad="""
import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.conv = tf.keras.layers.Conv2D(8, 3)
        self.norm = tf.keras.layers.BatchNormalization()

    def call(self, x):
        x = self.conv(x)  # here
        return self.norm(x, training=True)


target, inputs = Net(), ((8, 16, 16, 3),)
""",
    good="""
import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.conv = tf.keras.layers.Conv2D(8, 3, use_bias=False)
        self.norm = tf.keras.layers.BatchNormalization()

    def call(self, x):
        return self.norm(self.conv(x), training=True)


target, inputs = Net(), ((8, 16, 16, 3),)
""",
)
