"""Loops written down op by op: no TensorFlow, so that these run everywhere."""

import pytest

from graphs import literal
from opscope.cost import estimate
from opscope.graph.content import content_of

INT, X = ("int32", ()), ("float32", (2, 2))


def number(name, value):
    return name, "Const", (), [INT], {"value": {"shape": [], "values": [value]}}


def counted(last, *, step=1, more=()):
    """``for i in range(0, last, step): x = x @ x``, and more ops, in ``loop/body`` or outside."""
    nodes = [
        number("zero", 0), ("x", "Placeholder", (), [X]), ("loop", "While", ["zero", "x"], [INT, X]),
        ("loop/cond/i", "_Arg", ["zero"], [INT], {"index": 0}), number("loop/cond/last", last),
        ("loop/cond/less", "Less", ["loop/cond/i", "loop/cond/last"], [("bool", ())]),
        ("loop/cond/end", "_Retval", ["loop/cond/less"], [], {"index": 0}),
        ("loop/body/i", "_Arg", ["zero"], [INT], {"index": 0}), ("loop/body/x", "_Arg", ["x"], [X], {"index": 1}),
        number("loop/body/one", step), ("loop/body/next", "AddV2", ["loop/body/i", "loop/body/one"], [INT]),
        ("loop/body/y", "MatMul", ["loop/body/x", "loop/body/x"], [X]),
        ("loop/body/end0", "_Retval", ["loop/body/next"], [], {"index": 0}),
        ("loop/body/end1", "_Retval", ["loop/body/y"], [], {"index": 1}),
        ("y", "Relu", ["loop:1"], [X]), *more,
    ]  # fmt: skip
    groups = [("loop", -1, "while", "loop"), ("loop/cond", 0, "cond", "loop"), ("loop/body", 0, "body", "loop")]
    places = [1 if name.startswith("loop/cond/") else 2 if name.startswith("loop/body/") else -1 for name, *_ in nodes]
    return literal(*nodes, groups=groups, places=places)


def flops(graph, name):
    return content_of(graph).costs[content_of(graph).table.index(name)].flops


@pytest.mark.parametrize("trips", [0, 1, 5])
def test_a_loop_asks_its_condition_once_more_than_it_runs_its_body(trips):
    graph = estimate(counted(trips))
    assert flops(graph, "loop/body/y") == trips * 2 * 2 * 2 * 2
    assert flops(graph, "loop/body/next") == trips
    assert flops(graph, "loop/cond/less") == trips + 1
    assert flops(graph, "y") == 4
    assert graph.cost.loops == {"loop": trips}
    assert graph.cost.flops == trips * 17 + trips + 1 + 4


def test_a_loop_steps_as_its_body_says():
    assert flops(estimate(counted(10, step=3)), "loop/cond/less") == 4 + 1
