"""Two graphs of which it is said that they compute the same: by the recorded pairs, and by graphs in which one thing is edited."""

from __future__ import annotations

import json

import pytest

import opscope
from expected_changes import EXPECTED
from graphs import dense_model
from opscope.graph.json import from_dict, to_dict
from opscope.render.told_difference.difference_words import verdict
from recorded_pairs import recorded

ALIKE = {"renamed_layer", "moved_block", "wrapped_in_block", "name_scope_around"}
"""The pairs in which a layer is called otherwise or lies elsewhere, and nothing else is done."""


@pytest.mark.parametrize("name", EXPECTED)
def test_pairs_that_compute_the_same_are_said_to_and_no_others(name):
    assert ("same computation" in verdict(opscope.diff(*recorded(name)))) == (name in ALIKE)
    assert ("same computation" in verdict(opscope.diff(*reversed(recorded(name))))) == (name in ALIKE)


def edited(edit):
    data = json.loads(json.dumps(to_dict(dense_model())))
    edit(data)
    return from_dict(data)


def rename(data):
    old = next(node["name"] for node in data["nodes"] if node["op"] == "Relu")
    for node in data["nodes"]:
        node["name"] = "other" if node["name"] == old else node["name"]
        for one in node["inputs"]:
            one["node"] = "other" if one["node"] == old else one["node"]


def attribute_too(data):
    rename(data)
    next(node for node in data["nodes"] if node["op"] == "Relu")["attrs"]["edited"] = 7


def wiring_too(data):
    rename(data)
    next(node for node in data["nodes"] if node["op"] == "MatMul")["inputs"].reverse()


def test_an_op_that_is_called_otherwise_computes_the_same():
    assert "same computation" in verdict(opscope.diff(dense_model(), edited(rename)))


@pytest.mark.parametrize("edit", [attribute_too, wiring_too])
def test_one_edit_more_and_it_is_not_said(edit):
    assert "same computation" not in verdict(opscope.diff(dense_model(), edited(edit)))


def test_it_is_not_said_where_not_all_was_compared():
    found = opscope.diff(dense_model(), edited(rename), ignore=["source"])
    assert "same computation" not in verdict(found)


def test_a_shared_layer_that_became_two_is_not_renamed():
    a, b = recorded("shared_and_two")
    told = [entry.words for entry in opscope.diff(a, b) if entry.cost]
    assert told == ["Dense siamese/encode_other: variables shared with siamese/encode → its own"]
    assert [entry.kind for entry in opscope.diff(b, a) if entry.cost] == ["changed"]
