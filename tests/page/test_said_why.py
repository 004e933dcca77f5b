"""Words that readers may not know are explained where they stand, a hit of a search says why it is one, and buttons tell how things are."""

from __future__ import annotations

import pytest
from page_graphs import tagger
from test_errors import blocks

from graphs import Builder
from opscope.graph import meanings
from opscope.graph.content import content_of
from opscope.graph.step_parts import STEP_PARTS
from opscope.graph.types import TensorType


def test_the_times_of_a_step_and_its_parts_say_what_they_are(open_page):
    page = open_page(blocks()).page
    lines = page.inner_text(".details").split("\n")
    for name, figure, meaning in (
        ("Unprofiled step", "80 ms", meanings.UNPROFILED),
        ("Profiled step", "100 ms", meanings.profiled({"step_time_us": 80.0, "profiled_step_time_us": 100.0})),
        ("ops", "60 %", meanings.PARTS["ops"]),
        ("op dispatch", "30 %", meanings.PARTS["dispatch"]),
    ):
        at = lines.index(name)
        assert lines[at + 1].startswith(figure)
        assert lines[at + 2] == meaning
    assert f"Times: {meanings.error()}." in lines
    title = page.get_attribute(".coverage", "title").split("\n")
    assert f"op dispatch 30 %: {meanings.PARTS['dispatch']}" in title


def test_every_part_of_a_step_has_a_meaning():
    assert set(meanings.PARTS) == set(STEP_PARTS)
    assert "10 %" in meanings.error()


def test_an_uncertain_figure_says_what_its_sign_means(open_page):
    opened = open_page(blocks())
    opened.run("opscope.select('group:loop')")
    assert meanings.error() in opened.page.inner_text(".details .pairs")
    opened.run("opscope.select('group:block_0')")
    assert meanings.error() not in opened.page.inner_text(".details")


def test_runs_are_of_ops_wherever_they_are_told(open_page):
    """A layer that ran once has ten op runs, and is not said to be called ten times."""
    opened = open_page(blocks())
    opened.run("opscope.select('group:loop')")
    assert "per step, 2,000 op runs" in opened.page.inner_text(".details")
    opened.page.click("button:has-text('More')")
    opened.page.click("[role=menuitem]:has-text('Op runs')")
    assert "2,000 op runs" in opened.page.inner_text(".tree")
    opened.page.click("#tab-ops")
    assert "Op runs" in opened.page.inner_text(".table-head")
    assert "call" not in opened.page.inner_text(".legend").lower()


def test_layers_are_told_from_other_groups(open_page):
    """As many layers as the line beside the name says; groups are more."""
    graph = tagger()
    opened = open_page(graph)
    lines = opened.page.inner_text(".details").split("\n")
    told = lines[lines.index("Layers") + 1]
    assert told == "7"
    assert f" ops · {told} layers" in opened.page.get_attribute(".title", "title")
    rows = sum(1 for group in content_of(graph).groups if group.cls)
    assert rows > int(told)
    assert lines[lines.index("Layers") + 2].startswith(f"the table has {rows} rows: ")
    assert lines[lines.index("All groups") + 1] == str(len(content_of(graph).groups)) == "9"
    opened.run("opscope.search('e')")  # model, embed, head, and the scope inner in no class
    assert opened.page.text_content(".hit-kinds").startswith("3 layers, 1 other group, ")


def test_counts_of_ops_say_which_are_in_no_group_and_which_in_other_copies(open_page):
    """So that the model's row, a card and a search come to what the whole graph has."""
    build = Builder()
    x = build.op("x", "Placeholder", out=[TensorType("float32", (8, 10))])
    for number in range(3):
        block = build.group(f"block_{number}", "layer", cls="Block")
        kernel = build.op(f"block_{number}/kernel", "Placeholder", out=[TensorType("float32", (10, 10))])
        x = build.op(f"block_{number}/MatMul", "MatMul", x, kernel, group=block, out=[TensorType("float32", (8, 10))])
        x = build.op(f"block_{number}/Relu", "Relu", x, group=block, out=[TensorType("float32", (8, 10))])
    opened = open_page(build.graph("net", ["x"], {"output": x}))
    assert "10\n4 of them in no group" in opened.page.inner_text(".details")
    opened.run("opscope.search('block')")
    assert opened.page.text_content(".hit-kinds") == "3 layers, 9 ops: 3 ops in no group"
    opened = open_page(tagger())  # five equal blocks, of which one is drawn
    opened.run("opscope.search('op:Tanh')")
    assert opened.page.text_content(".hit-kinds") == "5 ops: 4 ops in other copies"


def test_estimates_for_one_sample_say_so_beside_each_figure(open_page):
    build = Builder()
    dense = build.group("dense", "layer", cls="Dense")
    x = build.op("x", "Placeholder", out=[TensorType("float32", (None, 10))])
    w = build.op("w", "Const", out=[TensorType("float32", (10, 3))], group=dense)
    build.op("dense/y", "MatMul", x, w, group=dense, out=[TensorType("float32", (None, 3))])
    opened = open_page(build.graph("open", ["x"], ["dense/y"]))
    opened.run("opscope.select('dense/y')")
    assert "60 FLOP per sample" in opened.page.inner_text(".details .pairs")  # 2 x 10 x 3
    opened.run("opscope.select('group:dense')")
    assert "60 FLOP per sample" in opened.page.inner_text(".details .pairs")


def weights():
    """Two layers whose ops have equal names and types, and long paths that differ in the middle only."""
    build = Builder()
    x = build.op("x", "Placeholder")
    for layer in ("first_separable_convolution", "second_separable_convolution"):
        group = build.group(layer, "layer", cls="SeparableConv2D")
        for part in ("depthwise_convolution", "pointwise_convolution"):
            path = f"network_with_a_long_name/{layer}/{part}/ReadVariableOp"
            x = build.op(f"{path}/resource", "Relu", x, group=group, out=[TensorType("float64", (8, 4))])
    return build.graph("weights", ["x"], [x])


@pytest.mark.parametrize("size", [(1280, 720), (800, 600), (390, 844), (640, 360)])
def test_hits_of_one_name_can_be_told_apart_and_show_what_was_asked_for(open_page, size):
    opened = open_page(weights(), size=size)
    for word in ("convolution", "separable"):
        opened.page.fill("[role=combobox]", f"{word} op:Relu")
        opened.wait("document.querySelectorAll('.hit').length === 4")
        seen = []
        for hit in opened.page.locator(".hit").all():
            path = hit.locator(".hit-path")
            assert path.evaluate("(line) => line.scrollWidth <= line.clientWidth")
            marks = hit.locator("mark").all_inner_texts()
            assert word in marks
            assert "Relu" in marks
            seen.append(path.inner_text())
        assert len(set(seen)) == 4


def test_a_hit_of_a_filter_tells_what_the_filter_looked_at(open_page):
    opened = open_page(tagger())
    why = ".hit >> nth=0 >> .hit-why"
    for query, told in (
        ("dtype:float64", "float64 (8, 64)"), ("shape:8,10", "(8, 10)"), ("file:tagger.py:8", "tagger.py:8"), ("time>900us op:MatMul", "990 µs"),
        ("class:Block op:Tanh", "in Block"), ("parameters>4k", "5,000 parameters"),
    ):  # fmt: skip
        opened.page.fill("[role=combobox]", query)
        opened.wait("document.querySelectorAll('.hit').length > 0")
        assert opened.page.inner_text(why) == told, query


def test_the_button_of_the_map_is_pressed_only_while_there_is_a_map(open_page):
    build = Builder()
    x = build.op("x", "Placeholder")
    for index in range(5):
        x = build.op(f"r{index}", "Relu", x)
    opened = open_page(build.graph("small", ["x"], [x]))
    button = opened.page.locator(".map-button")
    assert not opened.page.is_visible(".minimap")
    assert button.get_attribute("aria-pressed") == "false"
    assert button.is_disabled()
    assert "All of the drawing is in view" in button.get_attribute("title")
    for _ in range(4):
        opened.page.click("[aria-label='Zoom in']")
    seen = []
    for _ in range(3):
        shown, pressed = opened.page.evaluate(MAP)
        assert shown == pressed
        seen.append(shown)
        assert button.is_enabled()
        button.click()
    assert seen in ([True, False, True], [False, True, False])


MAP = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const map = document.querySelector('.minimap'), button = document.querySelector('.map-button');
  return [map.checkVisibility(), button.getAttribute('aria-pressed') === 'true'];
}"""
"""Whether there is a map, and whether its button says so, once what was asked for is drawn."""


def renamed_layers():
    """Layers in a chain whose ops TensorFlow named after a second build of the same model, as Keras does: `net_1/conv_3_1/Conv2D`."""
    build = Builder()
    x = build.op("x", "Placeholder")
    net = build.group("net", "layer", cls="Net")
    for number in range(12):
        layer = build.group(f"conv_{number}", "layer", cls="Conv", parent=net)
        x = build.op(f"net_1/conv_{number}_1/Conv2D", "Conv2D", x, group=layer)
    return build.graph("renamed", ["x"], [x])


def test_a_hit_lies_in_the_layers_that_the_drawing_names(open_page):
    opened = open_page(renamed_layers())
    opened.page.fill("[role=combobox]", "op:Conv2D")
    opened.wait("document.querySelectorAll('.hit').length > 8")
    assert (
        opened.page.inner_text("#hit3 .hit-path") == "net/conv_3"
    )  # not the scope net_1/conv_3_1, which names the same
    assert opened.page.get_attribute("#hit3", "title").startswith("net_1/conv_3_1/Conv2D\n")
    opened.page.keyboard.press("Enter")
    assert opened.page.inner_text(".breadcrumb").split() == ["renamed", "›", "net", "›", "conv_0", "›", "Conv2D"]


RING_BELOW_LIST = """() => {
const list = document.querySelector('.hits').getBoundingClientRect(), canvas = document.querySelector('canvas.drawing'), box = canvas.getBoundingClientRect();
const ring = [0x2f, 0x6f, 0xde];
const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
for (let at = 0; at < data.length; at += 4)
  if (ring.every((part, index) => data[at + index] === part)) return box.top + Math.floor(at / 4 / canvas.width) * box.height / canvas.height - list.bottom;
return null; }"""
"""How far below the list of the hits the ring around what is selected begins, as it is painted."""


@pytest.mark.parametrize(("size", "least"), [((1280, 720), 3), ((390, 844), 4), ((640, 360), 2)])
def test_while_stepping_the_list_has_the_rows_that_leave_what_was_found_in_view(open_page, size, least):
    opened = open_page(renamed_layers(), size=size)
    opened.page.fill("[role=combobox]", "op:Conv2D")
    for step in range(12):
        opened.page.keyboard.press("ArrowDown")
        opened.wait(f"document.querySelector('#hit{step}')?.classList.contains('current')")
        opened.run("opscope.view()")
        rows = opened.page.locator("#hits").bounding_box()["height"] / 40
        assert least <= rows <= 8
        if size[1] > 400:
            assert opened.run(RING_BELOW_LIST) > 0, step
    seen = opened.page.inner_text(".hit-more")
    assert seen == ("12 in all: scroll" if size[0] < 520 else "12 in all: scroll, or step with arrow keys")
