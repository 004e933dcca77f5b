"""Inputs of a function that is shown by itself, such as one that only a loop or a branch takes: each has its oval."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphs import Builder, F
from opscope.graph.content import content_of, with_content
from opscope.graph.json.read import from_dict
from opscope.graph.json.write import to_dict
from opscope.graph.types import Port, TensorType
from opscope.layout.overview.one_page import overview
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import Box, Pill, cards
from opscope.passes import for_drawing
from rows_apart import apart
from truth import lies

SCALAR = TensorType("int32", ())
USERS_NAME = "_user_specified_name"


def loop(begins="x", **attrs):
    """A function of `x` and `n`: ``while i < n: state = state * w``, and state begins with `begins`; `w` is captured."""
    make = Builder()
    for number, (name, kind) in enumerate((("x", F), ("n", SCALAR), ("w", F))):
        given = {USERS_NAME: name, **attrs} if name != "w" else attrs
        make.op(name, "_Arg", out=[kind], index=number, **given)
    make.op("zero", "Const", out=[SCALAR], value={"dtype": "int32", "shape": [], "values": [0]})
    make.op("cast", "Cast", "x")
    make.op("loop", "While", "zero", begins, "w", "n", out=[SCALAR, F, F, SCALAR])
    owned = make.group("loop", "while", owner=5)
    cond, body = make.group("cond", "cond", owned, owner=5), make.group("body", "body", owned, owner=5)
    given = (("i", "zero", SCALAR), ("s", begins, F), ("w", "w", F), ("n", "n", SCALAR))
    for part, group in (("cond", cond), ("body", body)):
        for number, (name, source, kind) in enumerate(given):
            make.op(f"loop/{part}/{name}", "_Arg", source, group=group, out=[kind], index=number)
    make.op("less", "Less", "loop/cond/i", "loop/cond/n", group=cond, out=[TensorType("bool", ())])
    make.op("loop/cond/r", "_Retval", "less", group=cond, out=[], index=0)
    make.op("one", "Const", group=body, out=[SCALAR], value={"dtype": "int32", "shape": [], "values": [1]})
    make.op("add", "AddV2", "loop/body/i", "one", group=body, out=[SCALAR])
    make.op("mul", "Mul", "loop/body/s", "loop/body/w", group=body)
    for number, source in enumerate(("add", "mul", "loop/body/w", "loop/body/n")):
        make.op(f"loop/body/r{number}", "_Retval", source, group=body, out=[], index=number)
    make.op("result", "_Retval", "loop:1", out=[], index=0)
    graph = make.graph("loop", ["x", "n"])
    content = content_of(graph)
    row = content.table.names.index("loop")
    return with_content(graph, outputs=(Port("state", row, 1),))


def branch():
    """A function of `p` and `x` that gives `x` to a branch alone."""
    make = Builder()
    make.op("p", "_Arg", out=[TensorType("bool", ())], index=0)
    make.op("x", "_Arg", out=[F], index=1)
    make.op("if", "If", "p", "x")
    owned = make.group("if", "if", owner=2)
    for part, op in (("then", "Relu"), ("else", "Tanh")):
        group = make.group(part, "branch", owned, owner=2)
        make.op(f"if/{part}/a", "_Arg", "x", group=group, index=0)
        make.op(f"if/{part}/op", op, f"if/{part}/a", group=group)
        make.op(f"if/{part}/r", "_Retval", f"if/{part}/op", group=group, out=[], index=0)
    make.op("result", "_Retval", "if", out=[], index=0)
    return make.graph("branch", ["p", "x"], ["if"])


def ovals(scene):
    """The titles of the inputs and outputs that are drawn."""
    pills = [child for card in cards(scene) for child in card.children if isinstance(child, Pill)]
    return [pill.title for pill in pills if pill.kind == "input"], [p.title for p in pills if p.kind == "output"]


def drawings(graph):
    """The scene of a graph at several depths and in the overview, each with the graph that it draws."""
    for depth, unfold in ((None, True), ("all", False), (1, True)):
        drawn = for_drawing(graph, depth, unfold=unfold)
        yield drawn, compose(drawn)
    found = overview(graph)
    yield found.graph, apart(found.drawing.scene)


@pytest.mark.parametrize(
    ("graph", "inputs"), [(loop(), {"x", "n"}), (loop("cast"), {"x", "n"}), (branch(), {"p", "x"})]
)
def test_every_input_and_output_of_a_function_has_its_oval_at_each_depth(graph, inputs):
    for read in (graph, from_dict(to_dict(graph))):
        for drawn, scene in drawings(read):
            given, results = ovals(scene)
            assert set(given) == inputs
            assert len(results) == 1
            assert lies(read, drawn, scene) == []


def test_what_a_function_captured_is_a_chip_of_the_op_that_uses_it():
    drawn = for_drawing(loop(), "all")
    names = content_of(drawn).table.names
    boxes = [child for card in cards(compose(drawn)) for child in card.children if isinstance(child, Box)]
    docked = {names[box.node]: [names[node] for chip in box.chips for node in chip.nodes] for box in boxes}
    assert docked["mul"] == ["w"]


def test_arguments_that_nobody_named_are_all_inputs_of_a_graph_that_is_read_back():
    make = Builder()
    for name in ("a", "b"):
        make.op(name, "_Arg", out=[F])
    make.op("sum", "AddV2", "a", "b")
    read = from_dict(to_dict(make.graph("sum", ["a", "b"], ["sum"])))
    assert [port.name for port in content_of(read).inputs] == ["a", "b"]


def test_the_checker_misses_an_oval_a_name_and_a_wire_into_the_state_of_a_loop():
    graph = loop()
    drawn = for_drawing(graph, "all")
    scene = compose(drawn)
    root = scene.root
    place = next(at for at, child in enumerate(root.children) if isinstance(child, Pill) and child.title == "x")

    def said(**changed):
        return lies(graph, drawn, replace(scene, root=replace(root, **changed)))

    unwired = [wire for wire in root.wires if wire.source.child != place]
    assert any("no wire from input x to loop/body/s" in each for each in said(wires=tuple(unwired)))
    renamed = replace(root.children[place], title="y")
    children = (*root.children[:place], renamed, *root.children[place + 1 :])
    assert "input x is called y" in said(children=children)
    gone = replace(root.children[place], kind="state")
    children = (*root.children[:place], gone, *root.children[place + 1 :])
    assert "input x is not drawn" in said(children=children)
