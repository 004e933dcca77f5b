"""The model's activations need more memory than their budget allows."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected
from ..over_budget import over_budget


def _find(inspected: Inspected) -> Iterator[Hit]:
    return over_budget(inspected, "activation_bytes")


RULE = CheckRule(
    name="too-much-activation-memory",
    severity="error",
    family="budgets",
    title="The model's activations need more memory than their budget allows.",
    why="""Only looked at if a budget is given: ``--max-activation-memory "4 GB"``, ``max_activation_memory="4 GB"``. It is the most bytes of intermediate
results that are alive at once, estimated from shapes, for one sample unless a batch size is given (``--batch 8``); a GB is 10^9 bytes, a GiB 2^30.
If the size of any of them is unknown, so is the figure, and ``budget-unknown`` says so.""",
    remedy="make the model smaller, or raise the budget",
    find=_find,
    bad="""
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(1000)])
target, inputs, options = model, ((4, 500),), {"max_activation_memory": "1 kB"}
""",
    good="""
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(1000)])
target, inputs, options = model, ((4, 500),), {"max_activation_memory": "1 MB"}
""",
)
