"""The library that draw.io is made of reads what is written for it, in a browser: every item in its container, every wire connected."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import drawn
from graphs import Builder
from opscope.visible import one_line

MXGRAPH = Path(__file__).resolve().parents[2] / "viewer" / "node_modules" / "mxgraph" / "javascript" / "mxClient.min.js"
"""Of the npm package; .ci/run puts it there."""
HOSTILE = [
    'say "hi"', "a<b>&c</b>", "<script>h()</script>", "<img src=x onerror=h()>", "two\nlines", "back\\slash", "50 %", "%label%", "]]>", "<!--", "&#10;",
    "fillColor=red;", "snow☃ 雪", "null\x00bell", "rtl \u202eabc", "\ud800 lone", "'", "",
]  # fmt: skip
READ = """text => {
    const holder = document.createElement('div');
    document.body.appendChild(holder);
    const graph = new mxGraph(holder);
    graph.setHtmlLabels(false);
    graph.foldingEnabled = false;
    const model = mxUtils.parseXml(text).documentElement.querySelector('mxGraphModel');
    new mxCodec(model.ownerDocument).decode(model, graph.getModel());
    const cells = Object.values(graph.getModel().cells);
    return {
        boxes: cells.filter(cell => cell.vertex).map(cell => [cell.id, cell.value, cell.parent.id]),
        wires: cells.filter(cell => cell.edge).map(cell => [cell.source && cell.source.id, cell.target && cell.target.id, cell.value]),
        tags: [...new Set([...holder.querySelectorAll('svg *')].map(one => one.tagName.toLowerCase()))],
    };
}"""


@pytest.fixture
def opened(browser, tmp_path):
    """``opened(graph, **options)`` is what mxGraph reads of the graph's file."""
    if not MXGRAPH.is_file():
        pytest.skip("no mxgraph in viewer/node_modules")
    page = browser.new_page()
    page.set_content(
        "<script>mxLoadResources = false; mxLoadStylesheets = false; mxBasePath = '.';</script><body></body>"
    )
    page.add_script_tag(path=str(MXGRAPH))
    yield lambda graph, **options: page.evaluate(
        READ, graph.save(tmp_path / "net.drawio", **options).read_text(encoding="utf-8")
    )
    page.close()


def test_every_box_is_in_its_container_and_every_wire_is_connected(opened):
    found = opened(drawn.dense())
    boxes = {value.split("\n")[0]: (name, around) for name, value, around in found["boxes"]}
    assert boxes["net  Sequential"] == ("c1", "1") and boxes["hidden  Dense"] == ("c2", "c1")
    assert {boxes[name][1] for name in ("MatMul", "BiasAdd", "Relu", "kernel (4, 4)")} == {"c2"}
    name = {text: key for text, (key, _) in boxes.items()}
    assert sorted(found["wires"]) == sorted([
        [name["x"], name["MatMul"], "float32 (8, 4)"], [name["MatMul"], name["BiasAdd"], ""], [name["BiasAdd"], name["Relu"], ""],
        [name["Relu"], name["out"], ""],
    ])  # fmt: skip


@pytest.mark.parametrize("graph", [drawn.loop, drawn.branch])
def test_loops_and_branches_are_read(graph, opened):
    found = opened(graph())
    assert found["boxes"] and found["wires"] and all(source and target for source, target, _ in found["wires"])


def test_names_are_texts_for_drawio(opened):
    found = opened(drawn.named(HOSTILE, "<b>x</b>"), depth="all")
    assert not set(found["tags"]) & {"script", "img", "foreignobject", "a", "image", "b"}
    values = [value for _, value, _ in found["boxes"]]
    assert [name for name in HOSTILE if name and values.count(one_line(name)) != 2] == []


@pytest.mark.parametrize("name", HOSTILE)
def test_the_file_is_as_the_documented_schema_has_it(name, tmp_path):
    """mxfile.xsd: a diagram, its model, a root with cells; ids are unique, parents and ends are there, no label is HTML."""
    make = Builder()
    group = make.group(name, "layer", cls=name)
    make.op("x", "Placeholder")
    make.op("a", name, "x", group=group)
    make.op("b", name, "a", group=group)
    root = ET.parse(make.graph(name).save(tmp_path / "net.drawio")).getroot()
    (diagram,) = root
    (model,) = diagram
    (cells,) = model
    assert [root.tag, diagram.tag, model.tag, cells.tag] == [
        "mxfile",
        "diagram",
        "mxGraphModel",
        "root",
    ] and diagram.get("name")
    ids = [cell.get("id") for cell in cells]
    assert len(ids) == len(set(ids)) and {cell.tag for cell in cells} == {"mxCell"}
    for cell in list(cells)[2:]:
        assert {cell.get("parent"), cell.get("source", "0"), cell.get("target", "0")} <= set(ids)
        assert (cell.get("vertex") == "1") != (cell.get("edge") == "1") and cell.find("mxGeometry").get(
            "as"
        ) == "geometry"
        assert "html=1" not in cell.get("style")
