"""A traced function written down without signatures: what its results do not need is dead, in the picture, the page, the summary and the JSON."""

from __future__ import annotations

import json
import re

import opscope
from opscope.graph.content import content_of


def step(build):
    """What TensorFlow leaves of a step: the size that an attention computes and does not use, a gradient that nobody asked for, an update."""
    real, number = build.dtype(1), build.dtype(3)
    return [
        build.node("x", "Placeholder", dtype=real),
        build.node("state", "VarHandleOp", dtype=real, shared_name=build.encode((2, "state"))),
        build.node("net/shape", "Shape", "x", T=real, out_type=number),
        build.node("net/size", "Squeeze", "net/shape", T=number),
        build.node("net/out", "Relu", "x", T=real),
        build.node("gradient_tape/unasked", "ReluGrad", "net/out", "x", T=real),
        build.node("update", "AssignAddVariableOp", "state", "net/out", dtype=real),
        build.node("Identity", "Identity", "net/out", T=real),
        build.node("NoOp", "NoOp", "^update"),
    ]


LEFT = {"net/shape", "net/size", "gradient_tape/unasked", "NoOp"}
"""What leads to no result and changes nothing; the NoOp only waits for the update."""


def dead(graph):
    content = content_of(graph)
    return {name for name, is_dead in zip(content.table.names, content.dead or ()) if is_dead}


def test_what_the_results_of_a_traced_function_do_not_need_is_dead(load, build):
    graph = load(step(build))
    assert [port.name for port in content_of(graph).outputs] == ["Identity"]
    assert dead(graph) == LEFT


def test_without_results_that_tracing_made_every_end_is_an_output_and_none_is_dead(load, build):
    """A frozen graph of TensorFlow 1 may name any op as its output."""
    graph = load([*step(build)[:-2], build.node("boxes", "Identity", "net/out", T=build.dtype(1))])
    assert [port.name for port in content_of(graph).outputs] == ["net/size", "gradient_tape/unasked", "boxes"]
    assert dead(graph) == set()


def test_all_that_is_made_of_it_says_the_same(load, build, tmp_path):
    graph = load(step(build))
    for name in ("graph.svg", "graph.json"):
        graph.save(tmp_path / name)
    told = json.loads((tmp_path / "graph.json").read_text("utf-8"))
    assert {node["name"] for node in told["nodes"] if node["dead"]} == LEFT
    assert {op.name for op in graph.ops(dead=True)} == LEFT
    again = opscope.load(tmp_path / "graph.json")
    assert dead(again) == LEFT
    assert [port.name for port in content_of(again).outputs] == ["Identity"]
    picture = (tmp_path / "graph.svg").read_text("utf-8")
    assert "4 dead ops, 1 Identity" in picture
    assert not {"ReluGrad", "Squeeze"} & set(re.findall(r">(\w+)</text>", picture))
