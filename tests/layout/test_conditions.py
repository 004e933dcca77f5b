"""A condition of TensorFlow 1 says which side is true. Switch hands its tensor to output 1 where the condition is true, else to
output 0 (tensorflow/core/ops/control_flow_ops.cc: ``output_false``, ``output_true``)."""

from __future__ import annotations

import pytest

from graphs import Builder
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import Box, cards
from opscope.passes import for_drawing

PAIR = (("float32", (8,)), ("float32", (8,)))


def condition(switch, *, cut=False):
    """``relu(x) if p else tanh(x)``, as `tf.compat.v1.cond` makes it: relu behind an Identity, and used twice."""
    make = Builder()
    make.op("p", "Placeholder", out=(("bool", ()),))
    make.op("x", "Placeholder", out=PAIR[:1])
    make.op("s", switch, "x", "p", out=PAIR)
    make.op("t", "Identity", "s:1", out=PAIR[:1])
    make.op("relu", "Relu", "t", out=PAIR[:1])
    make.op("neg", "Neg", "t", out=PAIR[:1])
    make.op("both", "Add", "relu", "neg", out=PAIR[:1])
    make.op("tanh", "Tanh", "s", out=PAIR[:1])
    make.op("m", "Merge", "tanh", "both", out=(("float32", (8,)), ("int32", ())))
    make.op("y", "Abs", "m", out=PAIR[:1])
    return make.graph()


def wires_from(scene, node):
    """Wire labels by the op types of their targets."""
    found = {}
    for card in cards(scene):
        titles = [child.title for child in card.children]
        places = [place for place, child in enumerate(card.children) if isinstance(child, Box) and child.node == node]
        for wire in card.wires:
            if wire.source.child in places:
                found.setdefault(titles[wire.target.child], []).append(wire.label)
    return found


@pytest.mark.parametrize("switch", ["Switch", "RefSwitch"])
def test_each_side_of_a_condition_is_named_on_its_wires(switch):
    graph = condition(switch)
    found = wires_from(compose(for_drawing(graph, depth="all")), 2)
    assert found["Tanh"] == ["false"]
    assert sorted(found["Relu"] + found["Neg"]) == ["", "true"]  # one port, so it is said once


def test_the_tooltip_names_the_outputs_and_no_other_op_has_sides(tmp_path):
    path = condition("Switch").save(tmp_path / "c.svg")
    text = path.read_text()
    assert "output 0 (false): float32 (8)" in text and "output 1 (true): float32 (8)" in text
    assert text.count("(true)") == 1
    other = condition("Mystery").save(tmp_path / "d.svg").read_text()
    assert ">true<" not in other and ">true<" in text and ">false<" in text
