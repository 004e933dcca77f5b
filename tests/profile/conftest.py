"""A literal graph with a call, a loop and a branch, for the naming rules."""

from __future__ import annotations

import pytest

from graphs import literal
from opscope.graph import Port

NODES = (
    "x:Placeholder m/w:Placeholder m/dense/MatMul:MatMul m/dense/BiasAdd:BiasAdd m/dense/Relu:Relu m/loop:While "
    "m/cond:If call:PartitionedCall m/Cast_1:Cast out/Identity:Identity "
    "m/loop/cond/m/loop/Less:Less m/loop/body/m/loop/Sin:Sin m/cond/then/Cos:Cos call/inner/Exp:Exp call/a:_Arg "
    "call/inner/loop:While call/inner/loop/body/Tan:Tan"
).split()


@pytest.fixture
def graph():
    ops = [(*node.rsplit(":", 1), (), ()) for node in NODES]
    groups = [
        ("m/loop", -1, "while", "m/loop"), ("m/cond", -1, "if", "m/cond"), ("call", -1, "function", "call"),
        ("call/loop", 2, "while", "call/inner/loop"),
    ]  # fmt: skip
    row = [name for name, *_ in ops].index("out/Identity")
    return literal(*ops, groups=groups, outputs=(Port("out", row, 0),))
