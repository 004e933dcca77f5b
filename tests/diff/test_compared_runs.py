"""Profiles of several runs, as recorded on a busy machine, and what is said of their times."""

from __future__ import annotations

from graphs import literal
from opscope.diff.compared_runs import compared_runs, time_words, whole_words
from opscope.diff.measured_times import compared

A = {str(layer): [100.0, 101, 99, 100, 100.5] for layer in range(6)}
PAIRS = [(name, name) for name in A]


def said(**factors):
    """What is said of layer 0, where layers take so many times as long in b as in a."""
    b = {
        name: [factors.get(f"layer_{name}", factors.get("others", 1.0)) * time for time in times]
        for name, times in A.items()
    }
    return time_words(compared(PAIRS, A, b).layers[0])


def test_each_verdict_has_its_words():
    assert said(layer_0=1.5) == "100 µs and 150 µs: 1.50 times as long (95 % interval 1.48 to 1.52)"
    assert said(layer_0=1.03).endswith(", certain but small")
    assert said(layer_0=1.001).endswith(", which may be chance")
    assert said(layer_0=1.3, others=1.3).endswith(", as all layers together")
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
