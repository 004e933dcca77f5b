"""A figure that has a budget is a lower bound."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..cost_figures import COST_UNITS
from ..hit import Hit
from ..inspected import Inspected


def _find(inspected: Inspected) -> Iterator[Hit]:
    figures = inspected.cost_figures if inspected.budgets.compared else None
    for name in inspected.budgets.compared if figures else ():
        if figures is not None and figures.values[name] is not None and name in figures.lacking:
            yield Hit(
                f"the number of {COST_UNITS[name]} leaves out {figures.lacking[name]}; the budget is compared with the rest"
            )


RULE = CheckRule(
    name="budget-in-part",
    severity="note",
    family="budgets",
    title="A figure that has a budget is a lower bound.",
    why="""Ops without a formula, ops of unknown shape and loops of unknown length are missing in the figure, which is within its budget as far as it is known.
What is above its budget is reported all the same, by the rule about that budget.""",
    remedy="give inputs of known shapes, or leave room in the budget",
    find=_find,
    bad="""
import tensorflow as tf


@tf.function
def chosen(x):
    return tf.boolean_mask(x, x > 0.0) * 2.0


target, inputs, options = chosen, ((8, 3),), {"max_flops": "1M"}
""",
    good="""
import tensorflow as tf


@tf.function
def chosen(x):
    return tf.where(x > 0.0, x, 0.0) * 2.0


target, inputs, options = chosen, ((8, 3),), {"max_flops": "1M"}
""",
)
