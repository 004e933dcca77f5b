"""The page in a frame, as a notebook cell holds it: several in one document, without an origin of their own."""

from __future__ import annotations

from page_driver import wait
from page_graphs import chain, tagger

from opscope.notebook.cell_frame import frame
from opscope.render.page.html import html


def test_several_pages_live_in_one_document(browser, tmp_path):
    cells = "".join(f"<h2>cell</h2>{frame(html(graph))}" for graph in (tagger(), chain(4)))
    file = tmp_path / "notebook.html"
    file.write_text(f"<!DOCTYPE html><title>notebook</title><body style='margin:0'>{cells}", encoding="utf-8")
    context = browser.new_context(viewport={"width": 1000, "height": 700})
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri())
    frames = page.frames[1:]
    assert len(frames) == 2
    for inner in frames:
        wait(inner, "document.documentElement.dataset.opscope === 'ready'")
    assert frames[0].evaluate("opscope.search('op:Tanh')") == 5
    assert frames[1].evaluate("opscope.open('layer_1')")
    assert errors == []
    context.close()


def test_a_page_that_is_laid_out_late_shows_its_start(browser, tmp_path):
    file = tmp_path / "notebook.html"
    hidden = f"<!DOCTYPE html><div id='cell' style='width:0;overflow:hidden'>{frame(html(tagger()))}</div>"
    file.write_text(hidden, encoding="utf-8")
    context = browser.new_context(viewport={"width": 1000, "height": 700})
    page = context.new_page()
    page.goto(file.as_uri())
    inner = page.frames[1]
    wait(inner, "document.documentElement.dataset.opscope === 'ready'")
    page.evaluate("document.getElementById('cell').style.width = '950px'")
    wait(inner, "document.querySelector('canvas.drawing').clientWidth > 400")
    inner.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    camera = inner.evaluate("opscope.view().camera")
    assert camera["x"] < 0
    assert inner.evaluate("document.querySelector('canvas.drawing').clientWidth") / camera["scale"] > 600
    context.close()


def test_the_wheel_scrolls_the_notebook_until_the_drawing_is_clicked(browser, tmp_path):
    file = tmp_path / "notebook.html"
    file.write_text(f"<!DOCTYPE html><body style='margin:0;height:3000px'>{frame(html(chain(20)))}", encoding="utf-8")
    context = browser.new_context(viewport={"width": 1000, "height": 660})
    page = context.new_page()
    page.goto(file.as_uri())
    inner = page.frames[1]
    wait(inner, "document.documentElement.dataset.opscope === 'ready'")
    start = inner.evaluate("opscope.view().camera.scale")
    page.mouse.move(500, 300)
    page.mouse.wheel(0, 60)
    page.wait_for_function("window.scrollY > 0")
    assert inner.evaluate("opscope.view().camera.scale") == start
    page.mouse.click(430, 250)
    page.mouse.wheel(0, -200)
    wait(inner, f"opscope.view().camera.scale > {start}")
    context.close()
