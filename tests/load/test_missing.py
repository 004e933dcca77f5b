"""What ops name and a file does not have: it is drawn, marked, counted and named; nothing is made up about it."""

from __future__ import annotations

import json

import pytest

import opscope
from opscope.cli import main
from opscope.graph.content import content_of

CONV = """
node { name: "image" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } }
node { name: "conv" op: "Conv2D" input: "image" input: "conv/weights" attr { key: "T" value { type: DT_FLOAT } } }
node { name: "bias" op: "BiasAdd" input: "conv" input: "conv/bias" attr { key: "T" value { type: DT_FLOAT } } }
node { name: "relu" op: "Relu6" input: "bias" attr { key: "T" value { type: DT_FLOAT } } }
"""


def floats(build):
    """The attribute of a call that says it gives one tensor, of float32."""
    return build.encode((1, build.encode((6, 1))))


@pytest.fixture
def text_graph(tmp_path):
    path = tmp_path / "net.pbtxt"
    path.write_text(CONV)
    return path


def test_inputs_that_are_not_in_the_file_are_ops_that_say_so(text_graph, ops_and_edges):
    graph = opscope.load(text_graph)
    assert ops_and_edges(graph) == {
        "image": ("Placeholder", []),
        "conv": ("Conv2D", [("image", 0), ("conv/weights", 0)]),
        "bias": ("BiasAdd", [("conv", 0), ("conv/bias", 0)]),
        "relu": ("Relu6", [("bias", 0)]),
        "conv/weights": ("_Missing", []),
        "conv/bias": ("_Missing", []),
    }
    assert content_of(graph).absent.inputs == ("conv/weights", "conv/bias")
    assert [port.name for port in content_of(graph).outputs] == ["relu"]
    missing = graph.op("conv/weights")
    assert (missing.dtype, missing.shape, missing.attrs, missing.dead) == ("unknown", None, {}, False)
    assert graph.parameters == 0 and not graph.variables  # nobody knows whether they are weights


def test_they_are_told_under_the_picture_beside_their_op_and_in_the_summary(text_graph, tmp_path, capsys):
    assert main(["render", str(text_graph), "-o", str(tmp_path / "net.svg"), "-o", str(tmp_path / "net.json")]) == 0
    svg = (tmp_path / "net.svg").read_text()
    assert ">weights, not in this file<" in svg and ">bias, not in this file<" in svg
    assert "2 inputs are not in this file: conv/weights, conv/bias<" in svg and "_Missing" not in svg
    for source in (text_graph, tmp_path / "net.json"):  # the JSON keeps it
        capsys.readouterr()
        assert main(["summary", str(source)]) == 0
        assert "inputs not in this file (op type _Missing), 2: conv/weights, conv/bias" in capsys.readouterr().out
        assert main(["summary", str(source), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["missing_inputs"] == ["conv/weights", "conv/bias"]


def test_what_the_missing_ones_feed_stays_unknown(text_graph):
    cost = opscope.load(text_graph).estimate(batch=1).cost
    assert cost.unknown_shape == {"Conv2D": 1, "BiasAdd": 1, "Relu6": 1} and not cost.without_formula


def test_a_function_may_lack_inputs_too(tmp_path, build, ops_and_edges):
    nodes = [build.node("a", "Mul", "x", "w:output:0"), build.node("n", "NoOp", "^gone")]
    body = build.function("f", ["x"], ["y", "z"], nodes, {"y": "a:z:0", "z": "b:output:0"})
    call = build.node("call", "PartitionedCall", "p", f=build.func("f"), Tout=floats(build))
    (tmp_path / "g.pb").write_bytes(build.graph([build.node("p", "Placeholder"), call], [body]))
    graph = opscope.load(tmp_path / "g.pb")
    found = ops_and_edges(graph)
    assert found["call/a"] == ("Mul", [("call/x", 0), ("call/w", 0)])
    assert found["call/n"] == ("NoOp", [("call/gone", None)])
    assert found["call/z"] == ("_Retval", [("call/b", 0)])
    assert set(content_of(graph).absent.inputs) == {"call/w", "call/gone", "call/b"}


@pytest.fixture
def calls(tmp_path, build):
    """A graph that calls f, which the file has, and g, which it does not have, twice; and a branch of which one is missing."""
    f = build.function("f", ["x"], ["y"], [build.node("a", "Relu", "x")], {"y": "a:activations:0"})
    nodes = [
        build.node("p", "Placeholder", dtype=build.dtype(1)),
        build.node("one", "PartitionedCall", "p", f=build.func("f"), Tout=floats(build)),
        build.node("two", "StatefulPartitionedCall", "one", f=build.func("g"), Tout=floats(build)),
        build.node("three", "StatefulPartitionedCall", "two", f=build.func("g"), Tout=floats(build)),
        build.node(
            "if", "If", "p", "three", then_branch=build.func("f"), else_branch=build.func("h"), Tout=floats(build)
        ),
    ]
    path = tmp_path / "calls.pb"
    path.write_bytes(build.graph(nodes, [f]))
    return path


def test_a_call_says_that_its_function_is_not_in_the_file(calls, tmp_path, capsys):
    graph = opscope.load(calls)
    assert content_of(graph).absent.functions == {"g": 2, "h": 1}
    assert graph.op("two").attrs["_missing_functions"] == ["g"] and graph.op("if").attrs["_missing_functions"] == ["h"]
    assert "_missing_functions" not in graph.op("one").attrs
    assert main(["render", str(calls), "-o", str(tmp_path / "c.svg"), "-o", str(tmp_path / "c.json")]) == 0
    svg = (tmp_path / "c.svg").read_text()
    assert svg.count(">g, not in this file<") == 2 and svg.count(">h, not in this file<") == 1
    assert "3 calls of functions not in this file: g, h<" in svg
    for source in (calls, tmp_path / "c.json"):
        capsys.readouterr()
        assert main(["summary", str(source)]) == 0
        assert "functions not in this file, with their calls: g x2, h x1" in capsys.readouterr().out


def test_equal_calls_share_their_attributes_still(calls):
    table = content_of(opscope.load(calls)).table
    assert table.attrs_key(table.index("two")) == table.attrs_key(table.index("three"))


def test_calls_that_stay_closed_are_in_the_json_too(tmp_path, build):
    f = build.function(
        "f",
        ["x"],
        ["y"],
        [build.node("a", "PartitionedCall", "x", f=build.func("f"), Tout=floats(build))],
        {"y": "a:output:0"},
    )
    nodes = [
        build.node("p", "Placeholder", dtype=build.dtype(1)),
        build.node("c", "PartitionedCall", "p", f=build.func("f"), Tout=floats(build)),
    ]
    (tmp_path / "r.pb").write_bytes(build.graph(nodes, [f]))
    graph = opscope.load(tmp_path / "r.pb")
    graph.save(tmp_path / "r.json")
    back = opscope.load(tmp_path / "r.json")
    assert content_of(graph).closed_calls == content_of(back).closed_calls == {"f": 1}
    assert back.op("c/a").attrs["_not_expanded"] == ["f"] and not content_of(back).absent.functions


def test_attributes_of_a_strange_file_are_no_missing_functions(calls, tmp_path):
    opscope.load(calls).save(tmp_path / "c.json")
    data = json.loads((tmp_path / "c.json").read_text())
    for node, value in zip(data["nodes"], (3, None, [4, "k"], {"a": 1})):
        node["attrs"]["_missing_functions"] = value
    (tmp_path / "d.json").write_text(json.dumps(data))
    graph = opscope.load(tmp_path / "d.json")
    assert content_of(graph).absent.functions == {"k": 1, "h": 1}
    graph.save(tmp_path / "d.svg")
