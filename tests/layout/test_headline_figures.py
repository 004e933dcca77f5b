"""What the line of facts says of figures: all FLOPs, what runs, how long, on which devices, and of how many samples."""

from __future__ import annotations

import math
import re

import pytest

from graphs import Builder
from opscope.graph.content import with_measurement
from opscope.layout.overview.headline_figures import with_headline_figures
from opscope.layout.overview.headline_flops import UNKNOWN_FIGURES
from opscope.layout.overview.one_page import overview
from opscope.passes import Selection
from opscope.render.options import Options
from opscope.render.registry import output_for


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
    assert (
        with_headline_figures("9 ops", measured(groups, ["CPU"]), UNKNOWN_FIGURES, shows_times=True)
        == f"9 ops · {what} 1 ms on CPU"
    )


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
    assert (
        with_headline_figures("9 ops", graph, UNKNOWN_FIGURES, shows_times=True) == f"9 ops · forward pass 1 ms{where}"
    )


def test_what_was_not_measured_has_no_time():
    graph = measured([("net", "model")], ["CPU"])
    assert with_headline_figures("9 ops", with_measurement(graph, None), UNKNOWN_FIGURES, shows_times=False) == "9 ops"


WIDTH = 64


def products(batch, *, kind="layer", through=(), others=(), settings=None, measurement=None, layers=3):
    """A model of some matrix products of so many samples by square weights; `others` are further inputs."""
    make = Builder()
    shape = (batch, WIDTH)
    here = make.op("x", "Placeholder", out=[("float32", shape)])
    inputs = ["x", *(make.op(f"other_{n}", "Placeholder", out=[("float32", size)]) for n, size in enumerate(others))]
    for op in through:
        here = make.op(op.lower(), op, here, out=[("float32", shape)])
    for number in range(layers):
        name = f"d{number}"
        group = make.group(name, kind, cls="Dense", defined_in="keras", settings=settings or {})
        weight = make.op(f"{name}/w", "Const", group=group, out=[("float32", (WIDTH, WIDTH))])
        here = make.op(f"{name}/MatMul", "MatMul", here, weight, group=group, out=[("float32", shape)])
        here = make.op(f"{name}/Tanh", "Tanh", here, group=group, out=[("float32", shape)])
    made = make.graph("net", inputs, [here])
    return with_measurement(made, measurement) if measurement else made


def said(graph):
    """The parts of the line of facts that are figures."""
    return [part for part in overview(graph).drawing.scene.facts.split(" \u00b7 ") if re.search(r"FLOP| ms", part)]


def counted(batch):
    """All FLOPs, counted by hand: two for each multiply-add, and one for each tanh, of which the docs give no more."""
    return 3 * (2 * batch * WIDTH * WIDTH)


@pytest.mark.parametrize("batch", [2, 7, 4096])
def test_all_flops_are_those_of_the_batch_that_the_model_takes(batch):
    (line,) = said(products(batch))
    whose, number, unit = re.fullmatch(r"for a batch of ([\d,]+): ([\d.,]+) ([kMG])FLOP", line).groups()
    assert int(whose.replace(",", "")) == batch
    told = float(number.replace(",", "")) * {"k": 1e3, "M": 1e6, "G": 1e9}[unit]
    assert math.isclose(told, counted(batch), rel_tol=0.1)  # what tanh has besides is less than a tenth


@pytest.mark.parametrize("direction", ["down", "right"])
def test_all_flops_are_those_of_the_rows_together(direction):
    drawn = output_for(".svg").make(products(4096), Options(depth="overview", direction=direction))
    head = re.search(r"batch of 4,096: ([\d.]+) MFLOP", drawn)
    rows = re.findall(r">([\d.]+)(?: MFLOP)?<", drawn)
    assert rows
    assert math.isclose(float(head[1]), sum(map(float, rows)), rel_tol=0.01)


@pytest.mark.parametrize(
    ("graph", "told"),
    [
        (products(None), "for one sample: "),
        (products(None).estimate(batch=32), "for a batch of 32: "),
        (products(1), ""),
        (products(8, others=[(8,)]), "for a batch of 8: "),  # labels
        (products(8, others=[()]), "for a batch of 8: "),  # a rate, say
        (products(8, others=[(5, 8)]), ""),  # one of them is no batch
        (products(8, kind="module"), ""),  # what takes it may see anything in its first axis
        (products(8, through=["Cast", "Identity"]), "for a batch of 8: "),
        (products(8, through=["Transpose"]), ""),
        (products(8, settings={"time_major": True}), ""),
    ],
)
def test_of_how_many_samples_flops_are_is_told_where_that_is_certain(graph, told):
    (line,) = said(graph)
    assert re.fullmatch(re.escape(told) + r"[\d.]+ [kM]FLOP", line), line


def test_a_part_of_a_graph_does_not_say_the_flops_of_all():
    graph = products(8)
    part = overview(graph, selection=Selection(focus="d1")).drawing.scene.facts
    assert "FLOP" not in part
    assert "FLOP" in overview(graph).drawing.scene.facts


def test_flops_of_which_some_are_not_known_are_at_least_so_many():
    make = Builder()
    x = make.op("x", "Placeholder", out=[("float32", (8, WIDTH))])
    w = make.op("w", "Const", out=[("float32", (WIDTH, WIDTH))])
    y = make.op("m", "MatMul", x, w, out=[("float32", (8, WIDTH))])
    z = make.op("u", "Unique", make.op("f", "NobodyKnows", y, out=[("float32", None)]), out=[("float32", None)])
    (line,) = said(make.graph("net", ["x"], [make.op("s", "Softmax", z, out=[("float32", None)])]))
    assert line.startswith("\u2265 65.5 kFLOP")


def test_times_are_of_the_same_batch_and_stand_beside_the_flops():
    times = {"step_time_us": 2000.0, "devices": ["CPU"]}
    (line,) = said(products(8, measurement=times))
    assert re.fullmatch(r"for a batch of 8: [\d.]+ kFLOP, step 2 ms on CPU", line)
    # What was fed to a model that takes any batch is not known.
    flops, time = said(products(None, measurement=times))
    assert flops.startswith("for one sample: ")
    assert time == "step 2 ms on CPU"


def test_the_summary_says_the_same_of_all_flops():
    graph = products(4096).estimate()
    (line,) = said(graph)
    assert f"estimated: {line.rpartition(': ')[2]} per step" in graph.summary()
