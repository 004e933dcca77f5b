"""A click on a kind in a legend keeps its colour and makes the others pale: in the drawing, in the overview and in the timeline."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree as ET

import pytest
from page_driver import SHADOW
from page_graphs import tagger, tower

from graphs import Builder
from opscope.graph.types import TensorType
from opscope.layout.scene.families import family_of

VIEW = "opscope.view()"


def kind(opened, title):
    return opened.page.locator(f".legend button.choice:has-text('{title}')")


def told(opened):
    return opened.page.inner_text(".legend-chosen").replace("\n", " ")


def svg_opacity(opened, text):
    """The opacity of the shape behind a text of the drawing, as the page saves it."""
    shapes = list(ET.fromstring(opened.saved_svg()).iter())
    at = next(index for index, each in enumerate(shapes) if each.text == text)
    x, y = float(shapes[at].get("x")), float(shapes[at].get("y"))
    behind = [
        each for each in shapes
        if each.tag.endswith("rect") and float(each.get("x", 0)) <= x <= float(each.get("x", 0)) + float(each.get("width", 0))
        and float(each.get("y", 0)) <= y <= float(each.get("y", 0)) + float(each.get("height", 0)) and each.get("fill") != "none"
    ]  # fmt: skip
    return behind[-1].get("fill-opacity") or behind[-1].get("opacity") or "1"


def test_a_kind_keeps_its_colour_and_all_others_are_pale(open_page):
    graph = tagger()
    counts = Counter(family_of(op.type) for op in graph.ops())
    opened = open_page(graph)
    page = opened.page
    page.click("[role=radio]:has-text('Family')")
    before = svg_opacity(opened, "Tanh")
    kind(opened, "matmul, conv").click()
    assert kind(opened, "matmul, conv").get_attribute("aria-pressed") == "true"
    assert told(opened).startswith(
        f"{counts['matmul']} of {sum(counts.values())} ops of this kind, the others are pale"
    )
    assert svg_opacity(opened, "MatMul") == before == "1"
    assert float(svg_opacity(opened, "Tanh")) < 0.5
    kind(opened, "elementwise").click()
    assert told(opened).startswith(
        f"{counts['matmul'] + counts['elementwise']} of {sum(counts.values())} ops of these 2 kinds"
    )
    assert svg_opacity(opened, "Tanh") == "1"
    kind(opened, "matmul, conv").click()
    kind(opened, "elementwise").click()
    assert page.locator(".legend-chosen").count() == 0
    assert svg_opacity(opened, "Tanh") == "1"
    assert opened.errors == []


def test_keyboard_escape_undo_and_link_know_the_choice(open_page):
    opened = open_page(tagger())
    page = opened.page
    page.click("[role=radio]:has-text('Family')")
    kind(opened, "matmul, conv").focus()
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.dataset.kind") == "matmul"
    assert opened.run(f"{VIEW}.kinds") == ["family:matmul"]
    page.focus("canvas.drawing")
    page.keyboard.press("Escape")
    assert opened.run(f"{VIEW}.kinds") == []
    page.keyboard.press("Control+z")
    assert opened.run(f"{VIEW}.kinds") == ["family:matmul"]
    opened.wait("location.hash.includes('k=family:matmul')")
    second = open_page(tagger(), link=opened.run("location.hash.slice(1)"))
    assert kind(second, "matmul, conv").get_attribute("aria-pressed") == "true"
    second.page.click(".legend-chosen button")
    assert opened.errors == second.errors == []
    assert second.run(f"{VIEW}.kinds") == []


def test_a_closed_card_is_pale_unless_it_holds_an_op_of_the_kind(open_page):
    build = Builder()
    x = build.op("x", "Placeholder")
    for name, op in (("has", "MatMul"), ("lacks", "Relu")):
        group = build.group(name, "layer", cls=name.title())
        x = build.op(f"{name}/one", op, x, group=group)
        x = build.op(f"{name}/two", "Exp", x, group=group)
    opened = open_page(build.graph("two", ["x"], [x]))
    opened.run("opscope.close('has')")
    opened.run("opscope.close('lacks')")
    kind(opened, "matmul, conv").click()
    assert svg_opacity(opened, "has") == "1"
    assert float(svg_opacity(opened, "lacks")) < 0.5


def test_a_category_filters_as_families_do_and_an_amount_has_no_kinds(open_page):
    opened = open_page(tagger(), size=(1280, 1500))
    page = opened.page
    assert page.locator(".legend button.choice").count() == 0  # time
    page.click(".modes .menu-button")
    page.click("[role=menuitem]:has-text('Dtype')")
    kind(opened, "float64").click()
    wanted = sum(1 for op in tagger().ops() if op.outputs and op.outputs[0].dtype == "float64")
    assert told(opened).startswith(f"{wanted} of ")
    assert svg_opacity(opened, "Sqrt") == "1"
    assert float(svg_opacity(opened, "Tanh")) < 0.5
    page.click("[role=radio]:has-text('Time')")
    assert svg_opacity(opened, "Tanh") == "1"


def layered():
    """So many layers of three kinds that there is an overview."""
    build = Builder()
    x = build.op("x", "Placeholder", out=[TensorType("float32", (8, 64))])
    model = build.group("net", "model", cls="Net")
    for index in range(30):
        cls, op = (("Dense", "MatMul"), ("BatchNormalization", "FusedBatchNormV3"), ("MaxPooling2D", "MaxPool"))[
            index % 3
        ]
        group = build.group(f"layer_{index}", "layer", model, cls=cls if index % 4 else f"Mine{index}")
        for step in range(1 + index % 2):
            x = build.op(f"net/layer_{index}/{op}{step}", op, x, group=group, out=[TensorType("float32", (8, 64))])
    return build.graph("net", ["x"], [x])


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
def test_the_legend_of_the_overview_filters_it(open_page, size):
    opened = open_page(layered(), overview=True, size=size)
    page = opened.page
    entry = page.locator(".overview button.choice" if size[0] < 500 else ".overview text.choice").last
    title = entry.text_content()
    entry.click()
    [name] = opened.run(f"{VIEW}.kinds")
    cls = name.removeprefix("overview:")
    marks = f"[...{SHADOW}.querySelectorAll('.sheet svg svg [data-op], .sheet svg svg [data-unit]')]"
    # A frame is what has another mark within its borders.
    leaves = (
        f"((all) => all.filter((mark) => {{ const a = mark.getBoundingClientRect(); return !all.some((other) => {{ const b = other.getBoundingClientRect();"
        f" return other !== mark && b.left >= a.left && b.right <= a.right && b.top >= a.top && b.bottom <= a.bottom; }}); }}))({marks}.filter((mark) => mark.querySelector('rect')))"
    )
    of_kind, pale, both = opened.run(
        f"[{leaves}.filter((mark) => mark.querySelector('.{cls}')).length, {leaves}.filter((mark) => mark.closest('.pale')).length,"
        f" {leaves}.filter((mark) => mark.closest('.pale') && mark.querySelector('.{cls}')).length]"
    )
    count = opened.run(f"{leaves}.length")
    assert title
    assert 0 < of_kind < count
    assert pale == count - of_kind
    assert both == 0
    assert told(opened).startswith(f"{of_kind} of {count} boxes of this kind")
    assert opened.run(f"getComputedStyle({SHADOW}.querySelector('.pale')).opacity") == "0.3"
    page.keyboard.press("Escape")
    assert opened.run(f"{SHADOW}.querySelectorAll('.pale').length") == 0
    assert opened.errors == []


def test_entries_of_the_overviews_legend_are_reached_and_chosen_by_keys(open_page):
    opened = open_page(tower(), overview=True)
    opened.page.locator(".overview text.choice").first.focus()
    opened.page.keyboard.press("Enter")
    assert len(opened.run(f"{VIEW}.kinds")) == 1
    assert opened.run(f"{SHADOW}.activeElement.getAttribute('aria-pressed')") == "true"
    opened.page.keyboard.press("Space")
    assert opened.run(f"{VIEW}.kinds") == []
    assert opened.run(f"{VIEW}.shown") == "overview"


def test_a_frame_in_the_overview_keeps_its_name_while_a_box_in_it_is_of_the_kind(open_page):
    opened = open_page(tower(), overview=True)
    opened.page.locator(".overview text.choice").last.click()
    of = f"(text) => [...{SHADOW}.querySelectorAll('.sheet svg svg text')].find((each) => each.textContent === text).closest('.pale') !== null"
    assert [opened.page.evaluate(of, text) for text in ("stem", "head", "softmax", "x")] == [False, False, False, True]
