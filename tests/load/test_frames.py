"""Loops of v1 graphs, which are frames, become loop groups."""

from __future__ import annotations

import sys
from array import array
from pathlib import Path

import pytest

import opscope

sys.path.insert(0, str(Path(__file__).parent))
from bodies import body, program

from opscope.graph.content import content_of
from opscope.program.body import LocalGroup
from opscope.program.frames import loop_frames, mark_frames
from opscope.program.proto import message_class


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
    assert [(group.path, group.kind) for group in content_of(graph).groups] == [
        ("model", "scope"),
        ("model/while", "while"),
    ]
    inside = [row for row in range(len(graph)) if content_of(graph).group_path(row) == "model/while"]
    assert len(inside) == len(nodes)


def test_a_frame_without_a_scope_gets_a_group_of_its_own(load, build):
    graph = load(loop(build, ""))
    assert [(group.path, group.kind) for group in content_of(graph).groups] == [("frame", "while")]
    assert {
        content_of(graph).table.names[row] for row in range(len(graph)) if content_of(graph).group_path(row) is None
    } == {"start", "x"}


def test_a_frame_inside_a_frame_is_told_apart(load, build):
    outer = loop(build, "while/")
    first = build.node("while/first", "Identity", "while/Switch:1", T=build.dtype(3))
    inner = loop(build, "while/inner/", "while/first", "while/first")
    graph = load([*outer, first, *inner, build.node("while/after", "Neg", "while/inner/Exit", T=build.dtype(3))])
    assert {group.path: group.kind for group in content_of(graph).groups} == {"while": "while", "while/inner": "while"}
    assert content_of(graph).group_path(content_of(graph).table.index("while/after")) == "while"


def test_real_v1_loops_are_found(shared):
    graph = opscope.load(shared / "wild" / "tf1.6-word_segmentation")
    loops = [group.path for group in content_of(graph).groups if group.kind == "while"]
    assert loops == ["bidirectional_rnn/fw/fw/while", "bidirectional_rnn/bw/bw/while"]


def test_a_graph_without_frames_has_no_loops(load, build):
    assert content_of(load([build.node("a", "Neg", "x", T=build.dtype(3))])).groups == ()


def flat(*ops, groups=(), places=None, **named):
    """A v1 main graph; `named` has the frame names of its Enters."""
    made = body(*ops, name="")
    raw = [message_class("NodeDef")() for _ in ops]
    for name, frame in named.items():
        raw[made.names.index(name)].attr["frame_name"].s = frame.encode()
    return made.with_columns(raw_attrs=raw, groups=tuple(groups), node_group=array("i", places or [-1] * len(ops)))


def frame_of(made):
    frame, names = loop_frames(made)
    return {name: names[number] for name, number in zip(made.names, frame)}


LOOP = (
    ("x", "Placeholder", []), ("e", "Enter", ["x"]), ("m", "Merge", ["e", "n"]), ("c", "LoopCond", ["m"]), ("s", "Switch", ["m", "c"]),
    ("a", "Neg", ["s:1"]), ("n", "NextIteration", ["a"]), ("q", "Exit", ["s"]), ("y", "Relu", ["q"]),
)  # fmt: skip


def test_what_an_enter_feeds_lies_in_its_frame_up_to_the_exit():
    assert frame_of(flat(*LOOP, e="f")) == {**dict.fromkeys("emcsanq", "f"), "x": "", "y": ""}


def test_an_exit_of_an_inner_frame_leads_back_to_the_outer_one():
    inner = ("e2", "RefEnter", ["a"]), ("b", "Neg", ["e2"]), ("q2", "RefExit", ["b"]), ("z", "Neg", ["q2"])
    made = flat(*LOOP, *inner, e="f", e2="g")
    assert frame_of(made) == {**dict.fromkeys("emcsanqz", "f"), "e2": "g", "b": "g", "q2": "g", "x": "", "y": ""}


def test_an_op_that_reads_a_tensor_twice_does_not_end_the_search():
    ops = (
        ("x", "Placeholder", []),
        ("e2", "Enter", ["x"]),
        ("y", "Placeholder", []),
        ("e", "Enter", ["y"]),
        ("a", "AddV2", ["e", "e"]),
    )
    assert frame_of(flat(*ops, e="f", e2="g")) == {"x": "", "y": "", "e": "f", "a": "f", "e2": "g"}


def test_one_name_within_two_frames_is_two_frames_and_two_enters_of_a_name_are_one():
    made = flat(
        ("x", "Placeholder", []), ("e", "Enter", ["x"]), ("e2", "Enter", ["x"]), ("inner", "Enter", ["e"]), ("outer", "Enter", ["x"]),
        ("nameless", "Enter", ["x"]), e="f", e2="f", inner="g", outer="g",
    )  # fmt: skip
    frame, names = loop_frames(made)
    assert frame[1] == frame[2] != 0
    assert frame[3] != frame[4]
    assert names[frame[3]] == names[frame[4]] == "g"
    assert names[frame[5]] == ""


def marked(made):
    found = mark_frames(program(made)).main
    return [(group.name, group.kind, group.parent) for group in found.groups], dict(zip(found.names, found.node_group))


SCOPE = LocalGroup("s", "scope")


@pytest.mark.parametrize(("others", "own"), [(6, False), (7, True), (8, True)])
def test_a_scope_is_the_loop_where_most_of_it_is(others, own):
    """Seven ops are in the frame; all of the scope are these and others."""
    rest = [(f"o{k}", "Const", []) for k in range(others)]
    made = flat(*LOOP, *rest, groups=[SCOPE], places=[-1, *[0] * 7, -1, *[0] * others], e="s/while/frame")
    groups, home = marked(made)
    assert groups == ([("s", "scope", -1), ("while", "while", 0)] if own else [("s", "while", -1)])
    assert {home[name] for name in "emcsanq"} == {1 if own else 0}
    assert {home[name] for name in "xy"} == {-1}
    assert {home[name] for name, *_ in rest} == {0}


def test_the_scope_of_the_condition_counts_and_not_that_of_another_op_of_the_frame():
    made = flat(*LOOP, groups=[SCOPE, LocalGroup("t", "scope")], places=[-1, 1, 1, *[0] * 5, -1], e="f")
    assert marked(made)[0] == [("s", "while", -1), ("t", "scope", -1)]


def test_a_frame_is_called_as_its_name_says():
    assert marked(flat(*LOOP, e="a/b/frame"))[0] == [("b", "while", -1)]
    assert marked(flat(*LOOP, e="frame"))[0] == [("frame", "while", -1)]
    assert marked(flat(*LOOP))[0] == [("while", "while", -1)]


def test_a_layer_that_holds_a_loop_stays_a_layer():
    groups, home = marked(flat(*LOOP, groups=[LocalGroup("l", "layer")], places=[0] * 9, e="f"))
    assert groups == [("l", "layer", -1), ("f", "while", 0)]
    assert home["x"] == home["y"] == 0


def test_a_condition_outside_of_every_frame_and_a_second_one_make_no_loop():
    made = flat(*LOOP, ("c2", "LoopCond", ["m"]), ("free", "LoopCond", ["x"]), e="f")
    groups, home = marked(made)
    assert groups == [("f", "while", -1)]
    assert (home["c2"], home["free"]) == (0, -1)
