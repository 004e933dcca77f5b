"""Puts TensorFlow 1's step statistics (`RunMetadata.step_stats`) on the ops of a graph, as measured time of one step.

An op that ran is found by its very name; what TensorFlow made itself, such as fused or moved ops, is not attributed. As `profile` does it, a
moment in which several ops run belongs to each in equal parts, and one in which kernels of a device run belongs to them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from ...errors import LoadError
from ...graph.content import Content, content_of, with_measurement
from ...graph.graph import Graph
from ...graph.groups import Group
from ...graph.types import Measured
from ...program.event_schema import EVENTS
from ...program.proto import message_class

_NS = 1e-3
"""Microseconds in a nanosecond."""
_ALL_STREAMS = "/stream:all"
"""The end of the name under which all kernels of a GPU are; those of each stream are there once more."""
_COPIES = re.compile(r"/(?:stream:\d+|memcpy)\Z", re.IGNORECASE)
_FED = re.compile(r"_arg_(.+)_\d+_\d+\Z")
"""What a session puts in place of an op that is fed."""
_EXECUTORS_OWN = frozenset({"_SOURCE", "_SINK"})
_MOST_DEVICES = 64


class _Ran(NamedTuple):
    """One execution of an op, in nanoseconds."""

    start: int
    end: int
    row: int
    """Its op; -1 if that is not known."""
    on_device: bool
    bytes: int


@dataclass
class _Sums:
    share: float = 0.0
    busy: int = 0
    device: int = 0
    calls: int = 0
    bytes: int = 0

    def measured(self) -> Measured:
        return Measured(
            time_us=self.share * _NS, busy_us=self.busy * _NS if self.calls else None, calls=self.calls or None,
            memory_bytes=self.bytes or None, device_us=self.device * _NS if self.device else None,
        )  # fmt: skip


def with_step_stats(graph: Graph, data: bytes) -> Graph:
    """The graph with the times of a StepStats message on its ops and groups; as it is if no op of it ran."""
    stats = message_class("StepStats", EVENTS)()
    try:
        stats.ParseFromString(data)
    except Exception as error:  # protobuf's runtimes raise different classes
        raise LoadError(f"step statistics that cannot be read ({error}); the log is damaged") from error
    content = content_of(graph)
    ran, devices = _runs_in(stats, {name: row for row, name in enumerate(content.table.names)})
    if not any(each.row >= 0 for each in ran):
        return graph
    shares = _shares(ran)
    sums: Dict[int, _Sums] = {}
    for each, share in zip(ran, shares):
        one = sums.setdefault(each.row, _Sums())
        one.share += share
        one.bytes += each.bytes
        if each.on_device:
            one.device += each.end - each.start
        else:
            one.busy += each.end - each.start
            one.calls += 1
    lost = sums.pop(-1, _Sums())
    figures = _figures(ran, shares, lost)
    measured = {row: one.measured() for row, one in sums.items()}
    return with_measurement(
        graph, {**figures, "devices": devices[:_MOST_DEVICES]}, measured=measured, groups=_groups(content, sums)
    )


def _runs_in(stats: Any, rows: Dict[str, int]) -> Tuple[List[_Ran], List[str]]:
    """All executions, and the devices. One that ends before it begins is left out."""
    found: List[_Ran] = []
    devices: List[str] = []
    for device in stats.dev_stats:
        if _COPIES.search(device.device):
            continue
        on_device = device.device.endswith(_ALL_STREAMS)
        if not on_device:
            devices.append(device.device)
        for node in device.node_stats:
            start = node.all_start_nanos or node.all_start_micros * 1000  # old versions have no nanoseconds
            took = node.all_end_rel_nanos or node.all_end_rel_micros * 1000
            if took < 0 or start < 0 or node.node_name in _EXECUTORS_OWN:
                continue
            used = sum(max(0, memory.total_bytes) for memory in node.memory)
            found.append(_Ran(start, start + took, _row(node.node_name, rows), on_device, used))
    return found, devices


def _row(name: str, rows: Dict[str, int]) -> int:
    """The op of an executed name, which may have its type behind it (``dense/MatMul:MatMul``); -1 if there is none."""
    fed = _FED.match(name)
    for each in (name, name.partition(":")[0], fed.group(1) if fed else name):
        if each in rows:
            return rows[each]
    return -1


def _shares(ran: List[_Ran]) -> List[float]:
    """For each execution its part of the time, so that all together are the time in which anything ran."""
    marks = sorted([(each.start, 1, each.on_device) for each in ran] + [(each.end, -1, each.on_device) for each in ran])
    running = {False: 0, True: 0}
    # What one op would have got, had it run from the beginning to here: on the host, on a device.
    got = {False: 0.0, True: 0.0}
    at: Dict[int, Dict[bool, float]] = {}
    before: Optional[int] = None
    for time, change, on_device in marks:
        if before is not None and time > before:
            whose = running[True] > 0
            if running[whose]:
                got[whose] += (time - before) / running[whose]
        running[on_device] += change
        before = time
        at[time] = dict(got)
    return [at[each.end][each.on_device] - at[each.start][each.on_device] for each in ran]


def _figures(ran: List[_Ran], shares: List[float], lost: _Sums) -> Dict[str, Any]:
    """The figures of the step as a whole (docs/json.md). What the statistics do not tell is ``None``."""
    total = max(each.end for each in ran) - min(each.start for each in ran)
    all_busy = sum(each.end - each.start for each in ran)
    lost_busy = lost.busy + lost.device
    known = sum(shares) - lost.share
    coverage = {
        "ops": known / total, "dispatch": max(0.0, 1 - sum(shares) / total), "unattributed": lost.share / total,
    } if total else None  # fmt: skip
    return {
        "steps": 1, "steps_kept": 1, "disturbed": None, "step_time_us": None, "step_spread_us": None,
        "profiled_step_time_us": total * _NS or None, "attributed": 1 - lost_busy / all_busy if all_busy else None,
        "coverage": coverage, "trace_level": None,
    }  # fmt: skip


def _groups(content: Content, sums: Dict[int, _Sums]) -> Tuple[Group, ...]:
    """The groups, each with the sums over all ops in it. A group of which no op ran has no figures."""
    found: List[Optional[_Sums]] = [None] * (len(content.groups) + 1)  # the last one, index -1, takes loose ops

    def add(place: int, one: _Sums) -> None:
        known = found[place] or _Sums()
        found[place] = _Sums(
            known.share + one.share, known.busy + one.busy, known.device + one.device, known.calls + one.calls,
            known.bytes + one.bytes,
        )  # fmt: skip

    for row, one in sums.items():
        add(content.node_group[row], one)
    for index in range(len(content.groups) - 1, -1, -1):  # a group comes after its parent
        own = found[index]
        if own is not None:
            add(content.groups[index].parent, own)
    return tuple(
        group if own is None else replace(group, measured=own.measured()) for group, own in zip(content.groups, found)
    )
