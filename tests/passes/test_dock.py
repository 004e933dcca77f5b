from __future__ import annotations

import drawn
from drawn import roles_of
from graphs import Builder
from opscope.graph.content import content_of
from opscope.graph.types import TensorType
from opscope.graph.view import BOX, CHIP, HIDDEN
from opscope.layout.scene.compose import compose
from opscope.passes import for_drawing
from truth import lies


def test_variables_and_their_reads_are_side_matter():
    graph = for_drawing(drawn.dense(), "all")
    assert {name for name, role in roles_of(graph).items() if role == CHIP} == {"k", "b", "kr", "br"}
    assert content_of(graph).view.counts.docked == 4


def test_a_cast_or_reshape_of_a_weight_is_side_matter_and_of_a_tensor_is_not():
    make = Builder()
    make.op("x", "Placeholder")
    make.variable("k", "kernel", (4, 4))
    make.op("shape", "Const", out=[TensorType("int32", (2,))])
    make.op("read", "ReadVariableOp", "k")
    make.op("half", "Cast", "read")
    make.op("flat", "Reshape", "half", "shape")
    make.op("cast", "Cast", "x")
    make.op("bent", "Reshape", "x", "shape")
    make.op("mul", "Mul", "flat", "cast")
    roles = roles_of(for_drawing(make.graph(inputs=["x"]), "all"))
    assert [roles[name] for name in ("read", "half", "flat", "shape")] == [CHIP] * 4
    assert [roles[name] for name in ("cast", "bent", "mul")] == [BOX] * 3


def test_reads_may_come_before_what_they_read():
    make = Builder()
    make.op("use", "Relu", "cast")
    make.op("cast", "Cast", "read")
    make.op("read", "ReadVariableOp", "k")
    make.variable("k", "kernel", (4,))
    roles = roles_of(for_drawing(make.graph(), "all"))
    assert roles["cast"] == roles["read"] == CHIP


def test_an_update_of_a_variable_is_no_side_matter():
    make = Builder()
    make.op("x", "Placeholder")
    make.variable("k", "kernel", (4,))
    make.op("set", "AssignVariableOp", "k", "x", out=[])
    assert roles_of(for_drawing(make.graph(inputs=["x"]), "all"))["set"] == BOX


def test_a_constant_that_nothing_uses_is_hidden_and_not_docked():
    make = Builder()
    make.op("x", "Placeholder")
    make.op("k", "Const")
    make.dead.append("k")
    graph = for_drawing(make.graph(inputs=["x"]), "all")
    assert roles_of(graph)["k"] == HIDDEN
    assert content_of(graph).view.counts.docked == 0


def test_a_placeholder_that_nobody_feeds_is_a_value_that_the_function_closed_over():
    make = Builder()
    make.op("x", "Placeholder")
    make.op("captured", "Placeholder")
    make.op("a", "_Arg")
    make.op("sum", "AddN", "x", "captured", "a")
    assert roles_of(for_drawing(make.graph(inputs=["x"]), "all"))["captured"] == CHIP
    assert roles_of(for_drawing(make.graph(inputs=["x"]), "all"))["x"] == BOX
    assert roles_of(for_drawing(make.graph(), "all"))["captured"] == BOX  # of a graph without inputs nobody knows


def test_a_resource_that_the_caller_passes_is_an_input_and_one_that_is_captured_is_not():
    handle = [TensorType("resource", ())]
    make = Builder()
    make.op("iterator", "Placeholder", out=handle)
    make.op("table", "Placeholder", out=handle)
    make.op("next", "IteratorGetNext", "iterator")
    make.op("found", "LookupTableFindV2", "table", "next")
    graph = make.graph(inputs=["iterator"])
    drawing = for_drawing(graph, "all")
    assert [roles_of(drawing)[name] for name in ("iterator", "table")] == [BOX, CHIP]
    assert lies(graph, drawing, compose(drawing)) == []


def test_a_read_of_a_tensor_and_a_weight_is_no_side_matter():
    make = Builder()
    make.op("x", "Placeholder")
    make.op("shape", "Const")
    make.op("bent", "Reshape", "shape", "x")
    make.op("alone", "Cast")
    make.op("waits", "Cast", "shape", "^x")
    make.op("use", "AddN", "bent", "alone", "waits")
    roles = roles_of(for_drawing(make.graph(inputs=["x"]), "all"))
    assert (roles["bent"], roles["alone"], roles["waits"]) == (BOX, BOX, CHIP)
