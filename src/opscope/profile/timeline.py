"""One measured step in order of time: which op ran when on which thread, inside which groups.

Kept in ``graph.facts["timeline"]`` by attribution, for the timelines of speedscope and Chrome trace files; not in JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Iterator, List, NamedTuple, Sequence, Tuple

from ..graph.graph import Graph
from ..graph.vocabulary import chain
from .raw import Trace


class Ran(NamedTuple):
    """One execution of an op, in microseconds from the step's start; `row` is -1 for what was not attributed."""

    row: int
    name: str
    thread: int
    start: float
    end: float


@dataclass(frozen=True)
class Timeline:
    """The step whose duration is nearest to the median."""

    duration: float
    ran: Tuple[Ran, ...]


class Open(NamedTuple):
    """A frame opens (or closes) at a time: a group by its index, or an op by its place in `Timeline.ran`."""

    at: float
    opens: bool
    group: int
    ran: int


def of_trace(trace: Trace, rows: Sequence[int]) -> Timeline:
    """The timeline of the trace's middle step; `rows` has the row of each op event."""
    steps = sorted(trace.steps, key=lambda span: span.end - span.start)
    step = steps[len(steps) // 2]
    scale = 1e-6
    ran = [
        Ran(row, event.name, event.thread, (event.start - step.start) * scale, (event.end - step.start) * scale)
        for event, row in zip(trace.ops, rows)
        if step.start <= event.start < step.end
    ]
    return Timeline((step.end - step.start) * scale, tuple(ran))


def by_thread(timeline: Timeline) -> Dict[int, List[int]]:
    """Thread -> its executions (places in `Timeline.ran`), in order of start, the enclosing one first."""
    threads: Dict[int, List[int]] = {}
    order = sorted(range(len(timeline.ran)), key=lambda place: (timeline.ran[place].start, -timeline.ran[place].end))
    for place in order:
        threads.setdefault(timeline.ran[place].thread, []).append(place)
    return threads


def frames(graph: Graph, timeline: Timeline, places: Sequence[int]) -> Iterator[Open]:
    """The frames of one thread, properly nested: groups around ops, kept open while consecutive ops share them.

    An op that runs inside another op is a frame inside it.
    """
    stack: List[Tuple[float, int, int]] = []  # end of an op (infinite for a group), group, place
    now = 0.0
    for place in places:
        ran = timeline.ran[place]
        while stack and stack[-1][2] >= 0 and stack[-1][0] <= ran.start:
            end, group, inner = stack.pop()
            now = max(now, end)
            yield Open(now, False, group, inner)
        around = any(item[2] >= 0 for item in stack)
        path = [] if around else group_chain(graph, ran.row)
        keep = 0
        while not around and keep < min(len(stack), len(path)) and stack[keep][1] == path[keep]:
            keep += 1
        while not around and len(stack) > keep:
            yield Open(now, False, stack.pop()[1], -1)
        now = max(now, ran.start)
        for group in path[keep:]:
            stack.append((float("inf"), group, -1))
            yield Open(now, True, group, -1)
        stack.append((max(ran.end, now), -1, place))
        yield Open(now, True, -1, place)
    while stack:
        end, group, inner = stack.pop()
        now = max(now, end) if inner >= 0 else now
        yield Open(now, False, group, inner)


def group_chain(graph: Graph, row: int) -> List[int]:
    """The groups around an op, the outermost first; none for what was not attributed."""
    return list(chain(graph.groups, graph.content.node_group[row] if row >= 0 else -1))[::-1]
