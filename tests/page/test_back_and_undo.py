"""Back and Forward of the browser go through the page; Ctrl Z takes back what the reader changed."""

from __future__ import annotations

from page_driver import shown
from page_graphs import tagger, tower

OPEN = "opscope.view().open"
BACK = "button[aria-label=Back]"


def selected(opened):
    return opened.run("opscope.view().select")


def until(opened, condition):
    opened.wait(condition)


def test_the_browsers_back_and_forward_go_through_steps(open_page):
    opened = open_page(tagger())
    page = opened.page
    start = opened.run(OPEN)
    opened.run("opscope.close('model/head')")
    closed = opened.run(OPEN)
    page.fill("input", "op:Sqrt")
    page.press("input", "Enter")
    assert selected(opened) == "op:model/head/inner/Sqrt"
    page.click("#tab-ops")
    page.click(".table-row:has-text('model/head/MatMul')")
    assert selected(opened) == "op:model/head/MatMul"
    page.go_back()
    until(opened, "opscope.view().select === 'op:model/head/inner/Sqrt'")
    assert opened.run("opscope.view().tab") == "ops"
    page.go_back()
    until(opened, "opscope.view().tab === ''")
    page.go_back()
    until(opened, "opscope.view().select === ''")
    assert opened.run(OPEN) == closed
    page.go_back()
    until(opened, f"opscope.view().open.length === {len(start)}")
    page.go_forward()
    until(opened, f"opscope.view().open.length === {len(closed)}")
    page.go_forward()
    until(opened, "opscope.view().select === 'op:model/head/inner/Sqrt'")
    assert opened.errors == []


def test_no_step_is_made_by_moving_and_selecting_and_the_first_back_leaves(open_page):
    opened = open_page(tagger())
    page = opened.page
    before = opened.run("history.length")
    page.focus("canvas.drawing")
    for key in ("ArrowDown", "ArrowDown", "Shift+ArrowLeft", "+", "-", "0"):
        page.keyboard.press(key)
    page.mouse.move(500, 400)
    page.mouse.wheel(0, 200)
    opened.wait("location.hash.includes('s=')")
    assert opened.run("history.length") == before
    opened.run("opscope.close('model/head')")
    assert opened.run("history.length") == before + 1
    page.go_back()
    until(opened, "!opscope.view().open.includes('-model/head')")
    page.go_back()
    assert page.url == "about:blank"


def test_the_pages_own_back_and_the_browsers_are_one(open_page):
    opened = open_page(tagger())
    page = opened.page
    for index in range(3):
        opened.run(f"opscope.select('model/block_{index}/Tanh')")
    page.click(BACK)
    page.click(BACK)
    assert selected(opened) == "op:model/block_0/Tanh"
    opened.wait("history.state.step === 1")
    page.go_back()
    until(opened, "opscope.view().select === ''")
    page.click("button[aria-label=Forward]")
    assert selected(opened) == "op:model/block_0/Tanh"
    opened.wait("history.state.step === 1")
    page.go_forward()
    until(opened, "opscope.view().select === 'op:model/block_1/Tanh'")


def test_after_a_reload_back_shows_what_the_links_of_the_entries_say(open_page):
    opened = open_page(tagger())
    opened.run("opscope.select('model/head/MatMul')")
    opened.run("opscope.select('model/embed/Relu')")
    opened.wait("location.hash.includes('embed/Relu')")
    opened.page.reload()
    opened.wait("document.documentElement.dataset.opscope === 'ready'")
    assert selected(opened) == "op:model/embed/Relu"
    opened.page.go_back()
    until(opened, "opscope.view().select === 'op:model/head/MatMul'")
    opened.page.go_forward()
    until(opened, "opscope.view().select === 'op:model/embed/Relu'")


def test_a_link_that_is_put_into_the_address_is_followed_and_back_leads_from_it(open_page):
    opened = open_page(tagger())
    opened.run("opscope.select('model/head/MatMul')")
    opened.wait("location.hash.includes('head/MatMul')")
    opened.run("location.hash = 's=op:model/embed/Relu'")
    until(opened, "opscope.view().select === 'op:model/embed/Relu'")
    opened.page.go_back()
    until(opened, "opscope.view().select === 'op:model/head/MatMul'")


def test_back_leads_to_the_overview_and_closes_what_was_opened_there(open_page):
    opened = open_page(tower(), overview=True)
    page = opened.page
    page.keyboard.press("v")
    assert shown(opened) == "drawing"
    page.go_back()
    until(opened, "opscope.view().shown === 'overview'")
    page.go_forward()
    until(opened, "opscope.view().shown === 'drawing'")


def test_ctrl_z_takes_back_what_is_open_and_the_colours_in_turn(open_page):
    opened = open_page(tagger())
    page = opened.page
    opened.run("opscope.close('model/head')")
    page.click("[role=radio]:has-text('Memory')")
    opened.run("opscope.close('model/embed')")
    assert opened.run(OPEN) == ["-model/embed", "-model/head"]
    page.keyboard.press("Control+z")
    assert opened.run(OPEN) == ["-model/head"]
    page.keyboard.press("Control+z")
    assert opened.run("opscope.view().colour") == "time"
    page.keyboard.press("Control+z")
    assert opened.run(OPEN) == []
    assert "taken back" in page.inner_text(".said")
    page.keyboard.press("Control+z")
    assert page.inner_text(".said") == "nothing to take back"
    page.keyboard.press("Control+Shift+z")
    assert opened.run(OPEN) == ["-model/head"]
    page.keyboard.press("Control+y")
    assert opened.run("opscope.view().colour") == "memory"
    page.keyboard.press("Meta+Shift+z")
    assert opened.run(OPEN) == ["-model/embed", "-model/head"]
    page.click(".bar .menu-button:has-text('View')")
    page.click("[role=menuitem]:has-text('Undo')")
    assert opened.run(OPEN) == ["-model/head"]


def test_what_back_has_taken_back_ctrl_z_passes_over(open_page):
    opened = open_page(tagger())
    page = opened.page
    page.click("[role=radio]:has-text('Memory')")
    opened.run("opscope.close('model/head')")
    page.go_back()
    until(opened, "opscope.view().open.length === 0")
    page.keyboard.press("Control+z")
    assert opened.run("opscope.view().colour") == "time"


def test_in_a_text_field_ctrl_z_is_the_browsers(open_page):
    opened = open_page(tagger())
    page = opened.page
    opened.run("opscope.close('model/head')")
    page.click("input")
    page.keyboard.type("Tanh")
    page.keyboard.press("Control+z")
    assert page.input_value("input") != "Tanh"
    assert opened.run(OPEN) == ["-model/head"]
