"""Measuring what goes through a dataset: the functions of tf.data, and a dataset as the source of a batch."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from graphs import literal
from opscope.graph.content import content_of
from opscope.profile.attribution.dataset_runs import UNKNOWN, dataset_runs
from opscope.profile.attribution.lost_runs import lost_rows
from opscope.profile.recordings.raw import OpEvent, Span, Trace
from opscope.program.executed_names import Names

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


def summed_up(elements: int) -> Any:
    """A ReduceDataset over a dataset from outside with so many elements, with its costs."""
    graph = literal(
        ("d", "Placeholder", (), [VARIANT], {"_cardinality": elements}), ("zero", "Const", (), [X]), ("sum", "ReduceDataset", ["d", "zero"], [X]),
        ("sum/f/s", "_Arg", ["zero"], [X], {"index": 0, "given": "state"}), ("sum/f/x", "_Arg", ["d"], [X], {"index": 1, "given": "element"}),
        ("sum/f/add", "AddV2", ["sum/f/s", "sum/f/x"], [X]), ("sum/f/r", "_Retval", ["sum/f/add"], [], {"index": 0}),
        groups=[("sum", -1, "dataset", "sum"), ("sum/f", 0, "body", "sum")], places=[-1, -1, -1, 1, 1, 1, 1],
    )  # fmt: skip
    return graph.estimate()


def steps_with(*counts: int) -> Trace:
    """A trace of steps in which the sum's addition ran so many times."""
    spans = tuple(Span(100 * step, 100 * step + 100) for step in range(len(counts)))
    events = [
        OpEvent("add", "AddV2", 100 * step + k, 100 * step + k + 1, 0, 9)
        for step, count in enumerate(counts)
        for k in range(count)
    ]
    return Trace(spans, tuple(events))


@pytest.mark.parametrize(
    ("elements", "counts", "lost"),
    [
        (3, (3, 3), False),
        (3, (0, 1), True),
        (3, (3, 2), True),
        (3, (0, 0), False),
        (-2, (2, 5), False),
        (-2, (0, 5), True),
    ],
)
def test_runs_that_the_profiler_lost_leave_no_false_figures(elements: int, counts: Any, lost: bool) -> None:
    """With fewer runs than elements, nothing is said of the function; of an unknown number, if a step has none at all."""
    graph = summed_up(elements)
    add = content_of(graph).table.index("sum/f/add")
    trace = steps_with(*counts)
    found = lost_rows(graph, trace, [add] * len(trace.ops))
    assert (add in found) == lost
    assert content_of(graph).table.index("sum") not in found


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
    # What is left is of the datasets outside, which TensorFlow rewrites and makes anew in each step: ``BatchDatasetV2/_4``.
    assert not [
        name for name in measured.graph.facts["profile"]["unattributed_us"] if "net/" in name or "gradient" in name
    ]
    assert measured.graph.facts["profile"]["not_reported"] == []
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
