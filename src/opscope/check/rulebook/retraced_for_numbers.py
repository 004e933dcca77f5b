"""A function that is traced anew for each Python number."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected
from ..retraces import numbers_that_change, values_text


def _find(inspected: Inspected) -> Iterator[Hit]:
    facts = inspected.graph.facts.get("earlier_traces")
    if facts is None:
        return
    for path, numbers in numbers_that_change(facts).items():
        message = f"traced {len(facts.traces)} times: {path} was {len(numbers)} different Python numbers ({values_text(numbers)})"
        yield Hit(message, source=facts.line, figures={"traces": len(facts.traces), "values": len(numbers)})


RULE = CheckRule(
    name="retraced-for-numbers",
    severity="warning",
    family="speed",
    title="A tf.function is traced anew for each value of a Python number.",
    why="""A Python number is a constant of the trace, so a `tf.function` that is called with a step, an epoch or a learning rate as a Python number
is traced for each value: that takes longer than most steps, and the traces are kept. A tensor is an input of one trace. Known where
`check` is given the live function after it was called. Reported from two different numbers on if one is a float, else from three: a
function may well be meant to be traced for two sizes.""",
    remedy="give it a tensor, such as tf.constant(step), or keep it in a tf.Variable",
    find=_find,
    bad="""
import tensorflow as tf


@tf.function
def target(x, rate):  # here
    return x * rate


x = tf.ones((2,))
for rate in (0.1, 0.01, 0.001):
    target(x, rate)
inputs = (x, 0.1)
""",
    good="""
import tensorflow as tf


@tf.function
def target(x, rate):
    return x * rate


x = tf.ones((2,))
for rate in (0.1, 0.01, 0.001):
    target(x, tf.constant(rate))
inputs = (x, tf.constant(0.1))
""",
)
