"""The roofline: figures worked out by hand from the model's formula, and the peaks that are measured on request."""

import dataclasses
import json
import math
import re
from xml.etree import ElementTree as ET

import pytest

import opscope
from graphs import Builder
from opscope.graph.content import content_of, with_measurement
from opscope.graph.json import from_dict, to_json
from opscope.graph.types import Cost, Measured
from opscope.profile import roofline
from opscope.profile.roofline_rows import roofline_rows
from roofline_peaks import PEAKS

STEP = {
    "steps": 3, "steps_kept": 3, "disturbed": False, "step_time_us": 400.0, "step_spread_us": 1.0, "profiled_step_time_us": 400.0,
    "attributed": 1.0, "coverage": {"ops": 1.0, "dispatch": 0.0, "python": 0.0, "copies": 0.0, "unattributed": 0.0}, "trace_level": 3,
    "devices": ["CPU"],
}  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"
# With 100 GFLOP/s and 10 GB/s: 1e7 FLOPs take 100 µs, 1e6 bytes take 100 µs.
DENSE, ACT, SLOW, ODD, CACHED = "m/dense/MatMul", "m/act/Relu", "m/slow/Add", "m/odd/Mystery", "m/cached/Tanh"


def made():
    build = Builder()
    model = build.group("m", "model", cls="Model")
    rows = [
        (DENSE, "MatMul", Cost(2e7, 1e6, macs=1e7), 250.0),
        (ACT, "Relu", Cost(1e5, 1e6, macs=0.0), 125.0),
        (SLOW, "AddV2", Cost(10.0, 1e3, macs=0.0), 20.0),
        (ODD, "Mystery", Cost(None, 1e3), 5.0),
        (CACHED, "Tanh", Cost(1e5, 1e6, macs=0.0), 50.0),
    ]
    build.op("x", "Placeholder")
    for name, op, cost, time in rows:
        path = name.rpartition("/")[0]
        layer = build.group(path[2:], "layer", parent=model, cls=path[2:].title())
        build.op(name, op, "x", group=layer, cost=cost, measured=Measured(time_us=time, busy_us=time, calls=1.0))
    return with_measurement(build.graph("net"), STEP)


@pytest.fixture
def measured():
    return roofline.with_peaks(made(), PEAKS)


def test_the_figures_are_those_of_the_formula(measured):
    found = roofline.layer_rooflines(measured)
    dense = found["m/dense"]
    assert dense.intensity == pytest.approx(20.0) and dense.bound == "compute"
    assert dense.flops_per_s == pytest.approx(8e10) and dense.bytes_per_s == pytest.approx(4e9)
    assert dense.attainable_us == pytest.approx(200.0) and dense.saved_us == pytest.approx(50.0)
    assert dense.attainable_share == pytest.approx(0.8)
    assert (found["m/act"].bound, found["m/act"].attainable_us) == ("memory", pytest.approx(100.0))
    assert found["m/slow"].bound == "overhead" and found["m/slow"].saved_us == pytest.approx(19.9)
    assert found["m/cached"].attainable_share == pytest.approx(2.0) and found["m/cached"].saved_us == 0


def test_what_is_not_known_has_no_figures(measured):
    assert "m/odd" not in roofline.layer_rooflines(measured)
    row = content_of(measured).table.index(ODD)
    assert row not in roofline.op_rooflines(measured)
    # An arithmetic in a dtype that was not measured is not compared with that of another.
    other = {**PEAKS, "flops_per_s": {"float64": PEAKS["flops_per_s"]["float32"]}}
    assert "m/dense" not in roofline.layer_rooflines(roofline.with_peaks(made(), other))
    assert not roofline.layer_rooflines(made()) and not roofline.op_rooflines(made())


def test_the_table_of_layers_has_columns_of_it(measured):
    columns = ["layer", "achieved", "moved", "intensity", "attainable", "bound", "saved"]
    lines = measured.summary(columns=columns).split("\n\n")[1].splitlines()
    cells = [re.split(r" {2,}", line.strip()) for line in lines]
    title, dense = cells[0], next(row for row in cells if row[0] == "dense")
    assert title == ["layer", "achieved", "moved", "FLOP/B", "of attainable", "bound by", "best case saves, µs"]
    # 2e7 FLOPs and 1e6 bytes in 250 µs, of which 200 are arithmetic's.
    assert dense[:6] == ["dense", "80 GFLOP/s", "4 GB/s", "20.00", "80 %", "compute"] and float(dense[6]) == 50
    assert next(row for row in cells if row[0] == "odd") == ["odd"]
    with pytest.raises(opscope.InputError, match="column bound needs a roofline"):
        made().summary(columns="bound")


def test_copies_together_have_the_sums_of_their_works(measured):
    (both,) = roofline.joint_rooflines(measured, [["m/dense", "m/act"]])
    assert (both.time_us, both.flops, both.bytes) == (pytest.approx(375), pytest.approx(2e7 + 1e5), pytest.approx(2e6))
    assert both.attainable_us == pytest.approx(200 + 100) and both.saved_us == pytest.approx(75)
    assert both.bound == "compute" and both.attainable_share == pytest.approx(0.8)
    alone, nothing = roofline.joint_rooflines(measured, [["m/act"], []])
    assert alone == roofline.group_rooflines(measured)["m/act"] and nothing is None


def test_a_group_has_the_least_times_of_its_ops_one_after_another(measured):
    whole = roofline.group_rooflines(measured)["m"]
    assert whole.attainable_us == pytest.approx(200 + 100 + 0.1 + 100)
    assert whole.time_us == pytest.approx(250 + 125 + 20 + 50)  # the op of which nothing is known took 1 % of it


def test_ops_that_ran_as_one_compute_what_all_of_them_do():
    graph = made()
    content = content_of(graph)
    row = content.table.index(DENSE)
    fused = dataclasses.replace(content.measured[row], fused=(DENSE, ACT))
    graph = with_measurement(graph, STEP, measured={row: fused})
    found = roofline.op_rooflines(roofline.with_peaks(graph, PEAKS))[row]
    assert (found.flops, found.bytes) == (2.01e7, 1e6)


def test_it_survives_json_and_is_in_it(measured):
    data = json.loads(to_json(measured))
    assert data["measurement"]["roofline"]["layers"]["m/dense"]["bound"] == "compute"
    again = from_dict(data)
    assert roofline.layer_rooflines(again) == roofline.layer_rooflines(measured)


@pytest.mark.parametrize("told", [None, 3, {}, {"bytes_per_s": {"peak": -1}}, {**PEAKS, "flops_per_s": None}])
def test_peaks_that_are_none_are_no_peaks(told):
    graph = with_measurement(made(), {**STEP, "roofline": told})
    assert roofline.peaks_of(graph.measurement) is None and "roofline" not in graph.summary()


def test_the_summary_tells_it(measured):
    said = measured.summary()
    assert "float32 100 GFLOP/s, memory 10 GB/s" in said and "caches served" in said
    row = next(line for line in said.splitlines() if line.startswith("m/dense ") and "compute" in line)
    assert "80 GFLOP/s" in row and "4 GB/s" in row and "80 %" in row
    assert "roofline" not in made().summary()


def test_the_plot_puts_a_layer_where_its_figures_are(measured, tmp_path):
    path = measured.save(tmp_path / "roof.svg", chart="roofline")
    root = ET.fromstring(path.read_text(encoding="utf-8"))
    places = {}
    for group in root.iter(f"{SVG}g"):
        title, circle = group.find(f"{SVG}title"), group.find(f"{SVG}circle")
        if title is not None and circle is not None:
            places[title.text.split("\n")[0]] = (
                float(circle.get("cx")),
                float(circle.get("cy")),
                float(circle.get("r")),
            )
    assert set(places) == {"m/dense", "m/act", "m/slow", "m/cached"}
    # Both axes are logarithmic: distances are those of the logarithms.
    across = (places["m/dense"][0] - places["m/act"][0]) / math.log10(20.0 / 0.1)
    again = (places["m/act"][0] - places["m/slow"][0]) / math.log10(0.1 / 0.01)
    assert across == pytest.approx(again, rel=0.01)
    up = (places["m/act"][1] - places["m/dense"][1]) / math.log10(8e10 / 8e8)
    again = (places["m/slow"][1] - places["m/act"][1]) / math.log10(8e8 / 5e5)
    assert up == pytest.approx(again, rel=0.01)
    assert places["m/dense"][2] == max(radius for _, _, radius in places.values())
    assert "not drawn: 1 layer of which FLOPs or bytes are not known" in path.read_text(encoding="utf-8")


def test_no_label_of_the_plot_lies_on_another_and_none_of_a_line_on_a_layer(measured, tmp_path):
    """The layer `act` lies where memory's line has its middle, where its label would be."""
    root = ET.fromstring(measured.save(tmp_path / "roof.svg", chart="roofline").read_text(encoding="utf-8"))
    circles = [
        tuple(float(each.get(key)) for key in ("cx", "cy", "r"))
        for each in root.iter(f"{SVG}circle")
        if float(each.get("cy")) < 580  # those of the legend are below the field
    ]
    labels = {}
    for each in root.iter(f"{SVG}text"):
        if each.get("class") in {"head", "note"}:
            left, base = float(each.get("x")), float(each.get("y"))
            # Letters of 11 pixels are at most 7 wide.
            labels[each.text] = (each.get("class"), (left, base - 9, left + 7 * len(each.text), base + 2))
    assert set(labels) == {"memory 10 GB/s", "float32 100 GFLOP/s", "m/dense", "m/act", "m/slow", "m/cached"}
    boxes = [box for _, box in labels.values()]
    for place, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[place + 1 :]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
    for kind, (left, top, right, bottom) in labels.values():
        for x, y, radius in circles if kind == "head" else ():
            away = math.hypot(x - min(max(x, left), right), y - min(max(y, top), bottom))
            assert away >= radius


def test_phases_are_counted_among_what_is_not_drawn_and_not_called_layers():
    build = Builder()
    loss = build.group("loss", "loss")
    layer = build.group("m", "layer", cls="Dense")
    build.op("x", "Placeholder")
    for name, group in (("m/odd", layer), ("loss/odd", loss)):
        took = Measured(time_us=5.0, busy_us=5.0, calls=1.0)
        build.op(name, "Mystery", "x", group=group, cost=Cost(None, 1e3), measured=took)
    graph = roofline.with_peaks(with_measurement(build.graph("net"), STEP), PEAKS)
    said = "not drawn: 2 layers or other parts of the step of which FLOPs or bytes are not known"
    assert roofline_rows(graph) == ({}, said)


def test_a_plot_needs_the_peaks_and_takes_no_options_of_a_drawing(measured, tmp_path):
    with pytest.raises(opscope.InputError, match="roofline=True"):
        made().save(tmp_path / "roof.svg", chart="roofline")
    with pytest.raises(opscope.InputError, match="takes no depth"):
        measured.save(tmp_path / "roof.svg", chart="roofline", depth=1)


def test_a_profile_measures_the_peaks_if_it_is_asked_to():
    tf = pytest.importorskip("tensorflow")
    kernel = tf.Variable(tf.ones((64, 64)))
    function = tf.function(lambda x: tf.nn.relu(x @ kernel))
    graph = opscope.profile(function, (8, 64), steps=2, roofline=True)
    told = graph.measurement["roofline"]
    assert set(told["flops_per_s"]) == {"float32"} and told["device"] in {"CPU", "GPU"}
    for rate in (told["bytes_per_s"], *told["flops_per_s"].values()):
        assert 0 < rate["median"] <= rate["peak"] and rate["runs"] >= 5
    assert {each.bound for each in roofline.op_rooflines(graph).values()} <= {"compute", "memory", "overhead"}
    assert roofline.op_rooflines(graph)
    assert "roofline" not in opscope.profile(function, (8, 64), steps=2).measurement


def test_a_run_that_is_over_has_no_peaks():
    with pytest.raises(opscope.InputError, match="roofline"):
        opscope.profile(made(), logdir="logs", roofline=True)
