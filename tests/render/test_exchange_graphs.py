"""GraphML as networkx reads it, by yEd's rules, and the graph of networkx: each has every op, group and edge, whatever they are called."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

import drawn
from graphs import Builder
from opscope.graph.content import content_of
from opscope.graph.types import Cost, Measured, TensorType

HOSTILE = [
    'say "hi"', "a<b>&c</b>", "</data></node>", "<html><img src=x>", "two\nlines", "back\\slash", "50 %", "]]>", "<!--", "snow☃ 🙂",
    "null\x00bell\x07", "rtl \u202eabc", "\ud800 lone", "&#0;&amp;", "'", "",
]  # fmt: skip
NS = {"g": "http://graphml.graphdrawing.org/xmlns", "y": "http://www.yworks.com/xml/graphml"}


def measured():
    """Two layers, a control edge, two edges between one pair of ops, an op of two outputs, a scalar, figures."""
    make = Builder()
    model = make.group("net", "model", cls="Net", parameters=8, cost=Cost(6.0, 12.0), measured=Measured(time_us=2.5))
    layer = make.group("dense", "layer", model, cls="Dense", parameters=8, outputs=(TensorType("float32", (None, 2)),))
    make.op("x", "Placeholder", out=[("float32", None)])
    make.op("net/split", "Split", "x", group=layer, out=[("float32", (None, 2)), ("float32", ())])
    make.op(
        "net/add",
        "Add",
        "net/split:1",
        "net/split",
        "net/split",
        "^x",
        group=layer,
        cost=Cost(6.0, 12.0),
        measured=Measured(2.5),
    )
    make.dead.append("net/split")
    return make.graph("net", ["x"], ["net/add"], producer={"opscope": "0", "tensorflow": "2.21.0"})


def read(graph, tmp_path, **options):
    networkx = pytest.importorskip("networkx")
    return networkx.read_graphml(graph.save(tmp_path / "net.graphml"), **options)


def test_networkx_gets_every_op_and_edge_with_what_is_known():
    networkx = pytest.importorskip("networkx")
    made = measured().to_networkx()
    assert isinstance(made, networkx.MultiDiGraph)
    assert made.graph == {"name": "net", "opscope": "0", "tensorflow": "2.21.0"}
    assert list(made) == ["x", "net/split", "net/add"]
    add = made.nodes["net/add"]
    assert (add["type"], add["layer"], add["layer_class"], add["flops"], add["time_us"]) == (
        "Add",
        "net/dense",
        "Dense",
        6.0,
        2.5,
    )
    assert "flops" not in made.nodes["x"] and "shape" not in made.nodes["x"]
    assert made.nodes["net/split"]["dead"] is True
    found = sorted((data["input"], source, data) for source, _, data in made.in_edges("net/add", data=True))
    assert found == [
        (0, "net/split", {"input": 0, "control": False, "output": 1, "dtype": "float32", "shape": ()}),
        (1, "net/split", {"input": 1, "control": False, "output": 0, "dtype": "float32", "shape": (None, 2)}),
        (2, "net/split", {"input": 2, "control": False, "output": 0, "dtype": "float32", "shape": (None, 2)}),
        (3, "x", {"input": 3, "control": True}),
    ]
    assert networkx.is_directed_acyclic_graph(made)


def test_networkx_reads_the_groups_and_types_of_graphml(tmp_path):
    read_back = read(measured(), tmp_path, force_multigraph=True)
    assert read_back.graph["name"] == "net"
    named = {data["name"]: data for _, data in read_back.nodes(data=True)}
    assert {name: data["kind"] for name, data in named.items()} == {
        "net": "model", "net/dense": "layer", "x": "op", "net/split": "op", "net/add": "op",
    }  # fmt: skip
    assert (named["net"]["parameters"], named["net"]["flops"], named["net"]["time_us"]) == (8, 6.0, 2.5)
    assert (named["net/dense"]["shape"], named["net/dense"]["group"]) == ("(None, 2)", "net")
    assert (named["net/split"]["dead"], named["net/add"]["dead"]) == (True, False)
    assert "flops" not in named["x"]
    names = {node: data["name"] for node, data in read_back.nodes(data=True)}
    edges = sorted(
        (names[a], names[b], data["input"], data.get("output"), data["control"])
        for a, b, data in read_back.edges(data=True)
    )
    assert edges == [
        ("net/split", "net/add", 0, 1, False), ("net/split", "net/add", 1, 0, False), ("net/split", "net/add", 2, 0, False),
        ("x", "net/add", 3, None, True), ("x", "net/split", 0, 0, False),
    ]  # fmt: skip


def test_graphml_keeps_the_rules_of_yed(tmp_path):
    """Groups are marked and hold a graph; keys of graphics are marked; ids are names of XML; every key is declared."""
    root = ET.parse(measured().save(tmp_path / "net.graphml")).getroot()
    keys = {key.get("id"): key for key in root.findall("g:key", NS)}
    assert {data.get("key") for data in root.iter(f"{{{NS['g']}}}data")} <= set(keys)
    assert keys["look"].get("yfiles.type") == "nodegraphics" and keys["look"].get("for") == "node"
    nodes = list(root.iter(f"{{{NS['g']}}}node"))
    ids = [each.get("id") for each in (*nodes, *root.iter(f"{{{NS['g']}}}edge"))]
    assert len(ids) == len(set(ids)) and all(each.isalnum() for each in ids)
    for node in nodes:
        inner = node.findall("g:graph", NS)
        assert (node.get("yfiles.foldertype") == "group") == (len(inner) == 1)
        look = node.find("g:data[@key='look']", NS)[0]
        labels = look.findall(".//y:NodeLabel", NS)
        assert look.tag == f"{{{NS['y']}}}{'ProxyAutoBoundsNode' if inner else 'ShapeNode'}" and len(labels) == 1
    assert [node.get("id") for node in root.findall("./g:graph/g:node/g:graph/g:node/g:graph/g:node", NS)] == [
        "n1",
        "n2",
    ]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_texts_in_graphml(name, tmp_path):
    make = Builder()
    group = make.group(name or "empty", "layer", cls=name)
    make.op("x", "Placeholder")
    make.op(f"{name} a", name or "Empty", "x", group=group, device=name)
    root = ET.parse(make.graph(name, ["x"]).save(tmp_path / "net.graphml")).getroot()
    assert {element.tag.partition("}")[2] for element in root.iter()} == {
        "graphml", "key", "graph", "node", "edge", "data", "ShapeNode", "Geometry", "Fill", "BorderStyle", "NodeLabel", "Shape",
        "ProxyAutoBoundsNode", "Realizers", "GroupNode", "State",
    }  # fmt: skip
    assert not [
        label.text
        for label in root.iter(f"{{{NS['y']}}}NodeLabel")
        if (label.text or "").casefold().startswith("<html")
    ]


def test_deep_groups_do_not_end_the_writing(tmp_path):
    make = Builder()
    group = -1
    for depth in range(3000):
        group = make.group(f"g{depth}", parent=group, path=f"g{depth}")
    make.op("x", "Placeholder", group=group)
    text = make.graph("deep", ["x"]).save(tmp_path / "deep.graphml").read_text(encoding="utf-8")
    assert text.count("<graph ") == text.count("</graph>") == 3001


def test_graphml_has_every_op_of_a_graph_with_loops(tmp_path):
    graph = drawn.loop()
    read_back = read(graph, tmp_path)
    names = [data["name"] for _, data in read_back.nodes(data=True) if data["kind"] == "op"]
    assert sorted(names) == sorted(content_of(graph).table.names)


def test_without_networkx_it_is_said_what_to_install(monkeypatch):
    from opscope.errors import MissingDependencyError

    monkeypatch.setitem(__import__("sys").modules, "networkx", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'opscope\[networkx\]'"):
        drawn.dense().to_networkx()
