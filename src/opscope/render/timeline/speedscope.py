"""Writes a measured step in speedscope's format: as a flame graph by layer, and as a timeline for each thread.

Source of the format: https://www.speedscope.app/file-format-schema.json. Open the file on speedscope.app; it is not
uploaded but read in the browser.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from ...errors import InputError, spelled
from ...graph.content import content_of
from ...graph.step_parts import NOT_ATTRIBUTED, STEP_PARTS
from ...graph.step_timeline import thread_title
from ...profile.attribution.timeline import by_thread, frames, group_chain
from ...visible import json_shown

if TYPE_CHECKING:
    from ...graph.graph import Graph

SCHEMA_URL = "https://www.speedscope.app/file-format-schema.json"


class _Frames:
    """The list of frames that all profiles in the file share. Each method returns the position of a frame in it."""

    def __init__(self, graph: "Graph") -> None:
        self._graph = graph
        self._index: Dict[Tuple[str, int], int] = {}
        """What a frame stands for -> its position. -1 marks what ran but is no op here, -2 a part of the step."""
        self.all: List[Dict[str, Any]] = []

    def group(self, index: int) -> int:
        """The frame of a group."""
        group = content_of(self._graph).groups[index]
        title = f"{group.name} ({group.cls.rpartition('.')[2]})" if group.cls else group.name
        return self._frame(("group", index), title, group.source)

    def op(self, row: int, name: str) -> int:
        """The frame of an op; of row -1, that of what ran under this name but belongs to no op."""
        if row < 0:
            return self._frame((name, -1), f"{NOT_ATTRIBUTED}: {name}", None)
        table = content_of(self._graph).table
        kind, own = table.ops[row], table.names[row].rpartition("/")[2]
        # "MatMul classify", but not "MatMul MatMul" for an op that is named after its type.
        title = kind if own.casefold() == kind.casefold() else f"{kind} {own}"
        return self._frame(("op", row), title, content_of(self._graph).sources.get(row))

    def rest(self, name: str) -> int:
        """The frame of a part of the step in which no op ran."""
        return self._frame((name, -2), f"({STEP_PARTS[name]})", None)

    def _frame(self, key: Tuple[str, int], name: str, source: Any) -> int:
        if key not in self._index:
            self._index[key] = len(self.all)
            frame: Dict[str, Any] = {"name": name}
            if source is not None:
                frame.update(file=source.file, line=source.line)
            self.all.append(frame)
        return self._index[key]


def speedscope(graph: "Graph") -> str:
    """The text of the file. `InputError` if the graph has no measured times."""
    if not any(measured.time_us for measured in content_of(graph).measured.values()):
        raise InputError(
            f"nothing was measured on this graph; measure it with {spelled('opscope.profile', 'opscope profile')}"
        )
    shared = _Frames(graph)
    profiles = [_by_layer(graph, shared), *_timelines(graph, shared)]
    record = {
        "$schema": SCHEMA_URL,
        "name": graph.name,
        "exporter": f"opscope {graph.producer.get('opscope', '')}".strip(),
        "activeProfileIndex": 0,
        "shared": {"frames": shared.all},
        "profiles": profiles,
    }
    return json_shown(json.dumps(record, ensure_ascii=False, allow_nan=False))


def _by_layer(graph: "Graph", shared: _Frames) -> Dict[str, Any]:
    """The mean step as a flame graph: a sample for each op, weighted with its time, then one for each other part.

    The ops of a group follow each other, so that the viewer draws the group in one piece.
    """
    samples, weights = [], []
    for row, chain in _in_order(graph):
        samples.append([*(shared.group(index) for index in chain), shared.op(row, "")])
        weights.append(content_of(graph).measured[row].time_us)
    measurement = graph.measurement or {}
    step: Optional[float] = measurement.get("profiled_step_time_us")
    for name in [part for part in STEP_PARTS if part != "ops"]:  # the ops are the samples above
        share = (measurement.get("coverage") or {}).get(name)
        if share and step:
            samples.append([shared.rest(name)])
            weights.append(share * step)
    return {
        "type": "sampled", "name": f"{graph.name}: mean step by layer", "unit": "microseconds", "startValue": 0,
        "endValue": sum(weights), "samples": samples, "weights": weights,
    }  # fmt: skip


def _in_order(graph: "Graph") -> List[Tuple[int, List[int]]]:
    """The measured ops, each with the groups around it from the outside in, ordered so that groups stay together.

    Of two groups (or loose ops) side by side, the one with the earlier first op comes first.
    """
    chains = {row: group_chain(graph, row) for row, figures in content_of(graph).measured.items() if figures.time_us}
    first: Dict[int, int] = {}
    for row in sorted(chains):
        for group in chains[row]:
            first.setdefault(group, row)
    # The key is the path from the outside in: each group by its first op (and a 0), then the op itself (and a 1).
    return sorted(chains.items(), key=lambda item: [*((first[group], 0) for group in item[1]), (item[0], 1)])


def _timelines(graph: "Graph", shared: _Frames) -> List[Dict[str, Any]]:
    """A timeline of one step for each thread; none if the graph was not measured in this process."""
    timeline = graph.facts.get("timeline")
    if timeline is None:
        return []
    found = []
    for thread, places in by_thread(timeline).items():
        events = []
        for frame in frames(graph, timeline, places):
            ran = timeline.ran[frame.ran] if frame.ran >= 0 else None
            index = shared.op(ran.row, ran.name) if ran else shared.group(frame.group)
            events.append({"type": "O" if frame.opens else "C", "frame": index, "at": frame.at})
        # An op may end after the step.
        end = max(timeline.duration, events[-1]["at"])
        found.append(
            {
                "type": "evented", "name": f"{graph.name}: one step, {thread_title(timeline, thread)}", "unit": "microseconds",
                "startValue": 0, "endValue": end, "events": events,
            }
        )  # fmt: skip
    return found
