"""What the line of facts says of time: what runs, how long, on which devices."""

from __future__ import annotations

import pytest

from graphs import Builder
from opscope.graph.content import with_measurement
from opscope.layout.overview.headline_time import with_headline_time


def measured(groups, devices):
    """A graph with an op in each of these groups, which are inside each other where a name is a path."""
    make, made, here = Builder(), {}, "x"
    make.op("x", "Placeholder")
    for path, kind in groups:
        outer, _, name = path.rpartition("/")
        made[path] = make.group(name, kind, made.get(outer, -1), cls="Dense" if kind == "layer" else None)
        here = make.op(f"{path}/op", "Tanh", here, group=made[path])
    return with_measurement(make.graph("net", ["x"], [here]), {"step_time_us": 1000.0, "devices": devices})


@pytest.mark.parametrize(
    ("groups", "what"),
    [
        ([("net", "model"), ("net/a", "layer")], "forward pass"),
        ([("forward", "forward"), ("forward/a", "layer")], "forward pass"),
        ([("forward", "forward"), ("loss", "loss")], "step"),  # an evaluation
        ([("net", "model"), ("sampler", "scope")], "step"),  # a function that does something besides
        ([("a", "layer"), ("b", "layer")], "step"),
        ([("forward", "forward"), ("backward", "backward"), ("optimizer", "optimizer")], "step"),
    ],
)
def test_a_forward_pass_is_what_a_model_does_alone(groups, what):
    assert with_headline_time("9 ops", measured(groups, ["CPU"]), shows_times=True) == f"9 ops · {what} 1 ms on CPU"


@pytest.mark.parametrize(
    ("devices", "where"),
    [
        ([], ""),
        (["GPU"], " on GPU"),
        (["CPU", "GPU"], " on CPU and GPU"),
        (["GPU:0", "GPU:1", "CPU"], " on GPU:0 and GPU:1 and 1 more"),
    ],
)
def test_devices_are_named_where_they_are_known(devices, where):
    graph = measured([("net", "model")], devices)
    assert with_headline_time("9 ops", graph, shows_times=True) == f"9 ops · forward pass 1 ms{where}"


def test_what_was_not_measured_has_no_time():
    graph = measured([("net", "model")], ["CPU"])
    assert with_headline_time("9 ops", with_measurement(graph, None), shows_times=False) == "9 ops"
