"""Five screenshots against golden ones; the tolerance forgives antialiasing and the version of the browser, not a changed page."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from page_graphs import chain, hostile, tagger

GOLDEN = Path(__file__).parent / "golden"
MOST_DIFFERENT = 0.02
"""The part of all 8 x 8 blocks of pixels that may differ from the golden picture."""

DIFFERENCE = """async ([one, other]) => {
  const pixels = async (data) => {
    const image = new Image();
    image.src = 'data:image/png;base64,' + data;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(image.width / 8);
    canvas.height = Math.round(image.height / 8);
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return context.getImageData(0, 0, canvas.width, canvas.height);
  };
  const [a, b] = [await pixels(one), await pixels(other)];
  if (a.width !== b.width || a.height !== b.height) return 1;
  let different = 0;
  for (let at = 0; at < a.data.length; at += 4) {
    const most = Math.max(...[0, 1, 2].map((channel) => Math.abs(a.data[at + channel] - b.data[at + channel])));
    if (most > 40) different++;
  }
  return different / (a.data.length / 4);
}"""

VIEWS = {
    "start": (tagger, {}, []),
    "dark": (tagger, {"color_scheme": "dark"}, ["opscope.select('model/block_1/MatMul')", "document.getElementById('tab-flame').click()"]),
    "search": (tagger, {}, ["opscope.search('op:Tanh')", "opscope.select('model/block_2/Tanh')"]),
    "far": (lambda: chain(24), {}, ["document.querySelector('[aria-label=\"Show everything\"]').click()"]),
    "hostile": (hostile, {}, ["document.getElementById('tab-layers').click()"]),
}  # fmt: skip


@pytest.mark.parametrize("name", VIEWS)
def test_the_page_looks_as_it_did(open_page, browser, request, name):
    graph, options, steps = VIEWS[name]
    opened = open_page(graph(), **options)
    for step in steps:
        opened.run(step)
    opened.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    picture = opened.page.screenshot()
    file = GOLDEN / f"{name}.png"
    if request.config.getoption("--update-golden"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_bytes(picture)
    assert file.exists(), f"{file} is missing; write it with --update-golden"
    blank = browser.new_page()
    pair = [base64.b64encode(data).decode("ascii") for data in (picture, file.read_bytes())]
    different = blank.evaluate(DIFFERENCE, pair)
    blank.close()
    assert different <= MOST_DIFFERENT, (
        f"{100 * different:.1f} % differs from {file}; if that is right: --update-golden"
    )
