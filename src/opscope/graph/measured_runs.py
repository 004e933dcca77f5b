"""What a measurement tells of several runs, each in a fresh process: `Graph.measurement` has it as ``runs``."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from .measured_memory import MEMORY_KEY, measured_memory, without_curve

RUNS_KEY = "runs"
"""The key in a measurement. It is only there if there were several runs."""
OP_TIMES_KEY = "time_us"
"""The key in ``runs`` of the time of each op in each run: the mean over its steps."""
OP_MEDIANS_KEY = "median_us"
"""That of its median over the steps of each run, which an interruption of a few of them does not change."""


def run_count(measurement: Optional[Mapping[str, Any]]) -> int:
    """How many runs the figures are means of; 1 for a measurement that is of one run, or of none.

    >>> run_count({"runs": {"count": 5}}), run_count({"steps": 10}), run_count(None)
    (5, 1, 1)
    """
    runs = (measurement or {}).get(RUNS_KEY)
    return int(runs["count"]) if runs else 1


def between_runs(measurement: Optional[Mapping[str, Any]]) -> str:
    """What ± is the standard error between, for the end of a sentence; empty if there was one run, where it is between its steps.

    >>> between_runs({"runs": {"count": 5}})
    ' between 5 runs in fresh processes'
    """
    count = run_count(measurement)
    return f" between {count:,} runs in fresh processes" if count > 1 else ""


def without_op_times(measurement: Optional[Mapping[str, Any]]) -> Optional[Dict[str, Any]]:
    """The measurement without the times of ops in each run, and without the curve of memory: these are long, and few readers ask for them."""
    if measurement is None:
        return None
    runs = measurement.get(RUNS_KEY)
    brief: Dict[str, Any] = (
        {RUNS_KEY: {key: value for key, value in runs.items() if key not in {OP_TIMES_KEY, OP_MEDIANS_KEY}}}
        if runs
        else {}
    )
    if MEMORY_KEY in measurement:
        brief[MEMORY_KEY] = without_curve(measured_memory(measurement))
    return {**measurement, **brief}
