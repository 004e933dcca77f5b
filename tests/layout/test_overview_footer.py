"""What stands below an overview: few words, and nothing that is not so."""

from __future__ import annotations

import re

import pytest

from graphs import Builder
from opscope.graph.content import with_measurement
from opscope.graph.types import Cost, Measured
from opscope.layout.overview.one_page import overview
from opscope.render.options import Options
from opscope.render.registry import output_for

SHARES = {"ops": 0.93, "dispatch": 0.06, "python": 0.004, "copies": 0.003, "unattributed": 0.003}


def measured(coverage):
    make = Builder()
    model = make.group("net", "model", cls="Net", defined_in="mine")
    here = make.op("x", "Placeholder")
    for number in range(3):
        layer = make.group(
            f"d{number}", "layer", model, cls="Dense", defined_in="keras", measured=Measured(time_us=5.0)
        )
        here = make.op(f"net/d{number}/m", "MatMul", here, group=layer, measured=Measured(time_us=5.0))
        here = make.op(f"net/d{number}/i", "Identity", here, group=layer)
    graph = make.graph("net", ["x"], [make.op("net/end", "Tanh", here, group=model)])
    return with_measurement(graph, {"profiled_step_time_us": 2000.0, "coverage": coverage})


def test_only_large_shares_of_a_step_are_told_beside_that_of_its_ops():
    notes = overview(measured(SHARES)).drawing.scene.notes
    assert "times of the profiled step (2 ms); ops took 93 %" in notes
    notes = overview(measured({**SHARES, "ops": 0.5, "unattributed": 0.13, "dispatch": 0.363})).drawing.scene.notes
    assert "times of the profiled step (2 ms); ops took 50 %, starting them 36.3 %, not attributed 13 %" in notes


@pytest.mark.parametrize(
    ("steps", "kept", "told"),
    [
        (10, 10, "10 profiled steps (2 ms each)"),
        (10, 9, "9 of 10 profiled steps (2 ms each)"),
        (1, 1, "1 profiled step (2 ms)"),
    ],
)
def test_how_many_steps_the_times_are_of_is_told_once(steps, kept, told):
    graph = measured(SHARES)
    graph = with_measurement(graph, {**graph.measurement, "steps": steps, "steps_kept": kept, "disturbed": False})
    notes = overview(graph).drawing.scene.notes
    assert [note for note in notes if "profiled" in note] == [f"times of {told}; ops took 93 %"]


@pytest.mark.parametrize(("step", "told"), [(1990.0, "(2 ms each)"), (1900.0, ""), (1000.0, "")])
def test_the_time_of_a_profiled_step_stands_in_the_heading_or_below(step, told):
    graph = measured(SHARES)
    graph = with_measurement(graph, {**graph.measurement, "steps": 10, "steps_kept": 10, "step_time_us": step})
    drawn = overview(graph).drawing.scene
    (note,) = [note for note in drawn.notes if "profiled" in note]
    assert note == f"times of 10 profiled steps{told and ' '}{told}; ops took 93 %"
    assert ("2 ms while profiled" in drawn.facts) == (not told)


def test_what_is_not_drawn_is_one_clause():
    notes = overview(measured(SHARES)).drawing.scene.notes
    assert [note for note in notes if "drawn" in note] == ["not drawn: 3 ops that change nothing"]  # the three Identity


@pytest.mark.parametrize("direction", ["down", "right"])
def test_flops_that_do_not_count_an_op_are_at_least_so_many_and_their_shares_of_what_is_counted(direction):
    build = Builder()
    x = build.op("x", "Placeholder")
    for name, last in (("open", Cost(None, None)), ("whole", Cost(0.0, 8.0)), ("tiny", Cost(None, None))):
        flops = 1.0 if name == "tiny" else 2_000_000.0
        group = build.group(name, "layer", cls=name.title(), defined_in="__main__", cost=Cost(flops, 16.0))
        x = build.op(f"{name}/MatMul", "MatMul", x, x, group=group, cost=Cost(flops, 8.0, macs=flops / 2))
        x = build.op(f"{name}/Softmax", "Softmax", x, group=group, cost=last)
    drawn = output_for(".svg").make(build.graph("net", ["x"], [x]), Options(depth="overview", direction=direction))
    told = re.findall(r">(\u2265 )?([0-9<.]+)(?: MFLOP)?<", drawn)
    assert [pair for pair in told if pair[1] in ("2.00", "0", "<0.01")] == [
        ("\u2265 ", "2.00"),
        ("", "2.00"),
    ]  # of the third layer it is known to be at least next to nothing, which is no figure
    assert "of FLOPs counted" in drawn
    assert "of all FLOPs" not in drawn
