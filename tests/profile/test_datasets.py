"""Measuring what goes through a dataset: the functions of tf.data, and a dataset as the source of a batch."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from graphs import literal
from opscope.graph.content import content_of
from opscope.profile.dataset_runs import UNKNOWN, dataset_runs
from opscope.profile.names import Names
from opscope.profile.raw import OpEvent, Trace

X, VARIANT = ("float32", ()), ("variant", ())


def two_maps(second: str) -> Any:
    """``one`` maps by Neg then Exp, ``two`` by Neg then `second`; the main graph has a Neg too."""
    body = [
        ("{}/f/x", "_Arg", ["d"], [X], {"index": 0, "given": "element"}), ("{}/f/neg", "Neg", ["{}/f/x"], [X]),
        ("{}/f/last", "{op}", ["{}/f/neg"], [X]), ("{}/f/r", "_Retval", ["{}/f/last"], [], {"index": 0}),
    ]  # fmt: skip

    def placed(owner: str, op: str, last: str) -> Any:
        def name(text: str) -> str:
            return text.format(owner, op=op).replace("last", last)

        return [(name(key), name(kind), list(map(name, inputs)), *rest) for key, kind, inputs, *rest in body]

    ops = [
        ("d", "Placeholder", (), [VARIANT]),
        ("neg", "Neg", ["d"], [X]),
        ("one", "MapDataset", ["d"], [VARIANT]),
        ("two", "MapDataset", ["d"], [VARIANT]),
    ]
    groups = [
        ("one", -1, "dataset", "one"),
        ("one/f", 0, "body", "one"),
        ("two", -1, "dataset", "two"),
        ("two/f", 2, "body", "two"),
    ]
    return literal(
        *ops,
        *placed("one", "Exp", "exp"),
        *placed("two", second, second.lower()),
        groups=groups,
        places=[-1] * 4 + [1] * 4 + [3] * 4,
    )


def ran(*runs: Any) -> Trace:
    """A trace in which each run has the named ops."""
    events = [OpEvent(name, op, 0, 1, 0, 10 + run) for run, ops in enumerate(runs) for name, op in ops]
    return Trace((), tuple(events))


FIRST = [("x", "_Arg"), ("neg", "Neg"), ("exp", "Exp"), ("r_retval_RetVal", "_Retval")]
SECOND = [("x", "_Arg"), ("neg", "Neg"), ("log", "Log"), ("r_retval_RetVal", "_Retval")]


def test_the_names_of_all_ops_of_a_run_tell_which_function_it_was() -> None:
    graph = two_maps("Log")
    assert dataset_runs(graph, Names(graph), ran(FIRST, SECOND, FIRST)) == {10: "one/f/", 11: "two/f/", 12: "one/f/"}


def test_the_main_graphs_own_run_is_left_alone() -> None:
    graph = two_maps("Log")
    assert (
        dataset_runs(
            graph, Names(graph), ran([("neg", "Neg"), ("d", "_Arg"), ("one", "MapDataset"), ("two", "MapDataset")])
        )
        == {}
    )


def test_a_run_of_one_of_two_equal_functions_is_not_guessed() -> None:
    graph = two_maps("Exp")
    assert dataset_runs(graph, Names(graph), ran(FIRST)) == {10: UNKNOWN}
    assert Names(graph).find("exp", "Exp", UNKNOWN) is None


def test_a_graph_without_datasets_asks_nothing() -> None:
    graph = literal(("x", "Placeholder", (), [X]), ("neg", "Neg", ["x"], [X]))
    assert dataset_runs(graph, Names(graph), ran([("neg", "Neg")])) == {}


@pytest.fixture(scope="module")
def tf() -> Any:
    return pytest.importorskip("tensorflow")


@pytest.fixture(scope="module")
def measured(tf: Any) -> Any:
    import opscope
    import zoo

    case = zoo.epoch()
    before = [
        variable.numpy().copy()
        for variable in tf.nest.flatten(case.target.python_function.__closure__[0].cell_contents.variables)
    ]
    graph = opscope.profile(case.target, case.inputs[0], tf.constant(0.01), steps=2)
    return SimpleNamespace(graph=graph, before=before, case=case)


def test_a_function_that_goes_through_the_dataset_is_run_on_the_dataset(measured: Any) -> None:
    content = content_of(measured.graph)
    calls = {
        content.table.names[row]: one.calls
        for row, one in content.measured.items()
        if content.table.ops[row] == "MatMul" or "MatMul" in str(one.fused)
    }
    assert calls
    assert {round(count, 6) for count in calls.values()} == {3.0}, "twelve rows in batches of four"
    assert measured.graph.measurement["attributed"] > 0.9
    assert measured.graph.cost.loops == {"ScanDataset": 3, "ReduceDataset": 3}
    assert measured.graph.cost.batch == 4


def test_layers_and_phases_in_a_dataset_have_times(measured: Any) -> None:
    groups = {group.path: group for group in content_of(measured.graph).groups}
    for path in ("ScanDataset/f/forward/net/hidden", "ScanDataset/f/backward", "ScanDataset/f/optimizer"):
        assert groups[path].measured.time_us > 0


def test_the_variables_are_as_before(measured: Any) -> None:
    model = measured.case.target.python_function.__closure__[0].cell_contents
    assert all((old == new.numpy()).all() for old, new in zip(measured.before, model.variables))


def test_the_batch_of_a_source_of_data_is_the_batch_of_the_costs(tf: Any) -> None:
    import opscope

    model = tf.keras.Sequential([tf.keras.layers.Dense(10, input_shape=(256,))])
    data = tf.data.Dataset.from_tensor_slices(tf.zeros((64, 256))).batch(16)
    cost = opscope.profile(model, data, steps=1).cost
    assert (cost.batch, cost.macs) == (16, 16 * 2560)


def test_a_function_that_takes_a_batch_gets_one(tf: Any) -> None:
    import opscope

    data = tf.data.Dataset.from_tensor_slices(tf.zeros((64, 256))).batch(16)
    graph = opscope.profile(tf.function(lambda x: tf.matmul(x, tf.ones((256, 2)))), data, steps=1)
    assert content_of(graph).table.ops.count("MatMul") == 1
    assert graph.cost.macs == 16 * 256 * 2
