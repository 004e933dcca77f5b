"""Logits in a loss that takes probabilities."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected
from ..linear_outputs import is_linear_output
from ..logit_losses import LossInput, probabilities_of_losses

_UNBOUNDED = frozenset({"Relu", "LeakyRelu", "Elu", "Selu", "Tanh"})
"""Activations whose results are no probabilities."""


def _find(inspected: Inspected) -> Iterator[Hit]:
    seen = set()  # a binary loss takes the logarithm of p and of 1 - p
    for loss in probabilities_of_losses(inspected):
        if loss.given not in seen and _is_no_probability(inspected, loss):
            seen.add(loss.given)
            message = "the loss takes probabilities, and is given the output of a layer without a softmax or sigmoid"
            yield Hit(message, (loss.loss, loss.given[0]))


def _is_no_probability(inspected: Inspected, loss: LossInput) -> bool:
    return inspected.table.ops[loss.given[0]] in _UNBOUNDED or is_linear_output(inspected, loss.given)


RULE = CheckRule(
    name="logits-in-probability-loss",
    severity="warning",
    family="results",
    title="Logits are given to a loss that takes probabilities.",
    why="""A cross entropy of probabilities (``from_logits=False``, the default in Keras) clips what it is given to between 0 and 1. Of the output
of a linear layer, which has any sign and size, most is clipped: it gets no gradient, and training does not go anywhere. Reported where
the raw output of a layer with weights, or one with a ReLU or tanh, is clipped to just above 0 and just below 1 before its logarithm is
taken. Nothing is said of a softmax, a sigmoid, or anything computed of them.""",
    remedy="use the loss with from_logits=True, or give the last layer a softmax or sigmoid",
    find=_find,
    bad="""
import tensorflow as tf

model = tf.keras.layers.Dense(5)


@tf.function
def target(x, y):
    p = model(x)
    return tf.keras.losses.categorical_crossentropy(y, p)  # here


inputs = ((None, 3), (None, 5))
""",
    good="""
import tensorflow as tf

model = tf.keras.layers.Dense(5)


@tf.function
def target(x, y):
    p = model(x)
    return tf.keras.losses.categorical_crossentropy(y, p, from_logits=True)


inputs = ((None, 3), (None, 5))
""",
)
