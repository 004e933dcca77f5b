"""Loops of v1 graphs, which are frames, become loop groups."""

from __future__ import annotations

import pytest

import opscope


def loop(build, scope, start="start", invariant="x"):
    """A v1 loop under `scope`: from `start` on, while i < 10, i += x."""

    def name(op):
        return scope + op

    frame = build.encode((2, name("frame")))
    kind = build.dtype(3)
    return [
        build.node(name("Enter"), "Enter", start, T=kind, frame_name=frame),
        build.node(name("Enter_1"), "Enter", invariant, T=kind, frame_name=frame, is_constant=build.encode((5, 1))),
        build.node(name("Merge"), "Merge", name("Enter"), name("Next"), T=kind, N=build.encode((3, 2))),
        build.node(name("ten"), "Const", "^" + name("Merge"), dtype=kind),
        build.node(name("Less"), "Less", name("Merge"), name("ten"), T=kind),
        build.node(name("Cond"), "LoopCond", name("Less")),
        build.node(name("Switch"), "Switch", name("Merge"), name("Cond"), T=kind),
        build.node(name("add"), "AddV2", name("Switch:1"), name("Enter_1"), T=kind),
        build.node(name("Next"), "NextIteration", name("add"), T=kind),
        build.node(name("Exit"), "Exit", name("Switch"), T=kind),
    ]


@pytest.fixture
def load(tmp_path, build):
    def run(nodes):
        path = tmp_path / "graph.pb"
        ends = [build.node(name, "Placeholder", dtype=build.dtype(3)) for name in ("start", "x")]
        path.write_bytes(build.graph([*ends, *nodes]))
        return opscope.load(path)

    return run


def test_the_scope_of_a_frame_is_a_loop(load, build):
    nodes = loop(build, "model/while/")
    graph = load([*nodes, build.node("model/after", "Neg", "model/while/Exit", T=build.dtype(3))])
    assert [(group.path, group.kind) for group in graph.groups] == [("model", "scope"), ("model/while", "while")]
    inside = [row for row in range(len(graph)) if graph.group_path(row) == "model/while"]
    assert len(inside) == len(nodes)


def test_a_frame_without_a_scope_gets_a_group_of_its_own(load, build):
    graph = load(loop(build, ""))
    assert [(group.path, group.kind) for group in graph.groups] == [("frame", "while")]
    assert {graph.table.names[row] for row in range(len(graph)) if graph.group_path(row) is None} == {"start", "x"}


def test_a_frame_inside_a_frame_is_told_apart(load, build):
    outer = loop(build, "while/")
    first = build.node("while/first", "Identity", "while/Switch:1", T=build.dtype(3))
    inner = loop(build, "while/inner/", "while/first", "while/first")
    graph = load([*outer, first, *inner, build.node("while/after", "Neg", "while/inner/Exit", T=build.dtype(3))])
    assert {group.path: group.kind for group in graph.groups} == {"while": "while", "while/inner": "while"}
    assert graph.group_path(graph.table.index("while/after")) == "while"


def test_real_v1_loops_are_found(shared):
    graph = opscope.load(shared / "wild" / "tf1.6-word_segmentation")
    loops = [group.path for group in graph.groups if group.kind == "while"]
    assert loops == ["bidirectional_rnn/fw/fw/while", "bidirectional_rnn/bw/bw/while"]


def test_a_graph_without_frames_has_no_loops(load, build):
    assert load([build.node("a", "Neg", "x", T=build.dtype(3))]).groups == ()
