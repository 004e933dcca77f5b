"""Keras's files as others made them, of Keras 1 and 2: what h5py and their own JSON tell, and that their drawings are true."""

from __future__ import annotations

import json

import pytest

import opscope
from opscope.graph.content import content_of

h5py = pytest.importorskip("h5py", exc_type=ImportError)

WHOLE = {
    "keras1-cnn.h5": [(None, 8, 8, 3), (None, 6, 7, 2), (None, 5, 5, 1), (None, 5, 5, 1), (None, 1, 1, 1), (None, 1, 1, 1), (None, 1), (None, 2), (None, 2), (None, 2), (None, 3)],
    "keras1-simple_lstm.h5": [(None, 1, 1), (None, 50), (None, 1)],
    "keras2-functional_lstm.h5": [(None, 10, 4), (None, 8), (None, 5)],
    "keras2-lambda.h5": [(None, 100), (None, 64), None, None, None],
    "keras2-tfscope.h5": [(None, 70), (None, 256), (None, 2)],
}  # fmt: skip
"""File -> the shapes of its layers' results, worked out by hand."""


def sizes(group):
    """The elements of all datasets inside."""
    found = []
    group.visititems(lambda _, item: found.append(item.size) if isinstance(item, h5py.Dataset) else None)
    return sum(found)


@pytest.mark.parametrize("name", WHOLE)
def test_layers_and_weights_are_those_of_the_file(name, shared):
    path = shared / "wild" / "keras" / name
    graph = opscope.load(path)
    with h5py.File(path, "r") as file:
        config = json.loads(file.attrs["model_config"])["config"]
        layers = config if isinstance(config, list) else config["layers"]
        own = [layer["config"]["name"] for layer in layers if layer["class_name"] != "InputLayer"]
        assert [group.name for group in content_of(graph).groups[1:]] == own
        assert graph.parameters == sizes(file["model_weights"])
        for group in content_of(graph).groups[1:]:
            assert group.parameters == sizes(file["model_weights"][group.name]), group.name
    table = content_of(graph).table
    assert [types[0].shape for types in table.outputs] == WHOLE[name]
    assert [[edge.node for edge in table.inputs(row)] for row in range(len(table))] == [
        [],
        *([row] for row in range(len(table) - 1)),
    ]


def test_two_outputs_of_a_model_of_keras_2(shared):
    graph = opscope.load(shared / "wild" / "keras" / "keras2-12net.h5")
    content = content_of(graph)
    edges = {
        (content.table.names[edge.node], content.table.names[row])
        for row in range(len(graph))
        for edge in content.table.inputs(row)
    }
    assert ("model_2/PReLU3", "model_2/conv4-1") in edges
    assert ("model_2/PReLU3", "model_2/conv4-2") in edges
    assert [port.name for port in content.outputs] == ["conv4-1", "conv4-2"]


def test_a_file_of_weights_alone_lists_them(shared):
    path = shared / "wild" / "keras" / "keras1-cnn-weights_only.h5"
    graph = opscope.load(path)
    with h5py.File(path, "r") as file:
        expected = {f"{layer}/{name}": item.shape for layer in file for name, item in file[layer].items()}
        assert graph.parameters == sizes(file)
    found = {
        name: types[0].shape for name, types in zip(content_of(graph).table.names, content_of(graph).table.outputs)
    }
    assert found == {name.partition(":")[0]: shape for name, shape in expected.items()}
    assert "convolution2d_1" in graph.summary()
