"""Functions of tf.data in live functions: arguments, layers, phases, lines and the number of elements, by TensorFlow's own word."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

tf = pytest.importorskip("tensorflow")

import opscope  # noqa: E402
import zoo  # noqa: E402
from opscope.capture import trace, tracing  # noqa: E402
from opscope.capture.seams import function_graphs  # noqa: E402
from opscope.graph.content import content_of  # noqa: E402

experimental = tf.data.experimental
SCALE = tf.Variable(2.0, name="scale")


def rows(x: Any) -> Any:
    return tf.data.Dataset.from_tensor_slices({"a": x, "b": x * 2.0})


def total(data: Any) -> Any:
    return data.reduce(
        0.0, lambda state, element: state + tf.reduce_sum(tf.cast(tf.nest.flatten(element)[0], tf.float32))
    )


def one(element: Any, c: Any) -> Any:
    return tf.data.Dataset.from_tensors(element["a"] * c)


def reducer(c: Any) -> Any:
    return experimental.Reducer(
        lambda _: c * 0.0, lambda state, element: state + element["a"] * c, lambda state: state * SCALE
    )


PIPELINES = {
    "map": lambda x, c: rows(x).map(lambda e: e["a"] * c + SCALE),
    "parallel map": lambda x, c: rows(x).map(lambda e: e["a"] * c, num_parallel_calls=2),
    "filter": lambda x, c: rows(x).filter(lambda e: e["a"] > c),
    "take while": lambda x, c: rows(x).apply(experimental.take_while(lambda e: e["a"] < c)),
    "flat map": lambda x, c: rows(x).flat_map(lambda e: one(e, c).map(lambda q: q * SCALE)),
    "interleave": lambda x, c: rows(x).interleave(lambda e: one(e, c), cycle_length=2),
    "parallel interleave": lambda x, c: rows(x).interleave(lambda e: one(e, c), cycle_length=2, num_parallel_calls=2),
    "scan": lambda x, c: rows(x).apply(
        experimental.scan((c, 1.0), lambda s, e: ((s[0] * SCALE, s[1] + e["b"]), e["a"] * c))
    ),
    "window": lambda x, c: rows(x).apply(
        experimental.group_by_window(
            lambda e: tf.cast(e["a"] * c, tf.int64),
            lambda _, window: window.batch(2).map(lambda batch: batch["a"] * c),
            window_size_func=lambda key: key + tf.cast(c, tf.int64),
        )
    ),
    "reducer": lambda x, c: rows(x).apply(experimental.group_by_reducer(lambda e: tf.cast(e["a"], tf.int64), reducer(c))),
    "map and batch": lambda x, c: rows(x).apply(experimental.map_and_batch(lambda e: e["a"] * c, 2)),
    "generator": lambda x, c: tf.data.Dataset.from_generator(lambda n: iter(range(int(n))), tf.int64, (), args=(c,)),
}  # fmt: skip


def traced(function: Any, *inputs: Any, monkeypatch: Any) -> Any:
    """The graph, and TensorFlow's own of the very same trace."""
    seen: List[Any] = []
    original = tracing._graph

    def keep(target: Any, call: Any, done: Any, *rest: Any) -> Any:
        seen.append(done.concrete.graph)
        return original(target, call, done, *rest)

    monkeypatch.setattr(tracing, "_graph", keep)
    return trace(function, *inputs), seen[0]


@pytest.mark.parametrize("name", sorted(PIPELINES))
def test_a_function_captures_what_tensorflow_says_and_is_given_the_rest(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A FuncGraph knows which of its inputs are captures, and of which tensors outside. All others are state or elements."""
    graph, root = traced(lambda x, c: total(PIPELINES[name](x, c)), (4,), (), monkeypatch=monkeypatch)
    content = content_of(graph)
    assert not content.closed_calls
    table, bodies = content.table, function_graphs(root)
    main = {row for row, name in enumerate(table.names) if name in {op.name for op in root.get_operations()}}
    checked = 0
    for group in content.groups:
        if group.kind != "body":
            continue
        owner, prefix = group.owner, f"{table.names[group.owner]}/{group.name}/"
        function = bodies[table.attrs(owner)[group.name]["function"]]
        outside = {id(inside): outer for outer, inside in function.captures}
        arguments = [
            row
            for row, op in enumerate(table.ops)
            if op == "_Arg" and table.names[row].startswith(prefix) and "/" not in table.names[row][len(prefix) :]
        ]
        assert len(arguments) == len(function.inputs)
        for row, tensor in zip(arguments, function.inputs):
            # A generator hands the arguments of its user's function to `init_func`, by the input that is for captures.
            assert (table.attrs(row)["given"] == "capture") == (
                id(tensor) in outside or (group.name == "init_func" and name == "generator")
            )
            assert table.outputs[row][0].dtype == tensor.dtype.name
            given = outside.get(id(tensor))
            if hasattr(given, "graph") and given.graph is root and owner in main:
                (edge,) = table.inputs(row)
                assert table.names[edge.node] == given.op.name
                checked += 1
            elif table.attrs(row)["given"] == "element":
                (edge,) = table.inputs(row)
                assert (edge.node, edge.output) == (table.inputs(owner)[0].node, 0)
    assert checked


def test_the_body_of_a_loop_over_a_dataset_has_its_layers_phases_and_lines() -> None:
    case = zoo.epoch()
    graph = trace(case.target, *case.inputs)
    content = content_of(graph)
    paths = {group.path: group for group in content.groups}
    (loop,) = [path for path in paths if paths[path].kind == "dataset" and "Scan" in path]
    for phase in ("forward", "loss", "backward", "optimizer"):
        assert paths[f"{loop}/f/{phase}"].kind == phase
    hidden = paths[f"{loop}/f/forward/net/hidden"]
    assert (hidden.kind, hidden.cls, hidden.parameters) == ("layer", "Dense", 16)
    assert f"{loop}/f/backward/net/hidden" in paths
    assert sum(op == "MatMul" for op in content.table.ops) == 5  # two forward, three backward: none for the data
    lines = {content.sources[row].file for row, op in enumerate(content.table.ops) if op == "MatMul"}
    assert len(lines) == 1 and lines.pop().endswith("zoo.py")
    assert graph.parameters == 21


def elements(data: Any, *more: Any) -> Dict[str, Any]:
    """How often each op of tf.data runs its function, as `estimate` has it, in a function that sums up `data()`."""
    graph = trace(lambda: total(data()), *more)
    return dict(graph.estimate(batch=1).cost.loops)


COUNTED = {
    "rows": lambda: tf.data.Dataset.from_tensor_slices(tf.zeros(7)),
    "range": lambda: tf.data.Dataset.range(2, 20, 5),
    "batches": lambda: tf.data.Dataset.range(10).batch(4),
    "whole batches": lambda: tf.data.Dataset.range(10).batch(4, drop_remainder=True),
    "repeated": lambda: tf.data.Dataset.range(3).repeat(4),
    "taken": lambda: tf.data.Dataset.range(3).repeat(4).take(5),
    "taken too many": lambda: tf.data.Dataset.range(3).take(5),
    "skipped": lambda: tf.data.Dataset.range(7).skip(3),
    "shuffled": lambda: tf.data.Dataset.range(7).shuffle(3).prefetch(2).map(lambda x: x + 1),
    "zipped": lambda: tf.data.Dataset.zip((tf.data.Dataset.range(7), tf.data.Dataset.range(5))),
    "one after another": lambda: tf.data.Dataset.range(7).concatenate(tf.data.Dataset.range(5)),
    "padded": lambda: tf.data.Dataset.range(7).padded_batch(2, padded_shapes=[]),
    "one": lambda: tf.data.Dataset.from_tensors(1.0),
    "filtered": lambda: tf.data.Dataset.range(7).filter(lambda x: x > 3),
    "endless": lambda: tf.data.Dataset.range(7).repeat(),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(COUNTED))
def test_the_number_of_elements_is_tensorflows(name: str) -> None:
    right = int(COUNTED[name]().cardinality())
    assert elements(COUNTED[name])["ReduceDataset"] == (right if right >= 0 else None)


def test_who_does_not_go_through_all_elements_makes_their_number_unknown() -> None:
    found = elements(lambda: tf.data.Dataset.range(9).map(lambda x: x * 2).take(4))
    assert (found["MapDataset"], found["ReduceDataset"]) == (None, 4)
    found = elements(lambda: tf.data.Dataset.range(9).map(lambda x: x * 2).batch(4))
    assert (found["MapDataset"], found["ReduceDataset"]) == (9, 3)


def test_a_dataset_from_outside_has_its_number_of_elements_and_is_said_to_be_from_outside() -> None:
    data = tf.data.Dataset.from_tensor_slices(tf.ones((12, 4))).map(lambda x: x + 1.0).batch(3)
    weights = tf.ones((4, 2))

    @tf.function
    def given(source: Any) -> Any:
        return source.reduce(0.0, lambda state, x: state + tf.reduce_sum(x @ weights))

    graph = trace(given, data)
    cost = graph.estimate(batch=3).cost
    assert cost.loops == {"ReduceDataset": 4}
    assert cost.macs == 12 * 4 * 2
    assert "made outside of this graph" in graph.summary()
    assert not any(op == "MapDataset" for op in content_of(graph).table.ops)
    captured = trace(tf.function(lambda: given(data)))
    assert list(captured.estimate(batch=3).cost.loops.values()) == [4]
    endless = trace(given, data.repeat())
    cost = endless.estimate(batch=3).cost
    assert (cost.loops, cost.per) == ({"ReduceDataset": None}, "iteration")


@pytest.mark.parametrize("by_position", [0, 1, 2])
def test_datasets_given_by_name_have_their_own_numbers_of_elements(by_position: int) -> None:
    @tf.function
    def both(second: Any, first: Any) -> Any:
        return [data.reduce(tf.constant(0, tf.int64), lambda state, x: state + x) for data in (second, first)]

    given = {"first": tf.data.Dataset.range(3), "second": tf.data.Dataset.range(7)}
    names = ["second", "first"][:by_position]
    graph = trace(both, *[given[name] for name in names], **{key: given[key] for key in given if key not in names})
    table = content_of(graph).table
    inputs = [row for row, op in enumerate(table.ops) if op == "Placeholder"]
    assert {table.names[row]: table.attrs(row)["_cardinality"] for row in inputs} == {"second": 7, "first": 3}


def test_a_function_with_a_captured_dataset_cannot_be_frozen() -> None:
    data = tf.data.Dataset.range(3)
    with pytest.raises(opscope.TraceError, match="leave out freeze=True"):
        trace(tf.function(lambda: total(data)), freeze=True)


def test_the_functions_of_a_batch_are_expanded() -> None:
    weights = tf.Variable(tf.ones((4, 2)))

    @tf.nondifferentiable_batch_function(2, 4, 1000)
    def batched(a: Any) -> Any:
        return tf.matmul(a, weights)

    graph = trace(tf.function(batched), (3, 4))
    content = content_of(graph)
    assert [group.kind for group in content.groups if group.owner >= 0] == ["dataset", "body"]
    assert {content.table.attrs(row)["given"] for row, op in enumerate(content.table.ops) if op == "_Arg"} == {
        "batch",
        "capture",
    }
    assert graph.parameters == 8
    assert graph.estimate().cost.per == "iteration", "how many calls a batch puts together is not known"
