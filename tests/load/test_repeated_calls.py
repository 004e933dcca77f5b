"""Calls of one layer in one name scope, as Keras 2 and `tf.Module.with_name_scope` write them, are told apart in a file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import opscope
from opscope.program.expand import expand
from opscope.program.layers import Known, group
from opscope.program.objects import ModelObject

sys.path.insert(0, str(Path(__file__).parent))
from bodies import body, program

from opscope.graph.types import Variable

VARIABLES = tuple(Variable(number, name, "float32", (3, 3), True) for number, name in enumerate(("a.k", "a.b", "c.k")))
NET = ModelObject("", -1, "model", "Net", "net", frozenset({0, 1, 2}))
ROOT = (
    NET,
    ModelObject("a", 0, "layer", "Dense", "a", frozenset({0, 1})),
    ModelObject("c", 0, "layer", "Dense", "c", frozenset({2})),
)


def calls_of(*ops, objects=ROOT):
    """Layer calls in the graph: path and call number -> the types of the ops directly in it. ka, ba, kc are handles of variables."""
    graph = body(("x", "Placeholder", []), *((name, "VarHandleOp", []) for name in ("ka", "ba", "kc")), *ops, name="")
    found = expand(group(program(graph), Known(objects, VARIABLES, {1: 0, 2: 1, 3: 2})), variables=VARIABLES)
    calls = {index: (each.path, each.call, []) for index, each in enumerate(found.groups) if each.is_call}
    for op, home in zip(found.table.ops, found.node_group):
        if home in calls:
            calls[home][2].append(op)
    return {path: (call, ops) for path, call, ops in calls.values()}


def dense(layer, k, source, scope="net"):
    """The ops of a call as Keras 2 names them; `k` is the number of the call."""
    number = f"_{k}" if k else ""
    at = f"{scope}/{layer}"
    return [
        (f"{at}/MatMul{number}/ReadVariableOp", "ReadVariableOp", ["ka"]),
        (f"{at}/MatMul{number}", "MatMul", [source, f"{at}/MatMul{number}/ReadVariableOp"]),
        (f"{at}/BiasAdd{number}/ReadVariableOp", "ReadVariableOp", ["ba"]),
        (f"{at}/BiasAdd{number}", "BiasAdd", [f"{at}/MatMul{number}", f"{at}/BiasAdd{number}/ReadVariableOp"]),
    ]


DENSE = ["ReadVariableOp", "MatMul", "ReadVariableOp", "BiasAdd"]


def test_a_layer_called_nine_times_is_nine_calls():
    ops, source = [], "x"
    for k in range(9):
        ops += dense("a", k, source)
        source = ops[-1][0]
    found = calls_of(*ops)
    assert {path: call for path, (call, _) in found.items() if path.startswith("net/a")} == {
        "net/a": 1, **{f"net/a#{k}": k for k in range(2, 10)},
    }  # fmt: skip
    assert all(types == DENSE for path, (_, types) in found.items() if path.startswith("net/a"))


def test_calls_with_other_ops_between_them_are_told_apart_too():
    ops = [
        *dense("a", 0, "x"),
        ("net/relu", "Relu", ["net/a/BiasAdd"]),
        *dense("a", 1, "net/relu"),
        *dense("a", 2, "x"),
    ]
    assert [call for path, (call, _) in calls_of(*ops).items() if path.startswith("net/a")] == [1, 2, 3]


def test_a_layer_that_reads_its_weight_twice_is_one_call():
    """A tied projection: the same kernel there and back, and one bias."""
    ops = [
        ("net/a/MatMul/ReadVariableOp", "ReadVariableOp", ["ka"]), ("net/a/MatMul", "MatMul", ["x", "net/a/MatMul/ReadVariableOp"]),
        ("net/a/Relu", "Relu", ["net/a/MatMul"]),
        ("net/a/MatMul_1/ReadVariableOp", "ReadVariableOp", ["ka"]), ("net/a/MatMul_1", "MatMul", ["net/a/Relu", "net/a/MatMul_1/ReadVariableOp"]),
    ]  # fmt: skip
    assert {path: call for path, (call, _) in calls_of(*ops).items()}["net/a"] == 1
    assert "net/a#2" not in calls_of(*ops)


def test_pieces_wired_otherwise_are_no_calls_of_one_layer():
    first, second = dense("a", 0, "x"), dense("a", 1, "net/a/BiasAdd")
    second[3] = (second[3][0], "BiasAdd", [second[1][0], first[2][0]])  # takes the first one's bias
    assert "net/a#2" not in calls_of(*first, *second)


def test_ops_that_are_not_in_the_order_of_their_making_stay_one_call():
    ops = [*dense("a", 0, "net/a/BiasAdd_1"), *dense("a", 1, "x")]
    assert "net/a#2" not in calls_of(*ops)


def test_a_block_called_twice_has_its_layers_in_each_call():
    block = ModelObject("block", 0, "layer", "Block", "block", frozenset({0, 1, 2}))
    objects = (
        NET,
        block,
        *(ModelObject(f"block.{each.path}", 1, "layer", "Dense", each.name, each.variables) for each in ROOT[1:]),
    )

    def call(k, source):
        number = f"_{k}" if k else ""
        at = "net/block"
        twice = [*dense("a", 2 * k, source, at), *dense("a", 2 * k + 1, source, at)]
        return [
            *twice,
            (f"{at}/c/MatMul{number}/ReadVariableOp", "ReadVariableOp", ["kc"]),
            (f"{at}/c/MatMul{number}", "MatMul", [twice[-1][0], f"{at}/c/MatMul{number}/ReadVariableOp"]),
            (f"{at}/add{number}", "AddV2", [twice[3][0], f"{at}/c/MatMul{number}"]),
        ]

    found = calls_of(*call(0, "x"), *call(1, "net/block/add"), objects=objects)
    assert {path: call for path, (call, _) in found.items() if path != "net"} == {
        "net/block": 1, "net/block#2": 2, "net/block/a": 1, "net/block/a#2": 2, "net/block/c": 1,
        "net/block#2/a": 3, "net/block#2/a#2": 4, "net/block#2/c": 2,
    }  # fmt: skip


def test_a_module_of_a_saved_model_has_the_calls_that_it_had_when_it_was_traced(tmp_path):
    tf = pytest.importorskip("tensorflow")

    class Inner(tf.Module):
        def __init__(self):
            super().__init__(name="inner")
            self.w = tf.Variable(tf.ones((8, 8)))

        @tf.Module.with_name_scope
        def __call__(self, x):
            return tf.nn.relu(tf.matmul(x, self.w))

    class Nine(tf.Module):
        def __init__(self):
            super().__init__(name="nine")
            self.inner = Inner()

        @tf.function
        def __call__(self, x):
            for _ in range(9):
                x = self.inner(x)
            return x

    nine = Nine()
    tf.saved_model.save(nine, str(tmp_path), signatures=nine.__call__.get_concrete_function(tf.TensorSpec((None, 8))))
    traced, loaded = opscope.trace(nine, (None, 8)), opscope.load(tmp_path)
    calls = [[layer.call for layer in graph.layers(name="inner")] for graph in (traced, loaded)]
    assert calls[0] == calls[1] == list(range(1, 10))
