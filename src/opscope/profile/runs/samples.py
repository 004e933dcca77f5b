"""The times of a graph in each run that it has figures of: what `diff.measured_times.compared` compares, of one run or several.

Of several runs these are sums of the ops' medians over the steps of a run: other programs interrupt a step now and then, and the mean
of one run in five would be far off. Of a single run they are means, as its figures are.
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Sequence, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.measured_runs import RUNS_KEY, run_count
from ...graph.quantities import TIME
from ..step_times import add_up
from ..tables import layer_names
from .run_times import usual_times

Times = Tuple[float, ...]
"""A time in each run, in microseconds."""


def layer_samples(graph: Graph) -> Dict[str, Times]:
    """The path of each layer -> its own time in each run, without that of inner layers.

    Layers are the rows of the table of layers (`tables.layer_names`): what is in no layer counts for the phase or gradient that
    it is in. Times that a user gave count as one run.
    """
    names = layer_names(graph)
    groups = content_of(graph).node_group
    return _summed(graph, ((row, names[groups[row]]) for row in content_of(graph).measured))


def group_samples(graph: Graph) -> Dict[str, Times]:
    """The path of each group -> the time of all ops in it, at any depth, in each run."""
    content = content_of(graph)
    above: List[List[str]] = []  # the paths of each group and of all around it
    for group in content.groups:
        above.append([*(above[group.parent] if group.parent >= 0 else ()), group.path])
    places = ((row, content.node_group[row]) for row in content.measured)
    return _summed(graph, ((row, path) for row, place in places if place >= 0 for path in above[place]))


def op_samples(graph: Graph) -> Dict[str, Times]:
    """The name of each op -> its time in each run."""
    names = content_of(graph).table.names
    return _summed(graph, ((row, names[row]) for row in content_of(graph).measured))


def step_samples(graph: Graph) -> Times:
    """The median duration of an unprofiled step in each run; empty if it is not known in all of them."""
    measurement = graph.measurement or {}
    runs = measurement.get(RUNS_KEY)
    found: Sequence[Any] = runs["step_time_us"] if runs else [measurement.get("step_time_us")]
    return () if None in found else tuple(found)


def _summed(graph: Graph, keyed: Iterable[Tuple[int, str]]) -> Dict[str, Times]:
    """The times of ops, given by row, added up by key. What has no time adds nothing."""
    content, times, count = content_of(graph), usual_times(graph), run_count(graph.measurement)
    sums: Dict[str, List[float]] = {}
    for row, key in keyed:
        time = getattr(content.measured[row], TIME.field)
        if time is not None:
            add_up(
                sums.setdefault(key, [0.0] * count), times.of(content.table.names[row]) if times is not None else [time]
            )
    return {key: tuple(total) for key, total in sums.items()}
