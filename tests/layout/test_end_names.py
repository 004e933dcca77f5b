"""What an overview, and any other drawing, calls inputs and outputs that TensorFlow named, and those that the author did."""

from __future__ import annotations

import pytest

from graphs import Builder
from opscope.layout.overview.one_page import overview
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import Pill, items
from opscope.passes import for_drawing
from rows_apart import apart
from truth import lies


@pytest.mark.parametrize(
    ("inputs", "outputs", "said"),
    [
        (["args_0"], ["StatefulPartitionedCall"], ["input", "output"]),
        (["tokens"], ["Identity"], ["output", "tokens"]),
        (["serving_default_a", "serving_default_b"], ["logits"], ["a", "b", "logits"]),
        (["serving_default_a", "a"], ["logits"], ["a", "logits", "serving_default_a"]),  # two would have one name
        (
            ["args_0", "args_1"],
            ["Identity", "Identity_1"],
            ["input 1 of 2", "input 2 of 2", "output 1 of 2", "output 2 of 2"],
        ),
        (["x"], ["Identity_of_mine"], ["Identity_of_mine", "x"]),
    ],
)
def test_names_that_nobody_gave_are_not_shown(inputs, outputs, said):
    make = Builder()
    for name in inputs:
        make.op(name, "Placeholder")
    last = make.op("sum", "AddN", *inputs)
    for name in outputs:
        make.op(name, "Relu", last)
    graph = make.graph("net", inputs, outputs)
    found = overview(graph)
    assert lies(graph, found.graph, apart(found.drawing.scene)) == []
    ends = [item for item in items(found.drawing.scene) if isinstance(item, Pill) and item.kind in {"input", "output"}]
    assert sorted(item.title for item in ends) == said
    assert all(any(name in item.tip for item in ends) for name in (*inputs, *outputs))
    # A drawing calls an input as its overview does.
    drawn = for_drawing(graph, "all")
    scene = compose(drawn)
    called = [
        {item.title for item in items(each) if isinstance(item, Pill) and item.kind == "input"}
        for each in (found.drawing.scene, scene)
    ]
    assert called[0] == called[1]
    assert lies(graph, drawn, scene) == []
