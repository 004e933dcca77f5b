"""Where the overview calls what is selected otherwise than path and panel, both say so; levels bear the drawing's numbers everywhere."""

from __future__ import annotations

import re

import pytest
from page_driver import SHADOW, shown
from page_graphs import tower
from test_flame import flame

from graphs import Builder
from opscope.graph.types import TensorType

LEVELS = 4
PATH = ".breadcrumb"


def gated_levels():
    """Levels down and up as Keras names layers: in each level up a gate of the author's own, ``gate``, ``gate_1`` and so on."""
    build, counts, skips = Builder(), {}, []
    model = build.group("net", "model", cls="Functional", defined_in="keras")
    x = build.op("x", "Placeholder", out=[TensorType("float32", (4, 64, 64, 8))])
    weight = build.op("w", "Const", out=[TensorType("float32", (3, 3, 8, 8))])

    def layer(cls, snake, size, ops, *sources, defined_in="keras"):
        number = counts[snake] = counts.get(snake, -1) + 1
        name = f"{snake}_{number}" if number else snake
        group = build.group(name, "layer", model, cls=cls, defined_in=defined_in)
        last, *beside = sources
        for op in ops:
            weights = [weight] if op == "Conv2D" else []
            given = [last, *weights, *beside]
            last = build.op(
                f"net/{name}/{op}", op, *given, group=group, out=[TensorType("float32", (4, size, size, 8))]
            )
            beside = []
        return last

    for level in range(LEVELS):
        size = 64 >> level
        x = layer("Conv2D", "conv2d", size, ("Conv2D", "BiasAdd", "Relu"), x)
        x = layer("BatchNormalization", "batch_normalization", size, ("Rsqrt", "Mul", "Sub", "AddV2"), x)
        skips.append(x)
        x = layer("MaxPooling2D", "max_pooling2d", size // 2, ("MaxPool",), x)
    for level in reversed(range(LEVELS)):
        size = 64 >> level
        x = layer("Conv2DTranspose", "conv2d_transpose", size, ("Conv2DBackpropInput", "BiasAdd"), x)
        gated = layer("Gate", "gate", size, ("Conv2D", "Sigmoid", "Tanh", "Exp"), skips[level], defined_in="")
        x = layer("Concatenate", "concatenate", size, ("ConcatV2",), x, gated)
        x = layer("Conv2D", "conv2d", size, ("Conv2D", "BiasAdd", "Relu"), x)
        x = layer("BatchNormalization", "batch_normalization", size, ("Rsqrt", "Mul", "Sub", "AddV2"), x)
    return build.graph("net", ["x"], [x])


def drawn_names(opened):
    return opened.run(f"[...{SHADOW}.querySelectorAll('text.name')].map((text) => text.textContent)")


@pytest.mark.parametrize("size", [(1280, 720), (800, 600), (390, 844)], ids=str)
def test_path_and_panel_say_what_the_drawing_calls_the_selection(open_page, size):
    opened = open_page(gated_levels(), overview=True, size=size)
    assert "gate" in drawn_names(opened) and "gate_3" not in drawn_names(opened)
    opened.run("opscope.select('net/gate_3')")
    opened.page.keyboard.press("v")
    assert shown(opened) == "overview"
    assert "drawn as gate" in opened.page.text_content(".details .drawn-copy")
    said = opened.page.locator(PATH).inner_text()
    assert re.search(r"gate_3\s*· drawn as gate", said), said
    opened.page.keyboard.press("v")  # the drawing has the graph's names
    assert "drawn as" not in opened.page.inner_text(PATH)


def test_what_has_one_name_needs_no_second(open_page):
    opened = open_page(tower(), overview=True)
    opened.run("opscope.select('tower/block_3')")
    opened.page.keyboard.press("v")
    assert "drawn as" not in opened.page.inner_text(PATH) + opened.page.text_content(".details .drawn-copy")


def test_copies_that_are_levels_have_the_numbers_of_the_drawing(open_page):
    """The decoder begins with the deepest level, of 8 x 8."""
    opened = open_page(gated_levels(), overview=True)
    bars = [bar for bar in flame(opened) if bar["kind"] == "copy"]
    bars.sort(key=lambda bar: bar["x"])
    numbers = [re.search(r"\((level \d)\)", bar["title"]).group(1) for bar in bars]
    assert numbers == [f"level {number}" for number in (1, 2, 3, 4, 4, 3, 2, 1)]
    assert all(bar["label"].startswith(number) for bar, number in zip(bars, numbers) if bar["label"])
    opened.run("opscope.select('net/gate_1')")  # that of the second level from below
    opened.page.keyboard.press("v")
    said = opened.page.text_content(".details .drawn-copy")
    assert re.search(r"copy 2 of 4\b.* \(level 3\)", said)
