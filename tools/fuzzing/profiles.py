"""Recorded profiles: bytes of an XPlane file, and edits of fields of real ones, brought home to their graph."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import atheris

from opscope.errors import OpscopeError
from opscope.graph.content import content_of
from opscope.graph.json import from_dict
from opscope.profile.attribution.attribute import attribute
from opscope.profile.recordings.raw import Optimised, Recording
from opscope.profile.recordings.xplane import read
from opscope.profile.recordings.xplane_schema import XPLANE
from opscope.program.proto import message_class

from .edits import edited
from .models import EDITS
from .target import Target, look, one_line

RECORDED = Path(__file__).resolve().parents[2] / "tests" / "profile" / "recorded"
MOST_EVENTS = 150
"""Events kept of each thread: edits of a short profile come to the point sooner."""


def make(_):
    """The recordings of four TensorFlow versions that the tests have, shortened, and one of a GPU, written by hand."""
    recordings = [_read(path) for path in sorted(RECORDED.glob("*.zip"))]
    recordings += [_with_gpu(*recordings[-1])]
    turns = iter(range(1 << 62))

    def use(data):
        provider = atheris.FuzzedDataProvider(data[1:])
        space, graph, rest = recordings[provider.ConsumeIntInRange(0, len(recordings) - 1)]
        if data[:1] < EDITS:
            raw = data[2:]
        else:
            changed = message_class("XSpace", XPLANE)()
            changed.CopyFrom(space)
            raw = edited(provider, changed).SerializeToString()
        try:
            trace = read(raw, "fuzzed")
            measured = attribute(graph, Recording(trace, rest, (1000.0, 1010.0, 990.0), 3, "2.21.0"))
            look(measured, next(turns))
        except OpscopeError as error:
            one_line(error)
            raise

    seeds = [b"\0\0" + space.SerializeToString() for space, _, _ in recordings]
    return Target([*seeds, *(EDITS + bytes(range(start, start + 100)) for start in range(0, 150, 10))], use, 400_000)


def _read(path):
    with zipfile.ZipFile(path) as archive:
        rest = json.loads(archive.read("rest.json"))
        graph = from_dict(json.loads(archive.read("graph.json")))
        space = message_class("XSpace", XPLANE).FromString(archive.read("trace.xplane.pb"))
    for plane in space.planes:
        for line in plane.lines:
            del line.events[MOST_EVENTS:]
    return space, graph, Optimised(**rest["optimised"]) if rest["optimised"] else None


def _with_gpu(space, graph, rest):
    """The same step with some of its ops' kernels on a device, as CUPTI's collector writes them."""
    changed = message_class("XSpace", XPLANE)()
    changed.CopyFrom(space)
    plane = changed.planes.add(name="/device:GPU:0")
    for number, name in enumerate(("tf_op", "hlo_op", "hlo_module", "memcpy_details"), 1):
        plane.stat_metadata[number].name = name.encode()
    plane.event_metadata[1].name = b"kernel"
    line = plane.lines.add(timestamp_ns=changed.planes[0].lines[0].timestamp_ns if changed.planes[0].lines else 0)
    for number, (name, op) in enumerate(zip(content_of(graph).table.names[:40], content_of(graph).table.ops)):
        event = line.events.add(metadata_id=1, offset_ps=number * 1000, duration_ps=900)
        event.stats.add(metadata_id=1).str_value = f"{name}:{op}".encode()
        event.stats.add(metadata_id=2).str_value = b"fusion.1"
    return changed, graph, rest
