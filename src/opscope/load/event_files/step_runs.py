"""Reads the executions of ops out of TensorFlow 1's step statistics.

Format: tensorflow/core/framework/step_stats.proto; the labels are those of common_runtime/step_stats_collector.cc (`SetTimelineLabel`).
"""

from __future__ import annotations

import re
from typing import Any, List, NamedTuple, Tuple

from ...errors import LoadError
from ...program.event_schema import EVENTS
from ...program.proto import message_class

_ALL_STREAMS = "/stream:all"
"""The end of the name under which all kernels of a GPU are; those of each stream are there once more."""
_COPIES = re.compile(r"/(?:stream:\d+|memcpy)\Z", re.IGNORECASE)
_EXECUTORS_OWN = frozenset({"_SOURCE", "_SINK"})
_LABEL = re.compile(r"(?:\[[^\]]*\] )?(\S+) = (\w[\w>]*)\((.*)\)\Z")
"""What a label says: perhaps memory in brackets, then ``dense/MatMul = MatMul(x, dense/kernel/read, ^other)``."""


class OpRun(NamedTuple):
    """One execution of an op, in nanoseconds."""

    name: str
    """The executed node, which need not be called as the op in the graph is."""
    op: str
    """Its type; empty if the statistics do not tell it."""
    inputs: Tuple[str, ...]
    """The nodes that its data comes from, as far as the statistics tell."""
    start: int
    end: int
    on_device: bool
    bytes: int


def runs_in(data: bytes) -> Tuple[List[OpRun], List[str]]:
    """All executions in a StepStats message in the order in which they began, and the devices.

    One that ends before it begins is left out. `LoadError` if the message is broken.
    """
    stats = message_class("StepStats", EVENTS)()
    try:
        stats.ParseFromString(data)
    except Exception as error:  # protobuf's runtimes raise different classes
        raise LoadError(f"step statistics that cannot be read ({error}); the log is damaged") from error
    found: List[OpRun] = []
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
            if took >= 0 and start >= 0 and node.node_name not in _EXECUTORS_OWN:
                used = sum(max(0, memory.total_bytes) for memory in node.memory)
                found.append(OpRun(*_what_ran(node), start, start + took, on_device, used))
    found.sort(key=lambda run: (run.start, -run.end))
    return found, devices


def _what_ran(node: Any) -> Tuple[str, str, Tuple[str, ...]]:
    """The name of an executed node, its type and inputs. A kernel's name has the type behind it: ``dense/MatMul:MatMul``."""
    name, _, op = node.node_name.partition(":")
    label = _LABEL.match(node.timeline_label)
    if label is None or label.group(1) != name:
        return name, op, ()
    inputs = label.group(3).split(", ") if label.group(3) else []
    return name, label.group(2), tuple(each.partition(":")[0] for each in inputs if not each.startswith("^"))
