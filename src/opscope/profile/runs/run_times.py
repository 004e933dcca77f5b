"""How long each op took in each of several runs: what the spread between runs of any sum of ops is worked out from."""

from __future__ import annotations

from typing import Optional

from ...graph.graph import Graph
from ...graph.measured_runs import OP_MEDIANS_KEY, OP_TIMES_KEY, RUNS_KEY, run_count
from ..step_times import StepTimes


def run_times(graph: Graph) -> Optional[StepTimes]:
    """The mean times of ops in each run, which takes the place of a step; ``None`` if the figures are of one run, or of none."""
    return _of_runs(graph, OP_TIMES_KEY)


def usual_times(graph: Graph) -> Optional[StepTimes]:
    """The same of the median times: those of a step that nothing interrupted, if most steps of a run are such."""
    return _of_runs(graph, OP_MEDIANS_KEY)


def _of_runs(graph: Graph, key: str) -> Optional[StepTimes]:
    count = run_count(graph.measurement)
    return StepTimes(count, graph.measurement[RUNS_KEY][key]) if count > 1 and graph.measurement else None
