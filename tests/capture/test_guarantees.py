"""Tracing changes nothing of the user's: no value, no weight twice, no count, no patch, also after an exception."""

from __future__ import annotations

import threading
from typing import Any, Dict, List, Tuple

import pytest

tf = pytest.importorskip("tensorflow")

import numpy as np  # noqa: E402

import zoo  # noqa: E402
from opscope.capture import trace  # noqa: E402
from opscope.capture.patches import _hooks, subclasses  # noqa: E402
from opscope.capture.recorder import Recorder  # noqa: E402
from opscope.capture.seams import default_graph, function_class, gradient_registry  # noqa: E402
from opscope.errors import TraceError  # noqa: E402
from opscope.graph.content import content_of  # noqa: E402


def hooked() -> Dict[Tuple[Any, str], Any]:
    """What is there at every place that a trace hooks."""
    places = [(owner, name) for owner, name, _ in _hooks(Recorder(default_graph()))]
    places.append((function_class(), "__call__"))
    return {(owner, name): vars(owner)[name] for owner, name in places}


def test_every_way_to_apply_gradients_is_hooked() -> None:
    """Keras moved its optimizers in 2.6, 2.8, 2.9, 2.12, 2.13 and 3: whichever is installed must be one that is known."""
    places = set(hooked())
    for cls in tf.keras.optimizers.Adam.__mro__:
        for name in ("apply_gradients", "apply"):
            assert (cls, name) in places or name not in vars(cls), f"{cls.__module__}.{cls.__name__}.{name}"


def test_nothing_stays_hooked() -> None:
    case = zoo.train_step()
    before = hooked()
    trace(case.target, *case.inputs)
    assert hooked() == before


def test_nothing_stays_hooked_after_an_exception() -> None:
    def raises(x: Any) -> Any:
        raise RuntimeError("stop")

    before = hooked()
    with pytest.raises(TraceError, match="stop"):
        trace(raises, (3,))
    assert hooked() == before


def test_gradients_are_tensorflows_again_after_a_trace() -> None:
    case = zoo.train_step()
    trace(case.target, *case.inputs)
    _, function = gradient_registry()
    assert "opscope" not in function.__module__
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x
    assert float(tape.gradient(y, x)) == 6.0


def test_no_variable_changes_its_value() -> None:
    case = zoo.keras_step()
    model = case.target
    model(tf.ones(case.inputs[0]))
    before = [weight.numpy().copy() for weight in model.weights]
    trace(model, *case.inputs, step="train")
    assert all((old == new.numpy()).all() for old, new in zip(before, model.weights))


def test_an_unbuilt_model_is_built_once() -> None:
    case = zoo.unbuilt()
    trace(case.target, *case.inputs)
    first = [id(weight) for weight in case.target.weights]
    trace(case.target, *case.inputs)
    assert len(first) == 4
    assert [id(weight) for weight in case.target.weights] == first
    assert case.target(tf.ones((2, 3))).shape == (2, 2)


def test_the_users_function_is_not_traced_and_still_runs() -> None:
    case = zoo.train_step()
    trace(case.target, *case.inputs)
    assert case.target.experimental_get_tracing_count() == 0
    case.target(tf.ones((10, 100)), tf.ones((10, 100)))
    count = case.target.experimental_get_tracing_count()
    graph = trace(case.target, *case.inputs)
    assert case.target.experimental_get_tracing_count() == count
    assert any(group.layer_source == "recorded" for group in content_of(graph).groups)


def test_a_function_called_inside_is_not_traced_either() -> None:
    @tf.function
    def inner(x: Any) -> Any:
        return tf.sin(x)

    inner(tf.ones(3))
    graph = trace(lambda x: inner(x) + 1.0, (3,))
    assert inner.experimental_get_tracing_count() == 1
    assert "Sin" in content_of(graph).table.ops


def test_autograph_still_converts_after_a_trace() -> None:
    module = zoo.Branching()
    trace(module, (3,))

    @tf.function
    def later(x: Any) -> Any:
        return module(x)

    assert later(tf.ones(3)).numpy().tolist() == [2.0, 2.0, 2.0]
    assert later(-tf.ones(3)).numpy().tolist() == [-3.0, -3.0, -3.0]


def test_threads_trace_side_by_side() -> None:
    graphs: List[int] = []

    def work() -> None:
        case = zoo.modules()
        graphs.append(len(trace(case.target, *case.inputs)))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(graphs) == 3
    assert len(set(graphs)) == 1


def test_numpys_random_numbers_go_on_as_if_nothing_had_been_traced() -> None:
    drawn = np.random  # the generator that all share

    class Drawing(tf.keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return x + drawn.uniform()

    recurrent = tf.keras.layers.LSTM(4, dropout=0.5, recurrent_dropout=0.5)
    noisy = tf.keras.Sequential([tf.keras.layers.Dropout(0.5), tf.keras.layers.GaussianNoise(0.1), Drawing()])
    drawn.seed(7)
    expected = drawn.uniform(size=3).tolist()
    drawn.seed(7)
    trace(recurrent, (2, 5, 3), training=True)
    trace(noisy, (4, 3), training=True)
    assert drawn.uniform(size=3).tolist() == expected


def test_subclasses_finds_every_class_once() -> None:
    class A:
        pass

    class B(A):
        pass

    class C(A):
        pass

    class D(B, C):
        pass

    assert sorted(cls.__name__ for cls in subclasses(A)) == ["A", "B", "C", "D"]
