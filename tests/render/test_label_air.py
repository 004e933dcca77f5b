"""Tests of the air around what an overview says beside wires: no box, frame or wire is near it, however full the page is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import opscope
from examples import examples
from label_air import LABEL_SIZE, TALL, WIDE, air, struck
from layout.test_overview_rows import F, Net
from opscope.layout.overview import page_shapes
from opscope.layout.overview.one_page import overview
from opscope.render.svg.overview_page import overview_svg
from rows_apart import apart
from truth import lies

LEAST = 1.9
"""So far from its ink are the nearest box and frame, in units of the document; coordinates are written with one decimal."""
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
OVERVIEW = "max-width:100%"
"""Only an overview shrinks with what it stands in."""


def images(channels):
    """The types of what gives images."""
    return (("float32", (None, 32, 32, channels)),)


class Images(Net):
    """A model of layers of which each gives other images."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def conv(self, taken, parent=None, name="part"):
        """A layer that gives a number of channels of its own."""
        self.count += 1
        size = 7 + self.count
        settings = {"filters": size, "kernel_size": [3, 3]}
        group = self.make.group(
            f"{name}{self.count}x",
            "layer",
            self.model if parent is None else parent,
            cls="Conv2D",
            defined_in="keras",
            settings=settings,
            outputs=(F,),
        )
        return self.make.op(f"{self.make.groups[group].path}/Conv2D", "Conv2D", taken, group=group, out=images(size))

    def block(self, taken, layers):
        """A layer of the author's with layers in it, and a way around them."""
        self.count += 1
        own = self.make.group(f"own{self.count}x", "layer", self.model, cls="Gate", defined_in="__main__", outputs=(F,))
        here = taken
        for _ in range(layers):
            here = self.conv(here, own)
        path = self.make.groups[own].path
        return self.make.op(f"{path}/mul{self.count}", "Mul", here, taken, group=own, out=images(7 + self.count))

    def branches(self, taken, count):
        """Layers side by side, joined."""
        every = [self.conv(taken, name="branch") for _ in range(count)]
        self.count += 1
        return self.make.op(f"net/join{self.count}", "AddN", *every, group=self.model, out=images(7 + self.count))


def chain(layers):
    net = Images()
    here = net.make.op("x", "Placeholder", out=images(3))
    for _ in range(layers):
        here = net.conv(here)
    return net.make.graph("net", ["x"], [here])


@st.composite
def models(draw):
    """Models of layers in a row, side by side, and in open blocks, with a way around some of them."""
    net = Images()
    here = net.make.op("x", "Placeholder", out=images(3))
    for kind, size in draw(st.lists(st.tuples(st.sampled_from("lbs"), st.integers(1, 3)), min_size=2, max_size=9)):
        here = {"l": net.conv, "b": lambda taken, size=size: net.block(taken, size)}.get(
            kind, lambda taken, size=size: net.branches(taken, size + 1)
        )(here)
    return net.make.graph("net", ["x"], [here])


def tall(svg):
    return float(re.search(r'viewBox="0 0 [0-9.]+ ([0-9.]+)"', svg)[1])


def near(svg):
    return [(round(away, 2), said) for away, said in air(svg) if away < LEAST]


@pytest.mark.parametrize("high", [240.0, 270.0, 300.0, 330.0, 390.0])
@pytest.mark.parametrize("layers", [7, 8, 9])
def test_in_a_full_page_no_box_is_near_a_label(high, layers, monkeypatch):
    monkeypatch.setattr(page_shapes, "PAGE_HIGH", high)
    svg = overview_svg(overview(chain(layers)))
    assert near(svg) == []
    assert struck(svg) == []


@examples(60)
@given(models())
def test_in_no_model_is_a_box_near_a_label(graph):
    found = overview(graph)
    svg = overview_svg(found)
    assert near(svg) == []
    assert struck(svg) == []
    assert lies(graph, found.graph, apart(found.drawing.scene)) == []


def beside(drawn):
    """What stands behind rows and ovals rather than below them."""
    waiting = [drawn]
    while waiting:
        here = waiting.pop()
        if here.beside is not None:
            yield here, here.beside
        waiting.extend(here.inside.children if here.inside is not None else ())


def test_in_a_full_page_shapes_stand_behind_names_and_in_others_below(monkeypatch):
    graph = chain(7)
    assert not list(beside(overview(graph).drawing.root))
    monkeypatch.setattr(page_shapes, "PAGE_HIGH", 270.0)
    root = overview(graph).drawing.root
    behind = list(beside(root))
    assert [label.text for _, label in behind][::-1][:2] == ["float32 (None, 32, 32, 3)", "(None, 32, 32, 8)"]
    for drawn, label in behind:
        assert label.x > drawn.body.x + drawn.body.width
        assert drawn.body.y < label.y - TALL * LABEL_SIZE < label.y < drawn.body.y + drawn.body.height
        assert label.x + WIDE * LABEL_SIZE * len(label.text) < root.body.width


@pytest.mark.parametrize("path", sorted(PICTURES.rglob("*.svg")), ids=lambda path: path.stem)
def test_in_the_pictures_of_the_docs_no_box_is_near_a_label(path):
    svg = path.read_text(encoding="utf-8")
    assert OVERVIEW not in svg or near(svg) == []


FILES = [
    "graphs/resnet50_train.pb", "graphs/tfm12_train.pb", "graphs/tfm48_train.pb", "wild/tf2.10-lstm_text", "wild/tf2.15-seq2seq",
    "wild/tf2.10-dcnn", "wild/tf2.7-gan_generator", "wild/tf1.6-word_segmentation",
]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_in_no_file_is_a_box_near_a_label(name, shared, tmp_path):
    if not (shared / name).exists():
        pytest.skip(f"no {name}")
    svg = opscope.load(shared / name).save(tmp_path / "x.svg", depth="overview").read_text(encoding="utf-8")
    assert tall(svg) <= 900.0
    assert near(svg) == []
    assert struck(svg) == []
