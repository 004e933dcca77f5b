"""The timeline of one measured step, taken from a trace, and its frames, by which other profilers' viewers draw it.

`attribute` keeps it in ``graph.facts["timeline"]``; JSON has its longest executions (`graph.step_timeline`).
"""

from __future__ import annotations

from typing import Dict, Iterator, List, NamedTuple, Sequence, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.step_timeline import Ran, Timeline
from ...graph.vocabulary import chain
from ..recordings.raw import Span, Trace


class FrameEvent(NamedTuple):
    """A frame of a flame graph begins or ends. A frame is a group, or one execution of an op."""

    at: float
    opens: bool
    """Whether it begins here; otherwise it ends."""
    group: int
    """The index of the group; -1 for an op."""
    ran: int
    """The position of the execution in `Timeline.ran`; -1 for a group."""


def usual_step(steps: Sequence[Span]) -> Span:
    """The step with the median duration."""
    return sorted(steps, key=lambda span: span.end - span.start)[len(steps) // 2]


def of_trace(trace: Trace, rows: Sequence[int]) -> Timeline:
    """The timeline of the step with the median duration; `rows` has the row of the op for each op event."""
    step = usual_step(trace.steps)
    scale = 1e-6  # picoseconds to microseconds
    ran = [
        Ran(row, event.name, event.thread, (event.start - step.start) * scale, (event.end - step.start) * scale)
        for event, row in zip(trace.ops, rows)
        if step.start <= event.start < step.end
    ]
    used = {each.thread for each in ran}
    threads = {thread: name for thread, name in trace.threads.items() if thread in used}
    return Timeline((step.end - step.start) * scale, tuple(ran), threads)


def by_thread(timeline: Timeline) -> Dict[int, List[int]]:
    """Thread -> its executions (positions in `Timeline.ran`) by start; if two start together, the longer is first."""
    threads: Dict[int, List[int]] = {}
    order = sorted(range(len(timeline.ran)), key=lambda place: (timeline.ran[place].start, -timeline.ran[place].end))
    for place in order:
        threads.setdefault(timeline.ran[place].thread, []).append(place)
    return threads


def frames(graph: Graph, timeline: Timeline, places: Sequence[int]) -> Iterator[FrameEvent]:
    """The frames of one thread, properly nested.

    Around an op are the frames of its groups. They stay open while the ops that follow are in the same groups. If an op
    runs inside another op, its frame is inside that op's, without groups in between.
    """
    # The open frames, the innermost last: end (infinite for a group, which ends when it is no longer needed), group,
    # position.
    stack: List[Tuple[float, int, int]] = []
    now = 0.0  # never goes back, so that frames stay nested even if the events of a thread overlap a little
    for place in places:
        ran = timeline.ran[place]
        # Close the ops that have ended.
        while stack and stack[-1][2] >= 0 and stack[-1][0] <= ran.start:
            end, group, inner = stack.pop()
            now = max(now, end)
            yield FrameEvent(now, False, group, inner)
        around = any(item[2] >= 0 for item in stack)  # whether another op is still running
        path = [] if around else group_chain(graph, ran.row)
        keep = 0
        while not around and keep < min(len(stack), len(path)) and stack[keep][1] == path[keep]:
            keep += 1
        # Close the groups that this op is not in; then open those that it is in.
        while not around and len(stack) > keep:
            yield FrameEvent(now, False, stack.pop()[1], -1)
        now = max(now, ran.start)
        for group in path[keep:]:
            stack.append((float("inf"), group, -1))
            yield FrameEvent(now, True, group, -1)
        stack.append((max(ran.end, now), -1, place))
        yield FrameEvent(now, True, -1, place)
    while stack:
        end, group, inner = stack.pop()
        now = max(now, end) if inner >= 0 else now
        yield FrameEvent(now, False, group, inner)


def group_chain(graph: Graph, row: int) -> List[int]:
    """The groups around an op, the outermost first; empty for row -1 (not attributed)."""
    return list(chain(content_of(graph).groups, content_of(graph).node_group[row] if row >= 0 else -1))[::-1]
