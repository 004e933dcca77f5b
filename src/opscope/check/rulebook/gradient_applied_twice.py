"""A gradient that an optimizer applies twice."""

from __future__ import annotations

from typing import Dict, Iterator, Tuple

from ...graph.gradient_facts import AppliedGradients
from ...shapes.inference import At
from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected


def _find(inspected: Inspected) -> Iterator[Hit]:
    facts = inspected.graph.facts.get("gradients")
    before: Dict[Tuple[str, At], AppliedGradients] = {}
    for call in facts.applied if facts is not None else ():
        again = []
        for pair in call.pairs:
            for tensor in inspected.traced(pair.gradient):
                key = (pair.path, inspected.origins.same(tensor))
                if before.setdefault(key, call) is not call:
                    again.append((pair, tensor[0]))
        if again:
            more = f" and those of {len(again) - 1} more variables" if len(again) > 1 else ""
            message = f"the gradient of '{again[0][0].path}'{more} is applied a second time"
            variable = again[0][0].variable if again[0][0].variable >= 0 else None
            yield Hit(message, tuple(row for _, row in again[:3]), source=call.line, variable=variable)


RULE = CheckRule(
    name="gradient-applied-twice",
    severity="warning",
    family="results",
    title="One gradient is applied to a variable twice.",
    why="""The same result of ``tape.gradient`` goes to ``apply_gradients`` twice for one variable: the step is twice as long, momentum and
Adam's averages count it twice, and so does the optimizer its steps. It happens where a step was copied, or an optimizer's ``minimize`` is
called beside ``apply_gradients``. Reported where the very same tensor is applied again in one trace; gradients of two losses, and of two
tapes, are two.""",
    remedy="apply the gradients once; for a longer step raise the learning rate",
    find=_find,
    bad="""
import tensorflow as tf

model, optimizer = tf.keras.layers.Dense(4), tf.keras.optimizers.SGD(0.1)


@tf.function
def target(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x) - y) ** 2)
    variables = model.trainable_variables
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(gradients, variables))
    optimizer.apply_gradients(zip(gradients, variables))  # here
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
