"""A softmax over the samples of a batch."""

from __future__ import annotations

from typing import Iterator

from ...shapes.inference import At
from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected
from ..linear_outputs import is_linear_output


def _find(inspected: Inspected) -> Iterator[Hit]:
    results = {inspected.origins.same((port.node, port.output))[0] for port in inspected.content.outputs}
    for row in inspected.rows("Softmax", "LogSoftmax"):
        given = inspected.origins.same(inspected.inputs(row)[0])
        if inspected.table.ops[given[0]] == "Transpose" and _is_turned(inspected, given):
            users = [user for user in inspected.users(row) if inspected.table.ops[user] == "Transpose"]
            taken = [after for user in users for after in inspected.users(user)]
            if any(user in results for user in users) or any(inspected.table.ops[after] == "Log" for after in taken):
                message = (
                    "the softmax is over the first axis, that of the batch: the classes of a sample do not sum to 1"
                )
                yield Hit(message, (row,))


def _is_turned(inspected: Inspected, tensor: At) -> bool:
    """Whether scores (batch, classes) of a layer were turned to (classes, batch), as TensorFlow does for a softmax over axis 0."""
    before = inspected.inputs(tensor[0])[0]
    scores, turned = inspected.type_of(*before), inspected.type_of(*tensor)
    if scores is None or turned is None or not scores.shape or not turned.shape or len(scores.shape) != 2:
        return False
    batch, classes = scores.shape
    return (
        batch is None and (classes or 0) > 1 and turned.shape == (classes, None) and is_linear_output(inspected, before)
    )


RULE = CheckRule(
    name="softmax-over-batch",
    severity="warning",
    family="results",
    title="A softmax is taken over the samples of a batch.",
    why="""With ``axis=0`` the softmax of ``(batch, classes)`` makes each class sum to 1 over the batch: what is said of a sample depends on
which others are beside it. Reported where the scores are a layer's output of rank 2 with an open batch, and the result is an output of the
graph or goes into a logarithm. Weights over the instances of a bag, which are multiplied with something, are none.""",
    remedy="leave the axis out, or give axis=-1",
    find=_find,
    bad="""
import tensorflow as tf

model = tf.keras.layers.Dense(5)


@tf.function
def target(x):
    return tf.nn.softmax(model(x), axis=0)  # here


inputs = ((None, 3),)
""",
    good="""
import tensorflow as tf

model = tf.keras.layers.Dense(5)


@tf.function
def target(x):
    return tf.nn.softmax(model(x))


inputs = ((None, 3),)
""",
)
