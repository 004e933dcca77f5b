from __future__ import annotations

import pytest

from graphs import Builder, graph, tower
from opscope.graph.content import with_content, with_measurement
from opscope.graph.types import Measured
from opscope.layout.scene.compose import compose
from opscope.layout.scene.heat import STEPS, STEPS_DARK, step
from opscope.layout.scene.items import Box, items
from opscope.passes import for_drawing


def scene(times, depth, step_us=None):
    timed = graph(tower(3)).overlay({name: {"time": value} for name, value in times.items()})
    if step_us:
        timed = with_measurement(timed, {"profiled_step_time_us": step_us})
    return compose(for_drawing(timed, depth))


def levels(found):
    return {item.tip.split(" ")[0]: item.heat.level for item in items(found) if getattr(item, "heat", None)}


TIMES = {"net": 0.100, "net/block0": 0.01, "net/block1": 0.04, "net/block2": 0.05}


def test_a_card_that_holds_everything_does_not_make_all_others_pale():
    found = scene(TIMES, 1)
    assert found.scale.text == "≥ 50 ms per step"
    assert levels(found) == {"net": 1.0, "net/block0": 0.2, "net/block1": 0.8, "net/block2": 1.0}


def test_one_card_alone_fills_its_scale():
    found = scene({"net": 0.1}, 0)
    assert found.scale.text == "100 ms per step"
    assert levels(found) == {"net": 1.0}


def test_the_line_under_the_title_says_which_step_shares_are_of():
    """That line also has the time of an unprofiled step, which is shorter."""
    assert scene(TIMES, 1, 1e5).heading.endswith(" \u00b7 shares are of the profiled step, 100 ms")
    assert "share" not in scene(TIMES, 1).heading


def test_a_share_too_small_to_round_is_not_zero():
    shares = [
        item.heat.share for item in items(scene({**TIMES, "net/block0": 1e-5}, 1, 1e5)) if getattr(item, "heat", None)
    ]
    assert shares == [f"{share} of profiled" for share in ("100 %", "< 0.1 %", "40 %", "50 %")]


def test_a_share_and_what_dispatch_costs_beside_it_are_told_apart():
    """The loop has 99 of 100 op starts, and so 99 % of the 40 ms of dispatch: beside its own time, not a part of it."""
    build = Builder()
    loop = build.group("loop", "layer", measured=Measured(10_000.0, calls=99.0))
    build.op("loop/exp", "Exp", group=loop, measured=Measured(10_000.0, calls=99.0))
    build.op("end", "Relu", measured=Measured(1_000.0, calls=1.0))
    run = {"profiled_step_time_us": 100_000.0, "coverage": {"ops": 0.11, "dispatch": 0.4}, "trace_level": 3}
    found = compose(for_drawing(with_measurement(build.graph("net", [], []), run), "all"))
    below = {item.title: item.heat.below for item in items(found) if getattr(item, "heat", None)}
    assert below == {
        "loop": "10 % of profiled · about 39.6 ms more in op dispatch (estimate)",
        "Exp": "10 % of profiled",
        "Relu": "1 % of profiled",
    }


@pytest.mark.parametrize(("level", "place"), [(-1.0, 0), (0.0, 0), (0.2, 1), (1.0, 4), (3.0, 4)])
def test_every_level_has_a_step(level, place):
    assert step(level) == place < len(STEPS) == len(STEPS_DARK)


def test_a_fused_op_is_marked_and_so_is_the_one_that_carries_its_time():
    made = graph(
        [("a/MatMul", "MatMul", []), ("a/BiasAdd", "BiasAdd", ["a/MatMul"]), ("a/Relu", "Relu", ["a/BiasAdd"])]
    )
    fused = Measured(time_us=5.0, fused=("a/MatMul", "a/BiasAdd"))
    found = compose(for_drawing(with_content(made, measured={0: fused}), "all"))
    notes = {item.title: item.note for item in items(found) if isinstance(item, Box)}
    assert notes == {"MatMul": "fused with BiasAdd", "BiasAdd": "fused with MatMul", "Relu": ""}


@pytest.mark.parametrize(
    ("quantity", "said"),
    [
        ("time", "of the profiled step, 1 s: ops 75 % · op dispatch 25 %"),
        ("memory", "memory known for 1 of 2 boxes and cards"),
    ],
)
def test_the_parts_of_the_steps_time_are_said_of_times_only(quantity, said):
    measured = graph(tower(3)).overlay({"net": {quantity: 0.1}})
    measured = with_measurement(measured, {"profiled_step_time_us": 1e6, "coverage": {"ops": 0.75, "dispatch": 0.25}})
    assert compose(for_drawing(measured, 0)).scale.coverage == said
