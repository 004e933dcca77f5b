"""What a graph read back from JSON still knows, though its JSON has no key for it."""

from __future__ import annotations

import json

import drawn
from graphs import Builder
from opscope.graph.graph import Graph
from opscope.graph.json import from_dict, to_dict
from opscope.graph.types import TensorType, Variable


def read_back(graph: Graph) -> Graph:
    return from_dict(json.loads(json.dumps(to_dict(graph))))


def test_inputs_outputs_and_variables_are_found_again():
    before = drawn.dense()
    after = read_back(before)
    assert after.content.inputs == before.content.inputs
    assert [(port.name, port.node) for port in after.content.outputs] == [("output", 8)]
    assert after.content.handles == before.content.handles


def test_an_argument_of_a_loop_stands_for_the_variable_that_is_handed_in():
    before = drawn.loop()
    assert read_back(before).content.handles == before.content.handles


def test_a_result_that_is_dead_is_no_output():
    before = drawn.dense()
    after = read_back(before.with_content(dead=bytes([0] * 8 + [1])))
    assert after.content.outputs == ()


def test_a_resource_that_is_no_variable_leaves_all_handles_unknown():
    make = Builder()
    make.variable("w", "w", (4, 4))
    make.op("table", "Placeholder", out=[TensorType("resource", ())])
    make.op("read", "ReadVariableOp", "w")
    assert read_back(make.graph()).content.handles == {}


def test_a_read_of_another_type_leaves_all_handles_unknown():
    before = drawn.dense()
    kernel, bias = before.variables
    other = Variable(kernel.id, kernel.object_path, "float16", kernel.shape, True)
    assert read_back(before.with_content(variables=(other, bias))).content.handles == {}
