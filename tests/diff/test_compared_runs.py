"""Profiles of several runs, as recorded on a busy machine, and what is said of their times."""

from __future__ import annotations

import json
import re
import zipfile
from itertools import combinations
from pathlib import Path

import pytest

import opscope
from graphs import literal
from opscope.diff.compared_runs import compared_runs, time_words, whole_words
from opscope.diff.measured_times import compared
from opscope.graph.json import to_dict
from opscope.graph.json.read import from_dict
from opscope.profile.runs.samples import layer_samples
from opscope.render.told_difference.difference_text import difference_text

RECORDED = Path(__file__).with_name("recorded") / "runs.zip"
"""Three profiles of 5 runs each that `benchmarks/bench_runs.py` left on two cores under a load of 20, the paths of its files cut off: a model
twice (``usual``, ``again``), and with half of the product of ``project_5`` done again (``slower``: 1.73 times by the clock). All but one of the
runs were disturbed."""
RUNS = (100.0, 101, 99, 100, 100.5, 99.5)
A = {
    str(layer): [whole * (1 + 0.005 * ((run + 1) * (layer + 1) % 7 - 3)) for run, whole in enumerate(RUNS)]
    for layer in range(12)
}
"""Runs that vary by 1 % as a whole, and by 1 % in a way of its own in each layer."""
PAIRS = [(name, name) for name in A]


def said(**factors):
    """What is said of layer 0, where layers take so many times as long in b as in a."""
    b = {
        name: [factors.get(f"layer_{name}", factors.get("others", 1.0)) * time for time in times]
        for name, times in A.items()
    }
    return time_words(compared(PAIRS, A, b).layers[0])


def test_each_verdict_has_its_words():
    longer = re.fullmatch(
        r"100 µs and 150 µs: (1\.\d\d) times as long \(95 % interval (1\.\d\d) to (1\.\d\d)\)", said(layer_0=1.5)
    )
    assert longer
    ratio, low, high = map(float, longer.groups())
    assert low <= 1.5 <= high
    assert low < ratio < high
    assert said(layer_0=1.045).endswith(", certain but small")
    assert said(layer_0=1.001).endswith(", which may be chance")
    assert said(layer_0=1.3, others=1.3).endswith(", as all layers together")
    loaded = {name: [time * (1.7 if run < 2 else 1) for run, time in enumerate(times)] for name, times in A.items()}
    beside = time_words(
        compared(PAIRS, A, loaded).layers[0]
    )  # two runs of six on a loaded machine, which are not told of the whole
    assert re.match(r"100 µs and 124 µs: 1\.00 times as long beside the other layers \(95 %", beside)
    never = compared([("x", "x")], {"x": [0.0, 1.0]}, {"x": [1.0, 1.0]}).layers[0]
    assert time_words(never) == "0.5 µs and 1 µs: not comparable, as it did not run in every run"


def test_single_runs_are_advised_to_be_several():
    both = time_words(compared([("x", "x")], {"x": [3600.0]}, {"x": [7500.0]}).layers[0])
    assert both == "3.6 ms and 7.5 ms: single runs are not comparable beyond 108 %; profile both sides in 5 runs"
    one = time_words(compared([("x", "x")], {"x": [100.0, 110, 90, 105, 95]}, {"x": [400.0]}).layers[0])
    assert "a single run is not comparable beyond 27 %" in one


def test_what_all_layers_share_is_said_once():
    b = {name: [1.3 * time for time in times] for name, times in A.items()}
    assert whole_words(compared(PAIRS, A, b).whole).startswith(
        "all layers together take 1.30 times as long (95 % interval 1.2"
    )
    assert whole_words(compared(PAIRS, A, A).whole) == ""


def test_graphs_without_measurements_have_nothing_to_compare():
    graph = literal(("x", "Mul", (), ()))
    assert compared_runs(graph, graph, [("x", "x")]) == ([], None)


@pytest.fixture(scope="module")
def recorded():
    with zipfile.ZipFile(RECORDED) as archive:
        return {Path(name).stem: from_dict(json.loads(archive.read(name))) for name in archive.namelist()}


def told(a, b):
    paths = layer_samples(a)
    assert len(paths) == 11  # ten layers, and what is in none
    return compared_runs(a, b, [(path, path) for path in paths])


def test_a_model_profiled_twice_is_told_as_the_same(recorded):
    found = told(recorded["usual"], recorded["again"])
    assert [layer.pair for layer in found.layers if layer.significant or layer.with_all] == []
    assert not found.whole.significant


def test_the_layer_that_does_more_is_found_and_is_the_only_one(recorded):
    found = told(recorded["usual"], recorded["slower"])
    assert [layer.pair[0] for layer in found.layers if layer.significant] == ["net/project_5"]
    layer = next(layer for layer in found.layers if layer.significant)
    assert layer.notable
    assert layer.ratio_interval.low < 1.73 < layer.ratio_interval.high
    assert not found.whole.significant


def test_beside_runs_whose_own_placement_differs_it_is_not_claimed(recorded):
    """In ``again`` that very layer took 40 µs in two runs and 60 to 70 in three: its runs do not tell placement from work."""
    found = told(recorded["again"], recorded["slower"])
    assert [layer.pair for layer in found.layers if layer.significant] == []
    layer = next(layer for layer in found.layers if layer.pair[0] == "net/project_5")
    assert layer.ratio_interval.low < 1.73 < layer.ratio_interval.high
    assert time_words(layer).endswith(", which may be chance")


def slowed(graph, factor):
    """The profile with all times so many times as long, as on a slower machine."""
    data = json.loads(json.dumps(to_dict(graph)))
    runs = data["measurement"]["runs"]
    for key in ("time_us", "median_us"):
        runs[key] = {name: [factor * time for time in times] for name, times in runs[key].items()}
    for node in data["nodes"]:
        if node["measured"]:
            node["measured"]["time_us"] *= factor
    return from_dict(data)


def test_what_all_layers_share_is_in_the_text_and_claimed_of_none(recorded):
    found = opscope.diff(recorded["usual"], slowed(recorded["usual"], 3.0))
    assert found.same
    text = difference_text(found, full=True)
    assert "all layers together take 3.00 times as long" in text
    assert ", as all layers together" in text
    assert "all layers together" not in difference_text(opscope.diff(recorded["usual"], recorded["again"]))


def test_the_runs_of_one_model_dealt_out_to_two_sides_do_not_differ(recorded):
    """The noise of a busy machine, with all that its runs share: 10 runs of one model have 126 ways to be two sides of 5."""
    one, other = (layer_samples(recorded[name]) for name in ("usual", "again"))
    all_runs = {path: [*one[path], *other[path]] for path in one}
    claims = dealt = 0
    for rest in combinations(range(1, 10), 4):
        first = (0, *rest)
        sides = [
            {path: [times[run] for run in range(10) if (run in first) == is_first] for path, times in all_runs.items()}
            for is_first in (True, False)
        ]
        claims += any(layer.significant for layer in compared([(path, path) for path in one], *sides).layers)
        dealt += 1
    assert dealt == 126
    assert claims <= 0.05 * dealt


def test_one_run_of_each_is_never_compared(recorded):
    one = {name: {path: times[:1] for path, times in layer_samples(graph).items()} for name, graph in recorded.items()}
    found = compared([(path, path) for path in one["usual"]], one["usual"], one["slower"])
    assert found.whole is None
    assert all(layer.within == pytest.approx(1.0833, abs=1e-4) and not layer.significant for layer in found.layers)


def without_measurement(graph):
    data = json.loads(json.dumps(to_dict(graph)))
    data["measurement"] = None
    for each in (*data["nodes"], *data["groups"]):
        each["measured"] = None
    return from_dict(data)


def test_of_a_profile_and_a_graph_that_was_not_profiled_that_is_said(recorded):
    profiled, other = recorded["usual"], without_measurement(recorded["usual"])
    only_first, only_second = opscope.diff(profiled, other), opscope.diff(other, profiled)
    assert only_first.same
    assert only_second.same
    assert "times are not compared: only the first graph was profiled" in difference_text(only_first)
    assert "times are not compared: only the second graph was profiled" in difference_text(only_second)
    assert "times are not compared" not in difference_text(opscope.diff(profiled, other, ignore="figures"))
    for alike in (profiled, other):
        assert "times are not compared" not in difference_text(opscope.diff(alike, alike))
