"""Many hosts, read one after the other: the figures are those of all their events together, which few hosts still are."""

from __future__ import annotations

import tracemalloc
import zipfile
from pathlib import Path

import pytest

import opscope
from graphs import Builder, literal
from opscope.graph.content import content_of
from opscope.profile import log_profiles
from opscope.profile.hosts_in_turn import HostFigures, collective_waits, layers_apart
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
