"""What a graph read back from JSON still knows, though its JSON has no key for it."""

from __future__ import annotations

import json
import re

import pytest

import drawn
from graphs import Builder
from opscope.errors import LoadError
from opscope.graph.content import content_of, with_content
from opscope.graph.graph import Graph
from opscope.graph.json import from_dict, to_dict
from opscope.graph.types import Port, TensorType, Variable


def read_back(graph: Graph) -> Graph:
    return from_dict(json.loads(json.dumps(to_dict(graph))))


def test_inputs_outputs_and_variables_are_found_again():
    before = drawn.dense()
    after = read_back(before)
    assert content_of(after).inputs == content_of(before).inputs
    assert [(port.name, port.node) for port in content_of(after).outputs] == [("out", 8)]
    assert content_of(after).handles == content_of(before).handles


def test_names_that_the_author_gave_to_outputs_are_kept():
    """The keys of the dict that a training step returns are all that tells its loss from its accuracy."""
    make = Builder()
    scalar = ("float32", ())
    make.op("x", "Placeholder")
    make.op("parts", "Split", "x", out=(scalar, scalar))
    make.op("Identity", "Identity", "parts")
    ports = (Port("loss", 2, 0), Port("accuracy", 1, 1))  # by their rows
    before = with_content(make.graph("step", ["x"], []), outputs=ports)
    assert json.loads(json.dumps(to_dict(before)))["outputs"] == [
        {"name": "loss", "node": "Identity", "output": 0},
        {"name": "accuracy", "node": "parts", "output": 1},
    ]
    assert content_of(read_back(before)).outputs == ports


@pytest.mark.parametrize(
    ("outputs", "place"),
    [
        ({}, "outputs"),
        ([{"name": "loss", "node": "nowhere", "output": 0}], "outputs[0].node"),
        ([{"name": "loss", "node": "x", "output": 1}], "outputs[0].output"),
        ([{"name": "loss", "node": "x", "output": None}], "outputs[0].output"),
        ([{"name": 7, "node": "x", "output": 0}], "outputs[0].name"),
        ([{"name": "loss", "node": ["x"], "output": 0}], "outputs[0].node"),
        ([{"name": "loss", "node": "x"}], "outputs[0]"),
    ],
)
def test_an_output_that_is_none_is_told_with_its_place(outputs, place):
    make = Builder()
    make.op("x", "Placeholder")
    data = {**to_dict(make.graph("g", ["x"], [])), "outputs": outputs}
    with pytest.raises(LoadError, match=f"^{re.escape(place)}: "):
        from_dict(data)


def test_an_argument_of_a_loop_stands_for_the_variable_that_is_handed_in():
    before = drawn.loop()
    assert content_of(read_back(before)).handles == content_of(before).handles


def test_a_result_that_is_dead_is_no_output():
    before = drawn.dense()
    after = read_back(with_content(before, dead=bytes([0] * 8 + [1]), outputs=()))
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
