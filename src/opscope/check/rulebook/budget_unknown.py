"""A figure that has a budget is not known."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..cost_figures import COST_UNITS
from ..hit import Hit
from ..inspected import Inspected


def _find(inspected: Inspected) -> Iterator[Hit]:
    for name in inspected.budgets.compared:
        if inspected.cost_figures.values[name] is None:
            yield Hit(
                f"the graph does not tell how many {COST_UNITS[name]} the model has, so the budget is not compared with anything"
            )


RULE = CheckRule(
    name="budget-unknown",
    severity="warning",
    family="budgets",
    title="A figure that has a budget is not known.",
    why="""A budget that nothing is compared with would pass whatever the model costs. Reported for a figure with a limit, or one that the baseline has,
if the graph does not tell it: activation memory where the size of any result depends on the data, FLOPs where too few
ops have a known figure for their sum to say anything.""",
    remedy="give inputs of known shapes, or leave this budget out",
    find=_find,
    bad="""
import tensorflow as tf


@tf.function
def chosen(x):
    return tf.boolean_mask(x, x > 0.0) * 2.0


target, inputs, options = chosen, ((8, 3),), {"max_activation_memory": "1 MB"}
""",
    good="""
import tensorflow as tf


@tf.function
def chosen(x):
    return tf.where(x > 0.0, x, 0.0) * 2.0


target, inputs, options = chosen, ((8, 3),), {"max_activation_memory": "1 MB"}
""",
)
