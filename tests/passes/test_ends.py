"""The ovals of a model's inputs and outputs; many alike are one that is counted."""

from __future__ import annotations

import pytest

from graphs import Builder
from opscope.graph.types import TensorType
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import Pill
from opscope.passes import for_drawing
from opscope.passes.ends import MOST_ALIKE
from truth import lies


def features(inputs, outputs=1, *, odd=False):
    """Inputs that are looked up and joined, as in a model of many features; `odd`: the first is of another type."""
    make = Builder()
    looked_up = []
    for k in range(inputs):
        kind = TensorType("int64" if odd and k == 0 else "float32", (None, 1))
        make.op(f"feature_{k}", "Placeholder", out=[kind])
        looked_up.append(make.op(f"scaled_{k}", "Mul", f"feature_{k}", f"feature_{k}"))
    make.op("joined", "ConcatV2", *looked_up)
    ends = [make.op(f"head_{k}", "Softmax", "joined") for k in range(outputs)]
    return make.graph(inputs=[f"feature_{k}" for k in range(inputs)], outputs=ends)


def ovals(graph, *, unfold=False):
    drawn = for_drawing(graph, "all", unfold=unfold)
    scene = compose(drawn)
    assert lies(graph, drawn, scene) == []
    return [pill.title for pill in scene.root.children if isinstance(pill, Pill)]


def test_up_to_twelve_are_drawn_one_by_one():
    assert MOST_ALIKE == 12  # the contract's number
    assert ovals(features(12)) == [*(f"feature_{k}" for k in range(12)), "head_0"]


def test_more_of_one_type_are_one_oval_that_is_counted():
    assert ovals(features(13)) == ["13 inputs", "head_0"]
    assert ovals(features(14, odd=True)) == ["feature_0", "13 inputs", "head_0"]


def test_its_tooltip_names_each_of_them():
    graph = features(13)
    oval = next(
        pill for pill in compose(for_drawing(graph, "all", unfold=False)).root.children if isinstance(pill, Pill)
    )
    assert oval.tip.split("\n") == [f"input feature_{k}" for k in range(13)]
    assert oval.detail == "float32 (None, 1)"


def test_outputs_are_counted_too():
    assert ovals(features(2, 13)) == ["feature_0", "feature_1", "13 outputs"]


@pytest.mark.parametrize("inputs", [12, 13])
def test_unfolded_each_is_drawn(inputs):
    assert len(ovals(features(inputs, 13), unfold=True)) == inputs + 13
