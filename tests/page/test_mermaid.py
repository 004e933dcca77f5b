"""Mermaid itself, in a browser, draws what is written for it: every node and edge, and names as the texts that they are."""

from __future__ import annotations

from pathlib import Path

import pytest

import drawn
from opscope.visible import one_line

MERMAID = Path(__file__).resolve().parents[2] / "viewer" / "node_modules" / "mermaid" / "dist" / "mermaid.min.js"
"""Of the npm package; .ci/run puts it there."""
HOSTILE = [
    'say "hi"', "a<b>&c</b>", "<script>h()</script>", "<img src=x onerror=h()>", "two\nlines", "back\\slash", "50 %%",
    "%%{init: {}}%%", "`**bold** _it_`", "end", "a;b", "a|b", "a-->b", "]] )) }}", "#quot; &lt; #35;", "fa:fa-car", "$$x$$",
    "click n0_0 href", "snow☃ 雪", "null\x00bell", "rtl \u202eabc", "http://example.com", ":::look0", "1. item", "- item",
]  # fmt: skip
RENDER = """async text => {
    mermaid.initialize({startOnLoad: false, securityLevel: 'strict', maxEdges: 2000, maxTextSize: 500000});
    const {svg} = await mermaid.render('drawing', text);
    document.body.innerHTML = svg;
    const texts = kind => [...document.querySelectorAll(kind)].map(one => one.textContent);
    return {
        nodes: texts('.node'), groups: texts('.cluster'), edges: document.querySelectorAll('.edgePaths path').length, labels: texts('.edgeLabel'),
        tags: [...new Set([...document.querySelectorAll('svg *')].map(one => one.tagName.toLowerCase()))],
    };
}"""


@pytest.fixture
def shown(browser):
    """``shown(graph, **options)`` is what Mermaid draws of the graph."""
    if not MERMAID.is_file():
        pytest.skip("no mermaid in viewer/node_modules")
    page = browser.new_page()
    page.set_content("<body></body>")
    page.add_script_tag(path=str(MERMAID))

    def render(graph, tmp_path, **options):
        return page.evaluate(RENDER, graph.save(tmp_path / "net.mmd", **options).read_text(encoding="utf-8"))

    yield render
    page.close()


def test_mermaid_draws_the_layers_ops_and_wires(shown, tmp_path):
    found = shown(drawn.dense(), tmp_path)
    assert found["nodes"] == ["x", "MatMulkernel (4, 4)", "BiasAddbias (4)", "Relu", "out"]
    assert sorted(text.split("out (8")[0] for text in found["groups"]) == ["hidden  Dense", "net  Sequential"]
    assert found["edges"] == 4
    assert "float32 (8, 4)" in "".join(found["labels"])


@pytest.mark.parametrize("graph", [drawn.loop, drawn.branch])
@pytest.mark.parametrize("direction", ["down", "right"])
def test_mermaid_draws_loops_and_branches(graph, direction, shown, tmp_path):
    found = shown(graph(), tmp_path, direction=direction)
    assert found["nodes"] and found["edges"] and found["groups"]


def test_names_are_texts_for_mermaid(shown, tmp_path):
    found = shown(drawn.named(HOSTILE, "<b>x</b> %%{init: {}}%%"), tmp_path, depth="all")
    assert not set(found["tags"]) & {"script", "img", "iframe", "a", "image", "strong", "em", "i", "li", "math"}
    texts = [text.strip() for text in found["nodes"]]
    assert [name for name in HOSTILE if texts.count(one_line(name)) != 2] == []
