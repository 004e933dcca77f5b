"""Writes one measured step as a timeline in Chrome's trace format, for chrome://tracing and ui.perfetto.dev.

Source of the format: "Trace Event Format" of the Catapult project. Each layer and op is a complete event (``ph`` is X)
with its start and duration in microseconds. Viewers draw an event inside another if its time lies within the other's,
so layers are drawn around their ops.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Dict, List

from ...errors import InputError, spelled
from ...graph.content import content_of
from ...graph.number_text import quantity_text
from ...graph.quantities import TIME
from ...graph.step_parts import NOT_ATTRIBUTED
from ...graph.step_timeline import Timeline, thread_title
from ...profile.attribution.timeline import by_thread, frames
from ...visible import json_shown

if TYPE_CHECKING:
    from ...graph.graph import Graph


def chrome_trace(graph: "Graph") -> str:
    """The text of the file. `InputError` if the graph has no timeline: it was not measured, or another opscope wrote its JSON."""
    timeline = graph.facts.get("timeline")
    if timeline is None:
        raise InputError(
            "this graph has no timeline: nothing tells when each op ran; "
            + spelled("save the graph that opscope.profile gives", "write the .trace file with opscope profile -o")
        )
    events: List[Dict[str, Any]] = [
        {"ph": "M", "pid": 1, "name": "process_name", "args": {"name": graph.name}},
        {"ph": "M", "pid": 1, "tid": 0, "name": "thread_name", "args": {"name": "step"}},
        {"ph": "X", "pid": 1, "tid": 0, "name": "step", "cat": "step", "ts": 0, "dur": timeline.duration},
    ]
    # Thread 0 is the step itself. Threads of the recording are numbered from 1, as their own numbers mean nothing here.
    for number, (thread, places) in enumerate(by_thread(timeline).items(), 1):
        name = thread_title(timeline, thread)
        events.append({"ph": "M", "pid": 1, "tid": number, "name": "thread_name", "args": {"name": name}})
        events.extend(_thread(graph, timeline, places, number))
    trace = {"displayTimeUnit": "ms", "traceEvents": events, **_left_out(timeline)}
    return json_shown(json.dumps(trace, ensure_ascii=False, allow_nan=False))


def _left_out(timeline: Timeline) -> Dict[str, Any]:
    """What the file does not have, for the viewer's dialog about it."""
    if not timeline.left_out:
        return {}
    took = quantity_text(TIME.field, timeline.left_out_us)
    return {"otherData": {"left out": f"the {timeline.left_out:,} shortest executions, {took} together"}}


def _thread(graph: "Graph", timeline: Timeline, places: List[int], number: int) -> List[Dict[str, Any]]:
    """The events of one thread. `places` are the positions of its executions in `Timeline.ran`."""
    events: List[Dict[str, Any]] = []
    stack: List[Dict[str, Any]] = []
    for frame in frames(graph, timeline, places):
        if not frame.opens:
            event = stack.pop()  # it is in `events` already, and gets its duration now
            event["dur"] = frame.at - event["ts"]
            continue
        words = _op(graph, timeline, frame.ran) if frame.ran >= 0 else _group(graph, frame.group)
        stack.append({"ph": "X", "pid": 1, "tid": number, "ts": frame.at, **words})
        events.append(stack[-1])
    return events


def _op(graph: "Graph", timeline: Timeline, place: int) -> Dict[str, Any]:
    """What an event says of one execution of an op."""
    ran = timeline.ran[place]
    if ran.row < 0:
        return {"name": ran.name, "cat": NOT_ATTRIBUTED}
    source = content_of(graph).sources.get(ran.row)
    args = {"op": content_of(graph).table.names[ran.row], "executed": ran.name}
    if source is not None:
        args["source"] = f"{source.file}:{source.line}"
    return {"name": content_of(graph).table.ops[ran.row], "cat": "op", "args": args}


def _group(graph: "Graph", index: int) -> Dict[str, Any]:
    """What an event says of a group."""
    group = content_of(graph).groups[index]
    return {"name": group.name, "cat": group.kind, "args": {"path": group.path, "class": group.cls or ""}}
