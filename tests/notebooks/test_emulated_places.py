"""A cell's output where it cannot be driven for real: embedded as VS Code and Colab embed it, and as places without frames leave it."""

from __future__ import annotations

import pytest
from emulated_places import colab, found, opened, vscode
from page_driver import wait
from page_graphs import chain, tagger

from opscope.notebook import cell_output
from opscope.notebook.cell_frame import frame
from opscope.notebook.cell_output import PAGE_BYTES
from opscope.render.page.html import html

PLACES = {
    "VS Code": lambda output: vscode(output, strict=False),
    "VS Code with its policy": lambda output: vscode(output, strict=True),
    "Colab": colab,
}


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1100, "height": 800}, accept_downloads=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("place", PLACES)
def test_a_page_in_a_cell_lives_and_asks_for_nothing(page, place):
    errors, requests = [], []
    page.on("pageerror", lambda error: errors.append(str(error)))
    documents = PLACES[place](tagger()._repr_mimebundle_()["text/html"])
    page.on("request", lambda request: requests.append(request.url))
    inner = opened(page, documents)
    wait(inner, "document.documentElement.dataset.opscope === 'ready'")
    assert inner.evaluate("opscope.search('op:Tanh')") == 5
    assert inner.evaluate("opscope.close('model/head') && opscope.view().open") == ["-model/head"]
    assert inner.evaluate("document.fonts.check('600 14px Inter')")
    assert {url for url in requests if not url.startswith(("data:", "blob:"))} == set(documents)
    assert errors == []


@pytest.mark.parametrize("place", PLACES)
def test_the_largest_page_that_a_cell_holds_is_opened(page, place):
    whole = html(chain(4))
    padded = whole.replace("</head>", f"<!--{'x' * (PAGE_BYTES - len(frame(whole)) - 13)}--></head>", 1)
    output = frame(padded)
    assert PAGE_BYTES - 100 < len(output) <= PAGE_BYTES
    inner = opened(page, PLACES[place](output))
    wait(inner, "document.documentElement.dataset.opscope === 'ready'")
    assert inner.evaluate("opscope.open('layer_1')")


def test_a_picture_is_saved_from_a_cell_in_vs_code(page):
    inner = opened(page, PLACES["VS Code"](tagger()._repr_mimebundle_()["text/html"]))
    wait(inner, "document.documentElement.dataset.opscope === 'ready'")
    inner.click("button:has-text('Save')")
    with page.expect_download() as waiting:
        inner.click("[role=menuitem]:has-text('SVG')")
    assert waiting.value.suggested_filename.endswith(".svg")


@pytest.mark.parametrize("place", ["VS Code", "VS Code with its policy"])
def test_the_link_of_a_large_graph_saves_its_page(page, place, monkeypatch, tmp_path):
    monkeypatch.setattr(cell_output, "PAGE_OPS", 4)
    link = found(page, PLACES[place](tagger()._repr_mimebundle_()["text/html"]), "a[download]")
    with page.expect_download() as waiting:
        link.click()
    waiting.value.save_as(tmp_path / waiting.value.suggested_filename)
    saved = page.context.new_page()
    saved.goto((tmp_path / "tagger.html").as_uri())
    saved.wait_for_function("document.documentElement.dataset.opscope === 'ready'")
    assert saved.evaluate("opscope.search('op:Tanh')") == 5


def test_where_frames_and_styles_are_taken_away_the_picture_is_left(page):
    """As GitHub's view, whose rules are not published, and Jupyter's of a notebook that is not trusted leave it."""
    page.set_content("<div id='cell'></div>")
    page.evaluate(
        """(output) => {
          const cell = document.getElementById('cell');
          cell.innerHTML = output;
          for (const each of cell.querySelectorAll('iframe, script, style')) each.remove();
          for (const each of cell.querySelectorAll('[style]')) each.removeAttribute('style');
        }""",
        tagger()._repr_mimebundle_()["text/html"],
    )
    page.wait_for_function("document.querySelector('img').naturalWidth > 300")
    assert page.locator("img").get_attribute("alt") == "drawing of tagger"
    assert "The interactive page is not shown here" in page.inner_text("#cell")
