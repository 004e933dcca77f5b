from __future__ import annotations

import re
from pathlib import Path

import pytest
from page_driver import wait
from page_graphs import HOSTILE, chain, hostile, tagger

from graphs import Builder


def text(opened, selector):
    return opened.page.inner_text(selector)


def test_opens_from_a_file_and_asks_for_nothing(open_page):
    opened = open_page(tagger())
    assert opened.run("document.documentElement.dataset.opscope") == "ready"
    assert [url for url in opened.requests if not url.startswith("file:")] == []
    assert len(opened.requests) == 1
    assert opened.errors == []
    assert opened.run("performance.getEntriesByName('opscope:first-draw').length") == 1


def test_its_policy_forbids_every_request(open_page):
    opened = open_page(tagger())
    refused = opened.run(
        "fetch('http://127.0.0.1:9/').then(() => 'sent', (error) => error.message)"
        ".then((how) => new Promise((done) => setTimeout(() => done(how), 0)))"
    )
    assert refused != "sent"
    assert any("Content Security Policy" in error for error in opened.errors)


def test_a_group_opens_and_closes_without_moving_itself(open_page):
    opened = open_page(tagger())
    assert opened.run("opscope.close('model/head')")
    opened.run("opscope.select('model/head')")
    before = opened.run("opscope.view().open")
    assert opened.run("opscope.open('model/head')")
    assert opened.run("opscope.open('model/head/inner')")
    assert opened.run("opscope.view().open") != before
    assert opened.run("performance.getEntriesByName('opscope:open').length") == 3
    assert opened.run("opscope.open('no/such/group')") is False


FRAMES = "performance.getEntriesByName('opscope:frame').length"
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def test_whatever_an_event_changes_is_drawn_in_one_frame(open_page):
    opened = open_page(tagger())
    opened.run("opscope.select('model/head')")
    keys = ("Enter", "Shift+Enter", "1", "0", "End", "[", "]", "o", "Escape", "Escape", "ArrowDown", "+")
    for key in keys:
        opened.run(TWO_FRAMES)
        before = opened.run(FRAMES)
        opened.page.keyboard.press(key)
        opened.run(TWO_FRAMES)
        assert opened.run(FRAMES) == before + 1, key
    before = opened.run(FRAMES)
    for call in ("open('model/head')", "close('model/head')", "select('model/embed/MatMul')", "search('op:Tanh')"):
        opened.run(f"opscope.{call}")
    assert opened.run(FRAMES) == before + 4


def test_what_the_tree_opens_can_be_taken_back(open_page):
    opened = open_page(tagger())
    before = opened.run("opscope.view().open")
    opened.page.click(".tree-row:has-text('head') .twist")
    assert opened.run("opscope.view().open") == [*before, "-model/head"]
    opened.page.keyboard.press("[")
    assert opened.run("opscope.view().open") == before


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
def test_the_first_hit_is_the_one_that_is_seen_first(open_page, size):
    opened = open_page(tagger(), size=size)
    opened.page.fill("[role=combobox]", "block")
    opened.wait("document.querySelectorAll('.hit').length > 8")
    seen = opened.run(
        """(() => { const first = document.querySelector('#hit0'), box = first.getBoundingClientRect();
        const at = (x, y) => document.elementFromPoint(x, y)?.closest('.hit')?.id;
        return [at(box.left + 4, box.top + 4), at(box.right - 4, box.bottom - 4)]; })()"""
    )
    assert seen == ["hit0", "hit0"]


def test_search_finds_by_field_and_steps_through_the_hits(open_page):
    opened = open_page(tagger())
    assert opened.run("opscope.search('op:MatMul')") == 7
    assert opened.run("opscope.search('op:MatMul time>0.1ms')") == 2
    assert opened.run("opscope.search('dtype:float64')") == 3
    assert opened.run("opscope.search('class:Block')") == 5 + 25
    assert opened.run("opscope.search('shape:8,10')") == 1
    assert opened.run("opscope.search('/block_[01]$/')") == 2
    assert opened.run("opscope.search('Tanh -block_0')") == 4
    opened.page.fill("[role=combobox]", "op:Tanh")
    opened.page.press("[role=combobox]", "Enter")
    opened.page.press("[role=combobox]", "Enter")
    assert text(opened, ".counter").startswith("2 of 5")
    assert "block_1/Tanh" in text(opened, ".details")


def test_a_type_that_no_op_has_is_answered_with_those_that_are_near(open_page):
    build = Builder()
    build.op("x", "Placeholder")
    for count in range(3):
        build.op(f"scores{count}", "BatchMatMulV2", "x", "x")
    opened = open_page(build.graph("attention", ["x"]))
    assert opened.page.get_attribute("[role=combobox]", "placeholder") == "Search names, op:BatchMatMulV2"
    opened.page.fill("[role=combobox]", "op:MatMul")
    assert text(opened, ".counter") == "none of 4"
    assert text(opened, ".problem") == 'no op type begins with "matmul"; near: op:BatchMatMulV2 (3)'
    opened.page.fill("[role=combobox]", "op:Batch")
    assert text(opened, ".counter") == "3"


def test_the_list_of_a_search_leaves_what_was_found_in_view(open_page):
    opened = open_page(tagger())
    opened.page.fill("[role=combobox]", "block")
    assert opened.page.is_visible(".hits")
    opened.page.keyboard.press("Enter")
    assert not opened.page.is_visible(".hits")
    opened.page.keyboard.press("ArrowDown")
    opened.run("opscope.view()")
    assert opened.page.locator("#hits").bounding_box()["height"] <= 8 * 40
    count = opened.run("opscope.search('block')")
    opened.page.keyboard.press("ArrowDown")
    assert text(opened, ".hit-more") == f"{count} in all: scroll, or step with arrow keys"
    opened.page.fill("[role=combobox]", "/block_[01]$/")
    opened.page.keyboard.press("ArrowDown")
    assert opened.page.locator(".hit").count() == 2
    assert not opened.page.is_visible(".hit-more")


def test_the_tip_of_a_mark_goes_when_it_is_pressed(open_page):
    opened = open_page(tagger())
    opened.run("opscope.select('model/embed/MatMul')")
    box = opened.page.locator("canvas.drawing").bounding_box()
    steps = [(x, y) for x in range(40, int(box["width"]), 60) for y in range(20, int(box["height"]), 20)]
    for x, y in steps:
        opened.page.mouse.move(box["x"] + x, box["y"] + y)
        if opened.page.is_visible(".tip"):
            break
    assert opened.page.is_visible(".tip")
    opened.page.mouse.down()
    assert not opened.page.is_visible(".tip")


def test_a_search_that_cannot_be_read_says_so(open_page):
    opened = open_page(tagger())
    opened.page.fill("[role=combobox]", "/(/")
    assert "not a regular expression" in text(opened, ".problem")
    opened.page.fill("[role=combobox]", "colour:red")
    assert 'no filter "colour:"' in text(opened, ".problem")


def test_selecting_an_op_shows_what_it_is_and_its_references_jump(open_page, tmp_path):
    opened = open_page(tagger())
    assert opened.run("opscope.select('model/embed/MatMul')")
    panel = text(opened, ".details")
    assert "MatMul" in panel
    assert "250 µs" in panel
    assert "float32 (8, 64)" in panel
    opened.page.click(".details .ref:has-text('model/embed/Relu')")
    assert "model/embed/Relu" in text(opened, ".details .name")


def test_a_repeated_block_is_drawn_once_and_opens_to_any_copy(open_page):
    opened = open_page(tagger())
    opened.run("opscope.select('model/block_3/Tanh')")
    assert "block_3/Tanh" in text(opened, ".details .name")
    assert "4 of 5" in text(opened, "[role=tree]")
    opened.page.click("[role=treeitem]:has-text('4 of 5')")
    assert opened.page.input_value("[aria-label='Number of the copy that is shown']") == "4"
    opened.page.click("[aria-label='Next copy']")
    assert opened.page.input_value("[aria-label='Number of the copy that is shown']") == "5"
    opened.page.fill("[aria-label='Number of the copy that is shown']", "2")
    opened.page.keyboard.press("Enter")
    assert "block_1" in text(opened, ".details .name")


def test_the_arrows_between_copies_lead_where_there_is_one(open_page):
    """By the place that is told, whichever copy the drawing has; the keys end there as well."""
    opened = open_page(tagger())
    opened.run("opscope.select('model/block_3')")
    ends = {}
    for place in range(1, 6):
        opened.page.fill("[aria-label='Number of the copy that is shown']", str(place))
        opened.page.keyboard.press("Enter")
        ends[place] = tuple(opened.page.is_enabled(f"[aria-label='{way} copy']") for way in ("Previous", "Next"))
    assert ends == {1: (False, True), 2: (True, True), 3: (True, True), 4: (True, True), 5: (True, False)}
    opened.page.evaluate("document.activeElement.blur()")
    opened.page.keyboard.press(".")
    assert opened.page.input_value("[aria-label='Number of the copy that is shown']") == "5"
    opened.page.keyboard.press(",")
    assert opened.page.input_value("[aria-label='Number of the copy that is shown']") == "4"


def test_a_link_restores_the_view(open_page):
    first = open_page(tagger())
    first.run("opscope.select('model/block_2/Tanh')")
    first.run("opscope.search('op:Tanh')")
    first.page.click("#tab-flame")
    first.wait("location.hash.includes('t=flame')")
    view = first.run("opscope.view()")
    second = open_page(tagger(), link=first.run("location.hash.slice(1)"))
    again = second.run("opscope.view()")
    assert again["select"] == view["select"] == "op:model/block_2/Tanh"
    assert (again["query"], again["tab"], again["open"]) == (view["query"], view["tab"], view["open"])
    assert again["camera"]["scale"] == pytest.approx(view["camera"]["scale"], rel=0.01)


def test_a_mangled_link_is_no_error(open_page):
    opened = open_page(tagger(), link="o=%E0%A4%A|+nowhere&v=1,x,0&s=op:gone&c=none&t=none&zzz")
    assert opened.run("document.documentElement.dataset.opscope") == "ready"
    assert opened.errors == []


def test_back_and_forward_return_to_what_was_seen(open_page):
    opened = open_page(tagger())
    opened.run("opscope.select('model/embed/MatMul')")
    opened.run("opscope.select('model/head/MatMul')")
    opened.page.click("[aria-label=Back]")
    assert opened.run("opscope.view().select") == "op:model/embed/MatMul"
    opened.page.click("[aria-label=Forward]")
    assert opened.run("opscope.view().select") == "op:model/head/MatMul"


def test_the_source_line_is_shown_and_lights_its_ops(open_page, tmp_path):
    source = tmp_path / "tagger.py"
    source.write_text("".join(f"line_{number} = {number}\n" for number in range(1, 12)), encoding="utf-8")
    opened = open_page(tagger(str(source)), sources=tmp_path)
    opened.run("opscope.select('model/block_0/Tanh')")
    assert "line_6 = 6" in text(opened, ".code .here")
    opened.page.click(".line-number.made:has-text('5')")
    assert "5 ops line 5" in text(opened, ".note")


@pytest.mark.parametrize("file", ["tagger.py", "constructor"])
def test_code_that_is_not_in_the_page_says_how_to_get_it(open_page, file):
    opened = open_page(tagger(file))
    opened.run("opscope.select('model/block_0/Tanh')")
    assert f"{file}:6 in call" in text(opened, ".details")
    assert "Save with sources=FOLDER" in text(opened, ".details")


def test_colour_modes_tell_scale_unit_and_coverage(open_page):
    opened = open_page(tagger())
    # Five equal steps up to the 1 ms of the slowest layer: the last begins at four fifths.
    assert text(opened, ".legend").startswith("Time: < 200 \u00b5s")
    assert "\u2265 800 \u00b5s per step" in text(opened, ".legend")
    assert "% of ops have a value; the others: fused, constant or not run" in text(opened, ".legend")
    assert text(opened, ".coverage").startswith("of the profiled step, 2.5 ms: ops 91.4 %")
    assert "not attributed 0.5 %" in text(opened, ".coverage")
    opened.page.click("[role=radio]:has-text('Family')")
    assert "matmul, conv" in text(opened, ".legend")


def test_the_table_sorts_and_selects(open_page):
    opened = open_page(tagger())
    opened.page.click("#tab-ops")
    assert "model/head/MatMul" in text(opened, ".table-row >> nth=0")
    opened.page.click(".table-head button:has-text('Name')")
    assert text(opened, ".table-row >> nth=0").startswith("Identity")
    opened.page.click(".table-row >> nth=0")
    assert opened.run("opscope.view().select") == "op:Identity"


def test_the_flame_graph_selects_a_layer(open_page):
    opened = open_page(tagger())
    opened.page.click("#tab-flame")
    opened.page.click(".flame-bar:has-text('head')")
    assert opened.run("opscope.view().select") == "group:model/head"


def test_tracing_lights_what_feeds_the_selection(open_page):
    opened = open_page(tagger())
    opened.run("opscope.select('model/embed/Relu')")
    opened.page.select_option(".tools select", label="all steps")
    opened.page.click("button:has-text('What feeds it')")
    assert "4 ops feeding the selection" in text(opened, ".note")


@pytest.mark.parametrize(
    ("entry", "suffix", "start"), [("SVG", ".svg", b"<svg"), ("PNG", ".png", b"\x89PNG"), ("CSV", ".csv", b"Name,")]
)
def test_the_view_can_be_taken_away(open_page, entry, suffix, start):
    opened = open_page(tagger())
    download = opened.saved(entry)
    assert download.suggested_filename.endswith(suffix)
    assert Path(download.path()).read_bytes().startswith(start)


def test_everything_is_reached_by_keyboard(open_page):
    opened = open_page(tagger())
    page = opened.page
    page.keyboard.press("/")
    assert opened.run("document.activeElement.getAttribute('role')") == "combobox"
    page.keyboard.press("Escape")
    page.focus("canvas.drawing")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert opened.run("opscope.view().select") != ""
    page.keyboard.press("t")
    assert opened.run("document.activeElement.getAttribute('role')") == "tree"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    assert opened.run("document.querySelectorAll('[role=treeitem]').length") == 1
    page.keyboard.press("ArrowRight")
    assert opened.run("document.querySelectorAll('[role=treeitem]').length") > 1
    page.keyboard.press("?")
    assert opened.run("document.querySelector('dialog').open")
    page.keyboard.press("Escape")
    assert not opened.run("document.querySelector('dialog').open")


def test_zoom_and_pan_by_wheel_drag_and_keys(open_page):
    opened = open_page(chain(30))
    page = opened.page
    start = opened.run("opscope.view().camera")
    page.mouse.move(600, 400)
    page.mouse.wheel(0, -300)
    opened.wait(f"opscope.view().camera.scale > {start['scale']}")
    zoomed = opened.run("opscope.view().camera")
    page.mouse.down()
    page.mouse.move(500, 300, steps=3)
    page.mouse.up()
    dragged = opened.run("opscope.view().camera")
    assert dragged["x"] > zoomed["x"]
    assert dragged["y"] > zoomed["y"]
    page.focus("canvas.drawing")
    page.keyboard.press("Shift+ArrowRight")
    assert opened.run("opscope.view().camera.x") > dragged["x"]


def test_a_name_is_just_a_name(open_page):
    opened = open_page(hostile())
    assert opened.run("document.documentElement.dataset.opscope") == "ready"
    for index, name in enumerate(HOSTILE):
        opened.run(f"opscope.select({(name + str(index))!r})")
    opened.run("opscope.search('<img')")
    opened.page.click("#tab-ops")
    opened.page.hover("canvas.drawing")
    assert opened.run("window.hacked") is None
    assert opened.run("document.querySelectorAll('img, svg, script:not([id]):not(body > script)').length") == 0
    assert opened.errors == []


@pytest.mark.parametrize("broken", ["AAAA", "eJwDAAAAAAE=", "not base64!", ""])
def test_broken_data_is_said_not_a_blank_page(open_page, broken):
    from opscope.render.page.html import html

    page = re.sub(r'(id="data">)[^<]*', lambda match: match[1] + broken, html(tagger()))
    opened = open_page(None, text=page)
    assert opened.run("document.documentElement.dataset.opscope") == "error"
    assert "cannot show its graph" in text(opened, "body")


def test_a_newer_page_says_which_version_it_reads(open_page, monkeypatch):
    from opscope.render.page import container as page_columns
    from opscope.render.page.html import html

    monkeypatch.setattr(page_columns, "PAGE_VERSION", 99)
    opened = open_page(None, text=html(tagger()))
    assert "version 99" in text(opened, "body")
    assert "upgrade opscope" in text(opened, "body")


def test_works_without_the_browsers_own_decompression(browser, tmp_path):
    from opscope.render.page.html import html

    file = tmp_path / "old.html"
    file.write_text(html(tagger()), encoding="utf-8")
    context = browser.new_context()
    context.add_init_script("delete window.DecompressionStream")
    page = context.new_page()
    page.goto(file.as_uri())
    wait(page, "document.documentElement.dataset.opscope === 'ready'")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_fault_is_found(open_page, scheme):
    axe = Path(__file__).parents[2] / "viewer" / "node_modules" / "axe-core" / "axe.min.js"
    if not axe.exists():
        pytest.skip("no axe-core: run make viewer")
    opened = open_page(tagger(), color_scheme=scheme)
    opened.run("opscope.select('model/embed/MatMul')")
    opened.page.click("#tab-ops")
    opened.page.fill("[role=combobox]", "MatMul")
    opened.run(axe.read_text(encoding="utf-8") + ";0")
    found = opened.run(
        "axe.run(document, {resultTypes: ['violations']}).then((result) => result.violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.html.slice(0, 120) + ' ' + node.failureSummary).join(' | ')))"
    )
    assert found == []


def test_ending_a_search_that_was_stepped_through_leaves_no_error(open_page):
    opened = open_page(chain(30))
    opened.page.fill("[role=combobox]", "op:Relu")
    for _ in range(15):
        opened.page.press("[role=combobox]", "Enter")
    opened.page.keyboard.press("Escape")
    opened.page.keyboard.press("Escape")
    opened.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert text(opened, ".counter") == ""
    assert opened.errors == []
