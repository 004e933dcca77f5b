"""Inputs that Keras numbered are called ``input`` in drawings, and found by that name."""

from __future__ import annotations

import pytest

from graphs import Builder
from opscope.graph.content import content_of
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import Pill, items
from opscope.passes import for_drawing
from opscope.passes.select import Selection


def graph_of(*names: str):
    make = Builder()
    inputs = [make.op(name, "Placeholder") for name in names]
    make.op("sum", "AddN", *inputs)
    return make.graph(inputs=list(names), outputs=["sum"])


def drawn(graph):
    return [
        (item.title, item.tip)
        for item in items(compose(for_drawing(graph)))
        if isinstance(item, Pill) and item.kind == "input"
    ]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["keras_tensor_12"], ["input"]),
        (["keras_tensor", "keras_tensor_1"], ["input", "input_1"]),
        (["pixels", "keras_tensor_3"], ["pixels", "input"]),
        (["keras_tensor", "input", "keras_tensor_7"], ["input_1", "input", "input_2"]),
        (["my_keras_tensor", "keras_tensor_x"], ["my_keras_tensor", "keras_tensor_x"]),
    ],
)
def test_an_input_without_a_name_of_its_own_is_called_input(names, said):
    assert [title for title, _ in drawn(graph_of(*names))] == said


def test_the_tooltip_and_the_json_have_the_op_s_own_name():
    graph = graph_of("keras_tensor_12")
    assert drawn(graph)[0][1].startswith("keras_tensor_12 (Placeholder)")
    assert content_of(graph).inputs[0].name == content_of(graph).table.names[0] == "keras_tensor_12"


def test_a_placeholder_that_is_no_declared_input_is_called_so_too():
    make = Builder()
    make.op("relu", "Relu", make.op("keras_tensor_4", "Placeholder"))
    assert drawn(make.graph(outputs=["relu"]))[0][0] == "input"


def test_what_the_drawing_calls_an_input_can_be_selected():
    make = Builder()
    first, second = make.op("keras_tensor", "Placeholder"), make.op("keras_tensor_1", "Placeholder")
    make.op("both", "AddN", make.op("used", "Relu", second), make.op("other", "Tanh", first))
    graph = make.graph(inputs=["keras_tensor", "keras_tensor_1"], outputs=["both"])
    chosen = for_drawing(graph, selection=Selection(between=("input_1", None)))
    assert [title for title, _ in drawn(chosen)] == ["input_1"]
