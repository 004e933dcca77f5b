"""Attributes are used by their type; one of another type is as if it were not there."""

from __future__ import annotations

import pytest

from opscope.graph.attrs import Constant, constant_of, function_of, is_set, text_of, whole_of

ODD = [None, 1.5, [], {}, [1], {"a": 1}, {"function": 3}]


@pytest.mark.parametrize("value", ODD)
def test_what_is_of_another_type_is_absent(value):
    attrs = {"a": value}
    assert text_of(attrs, "a") == function_of(attrs, "a") == ""
    assert whole_of(attrs, "a") == 0
    assert not is_set(attrs, "a")


def test_what_is_of_the_type_is_given():
    attrs = {"text": "a", "whole": -3, "flag": True, "f": {"function": "call_7"}}
    assert (text_of(attrs, "text"), whole_of(attrs, "whole"), is_set(attrs, "flag")) == ("a", -3, True)
    assert function_of(attrs, "f") == "call_7"


def test_a_flag_is_no_number_and_a_number_no_flag():
    assert whole_of({"a": True}, "a", default=7) == 7
    assert not is_set({"a": 1}, "a")


@pytest.mark.parametrize(
    "value",
    [
        3,
        "x",
        [1],
        {"shape": "x"},
        {"shape": [-1]},
        {"shape": [True]},
        {"values": [1]},
        {},
        {"shape": [], "values": 3},
        {"shape": [], "values": [[1]]},
        {"shape": None, "values": {}},
    ],
)
def test_what_is_no_summary_of_a_constant_is_none(value):
    assert constant_of({"value": value}) is None


def test_the_summary_of_a_constant_is_read():
    summary = {"dtype": "float32", "shape": [None, 2], "values": [0.5, "nan"], "min": 0.5, "max": "nan"}
    assert constant_of({"value": summary}) == Constant((None, 2), (0.5, "nan"))
    assert constant_of({"value": {"dtype": "string", "shape": None}}) == Constant(None, ())
