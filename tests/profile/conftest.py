"""A literal graph with a call, a loop and a branch, for the naming rules."""

from __future__ import annotations

from array import array

import pytest

from opscope.graph import Content, Graph, Group, NodeTable, Port

NODES = (
    "x:Placeholder m/w:Placeholder m/dense/MatMul:MatMul m/dense/BiasAdd:BiasAdd m/dense/Relu:Relu m/loop:While "
    "m/cond:If call:PartitionedCall m/Cast_1:Cast out/Identity:Identity "
    "m/loop/cond/m/loop/Less:Less m/loop/body/m/loop/Sin:Sin m/cond/then/Cos:Cos call/inner/Exp:Exp call/a:_Arg "
    "call/inner/loop:While call/inner/loop/body/Tan:Tan"
).split()


@pytest.fixture
def graph():
    names = [node.rpartition(":")[0] for node in NODES]
    ops = [node.rpartition(":")[2] for node in NODES]
    row = names.index
    groups = (
        Group("m/loop", -1, "while", "loop", owner=row("m/loop")),
        Group("m/cond", -1, "if", "cond", owner=row("m/cond")),
        Group("call", -1, "function", "call", owner=row("call")),
        Group("call/loop", 2, "while", "loop", owner=row("call/inner/loop")),
    )
    count = len(names)
    table = NodeTable(
        names, ops, array("q", [0] * (count + 1)), array("i"), array("i"), [()] * count, [{}] * count, [""] * count
    )
    return Graph(
        "literal", Content(table, groups, array("i", [-1] * count), outputs=(Port("out", row("out/Identity"), 0),))
    )
