"""An input that nothing uses."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected


def _find(inspected: Inspected) -> Iterator[Hit]:
    dead = inspected.content.dead
    reading = {port.node for port in inspected.content.outputs}
    for port in inspected.content.inputs:
        kind = inspected.type_of(port.node, port.output)
        used = any(not (dead and dead[user]) for user in inspected.users(port.node, port.output))
        if used or port.node in reading or kind is None or kind.dtype in ("resource", "variant"):
            continue
        yield Hit(
            f"nothing that runs uses the input '{port.name}'",
            (port.node,),
            source=inspected.graph.facts.get("definition"),
        )


RULE = CheckRule(
    name="unused-input",
    severity="warning",
    family="results",
    title="An input is given that nothing uses.",
    why="""What the caller passes has no effect on any result: a mask that is forgotten, features that were to be joined, a label that the
loss does not look at. Reported where no op that runs takes the input, at the line that defines the function. An interface that several models share, or a
loss that needs no labels, has such inputs on purpose: a comment on that line says so.""",
    remedy="use the input, or take it out of the signature",
    find=_find,
    bad="""
import tensorflow as tf

model = tf.keras.layers.Dense(4)


@tf.function
def target(x, y):  # here
    mask = tf.cast(y > 0.0, tf.float32)
    return tf.reduce_sum(model(x), axis=-1)


inputs = ((None, 3), (None, 3))
""",
    good="""
import tensorflow as tf

model = tf.keras.layers.Dense(4)


@tf.function
def target(x, y):
    mask = tf.cast(y > 0.0, tf.float32)
    return tf.reduce_sum(model(x * mask), axis=-1)


inputs = ((None, 3), (None, 3))
""",
)
