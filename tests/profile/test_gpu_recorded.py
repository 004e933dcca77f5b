"""What an H100 recorded of small JAX steps (tools/record_gpu_profile.py): the reader against what the program must have done."""

from __future__ import annotations

import zipfile
from collections import Counter
from pathlib import Path

import pytest

from graphs import literal
from opscope.graph.content import content_of
from opscope.profile.attribution.attribute import attribute
from opscope.profile.recordings.raw import Recording
from opscope.profile.recordings.xplane import read
from opscope.profile.recordings.xplane_schema import XPLANE
from opscope.program.proto import message_class

STEPS, LOOPS = 3, 5
"""What the recorded program was: so many steps, each with a loop of so many iterations."""


def recording(name):
    with zipfile.ZipFile(Path(__file__).parent / "gpu" / "h100.zip") as archive:
        return archive.read(f"{name}/trace.xplane.pb")


@pytest.fixture(scope="module", params=["graphs", "kernels"])
def data(request):
    return recording(request.param)


def raw_events(data):
    """Start, end and stats of every event on the GPU's plane, read with nothing of the reader."""
    space = message_class("XSpace", XPLANE)()
    space.ParseFromString(data)
    plane = next(plane for plane in space.planes if plane.name == "/device:GPU:0")
    names = {key: value.name.decode() for key, value in plane.stat_metadata.items()}
    for line in plane.lines:
        for event in line.events:
            stats = {}
            for stat in event.stats:
                text = stat.str_value.decode() or names.get(stat.ref_value, "")
                stats[names[stat.metadata_id]] = text or stat.int64_value or stat.uint64_value
            start = line.timestamp_ns * 1000 + event.offset_ps
            yield plane.event_metadata[event.metadata_id].name.decode(), start, start + event.duration_ps, stats


def union(spans):
    """How long at least one of the spans lasts."""
    total = end = 0
    for start, stop in sorted(spans):
        total += max(0, stop - max(start, end))
        end = max(end, stop)
    return total


def test_every_event_of_the_plane_is_a_kernel_or_a_copy(data):
    trace, events = read(data), list(raw_events(data))
    copies = [event for event in events if "memcpy_details" in event[3]]
    assert len(trace.ops) == len(events) - len(copies)
    assert {(event.start, event.end) for event in trace.ops} == {event[1:3] for event in events if event not in copies}
    assert {event[1:3] for event in copies} <= set(trace.copies)
    assert trace.devices == ("/device:GPU:0",)
    assert len(trace.steps) == STEPS


def test_what_the_loop_does_ran_once_an_iteration(data):
    counts = Counter(event.name for event in read(data).ops)
    assert set(counts.values()) <= {STEPS, 2 * STEPS, STEPS * LOOPS, 2 * STEPS * LOOPS}
    assert STEPS * LOOPS in counts.values()


def test_the_inputs_are_copied_in_each_step():
    sizes = Counter(
        stats["memcpy_details"].split("size:")[1].split()[0]
        for name, *_, stats in raw_events(recording("kernels"))
        if name == "MemcpyH2D"
    )
    assert sizes == {str(256 * 1024 * 4): STEPS, str(256 * 16 * 4): STEPS}


def test_instructions_come_from_what_xla_itself_says_beside_the_kernel():
    """The stat ``name`` has the op of an instruction, or what the paths of several have in common."""
    trace, told = read(recording("kernels")), {}
    for *_, stats in raw_events(recording("kernels")):
        if "name" in stats and "memcpy_details" not in stats:
            told[stats["hlo_op"]] = stats["name"]
    program = trace.modules["jit_step"]
    assert len(told) > 12
    for instruction, common in told.items():
        paths = [name for name, _ in program[instruction] if name.startswith("jit(")]
        assert paths
        assert all(path.startswith(common) for path in paths), (instruction, paths, common)


def test_kernels_of_a_cuda_graph_are_told_by_their_own_names():
    """Run as single kernels, the same program says of each which instruction it is."""
    single, whole = read(recording("kernels")), read(recording("graphs"))
    graphs = {stats["hlo_op"] for *_, stats in raw_events(recording("graphs")) if "hlo_op" in stats}
    assert any(name.startswith("command_buffer") for name in graphs)
    alone, found = Counter(event.name for event in single.ops), Counter(event.name for event in whole.ops)
    compared = 0
    for name, count in found.items():
        candidates = name.split(" or ")
        if all(candidate in alone for candidate in candidates):
            assert count == sum(alone[candidate] for candidate in candidates), name
            compared += 1
    assert compared > 12
    # Two equal additions, one in each loop, run as one kernel: which of them it was cannot be told, so both are named.
    assert any(" or " in name and count == 2 * STEPS * LOOPS for name, count in found.items())


def test_all_moments_with_kernels_are_theirs(data):
    """What the kernels of known origin leave is not attributed, and not Python's."""
    trace = read(data)
    origins = sorted({name for event in trace.ops for name, _ in trace.modules[event.module].get(event.name, ())})
    made = literal(*[(name, "Op", [], [("float32", (4, 4))]) for name in origins])
    result = attribute(made, Recording(trace, None, (1000.0,), 3, "2.21.0"))
    coverage = result.measurement["coverage"]
    assert sum(coverage.values()) == pytest.approx(1)
    inside = [
        (max(start, step.start), min(end, step.end))
        for _, start, end, stats in raw_events(data)
        if "memcpy_details" not in stats
        for step in trace.steps
        if step.start <= start < step.end
    ]
    total = sum(step.end - step.start for step in trace.steps)
    assert coverage["ops"] + coverage["unattributed"] == pytest.approx(union(inside) / total, rel=1e-6)
    measured = content_of(result).measured
    assert all(one.calls is None and one.busy_us is None and one.device_us for one in measured.values())
    lost = sum(result.facts["profile"]["unattributed_us"].values())
    kernels = sum(end - start for start, end in inside) * 1e-6 / STEPS
    assert sum(one.device_us for one in measured.values()) + lost == pytest.approx(kernels, rel=1e-6)
