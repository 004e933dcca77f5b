"""What a graph read back from JSON still knows, though its JSON has no key for it."""

from __future__ import annotations

import json

import drawn
from graphs import Builder
from opscope.graph.content import content_of, with_content
from opscope.graph.graph import Graph
from opscope.graph.json import from_dict, to_dict
from opscope.graph.types import TensorType, Variable


def read_back(graph: Graph) -> Graph:
    return from_dict(json.loads(json.dumps(to_dict(graph))))


def test_inputs_outputs_and_variables_are_found_again():
    before = drawn.dense()
    after = read_back(before)
    assert content_of(after).inputs == content_of(before).inputs
    assert [(port.name, port.node) for port in content_of(after).outputs] == [("output", 8)]
    assert content_of(after).handles == content_of(before).handles


def test_an_argument_of_a_loop_stands_for_the_variable_that_is_handed_in():
    before = drawn.loop()
    assert content_of(read_back(before)).handles == content_of(before).handles


def test_a_result_that_is_dead_is_no_output():
    before = drawn.dense()
    after = read_back(with_content(before, dead=bytes([0] * 8 + [1])))
    assert content_of(after).outputs == ()


def test_a_resource_that_is_no_variable_leaves_all_handles_unknown():
    make = Builder()
    make.variable("w", "w", (4, 4))
    make.op("table", "Placeholder", out=[TensorType("resource", ())])
    make.op("read", "ReadVariableOp", "w")
    assert content_of(read_back(make.graph())).handles == {}


def test_a_read_of_another_type_leaves_all_handles_unknown():
    before = drawn.dense()
    kernel, bias = before.variables
    other = Variable(kernel.id, kernel.object_path, "float16", kernel.shape, True)
    assert content_of(read_back(with_content(before, variables=(other, bias)))).handles == {}
