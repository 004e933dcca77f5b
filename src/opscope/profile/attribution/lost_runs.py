"""Finds functions of tf.data whose runs the profiler lost in part, so that nothing false is said of how long and how often they ran.

A dataset's iterator may have a pool of threads of its own, which ends with the iterator. Some versions of TensorFlow forget what
such threads recorded (2.10 and 2.15 do, 2.4 and 2.21 do not). (`feed` therefore asks for TensorFlow's own threads where it can, which is for datasets that the function is given.)
"""

from __future__ import annotations

from typing import Dict, FrozenSet, List, Sequence

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.vocabulary import chain, is_of_dataset
from ..recordings.raw import Trace
from .shares import steps_of_ops

_ALMOST = 0.999
"""Numbers of runs are whole, but means of them need not be."""


def lost_rows(graph: Graph, trace: Trace, rows: Sequence[int]) -> FrozenSet[int]:
    """The ops in functions of tf.data that ran more often than was recorded.

    Args:
        graph: the graph, with costs: they tell how many elements a dataset has.
        trace: what was recorded.
        rows: the op that each op event of the trace is attributed to.
    """
    groups, node_group = content_of(graph).groups, content_of(graph).node_group
    bodies = [index for index in range(len(groups)) if is_of_dataset(groups, index)]
    if not bodies:
        return frozenset()
    counts = _counts(graph, trace, rows)
    lost = {body for body in bodies if _is_lost(graph, body, counts.get(body, [0] * len(trace.steps)))}
    return frozenset(row for row, home in enumerate(node_group) if any(index in lost for index in chain(groups, home)))


def _counts(graph: Graph, trace: Trace, rows: Sequence[int]) -> Dict[int, List[int]]:
    """For each function of tf.data how often it ran in each step: as often as the op in it that ran most often."""
    groups, node_group = content_of(graph).groups, content_of(graph).node_group
    calls: Dict[int, List[int]] = {}
    for step, row in zip(steps_of_ops(trace), rows):
        if row >= 0 and step >= 0:
            calls.setdefault(row, [0] * len(trace.steps))[step] += 1
    found: Dict[int, List[int]] = {}
    for row, each in calls.items():
        body = next((index for index in chain(groups, node_group[row]) if is_of_dataset(groups, index)), -1)
        if body >= 0:
            found[body] = list(map(max, each, found.get(body, each)))
    return found


def _is_lost(graph: Graph, body: int, counts: Sequence[int]) -> bool:
    """Whether a function ran less often in a step than the dataset has elements; or, where that is unknown, in some steps not at all.

    Of a function in another one only the second is asked: how often the other one ran is not known here.
    """
    groups, cost = content_of(graph).groups, graph.cost
    outer = any(
        groups[index].owner >= 0 and index != body for index in chain(groups, groups[groups[body].parent].parent)
    )
    expected = (
        cost.loops.get(content_of(graph).table.names[groups[body].owner]) if cost is not None and not outer else None
    )
    if expected is None:
        return max(counts, default=0) > 0 and min(counts) == 0
    # A dataset that nobody goes through (its op did not run) loses nothing: then there is no event at all.
    return min(counts, default=0) < expected * _ALMOST and max(counts, default=0) > 0
