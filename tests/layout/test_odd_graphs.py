"""Graphs that a strange file can hold: attributes of any type, bodies whose op is something else. They are drawn all the same."""

from __future__ import annotations

import pytest

from json_mutations import complete
from opscope.graph.json import from_dict
from opscope.passes.flow import ends_of_bodies
from opscope.render.options import Options
from opscope.render.registry import output_for

USED = {"optimizer/rate": "value", "if/then/call": "f", "forward/model/while/body/i": "_user_specified_name"}
"""What a drawing uses of attributes: an op that has one, and its name."""
ODD = [None, 3.5, True, [], [1, "a"], {}, {"function": 3}, {"shape": "x", "values": 3}, {"values": [[1]]}]


def drawn(data, suffix=".svg"):
    return output_for(suffix).make(from_dict(data), Options(depth="all"))


def node(data, name):
    return next(node for node in data["nodes"] if node["name"] == name)


@pytest.fixture(scope="module")
def without():
    """The drawing without the attributes that a drawing uses."""
    data = complete()
    for name, attribute in USED.items():
        del node(data, name)["attrs"][attribute]
    return drawn(data)


@pytest.mark.parametrize("value", ODD, ids=repr)
def test_an_attribute_of_another_type_is_drawn_as_if_it_were_absent(without, value):
    data = complete()
    for name, attribute in USED.items():
        node(data, name)["attrs"][attribute] = value
    assert drawn(data) == without


@pytest.mark.parametrize("value", [None, 0.5, False, "x"], ids=repr)
def test_an_index_of_another_type_counts_as_the_first(value):
    data, right = complete(), complete()
    for one, other in zip(data["nodes"], right["nodes"]):
        if one["op"] in {"_Arg", "_Retval"}:
            one["attrs"]["index"], other["attrs"]["index"] = value, 0
    assert (
        ends_of_bodies(from_dict(data), "_Arg")
        == ends_of_bodies(from_dict(right), "_Arg")
        != ends_of_bodies(from_dict(complete()), "_Retval")
    )
    assert ends_of_bodies(from_dict(data), "_Retval") == ends_of_bodies(from_dict(right), "_Retval")


def test_attributes_of_the_right_type_are_drawn(without):
    assert drawn(complete()) != without


@pytest.mark.parametrize(
    "change", [{"op": "_Arg"}, {"op": "Const"}, {"op": "NoOp"}, {"dead": True}, {"op": "Identity"}]
)
@pytest.mark.parametrize("name", ["if", "forward/model/while", "if/then/call"])
def test_a_body_whose_op_is_not_drawn_is_drawn(name, change):
    data = complete()
    node(data, name).update(change)
    assert "<svg" in drawn(data)


def test_results_that_lie_in_the_wrong_bodies_lead_no_edge_round_for_ever():
    data = complete()
    node(data, "forward/model/while/cond/i")["group"] = "if/then/call"
    node(data, "if/else/out")["group"] = "forward/model/while/body"
    assert drawn(data, ".dot").startswith("digraph")
