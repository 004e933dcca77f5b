"""Where a tensor really comes from: the way through arguments, results, calls and loops, step by step."""

from __future__ import annotations

import pytest

import drawn
from graphs import Builder, F
from opscope.graph.content import content_of
from opscope.graph.view import BOX, PILL, WIRE
from opscope.passes.flow import Flow, bodies, ends_of_bodies


def wires(graph, *boxes):
    """All ops are wires but the named ones and every op that computes."""
    passing = {"_Arg", "_Retval", "Identity", "IdentityN"}
    kinds = zip(content_of(graph).table.names, content_of(graph).table.ops)
    return bytes(WIRE if op in passing and name not in boxes else BOX for name, op in kinds)


def nested():
    """f(x, y) = g(y, x) where g(a, b) = (b, -a); arguments and results are written in no order."""
    make = Builder()
    make.op("x", "Placeholder")
    make.op("y", "Placeholder")
    make.op("f", "PartitionedCall", "x", "y", out=[F] * 2)
    outer = make.group("f", "function", owner=2)
    layer = make.group("layer", "layer", outer)
    make.op("f/y", "_Arg", "y", group=outer, index=1)
    make.op("f/x", "_Arg", "x", group=layer, index=0)
    make.op("f/g", "PartitionedCall", "f/y", "f/x", group=layer, out=[F] * 2)
    inner = make.group("g", "function", layer, owner=5)
    make.op("g/b", "_Arg", "f/x", group=inner, index=1)
    make.op("g/a", "_Arg", "f/y", group=inner, index=0)
    make.op("g/neg", "Neg", "g/a", group=inner)
    make.op("g/1", "_Retval", "g/neg", group=inner, out=[], index=1)
    make.op("g/0", "_Retval", "g/b", group=inner, out=[], index=0)
    make.op("f/1", "_Retval", "f/g:1", group=layer, out=[], index=1)
    make.op("f/0", "_Retval", "f/g", group=outer, out=[], index=0)
    return make.graph()


def found(graph, name, output=0, **options):
    node, number = Flow(graph, wires(graph), **options).source(content_of(graph).table.index(name), output)
    return content_of(graph).table.names[node], number


def test_each_op_lies_in_the_innermost_body_around_it():
    graph = nested()
    at = dict(zip(content_of(graph).table.names, bodies(graph)))
    assert {at[name] for name in ("x", "y", "f")} == {-1}
    assert {at[name] for name in ("f/x", "f/y", "f/g", "f/0", "f/1")} == {0}
    assert {at[name] for name in ("g/a", "g/b", "g/neg", "g/0", "g/1")} == {2}


@pytest.mark.parametrize("kind", ["while", "if"])
def test_the_card_of_a_loop_or_branch_is_no_body(kind):
    make = Builder()
    card = make.group("w", kind, owner=0)
    make.op("w", "While", group=card)
    assert bodies(make.graph()) == [-1]


def test_arguments_and_results_stand_in_the_order_of_their_index():
    graph = nested()
    names = {
        group: [content_of(graph).table.names[row] for row in rows]
        for group, rows in ends_of_bodies(graph, "_Arg").items()
    }
    assert names == {0: ["f/x", "f/y"], 2: ["g/a", "g/b"]}
    assert {group: len(rows) for group, rows in ends_of_bodies(graph, "_Retval").items()} == {0: 2, 2: 2}
    assert ends_of_bodies(drawn.dense(), "_Arg") == {}


def test_an_argument_outside_every_body_belongs_to_none():
    make = Builder()
    make.op("a", "_Arg", index=0)
    assert ends_of_bodies(make.graph(), "_Arg") == {}


@pytest.mark.parametrize("remember", [True, False])
def test_a_call_in_a_call_leads_through_both(remember):
    graph = nested()
    assert found(graph, "f", 0, remember=remember) == ("x", 0)
    assert found(graph, "f", 1, remember=remember) == ("g/neg", 0)
    assert found(graph, "g/a", 0, remember=remember) == ("y", 0)
    assert found(graph, "f", 2, remember=remember) == ("f", 2)


def test_what_was_found_once_is_found_again_from_every_place_on_the_way():
    graph = nested()
    flow = Flow(graph, wires(graph))
    for name in ("f", "f/0", "f/g", "g/0", "g/b", "f/x", "x"):
        for _ in range(2):
            node, output = flow.source(content_of(graph).table.index(name), 0)
            assert (content_of(graph).table.names[node], output) == ("x", 0), name


def test_each_output_of_an_identity_of_many_comes_from_its_own_input():
    make = Builder()
    make.op("a", "Split", out=[F] * 2)
    make.op("b", "Relu", "a")
    make.op("both", "IdentityN", "a:1", "b", out=[F] * 2)
    graph = make.graph()
    assert found(graph, "both", 0) == ("a", 1)
    assert found(graph, "both", 1) == ("b", 0)
    assert found(graph, "both", 2) == ("both", 2)


def test_a_control_edge_is_no_way_for_a_tensor():
    make = Builder()
    make.op("a", "Relu")
    make.op("same", "Identity", "^a")
    assert found(make.graph(), "same") == ("same", 0)


def test_a_condition_sees_the_variables_of_the_body():
    graph = drawn.loop()
    roles = bytearray(wires(graph))
    for name in ("loop/body/i", "loop/body/s"):
        roles[content_of(graph).table.index(name)] = PILL
    flow = Flow(graph, roles)
    row = content_of(graph).table.index
    assert flow.source(row("loop/cond/i"), 0) == (row("loop/body/i"), 0)
    assert flow.source(row("loop/cond/s"), 0) == (row("loop/body/s"), 0)
    assert flow.source(row("loop/cond/w"), 0) == (row("w"), 0)
    assert [flow.source(row("loop"), output) for output in range(4)] == [
        (row("loop"), 0), (row("loop"), 1), (row("w"), 0), (row("loop"), 3),
    ]  # fmt: skip
    assert flow.loops == {row("loop"): 2}


def test_a_condition_without_a_body_has_only_what_was_passed():
    make = Builder()
    make.op("x", "Placeholder")
    make.op("loop", "While", "x")
    owned = make.group("loop", "while", owner=1)
    make.op("c", "_Arg", "x", group=make.group("cond", "cond", owned, owner=1), index=0)
    assert found(make.graph(), "c") == ("x", 0)
    assert found(make.graph(), "loop") == ("loop", 0)


def test_a_branch_is_real_whatever_its_branches_return():
    assert found(drawn.branch(), "if") == ("if", 0)
