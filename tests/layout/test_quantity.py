"""Which quantity a drawing's heat shows."""

import pytest

from graphs import literal
from opscope import InputError
from opscope.graph import Cost, Measured
from opscope.graph.content import content_of
from opscope.layout.scene.quantity import only

F = "float32"


def graph(**columns):
    return literal(
        ("x", "Placeholder", (), [(F, (2, 3))]), ("w", "Const", (), [(F, (3, 4))]),
        ("y", "MatMul", ["x", "w"], [(F, (2, 4))]), ("z", "MyOp", ["y"], [(F, (2, 4))]), **columns,
    )  # fmt: skip


def test_flops_are_drawn_where_they_are_known_and_never_as_zero():
    shown = content_of(only(graph(), "flops")).measured
    assert shown[2].flops == 48
    assert 3 not in shown


def test_multiply_adds_are_drawn_though_the_graph_has_only_other_costs():
    """As one from JSON has, whose first version does not hold them."""
    shown = content_of(only(graph(costs={2: Cost(48.0, 100.0)}), "macs")).measured
    assert shown[2].macs == 24
    assert shown[0].macs == 0
    assert 3 not in shown


def test_it_is_not_said_that_all_ops_are_counted_where_that_is_not_known(tmp_path):
    costs = {2: Cost(48.0, 100.0), 3: Cost(None, 64.0)}
    text = graph(costs=costs).save(tmp_path / "g.svg", heat="flops").read_text(encoding="utf-8")
    assert "estimated from shapes" in text
    assert "all ops" not in text


def test_a_measured_quantity_hides_the_others():
    shown = content_of(only(graph(measured={2: Measured(5.0, 7.0, 1.0, 64.0)}), "memory")).measured
    assert shown[2].memory_bytes == 64
    assert shown[2].time_us is None


def test_what_was_not_measured_is_refused():
    with pytest.raises(InputError, match="no time was measured"):
        only(graph(), "time")


def test_an_unknown_quantity_is_refused():
    with pytest.raises(InputError, match="heat='colour' is not known"):
        only(graph(), "colour")


def test_a_drawing_shows_the_scale_with_its_unit(tmp_path):
    path = graph().save(tmp_path / "g.svg", heat="flops")
    text = path.read_text(encoding="utf-8")
    assert "48 FLOP" in text
    assert "not counted: 1 op without a FLOP formula" in text
