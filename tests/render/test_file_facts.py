"""What a file says of itself, in the summary."""

from __future__ import annotations

import pytest

import opscope
from opscope.render.report.file_facts import file_lines

FLOAT = {"dtype": "float32", "shape": [None, 4]}


def test_a_traced_graph_has_no_such_lines():
    assert file_lines({}) == []
    tf = pytest.importorskip("tensorflow")
    graph = opscope.profile(tf.function(lambda x: tf.nn.relu(x) + 1.0), (2, 3), steps=1)
    assert graph.facts  # it has facts: of its trace, and of the run
    assert file_lines(graph.facts) == []


def test_format_sizes_tags_and_version_are_one_line():
    facts = {"format": "SavedModel", "graph_bytes": 1234, "variables_bytes": 5678, "tags": ["serve"], "producer": 1205}
    assert file_lines(facts) == [
        "SavedModel, 1,234 bytes of graph definition, 5,678 bytes of variables, tagged serve, GraphDef version 1205"
    ]


def test_several_graphs_are_listed_by_their_tags():
    facts = {"format": "SavedModel", "tag_sets": [["serve"], ["gpu", "serve"], []]}
    assert file_lines(facts) == ["SavedModel, 3 graphs, tagged serve / gpu+serve / (none)"]


def test_each_signature_is_a_line_and_the_shown_one_is_marked():
    signatures = {
        "__saved_model_init_op": {"inputs": {}, "outputs": {}},
        "a": {"inputs": {"x": FLOAT}, "outputs": {"y": {"dtype": "int64", "shape": None}}},
        "b": {"inputs": {}, "outputs": {"z": FLOAT}},
    }
    assert file_lines({"format": "SavedModel", "signatures": signatures, "signature": "a"})[1:] == [
        "signature a (shown): x float32 (None, 4) -> y int64 (unknown)",
        "signature b: nothing -> z float32 (None, 4)",
    ]


def test_functions_constants_and_inferred_shapes_are_counted():
    facts = {
        "format": "GraphDef", "functions": {"f": 3}, "library_functions": 41, "constants": {"count": 2, "bytes": 1000},
        "inferred_shapes": 5, "custom_ops": ["Frobnicate"], "assets": ["../vocabulary.txt"],
    }  # fmt: skip
    assert file_lines(facts)[1:] == [
        "functions: 1 of the 41 in the file are used here",
        "constants: 2 with 1,000 bytes in total",
        "shapes: not in the file for 5 ops, inferred by opscope",
        "custom ops: Frobnicate",
        "assets: ../vocabulary.txt",
    ]
