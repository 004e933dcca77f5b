"""What a measurement tells of input pipelines, of steps that run here: where the functions of their stages are written."""

import inspect

import pytest

tf = pytest.importorskip("tensorflow")
import numpy as np  # noqa: E402

import opscope  # noqa: E402
from opscope.graph.input_pipeline import input_pipeline  # noqa: E402


def doubled(number):
    return tf.cast(number, tf.float32) * 2.0


def paired(x, y):
    return x * 2.0, y


def as_written(data):
    """The dataset, run as it is: the caller's own thread is in each stage, none works ahead, and the profiler can lose none."""
    options = tf.data.Options()
    options.experimental_optimization.apply_default_optimizations = False
    if hasattr(options, "autotune"):
        options.autotune.enabled = False
    else:  # before TensorFlow 2.6
        options.experimental_optimization.autotune = False
    return data.with_options(options)


def line_of(function):
    return inspect.getsourcelines(function)[1]


def stage_of(graph, word):
    """The only stage with this word in its name."""
    (found,) = [stage for stage in graph.measurement["input_pipeline"]["stages"] if word in stage["name"]]
    return found


def test_fit_tells_what_it_waited_for_its_dataset_and_the_line_of_its_map():
    model = tf.keras.Sequential([tf.keras.layers.Dense(3, input_shape=(4,), name="only")])
    model.compile("sgd", "mse")
    rows = (np.ones((64, 4), "float32"), np.ones((64, 3), "float32"))
    data = as_written(tf.data.Dataset.from_tensor_slices(rows).repeat().map(paired).batch(8))
    callback = opscope.Callback(steps=(4, 9))
    model.fit(data, steps_per_epoch=10, epochs=1, verbose=0, callbacks=[callback])
    told = callback.graph.measurement["input_pipeline"]
    assert not told["between_steps"] and told["steps"] == 6
    assert 0 < told["waited_share"] <= 1
    assert told["waited_us"] > 0
    source = stage_of(callback.graph, "map")["source"]
    assert source["file"].endswith("test_inputs_live.py")
    assert (source["line"], source["function"]) == (line_of(paired), "paired")


def test_a_loop_of_ones_own_is_asked_between_its_steps():
    step = tf.function(lambda x: tf.reduce_sum(x * x))
    with opscope.profiling(step, steps=(3, 6)) as profiled:
        for x in as_written(tf.data.Dataset.range(10).map(doubled)):
            profiled(x)
    found = input_pipeline(profiled.graph.measurement)
    assert found.between_steps
    assert 0 < found.waited_share < 1
    assert stage_of(profiled.graph, "map")["source"] is None  # nobody tells which dataset the loop goes through


def test_a_function_that_is_given_a_dataset_knows_the_line_of_its_map():
    @tf.function
    def total(data):
        result = tf.constant(0.0)
        for x in data:
            result += tf.sin(x)
        return result

    graph = opscope.profile(total, as_written(tf.data.Dataset.range(8).map(doubled)), steps=2)
    stage = stage_of(graph, "map")
    assert stage["ops"] == []
    assert stage["source"]["line"] == line_of(doubled)
    assert graph.measurement["input_pipeline"]["waited_us"] > 0


def test_a_dataset_that_the_function_makes_is_ops_of_the_graph():
    @tf.function
    def total(count):
        result = tf.constant(0.0)
        for x in as_written(tf.data.Dataset.range(count).map(doubled)):
            result += tf.sin(x)
        return result

    graph = opscope.profile(total, tf.constant(8, tf.int64), steps=2)
    (op,) = graph.ops(type="MapDataset")
    stage = stage_of(graph, "map")
    assert stage["ops"] == [op.name]
    assert stage["source"]["line"] == op.source.line
    assert stage["source"]["file"].endswith("test_inputs_live.py")


def test_a_step_without_a_pipeline_tells_nothing_of_one():
    graph = opscope.profile(tf.function(tf.sin), tf.ones((4,)), steps=2)
    assert "input_pipeline" not in graph.measurement
