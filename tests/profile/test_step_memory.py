"""The memory that a step really used: recordings of each TensorFlow (tools/record_profiles.py), and traces made by hand."""

import json
import shutil
import zipfile
from itertools import accumulate
from pathlib import Path

import pytest

import opscope
from graphs import literal
from opscope.graph.content import content_of
from opscope.graph.json import from_dict, to_json
from opscope.graph.measured_memory import live_bytes
from opscope.graph.measured_runs import without_op_times
from opscope.profile.attribution.attribute import attribute
from opscope.profile.recordings.host_traces import HostTrace, joined_traces
from opscope.profile.recordings.raw import Allocation, OpEvent, Recording, Release, Span, Trace
from opscope.profile.recordings.xplane import read
from opscope.profile.recordings.xplane_schema import XPLANE
from opscope.program.proto import message_class

RECORDED = sorted((Path(__file__).parent / "recorded_memory").glob("*.zip"))
TELLS = [path for path in RECORDED if path.stem != "tf24"]
"""TensorFlow 2.4 was built without oneDNN, whose allocator reports."""
KIB = 1024
US = 1_000_000
"""Picoseconds in a microsecond."""


def recording(path):
    with zipfile.ZipFile(path) as archive:
        graph = from_dict(json.loads(archive.read("graph.json")))
        return graph, archive.read("trace.xplane.pb")


def measured(path):
    graph, data = recording(path)
    return attribute(graph, Recording(read(data), None, (), 3, None))


@pytest.fixture(params=TELLS, ids=lambda path: path.stem)
def told(request):
    return measured(request.param)


def test_there_is_one_recording_for_each_version():
    assert [path.stem for path in RECORDED] == ["tf210", "tf215", "tf221", "tf24"]


def test_the_curve_is_what_the_four_ops_need(told):
    # Worked out in tools/record_profiles.py: two results of 512 KiB, in either order, one of 1 MiB beside them, then nothing.
    (entry,) = told.measurement["memory"]
    assert live_bytes(entry) == [512 * KIB, 1024 * KIB, 2048 * KIB, 1536 * KIB, 1024 * KIB, 0]
    assert entry["peak_bytes"] == entry["allocated_bytes"] == 2048 * KIB
    assert entry["step_peak_bytes"] == [2048 * KIB] * 2
    assert entry["peak_node"] == "three"
    assert entry["owners"] == [
        {"node": "three", "bytes": 1024 * KIB}, {"node": "one", "bytes": 512 * KIB}, {"node": "two", "bytes": 512 * KIB},
    ]  # fmt: skip
    assert set(entry["node"]) == {"one", "two", "three"}  # not the sine, which writes into the product's buffer
    assert entry["time_us"] == sorted(entry["time_us"])
    assert entry["peak_us"] == entry["time_us"][2]


def test_the_estimate_is_what_was_measured(told):
    assert told.cost.peak_activation_bytes == told.measurement["memory"][0]["peak_bytes"]


def test_what_was_there_before_the_step_are_the_weights_and_the_input(told):
    assert told.measurement["memory"][0]["held_bytes"] == 512 * 512 * 4 + 256 * 512 * 4


@pytest.mark.parametrize("path", TELLS, ids=lambda path: path.stem)
def test_an_independent_reader_finds_the_same_allocations(path):
    """Of all runs in the file, by protobuf alone: what was handed out and is not taken back, and the allocator's own count beside it."""
    graph, data = recording(path)
    space = message_class("XSpace", XPLANE).FromString(data)
    (plane,) = [plane for plane in space.planes if plane.name == "/host:CPU"]
    names = {key: value.name for key, value in plane.stat_metadata.items()}
    found = []
    for line in plane.lines:
        for event in line.events:
            kind = plane.event_metadata[event.metadata_id].name
            if kind in (b"MemoryAllocation", b"MemoryDeallocation"):
                stats = {names[stat.metadata_id]: stat.int64_value or stat.uint64_value for stat in event.stats}
                sign = 1 if kind == b"MemoryAllocation" else -1
                found.append((line.timestamp_ns * 1000 + event.offset_ps, sign * stats[b"requested_bytes"], stats))
    found.sort(key=lambda each: each[0])
    held = [stats[b"bytes_allocated"] for _, _, stats in found]
    before = held[0] - found[0][2][b"allocation_bytes"]
    # Here no block is larger than what was asked for, so the allocator's own count is the curve above what it held.
    assert held == [before + level for level in accumulate(change for _, change, _ in found)]
    ours = attribute(graph, Recording(read(data), None, (), 3, None)).measurement["memory"][0]
    (curve,) = {tuple(live_bytes(ours))}
    assert any(
        [level - before for level in held[start : start + len(curve)]] == list(curve) for start in range(len(held))
    )


def test_where_nothing_is_reported_nothing_is_said():
    graph = measured(RECORDED[-1])
    assert "memory" not in graph.measurement
    assert "measured memory" not in graph.summary()


def test_it_survives_json_and_the_summary_leaves_the_curve_out(told):
    again = from_dict(json.loads(to_json(told)))
    assert again.measurement == told.measurement
    (brief,) = without_op_times(told.measurement)["memory"]
    assert "change_bytes" not in brief
    assert brief["owners"] == told.measurement["memory"][0]["owners"]


def test_the_summary_names_the_peak_and_its_owners(told):
    text = told.summary()
    assert "measured memory (mklcpu): peak 2 MiB (largest: " in text
    assert "512 KiB or more: it reports no small ones, so the step may have used more" in " ".join(text.split())
    assert "1.5 MiB were taken before the step" in text
    assert "measured memory, by layer (own ops)" in text


def test_pandas_has_what_was_alive_at_the_peak(told):
    pytest.importorskip("pandas")
    held = told.to_pandas()["bytes_at_peak"]
    assert {name: size for name, size in held.items() if size} == {
        "one": 512 * KIB, "two": 512 * KIB, "three": 1024 * KIB,
    }  # fmt: skip


@pytest.mark.parametrize("path", TELLS, ids=lambda path: path.stem)
def test_a_log_directory_tells_it_too(path, tmp_path):
    graph, data = recording(path)
    folder = tmp_path / "plugins" / "profile" / "run"
    folder.mkdir(parents=True)
    (folder / "host.xplane.pb").write_bytes(data.replace(b"opscope_step", b"train_steps_"))
    logged = opscope.profile(graph, logdir=tmp_path)
    assert logged.measurement["memory"][0]["owners"] == measured(path).measurement["memory"][0]["owners"]
    shutil.rmtree(tmp_path / "plugins")


# By hand: an op of a layer and one outside of it.
MADE = (("x", "Placeholder", []), ("a", "Relu", ["x"]), ("b", "Neg", ["a"]))


def ran(name, op, start, end):
    return OpEvent(name, op, start * US, end * US, 0, 1)


def took(name, size, at, address, *, allocator="pool", run=1, held=None):
    return Allocation(name, size, True, run, at * US, address, allocator, held)


def memory(allocations, releases=(), *, ops=None, spans=((0, 10),)):
    ops = ops or (ran("a", "Relu", 1, 3), ran("b", "Neg", 4, 6))
    steps = tuple(Span(start * US, end * US) for start, end in spans)
    trace = Trace(steps, tuple(ops), allocations=tuple(allocations), releases=tuple(releases))
    made = attribute(literal(*[(*op, [("float32", (4, 4))]) for op in MADE]), Recording(trace, None, (), 3, "2.21.0"))
    assert from_dict(json.loads(to_json(made))).measurement == made.measurement
    return made.measurement.get("memory")


def release(address, at, allocator="pool"):
    return Release(address, at * US, allocator)


def test_what_lived_before_or_outlives_the_step_is_told_apart():
    (entry,) = memory(
        [took("a", 100, 2, 1, held=1000), took("b", 50, 5, 2), took("b", 7, 12, 3)],
        [release(9, 3), release(1, 6), release(2, 11)],
    )
    assert (entry["change_bytes"], entry["node"], entry["time_us"]) == ([100, 50, -100], ["a", "b", "a"], [2, 5, 6])
    assert (entry["held_bytes"], entry["peak_bytes"], entry["allocated_bytes"]) == (1000, 150, 150)


def test_a_lost_release_ends_when_the_address_is_taken_anew():
    (entry,) = memory([took("a", 100, 2, 1), took("b", 60, 5, 1)])
    assert live_bytes(entry) == [100, 0, 60]
    assert (entry["peak_bytes"], entry["peak_node"]) == (100, "a")


def test_allocators_are_told_apart_the_one_with_the_highest_peak_first():
    entries = memory([took("a", 100, 2, 1), took("b", 300, 5, 1, allocator="GPU_0_bfc")], [release(1, 6)])
    assert [(each["allocator"], each["peak_bytes"], each["change_bytes"]) for each in entries] == [
        ("GPU_0_bfc", 300, [300]), ("pool", 100, [100, -100]),
    ]  # fmt: skip


def test_whose_memory_it_is_may_be_unknown():
    (entry,) = memory([took("", 5, 1, 1), took("b", 40, 2, 2, run=7), took("gone", 9, 3, 3)])
    assert entry["node"] == [None, None, None]
    assert entry["owners"] == [{"node": None, "bytes": 54}]
    assert entry["peak_node"] is None


def test_an_op_without_an_event_is_found_by_its_name_in_a_run_with_the_graphs_names():
    (entry,) = memory([took("a", 5, 1, 1), took("b", 40, 2, 2)], ops=[ran("a", "Relu", 1, 3)])
    assert entry["node"] == ["a", "b"]


def test_the_curve_is_of_the_step_in_the_middle_and_the_peaks_of_all():
    (entry,) = memory(
        [took("a", 100, 1, 1), took("a", 200, 21, 1), took("a", 300, 41, 1)],
        [release(1, 2), release(1, 22), release(1, 42)],
        ops=[ran("a", "Relu", start, start + 2) for start in (1, 21, 41)],
        spans=((0, 10), (20, 35), (40, 60)),
    )
    assert (entry["change_bytes"], entry["step_peak_bytes"]) == ([200, -200], [100, 200, 300])
    assert entry["time_us"] == [1, 2]


def test_hosts_have_allocators_of_their_own():
    trace = Trace(
        (Span(0, 10 * US),), (ran("a", "Relu", 1, 3),),
        allocations=(took("a", 100, 2, 1),), releases=(release(1, 3),),
    )  # fmt: skip
    joined = joined_traces([HostTrace("one", trace), HostTrace("two", trace)])
    made = attribute(literal(*[(*op, [("float32", (4, 4))]) for op in MADE]), Recording(joined, None, (), 3, None))
    assert [each["allocator"] for each in made.measurement["memory"]] == ["pool@0", "pool@1"]


def test_a_live_step_holds_its_largest_tensor_and_gives_back_what_it_took():
    tf = pytest.importorskip("tensorflow")

    @tf.function
    def step(x):
        return tf.reduce_sum(tf.concat([tf.exp(x), tf.sin(x)], 0))

    graph = opscope.profile(step, tf.ones((256, 512)), steps=2)
    if "memory" not in graph.measurement:
        pytest.skip("this TensorFlow reports no allocations on a CPU")
    (entry,) = graph.measurement["memory"]
    assert sum(entry["change_bytes"]) == 0  # the result is a scalar
    assert entry["peak_bytes"] >= 2 * 256 * 512 * 4
    assert sum(owner["bytes"] for owner in entry["owners"]) == entry["peak_bytes"] == max(live_bytes(entry))
    assert entry["allocated_bytes"] == sum(size for size in entry["change_bytes"] if size > 0)
    names = set(content_of(graph).table.names)
    assert {owner["node"] for owner in entry["owners"]} <= names


def test_a_live_chain_of_ops_that_write_in_place_has_one_buffer_as_estimated():
    tf = pytest.importorskip("tensorflow")

    @tf.function
    def step(x):
        return tf.reduce_sum(tf.sqrt(tf.abs(tf.tanh(tf.sin(tf.exp(x))))))

    graph = opscope.profile(step, tf.ones((256, 512)), steps=2)
    if "memory" not in graph.measurement:
        pytest.skip("this TensorFlow reports no allocations on a CPU")
    assert graph.measurement["memory"][0]["peak_bytes"] == 256 * 512 * 4
    assert graph.cost.peak_activation_bytes == 256 * 512 * 4 + 4  # the sum too, which is too small to be reported
