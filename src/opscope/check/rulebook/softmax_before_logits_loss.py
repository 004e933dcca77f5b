"""A softmax or a sigmoid before a loss that takes logits."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected
from ..logit_losses import logits_of_losses

_ACTIVATIONS = {"Softmax": "softmax", "Sigmoid": "sigmoid"}


def _find(inspected: Inspected) -> Iterator[Hit]:
    for loss, given in logits_of_losses(inspected):
        activation = _ACTIVATIONS.get(inspected.table.ops[given[0]])
        if activation is not None:
            message = f"a {activation} is applied to what the loss takes as logits, and the loss applies one again"
            yield Hit(message, (loss, given[0]))


RULE = CheckRule(
    name="softmax-before-logits-loss",
    severity="error",
    family="results",
    title="A softmax or a sigmoid is applied before a loss that takes logits.",
    why="""A cross entropy ``with_logits`` (``from_logits=True`` in Keras) applies the softmax or the sigmoid itself. Given probabilities, it
squashes them a second time: all classes come out nearly alike, the loss cannot get near 0, and training is slow or stuck. Reported where
the tensor of the loss is the result of a softmax or a sigmoid, whatever casts and reshapes lie between. Keras takes the activation of an
output layer back before its losses where it can; nothing is wrong there, and nothing is said. The labels may be a softmax.""",
    remedy="give the loss the logits: take the activation of the last layer away, or use the loss with from_logits=False",
    find=_find,
    bad="""
import tensorflow as tf

model = tf.keras.layers.Dense(5)


@tf.function
def target(x, y):
    p = tf.nn.softmax(model(x))
    return tf.nn.sparse_softmax_cross_entropy_with_logits(y, p)  # here


inputs = ((None, 3), tf.TensorSpec((None,), tf.int32))
""",
    good="""
import tensorflow as tf

model = tf.keras.layers.Dense(5)


@tf.function
def target(x, y):
    return tf.nn.sparse_softmax_cross_entropy_with_logits(y, model(x))


inputs = ((None, 3), tf.TensorSpec((None,), tf.int32))
""",
)
