"""What is told of the steps of a measurement: how many count, and whether something disturbed them."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional

from .measured_runs import RUNS_KEY, between_runs, run_count

DISTURBED = "disturbed"
"""The first word of what is said of a measurement that something disturbed."""


def uncertain_words(measurement: Optional[Mapping[str, Any]]) -> str:
    """What ± and ~ mean, for a legend.

    >>> uncertain_words({"steps": 10})
    '± is the standard error over the profiled steps; ~ marks a figure with an error of more than a tenth of it'
    """
    what = between_runs(measurement) or " over the profiled steps"
    return f"± is the standard error{what}; ~ marks a figure with an error of more than a tenth of it"


def disturbance(measurement: Optional[Mapping[str, Any]]) -> List[str]:
    """Sentences on the profiled steps that were left out, and on what disturbed the measurement; empty if all is well.

    >>> disturbance({"steps": 10, "steps_kept": 9, "disturbed": False})
    ['1 of 10 profiled steps is left out: something else made it longer']
    >>> disturbance({"steps": 10, "steps_kept": 10, "disturbed": True})
    ['disturbed: other programs took the processors, or steps differed too much; measure again on an idle machine']
    >>> disturbance({"steps": 30, "steps_kept": 30, "disturbed": True, "runs": {"count": 3, "disturbed": [True, False, True]}})
    ['disturbed in 2 of 3 runs: other programs took the processors, or steps differed too much; measure again on an idle machine']
    """
    if not measurement:
        return []
    steps, kept = measurement.get("steps"), measurement.get("steps_kept")
    said = []
    if steps is not None and kept is not None and kept < steps:
        left_out = steps - kept
        verb, it = ("is", "it") if left_out == 1 else ("are", "them")
        said.append(f"{left_out:,} of {steps:,} profiled steps {verb} left out: something else made {it} longer")
    if measurement.get("disturbed"):
        said.append(
            f"{DISTURBED}{_which(measurement)}: other programs took the processors, or steps differed too much; measure again on an idle machine"
        )
    return said


def _which(measurement: Mapping[str, Any]) -> str:
    """How many runs were disturbed, if there are several."""
    count = run_count(measurement)
    return f" in {sum(map(bool, measurement[RUNS_KEY]['disturbed']))} of {count} runs" if count > 1 else ""
