"""The model has more parameters than its budget allows."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected
from ..over_budget import over_budget


def _find(inspected: Inspected) -> Iterator[Hit]:
    return over_budget(inspected, "parameters")


RULE = CheckRule(
    name="too-many-parameters",
    severity="error",
    family="budgets",
    title="The model has more parameters than its budget allows.",
    why="""Only looked at if a budget is given: ``--max-params 10M``, ``max_params="10M"``. Parameters are the elements of the model's distinct
variables, as Keras' ``count_params`` has them; those of the optimizer, of metrics and of random generators do not count. Variables of
unknown shape are missing, and then the figure is a lower bound.""",
    remedy="make the model smaller, or raise the budget",
    find=_find,
    bad="""
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(1000)])
target, inputs, options = model, ((4, 500),), {"max_params": "500k"}
""",
    good="""
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(1000)])
target, inputs, options = model, ((4, 500),), {"max_params": "1M"}
""",
)
