"""A function that was traced more than once."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected
from ..retraces import what_differs


def _find(inspected: Inspected) -> Iterator[Hit]:
    facts = inspected.graph.facts.get("earlier_traces")
    differing = what_differs(facts) if facts is not None else []
    if facts is not None and differing:
        message = f"traced {len(facts.traces)} times, for {'; '.join(differing)}"
        yield Hit(message, source=facts.line, figures={"traces": len(facts.traces)})


RULE = CheckRule(
    name="retraced",
    severity="note",
    family="speed",
    title="A tf.function was traced several times for arguments that differ in shape or dtype.",
    why="""A `tf.function` is traced for each combination of shapes and dtypes that it is called with: for a last batch that is smaller, for sequences of
any length, for NumPy arrays of float64 beside tensors of float32. Each trace takes time and memory. Known where `check` is given
the live function after it was called. Flags, names and ``None`` are no finding, since a function is meant to be traced for each, and
numbers have a rule of their own (retraced-for-numbers) where they are many.""",
    remedy="give it an input_signature with None for what varies, reduce_retracing=True, or batches of one shape (drop_remainder=True)",
    find=_find,
    bad="""
import tensorflow as tf


@tf.function
def target(x):  # here
    return tf.reduce_sum(x)


for size in (32, 32, 20):
    target(tf.ones((size, 4)))
inputs = ((32, 4),)
""",
    good="""
import tensorflow as tf


@tf.function(input_signature=[tf.TensorSpec((None, 4))])
def target(x):
    return tf.reduce_sum(x)


for size in (32, 32, 20):
    target(tf.ones((size, 4)))
inputs = ()
""",
)
