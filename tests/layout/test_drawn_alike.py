"""What is drawn of the author's layers on a page that has no room for all: equal ones alike, and the largest rather than small ones."""

from __future__ import annotations

import pytest

from layout.test_overview_rows import F, Net
from opscope.layout.overview import one_try, page_shapes
from opscope.layout.scene.items import cards


def authors(net, name, cls):
    return net.make.group(name, "layer", net.model, cls=cls, defined_in="__main__", outputs=(F,))


def dense(net, name, units, taken, parent=None):
    return net.layer(name, "Dense", "MatMul", taken, parent=parent, settings={"units": units, "activation": "linear"})


def shown(net, last):
    """The cards of a drawing by their titles."""
    return {card.title: card for card in cards(net.drawn(last).drawing.scene)}


def normed():
    """Two equal layers of the author's, each between layers of a library."""
    net = Net()
    here = net.make.op("x", "Placeholder")
    for number in range(2):
        here = dense(net, f"in_{number}", 8 + number, here)
        own = authors(net, f"norm_{number}", "PixelNorm")
        scale = here
        for op in ("Square", "Exp", "Rsqrt"):
            scale = net.make.op(f"net/norm_{number}/{op}", op, scale, group=own)
        here = net.make.op(f"net/norm_{number}/Mul", "Mul", here, scale, group=own)
    for number in range(3):
        here = dense(net, f"out_{number}", 3 + number, here)
    return net, here


@pytest.mark.parametrize("high", [130.0, 135.0])
def test_of_two_equal_layers_both_are_cards_where_one_is(high, monkeypatch):
    """On a page that has no room for one of them open."""
    monkeypatch.setattr(page_shapes, "PAGE_HIGH", high)
    found = shown(*normed())
    assert found["norm_0"].detail == "x² → exp → 1/√ → × input"
    assert found["norm_1"].subtitle == "PixelNorm · as norm_0"


def gated():
    """A small layer of the author's, of which nothing branches, before a larger one that does, in a model that fills the page."""
    net = Net()
    here = net.make.op("x", "Placeholder")
    small = authors(net, "small", "Small")
    for name in ("first", "second", "third"):
        here = dense(net, name, 8, here, small)
    mlp = authors(net, "mlp", "GatedMLP")
    here = dense(net, "before", 7, here)
    gate = dense(net, "gate_2", 16, dense(net, "gate", 15, here, mlp), mlp)
    product = net.make.op("net/mlp/Mul", "Mul", gate, dense(net, "up", 16, here, mlp), group=mlp)
    here = dense(net, "down", 4, product, mlp)
    for number in range(3):
        here = dense(net, f"out_{number}", 3 + number, here)
    return net, here


@pytest.mark.parametrize("high", [195.0, 210.0])
def test_a_large_layer_with_branches_is_drawn_rather_than_a_small_one_without(high, monkeypatch):
    """On a page of one column that has room for either, but not for both."""
    monkeypatch.setattr(page_shapes, "PAGE_HIGH", high)
    monkeypatch.setattr(one_try, "PAGE_SHAPES", [shape for shape in one_try.PAGE_SHAPES if shape.columns == 1])
    found = shown(*gated())
    assert "small" not in found
    assert not found["mlp"].open
    first, last = found["mlp"].sketch.steps
    assert (first.text, [len(branch) for branch in first.branches]) == ("×", [2, 1])
    assert [part.text for part in last.parts] == ["Dense 4"]
