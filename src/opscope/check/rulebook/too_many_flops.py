"""The model takes more FLOPs than its budget allows."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected
from ..over_budget import over_budget


def _find(inspected: Inspected) -> Iterator[Hit]:
    return over_budget(inspected, "flops")


RULE = CheckRule(
    name="too-many-flops",
    severity="error",
    family="budgets",
    title="The model takes more FLOPs than its budget allows.",
    why="""Only looked at if a budget is given: ``--max-flops 4G``, ``max_flops="4G"``. FLOPs are estimated from shapes, a multiply-add counting 2, for
one sample unless a batch size is given (``--batch 8``). Ops without a formula and of unknown shape are missing, and then the figure is a lower bound.""",
    remedy="make the model smaller, or raise the budget",
    find=_find,
    bad="""
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(1000)])
target, inputs, options = model, ((4, 500),), {"max_flops": "3M"}
""",
    good="""
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(1000)])
target, inputs, options = model, ((4, 500),), {"max_flops": "5M"}
""",
)
