"""Graphs written down in a few words, and random ones, for tests of passes, layout and renderers."""

from __future__ import annotations

from array import array

from hypothesis import strategies as st

from opscope.graph.graph import Content, Graph
from opscope.graph.groups import Group
from opscope.graph.table import NodeTable
from opscope.graph.types import TensorType

FLOAT = (TensorType("float32", (8, 4)),)


def graph(ops, name="test"):
    """A graph from (name, op, inputs); an input is a name, ``name:1`` or ``^name``; scopes become groups."""
    rows = {op_name: row for row, (op_name, _, _) in enumerate(ops)}
    starts, producers, outputs = array("q", [0]), array("i"), array("i")
    groups, index, node_group = [], {}, array("i")
    for op_name, _, inputs in ops:
        for source in inputs:
            control = source.startswith("^")
            producer, _, output = source.lstrip("^").partition(":")
            producers.append(rows[producer])
            outputs.append(-1 if control else int(output or 0))
        starts.append(len(producers))
        node_group.append(_group(op_name.rpartition("/")[0], groups, index))
    count = len(ops)
    table = NodeTable(
        [op_name for op_name, _, _ in ops], [op for _, op, _ in ops], starts, producers, outputs,
        [FLOAT] * count, [{}] * count, [""] * count,
    )  # fmt: skip
    return Graph(name, Content(table, tuple(groups), node_group))


def _group(path, groups, index):
    if not path:
        return -1
    if path not in index:
        parent = _group(path.rpartition("/")[0], groups, index)
        index[path] = len(groups)
        groups.append(Group(path, parent, "scope", path.rpartition("/")[2]))
    return index[path]


def tower(blocks, prefix="net", start="x"):
    """A chain of residual blocks, each a scope with six ops, and a head: (name, op, inputs)."""
    ops = [(start, "Placeholder", [])]
    last = start
    for block in range(blocks):
        scope = f"{prefix}/block{block}"
        ops += [
            (f"{scope}/w", "Const", []),
            (f"{scope}/dense/MatMul", "MatMul", [last, f"{scope}/w"]),
            (f"{scope}/dense/Relu", "Relu", [f"{scope}/dense/MatMul"]),
            (f"{scope}/norm/Mean", "Mean", [f"{scope}/dense/Relu"]),
            (f"{scope}/norm/Sub", "Sub", [f"{scope}/dense/Relu", f"{scope}/norm/Mean"]),
            (f"{scope}/Add", "AddV2", [f"{scope}/norm/Sub", last]),
        ]
        last = f"{scope}/Add"
    return [*ops, ("head", "Softmax", [last])]


def optimizer(variables):
    """A flat scope of one chain a variable, all fed by one learning rate."""
    ops = [("rate", "Placeholder", [])]
    ops.extend((f"grad{index}", "Placeholder", []) for index in range(variables))
    for index in range(variables):
        ops += [
            (f"adam/Square_{index}", "Square", [f"grad{index}"]),
            (f"adam/Sqrt_{index}", "Sqrt", [f"adam/Square_{index}"]),
            (f"adam/Div_{index}", "RealDiv", [f"grad{index}", f"adam/Sqrt_{index}"]),
            (f"adam/Mul_{index}", "Mul", [f"adam/Div_{index}", "rate"]),
        ]
    return ops


OPS = ("MatMul", "AddV2", "Relu", "Mul", "Const", "Identity", "Softmax")
SCOPES = ("", "a", "a/b", "a/c", "d", "d/e", "d/e/f")


@st.composite
def graphs(draw, most=24):
    """Random acyclic graphs in nested scopes, with constants, identities, shared tensors and control edges."""
    count = draw(st.integers(1, most))
    ops = []
    for index in range(count):
        scope = draw(st.sampled_from(SCOPES))
        name = f"{scope}/op{index}" if scope else f"op{index}"
        op = draw(st.sampled_from(OPS)) if index else "Placeholder"
        sources = [] if op == "Const" else draw(st.lists(st.integers(0, index - 1), max_size=3)) if index else []
        inputs = [ops[source][0] for source in sources]
        if index and draw(st.booleans()) and draw(st.booleans()):
            inputs.append(f"^{ops[draw(st.integers(0, index - 1))][0]}")
        ops.append((name, op, inputs))
    return graph(ops)
