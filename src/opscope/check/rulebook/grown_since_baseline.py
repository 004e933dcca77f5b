"""A figure of the model has grown since a baseline."""

from __future__ import annotations

from typing import Iterator

from ...graph.number_text import percent_text
from ..check_rule import CheckRule
from ..cost_figures import COST_UNITS
from ..hit import Hit
from ..inspected import Inspected


def _find(inspected: Inspected) -> Iterator[Hit]:
    budgets = inspected.budgets
    for name, before in budgets.baseline.items():
        now = None if before is None else inspected.cost_figures.values[name]
        if before is not None and now is not None and now - before > before * budgets.tolerance:
            share = f" ({percent_text((now - before) / before)})" if before else ""
            message = (
                f"{now:,.0f} {COST_UNITS[name]} are {now - before:,.0f}{share} more than the {before:,.0f} of {budgets.baseline_file};"
                f" {percent_text(budgets.tolerance)} is allowed"
            )
            yield Hit(message, figures={name: now, "baseline": before})


RULE = CheckRule(
    name="grown-since-baseline",
    severity="error",
    family="budgets",
    title="The model has grown by more than is allowed since a baseline.",
    why="""Only looked at if a baseline is given: ``--baseline FILE --tolerance 2%``. The file is a graph's JSON (``opscope render SOURCE -o
base.json``) or another model file, or findings that were saved with a budget. Parameters, FLOPs and activation memory are compared, each where both sides
know it. What became smaller is not reported.""",
    remedy="find out what grew with opscope diff, or save a new baseline",
    find=_find,
    bad="""
import tempfile
from pathlib import Path

import tensorflow as tf

baseline = Path(tempfile.mkdtemp()) / "baseline.json"  # as opscope check MODEL --batch 4 -o baseline.json writes it
baseline.write_text('{"format": "opscope-findings", "figures": {"parameters": 5100, "batch": 4}}')
model = tf.keras.Sequential([tf.keras.layers.Dense(110)])
target, inputs = model, ((4, 50),)
options = {"baseline": baseline, "tolerance": "2%", "batch": 4}
""",
    good="""
import tempfile
from pathlib import Path

import tensorflow as tf

baseline = Path(tempfile.mkdtemp()) / "baseline.json"  # as opscope check MODEL --batch 4 -o baseline.json writes it
baseline.write_text('{"format": "opscope-findings", "figures": {"parameters": 5100, "batch": 4}}')
model = tf.keras.Sequential([tf.keras.layers.Dense(101)])
target, inputs = model, ((4, 50),)
options = {"baseline": baseline, "tolerance": "2%", "batch": 4}
""",
)
