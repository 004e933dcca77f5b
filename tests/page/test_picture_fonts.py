"""An SVG in a browser without the font that its texts were measured in: no text grows out of the room that it has there."""

from __future__ import annotations

import re

import pytest
from page_graphs import tower
from told import timed

from opscope.errors import MissingDependencyError
from opscope.layout.sizes.text_width import width
from opscope.render.drawn import svg_text
from opscope.render.options import Options

TEXTS = """() => [...document.querySelectorAll('text')].map((text) => {
  const style = getComputedStyle(text);
  return [text.textContent, text.getComputedTextLength(), parseFloat(style.fontSize), style.fontWeight, style.fontFamily];
})"""


@pytest.mark.parametrize(
    "options",
    [Options(theme="light"), Options(), Options(engine="graphviz")],
    ids=lambda each: f"{each.engine}-{each.theme}",
)
def test_texts_are_no_wider_than_they_were_measured(browser, tmp_path, options):
    """Inter's widths are those of its own file (`text_width`); the browser's font is what the machine has, DejaVu Sans on a bare Linux."""
    path = tmp_path / "tower.svg"
    try:
        path.write_text(svg_text(timed(tower()), options), encoding="utf-8")
    except MissingDependencyError as error:
        pytest.skip(f"no graphviz: {error}")
    page = browser.new_page()
    try:
        page.goto(path.as_uri())
        texts = page.evaluate(TEXTS)
    finally:
        page.close()
    sans = [each for each in texts if "Mono" not in each[4] and re.search("[a-z]{3}", each[0])]
    assert len(sans) > 10
    for text, shown, size, weight, _ in sans:
        face = "bold" if int(weight) >= 600 else "regular"
        assert shown <= 1.06 * width(text, (face, size)) + 1, text
