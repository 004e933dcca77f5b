"""Shapes that a file does not have: inferred ones never contradict TensorFlow's, and are marked."""

from __future__ import annotations

import pytest

import opscope
from opscope.graph.content import content_of
from opscope.program.proto import message_class
from opscope.shapes.rule import broadcast


def stripped(path):
    """The GraphDef at `path` without its shapes."""
    graph = message_class("GraphDef")()
    graph.ParseFromString(path.read_bytes())
    for node in graph.node:
        if "_output_shapes" in node.attr:
            del node.attr["_output_shapes"]
    return graph.SerializeToString()


def contradicts(guess, truth):
    if guess is None or truth is None:
        return False
    return len(guess) != len(truth) or any(a is not None and b is not None and a != b for a, b in zip(guess, truth))


@pytest.mark.parametrize("name", ["resnet50_fwd.pb", "tfm12_train.pb", "resnet50_train.pb"])
def test_inferred_shapes_agree_with_tensorflows(shared, tmp_path, name):
    # What follows from a variable stays unknown: without shapes the file does not tell those of captured variables.
    path = tmp_path / name
    path.write_bytes(stripped(shared / "graphs" / name))
    truth, guess = content_of(opscope.load(shared / "graphs" / name)).table, content_of(opscope.load(path)).table
    wrong, known, right = [], 0, 0
    for row in range(len(truth)):
        for real, inferred in zip(truth.outputs[row], guess.outputs[row]):
            if contradicts(inferred.shape, real.shape):
                wrong.append((truth.names[row], truth.ops[row], inferred.shape, real.shape))
            known += real.shape is not None
            right += real.shape is not None and inferred.shape == real.shape
    assert not wrong[:10]
    assert right >= 0.3 * known


def test_an_op_with_an_inferred_shape_says_so(tmp_path, build):
    shape = build.encode((7, build.encode((2, [build.encode((1, 2)), build.encode((1, -1))]))))
    path = tmp_path / "graph.pb"
    path.write_bytes(build.graph([
        build.node("x", "Placeholder", dtype=build.dtype(1), shape=shape),
        build.node("y", "Relu", "x", T=build.dtype(1)),
        build.node("z", "Frobnicate", "y"),
    ]))  # fmt: skip
    graph = opscope.load(path)
    assert [output.shape for output in content_of(graph).table.outputs[1]] == [(2, None)]
    assert content_of(graph).table.attrs(1)["_inferred_shape"] is True
    assert "_inferred_shape" not in content_of(graph).table.attrs(2)
    assert graph.facts["inferred_shapes"] == 2


def test_the_second_placeholder_has_the_shape_that_it_says_even_in_an_old_file(tmp_path, build):
    """An empty shape of the first one meant "unknown" before GraphDef version 24; of ``PlaceholderV2`` it is a scalar's."""
    path = tmp_path / "graph.pb"
    nodes = [
        build.node(name, op, dtype=build.dtype(1), shape=build.encode((7, b"")))
        for name, op in (("first", "Placeholder"), ("second", "PlaceholderV2"))
    ]
    path.write_bytes(build.graph(nodes) + build.encode((4, build.encode((1, 23)))))
    assert [output.shape for (output,) in content_of(opscope.load(path)).table.outputs] == [None, ()]


def test_reads_that_are_alike_have_the_shapes_of_their_own_variables(tmp_path, build):
    """Handles of both variables have one type, and what reads them one op type and equal attributes."""

    def variable(name, *dims):
        dims = [build.encode((2, build.encode((1, dim)))) for dim in dims]
        return build.node(name, "VarHandleOp", dtype=build.dtype(1), shape=build.encode((7, b"".join(dims))))

    path = tmp_path / "graph.pb"
    path.write_bytes(build.graph([
        variable("a", 3), variable("b", 4, 5),
        build.node("first", "ReadVariableOp", "a", dtype=build.dtype(1)),
        build.node("second", "ReadVariableOp", "b", dtype=build.dtype(1)),
        build.node("third", "ReadVariableOp", "a", dtype=build.dtype(1)),
        build.node("relu", "Relu", "second", T=build.dtype(1)), build.node("other", "Relu", "third", T=build.dtype(1)),
    ]))  # fmt: skip
    table = content_of(opscope.load(path)).table
    found = {name: outputs[0].shape for name, outputs in zip(table.names, table.outputs) if name not in ("a", "b")}
    assert found == {"first": (3,), "second": (4, 5), "third": (3,), "relu": (4, 5), "other": (3,)}


def test_each_output_of_an_identity_of_two_has_the_shape_of_its_own_input(tmp_path, build):
    def fed(name, *dims):
        dims = [build.encode((2, build.encode((1, dim)))) for dim in dims]
        return build.node(name, "Placeholder", dtype=build.dtype(1), shape=build.encode((7, b"".join(dims))))

    path = tmp_path / "graph.pb"
    both = build.encode((1, build.encode((6, [1, 1]))))
    path.write_bytes(build.graph([fed("a", 2, 3), fed("b", 5), build.node("both", "IdentityN", "a", "b", T=both)]))
    assert [output.shape for output in content_of(opscope.load(path)).table.outputs[2]] == [(2, 3), (5,)]


def test_the_frozen_lstm_gets_most_of_its_shapes(shared):
    graph = opscope.load(shared / "wild" / "frozen" / "lstm.pb")
    assert graph.facts["inferred_shapes"] > 100


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [
        ((2, 3), (3,), (2, 3)),
        ((None, 3), (4, 1), (4, 3)),
        ((None,), (None,), (None,)),
        ((), (5,), (5,)),
        ((1, 1), (7, None), (7, None)),
        ((2,), (3,), None),
        (None, (3,), None),
    ],
)
def test_broadcasting_is_numpys(left, right, result):
    assert broadcast(left, right) == result
    assert broadcast(right, left) == result
