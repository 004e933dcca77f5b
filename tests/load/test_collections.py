"""Variables of TensorFlow 1: the collections of a MetaGraphDef say which there are, and which are trained."""

from __future__ import annotations

import pytest

import opscope


@pytest.fixture
def load(tmp_path, build):
    """A MetaGraphDef of a 3x4 weight that is read, and of other ops, with these collections of variables."""

    def run(*others, **collections):
        encode = build.encode
        shape = encode((7, encode((2, [encode((1, 3)), encode((1, 4))]))))
        nodes = [
            build.node("w", "VarHandleOp", dtype=build.dtype(1), shape=shape),
            build.node("w/read", "ReadVariableOp", "w", dtype=build.dtype(1)),
            build.node("x", "Placeholder", dtype=build.dtype(1)),
            build.node("y", "MatMul", "x", "w/read", T=build.dtype(1)),
            *others,
        ]
        records = {key: [encode((1, f"{name}:0")) for name in names] for key, names in collections.items()}
        listed = [encode((1, key), (2, encode((2, encode((1, values)))))) for key, values in records.items()]
        (tmp_path / "g.meta").write_bytes(encode((1, encode((5, "1.13.1"))), (2, build.graph(nodes)), (4, listed)))
        return opscope.load(tmp_path / "g.meta", all=True)

    return run


@pytest.mark.parametrize("key", ["variables", "model_variables", "global_variables"])
def test_variables_of_which_none_is_trained_are_parameters_all_the_same(load, key, tmp_path):
    graph = load(**{key: ["w"]})
    assert graph.parameters == 12 and not graph.variables[0].trainable
    assert "12 parameters in 1 variable, 0 trainable" in graph.summary()
    graph.save(tmp_path / "g.json")
    assert opscope.load(tmp_path / "g.json").parameters == 12


def test_a_trained_one_is_a_parameter_and_a_counter_is_none(load, build):
    counter = [
        build.node("step", "VarHandleOp", dtype=build.dtype(9), shape=build.encode((7, b""))),
        build.node("one", "Const", dtype=build.dtype(9)),
        build.node("add", "AssignAddVariableOp", "step", "one"),
    ]
    graph = load(*counter, variables=["w", "step"], trainable_variables=["w"])
    assert graph.parameters == 12 and "12 trainable" in graph.summary()
    assert load(*counter, variables=["w", "step"]).parameters == 12


def test_what_the_graph_adds_to_is_state_and_an_initializer_is_no_change(load, build):
    more = [
        build.node("sum", "VarHandleOp", dtype=build.dtype(1), shape=build.encode((7, b""))),
        build.node("sum/Assign", "AssignVariableOp", "sum", "y"),
        build.node("total", "AssignAddVariableOp", "sum", "y"),
        build.node("w/Assign", "AssignVariableOp", "w", "y"),
    ]
    graph = load(*more, variables=["w", "sum"])
    assert graph.parameters == 12
    assert "12 parameters in 1 variable, 0 trainable\nother state: 1 value in 1 variable" in graph.summary()
