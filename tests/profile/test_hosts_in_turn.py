"""Many hosts, read one after the other: the figures are those of all their events together, which few hosts still are."""

from __future__ import annotations

import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

import opscope
from graphs import Builder, literal
from opscope.graph.content import content_of, with_measurement
from opscope.graph.reported_memory import reported_words
from opscope.graph.types import Measured
from opscope.profile import log_profiles
from opscope.profile.hosts_in_turn import HostFigures, collective_waits, layers_apart, merged_hosts
from opscope.profile.recordings.host_traces import HostTrace
from opscope.profile.recordings.raw import Span, Trace
from opscope.profile.recordings.xplane_schema import XPLANE
from opscope.profile.spread import Kept
from opscope.profile.step_times import StepTimes
from opscope.program.proto import message_class
from opscope.render.report.logged_lines import logged_lines

LOG = Path(__file__).parent / "logs" / "tf221.zip"


@pytest.fixture
def hosts(tmp_path):
    """A function that makes the log of so many hosts; those that it is told take longer by a factor."""

    def make(count, slow=None):
        with zipfile.ZipFile(LOG) as archive:
            archive.extractall(tmp_path / str(count))
        folder = tmp_path / str(count) / "loop"
        (path,) = folder.rglob("*.xplane.pb")
        data = path.read_bytes()
        for number in range(count):
            space = message_class("XSpace", XPLANE).FromString(data)
            for plane in space.planes:
                for line in plane.lines:
                    line.timestamp_ns += 10**12 * number
                    for event in line.events:
                        factor = (slow or {}).get(number, 1)
                        event.offset_ps *= factor
                        event.duration_ps *= factor
            path.with_name(f"host{number}.xplane.pb").write_bytes(space.SerializeToString())
        path.unlink()
        return folder

    return make


def close(one, two):
    """Whether two plain values are the same but for rounding."""
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(close(one[key], two[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(two) and all(map(close, one, two))
    return (
        one == pytest.approx(two, rel=1e-6, abs=1e-6)
        if isinstance(one, float) and isinstance(two, float)
        else one == two
    )


def test_the_figures_are_those_of_all_hosts_joined(hosts, monkeypatch):
    folder = hosts(3, {1: 3})
    joined = opscope.profile(folder, logdir=folder)
    monkeypatch.setattr(log_profiles, "MOST_JOINED", 1)
    in_turn = opscope.profile(folder, logdir=folder)
    one, two = content_of(joined), content_of(in_turn)
    assert one.measured.keys() == two.measured.keys() != set()
    for row, measured in one.measured.items():
        for field in ("time_us", "busy_us", "calls", "spread_us", "error_us"):
            assert getattr(two.measured[row], field) == pytest.approx(getattr(measured, field), rel=1e-6, abs=1e-6), (
                row,
                field,
            )
    for group, other in zip(one.groups, two.groups):
        assert (group.measured is None) == (other.measured is None)
        if group.measured is not None:
            assert other.measured.time_us == pytest.approx(group.measured.time_us)
            assert other.measured.error_us == pytest.approx(group.measured.error_us)
    for key in ("steps", "steps_kept", "profiled_step_time_us", "coverage", "attributed", "hosts"):
        assert close(in_turn.measurement[key], joined.measurement[key]), key


def test_the_slow_host_and_its_layers_are_named(hosts):
    folder = hosts(6, {4: 3})
    graph = opscope.profile(folder, logdir=folder)
    told = graph.facts["log_profile"]
    assert [host["host"] for host in told["hosts"] if host["may_be_slowest"]] == ["host4"]
    assert "slowest: host4, 3.00 times the median host" in graph.summary(width=1_000)


def test_memory_is_said_to_be_of_the_first_host():
    graph = literal(("x", "Placeholder", [], [("float32", ())]))
    first = with_measurement(graph, {"memory": [{"allocator": "GPU_0_bfc", "smallest_bytes": 256}]})
    parts = [_measured_part(name, 2, {}, {}) for name in ("one", "two")]
    (entry,) = merged_hosts(first, parts).measurement["memory"]
    assert entry["host"] == "one"
    assert (
        reported_words(entry) == "of buffers that TensorFlow reported, which are 256 B or more; of the host one alone"
    )


def test_memory_does_not_grow_with_the_hosts(hosts, monkeypatch):
    monkeypatch.setattr(log_profiles, "MOST_JOINED", 1)
    peaks = []
    for count in (4, 16):
        folder = hosts(count)
        graph = opscope.load(folder)
        tracemalloc.start()
        opscope.profile(graph, logdir=folder)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]


def _figures(name, times):
    """What is kept of a host on which ops took these times in each of four steps."""
    steps = 4
    spans = tuple(Span(1000 * step, 1000 * step + 900) for step in range(steps))
    kept = Kept(tuple(range(steps)), disturbed=False)
    facts = {"unattributed_us": {}, "not_reported": [], "op_starts": 0.0, "asked_steps": None, "processors": None}
    return HostFigures(HostTrace(name, Trace(spans, ())), kept, {}, StepTimes(steps, times), {}, facts)


def _measured_part(name, steps, ran, times, *, silent=()):
    """What is kept of a host on which the ops of rows ran as they are given here."""
    part = _figures(name, times)
    told = {
        "steps": steps, "steps_kept": steps, "disturbed": None, "step_time_us": None, "step_spread_us": None,
        "profiled_step_time_us": 100.0, "attributed": 1.0, "coverage": {"ops": 1.0}, "trace_level": None,
    }  # fmt: skip
    kept = Kept(tuple(range(steps)), disturbed=False)
    facts = {**part.facts, "not_reported": list(silent)}
    return replace(part, kept=kept, measured=ran, times=StepTimes(steps, times), measurement=told, facts=facts)


def test_what_is_not_known_of_a_host_is_missing_and_not_0():
    """Worked out by hand: a ran on all hosts, b not on the second, c is not told of on the second, d nowhere with its bytes."""
    graph = literal(*[(name, "MatMul", [], [("float32", ())]) for name in "abcd"])
    first = {
        0: Measured(time_us=4.0, calls=1.0, memory_bytes=100.0, busy_us=6.0),
        1: Measured(time_us=8.0, calls=2.0, memory_bytes=50.0),
        2: Measured(time_us=6.0, calls=1.0),
        3: Measured(time_us=1.0, calls=None),
    }
    second = {
        0: Measured(time_us=1.0, calls=None, memory_bytes=None, busy_us=2.0),
        3: Measured(time_us=1.0, calls=None),
    }
    parts = [
        _measured_part("one", 3, first, {"a": [4.0] * 3, "b": [8.0] * 3, "c": [5.0, 6.0, 7.0], "d": [1.0] * 3}),
        _measured_part("two", 1, second, {"a": [1.0], "d": [1.0]}, silent=["c"]),
    ]
    measured = content_of(merged_hosts(graph, parts)).measured
    a, b, c, d = (measured[row] for row in range(4))
    assert (a.time_us, a.busy_us) == (pytest.approx(3.25), pytest.approx(5.0))  # known on both: (3 x 4 + 1) / 4
    assert (a.calls, a.memory_bytes) == (1.0, 100.0)  # known on the first alone
    assert (b.time_us, b.calls, b.memory_bytes) == (6.0, 1.5, 37.5)  # it did not run on the second: (3 x 8 + 0) / 4
    assert (c.time_us, c.calls) == (6.0, 1.0)  # it may have run there
    assert (d.calls, d.memory_bytes) == (None, None)


def test_a_layer_that_one_host_is_slow_at_and_the_waits_for_it():
    make = Builder()
    net = make.group("net", "model", cls="Net")
    slow, same = (make.group(name, "layer", net, cls="Dense") for name in ("slow", "same"))
    make.op("x", "Placeholder")
    make.op("net/slow/a", "MatMul", "x", group=slow)
    make.op("net/same/b", "MatMul", "net/slow/a", group=same)
    make.op("sum", "CollectiveReduceV2", "net/same/b")
    graph = make.graph("net")
    usual = {
        "net/slow/a": [10.0, 11.0, 10.0, 11.0],
        "net/same/b": [50.0, 40.0, 60.0, 50.0],
        "sum": [30.0, 31.0, 29.0, 30.0],
    }
    late = {
        **usual,
        "net/slow/a": [30.0, 31.0, 32.0, 31.0],
        "net/same/b": [51.0, 42.0, 61.0, 52.0],
        "sum": [9.0, 11.0, 10.0, 10.0],
    }
    parts = [_figures(name, late if name == "c" else usual) for name in "abcde"]
    (apart,) = layers_apart(graph, parts)
    assert apart == {"layer": "net/slow", "host": "c", "time_us": 31.0, "median_us": 10.5, "least_us": 10.5}
    waits = {each["host"]: (each["collective_us"], each["waits_us"]) for each in collective_waits(graph, parts)}
    assert waits == {name: (10.0, 0.0) if name == "c" else (30.0, 20.0) for name in "abcde"}
    facts = {
        "place": "run",
        "hosts": [{"steps": 4}] * 5,
        "steps_in_profile": 20,
        "other_runs": [],
        "layers_apart": [apart],
        "waits": collective_waits(graph, parts),
    }
    assert logged_lines(facts)[1:] == [
        "not the same on all hosts: net/slow, 31 µs on c, 10.5 µs on the median host",
        "in collectives hosts wait up to 20 µs a step (a), least c",
    ]


def test_without_collectives_nobody_waits():
    graph = literal(("x", "Placeholder", [], [("float32", ())]))
    assert collective_waits(graph, [_figures("a", {}), _figures("b", {})]) == []
