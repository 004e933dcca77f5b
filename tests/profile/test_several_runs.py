"""Graphs of several runs become one: on literal graphs whose means are worked out by hand, and on recorded runs."""

from __future__ import annotations

import json
from math import sqrt
from statistics import stdev

import pytest

from graphs import literal
from opscope.diff.measured_times import compared
from opscope.errors import InputError
from opscope.graph import Group, Measured
from opscope.graph.content import content_of, with_facts, with_measurement
from opscope.graph.json.read import from_dict
from opscope.graph.json.write import to_dict, to_json
from opscope.graph.uncertainty import errors_compared
from opscope.profile.runs.run_times import run_times
from opscope.profile.runs.samples import group_samples, layer_samples, op_samples, step_samples
from opscope.profile.runs.several_runs import merged_runs
from opscope.profile.step_times import StepTimes
from opscope.profile.tables import error_of, tables
from opscope.render.report.summary import summarize
from opscope.render.report.text import text

GROUPS = (Group("m", -1, "model", "m"), Group("m/a", 0, "layer", "a"), Group("m/b", 0, "layer", "b"))


def run(times, *, step=100.0, kept=10, disturbed=False, names="xyz", busy=5.0):
    """One run, in which three ops took these times: x in m, y in m/a, z in m/b. One that is ``None`` was not recorded."""
    graph = literal(*((name, "Mul", (), ()) for name in names), groups=GROUPS, places=[0, 1, 2])
    measured = {
        row: Measured(time, busy, 2.0, spread_us=1.0, error_us=0.5)
        for row, time in enumerate(times)
        if time is not None
    }
    profiled = sum(time or 0.0 for time in times) + 10.0
    told = {
        "steps": 10, "steps_kept": kept, "disturbed": disturbed, "step_time_us": step, "step_spread_us": 2.0, "profiled_step_time_us": profiled,
        "attributed": 1.0, "coverage": {"ops": 1 - 10.0 / profiled, "python": 10.0 / profiled}, "trace_level": 3, "devices": ["CPU"],
    }  # fmt: skip
    return with_measurement(graph, told, measured=measured)


@pytest.fixture
def merged():
    return merged_runs(
        [run([10.0, 20, 30]), run([12.0, 26, 30], step=110, kept=9), run([14.0, 20, 30], step=120, busy=8.0)]
    )


def test_figures_are_means_over_runs_and_errors_are_those_between_runs(merged):
    x, y, z = (content_of(merged).measured[row] for row in range(3))
    assert (x.time_us, y.time_us, z.time_us) == (12, 22, 30)
    assert (x.busy_us, x.calls, x.memory_bytes) == (6, 2, None)
    assert x.error_us == pytest.approx(stdev([10, 12, 14]) / sqrt(3))
    assert (x.spread_us, z.error_us) == (1, 0)  # half of 11 to 13


def test_a_group_has_the_spread_of_its_sums(merged):
    model, a, _ = (group.measured for group in content_of(merged).groups)
    assert model.time_us == 64
    assert model.error_us == pytest.approx(stdev([60, 68, 64]) / sqrt(3))
    assert a.error_us == pytest.approx(stdev([20, 26, 20]) / sqrt(3))
    assert error_of(merged, [0, 1]) == pytest.approx(stdev([30, 38, 34]) / sqrt(3))


def test_the_run_as_a_whole_adds_up(merged):
    told = merged.measurement
    assert (told["steps"], told["steps_kept"], told["step_time_us"], told["step_spread_us"]) == (30, 29, 110, 5)
    assert told["profiled_step_time_us"] == pytest.approx(74)
    assert sum(told["coverage"].values()) == pytest.approx(1)
    assert told["coverage"]["ops"] * told["profiled_step_time_us"] == pytest.approx(
        64
    )  # what the times of ops add up to
    assert told["runs"]["step_time_us"] == [100, 110, 120]
    assert told["runs"]["steps_kept"] == [10, 9, 10]
    assert errors_compared(told) == pytest.approx(4.303, abs=5e-4)  # Student's t of 2 degrees of freedom, and not of 28


def test_samples_are_the_times_in_each_run(merged):
    assert op_samples(merged) == {"x": (10, 12, 14), "y": (20, 26, 20), "z": (30, 30, 30)}
    assert layer_samples(merged) == {"m": (10, 12, 14), "m/a": (20, 26, 20), "m/b": (30, 30, 30)}
    assert group_samples(merged) == {"m": (60, 68, 64), "m/a": (20, 26, 20), "m/b": (30, 30, 30)}
    assert step_samples(merged) == (100, 110, 120)


def test_of_one_run_there_is_one_sample_each():
    one = run([10.0, 20, 30])
    assert run_times(one) is None
    assert op_samples(one) == {"x": (10,), "y": (20,), "z": (30,)}
    assert group_samples(one)["m"] == (60,)
    assert step_samples(one) == (100,)
    unmeasured = literal(("x", "Mul", (), ()))
    assert (op_samples(unmeasured), step_samples(unmeasured)) == ({}, ())


def test_it_is_read_back_from_json_as_it_was(merged):
    back = from_dict(json.loads(to_json(merged)))
    assert to_dict(back) == to_dict(merged)
    assert layer_samples(back) == layer_samples(merged)
    assert error_of(back, [0, 1]) == error_of(merged, [0, 1])
    assert tables(back) == tables(merged)


def test_an_op_that_a_run_did_not_record_counts_as_nothing_there_and_is_not_compared():
    made = merged_runs([run([10.0, 20, None]), run([12.0, 20, 8.0])])
    assert op_samples(made)["z"] == (0, 8)
    assert content_of(made).measured[2].time_us == 4
    found = compared([("z", "z")], op_samples(made), op_samples(made)).layers[0]
    assert (found.ratio, found.probability) == (None, None)


def test_runs_of_different_graphs_are_refused():
    with pytest.raises(
        InputError,
        match=r"run 2 gave another graph than run 1 \(only one of them has w\).*the same way in every process",
    ):
        merged_runs([run([1.0, 2, 3]), run([1.0, 2, 3], names="xyw")])
    renamed = literal(
        *((name, "Mul", (), ()) for name in "xyz"), groups=[Group("n", -1, "model", "n")], places=[0, 0, 0]
    )
    with pytest.raises(InputError, match="their layers have other names"):
        merged_runs([run([1.0, 2, 3]), with_measurement(renamed, run([1.0]).measurement)])


def test_the_summary_says_that_errors_are_between_runs(merged):
    said = text(merged)
    assert "in 3 runs, each in a fresh process, over 30 steps" in said
    assert "(half interquartile range between runs 5 µs)" in said
    assert "± is the standard error between 3 runs in fresh processes" in said
    assert "standard error" not in text(run([10.0, 20, 30]))  # a single run's summary is as it was
    assert "time_us" not in summarize(merged)["measurement"]["runs"]


def test_disturbed_runs_are_counted():
    made = merged_runs([run([1.0, 2, 3], disturbed=disturbed) for disturbed in (True, False, True)])
    assert made.measurement["disturbed"] is True
    assert "disturbed in 2 of 3 runs: other programs took the processors" in text(made)
    assert merged_runs([run([1.0, 2, 3], disturbed=None)] * 2).measurement["disturbed"] is None


def test_samples_are_medians_over_the_steps_of_a_run_where_these_are_known():
    """One of five steps of the first run was interrupted in y: its mean moves, and its sample does not."""
    steps = [StepTimes(5) for _ in range(2)]
    for run_, times in enumerate(([20, 22, 21, 20, 99], [24, 24, 25, 24, 23])):
        for step, time in enumerate(times):
            steps[run_].add("y", step, time)
    made = merged_runs(
        [with_facts(run([10.0, mean, 30]), {"step_times": each}) for mean, each in zip((36.4, 24.0), steps)]
    )
    assert op_samples(made) == {"x": (0, 0), "y": (21, 24), "z": (0, 0)}
    assert content_of(made).measured[1].time_us == pytest.approx(30.2)
    assert run_times(made).of("y") == [36.4, 24]
    assert "step_times" not in made.facts


def test_what_the_first_run_tells_beside_its_figures_stays():
    first = with_facts(run([1.0, 2, 3]), {"format": "kept"})
    assert merged_runs([first, run([1.0, 2, 3])]).facts == {"format": "kept"}
