"""How long each op took in each of several runs: what the spread between runs of any sum of ops is worked out from."""

from __future__ import annotations

from typing import Optional

from ..graph.graph import Graph
from ..graph.measured_runs import OP_TIMES_KEY, RUNS_KEY, run_count
from .step_times import StepTimes


def run_times(graph: Graph) -> Optional[StepTimes]:
    """The times of ops, in which a run takes the place of a step; ``None`` if the figures are of one run, or of none."""
    count = run_count(graph.measurement)
    return StepTimes(count, graph.measurement[RUNS_KEY][OP_TIMES_KEY]) if count > 1 and graph.measurement else None
