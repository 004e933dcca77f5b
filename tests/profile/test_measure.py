"""Measuring live models: what is restored, what is refused, and that slow things are named."""

import inspect

import pytest

tf = pytest.importorskip("tensorflow")
import numpy as np  # noqa: E402

from opscope import InputError, profile  # noqa: E402
from opscope.profile import runner  # noqa: E402

JIT = "jit_compile" if "jit_compile" in inspect.signature(tf.function).parameters else "experimental_compile"


class Counter(tf.Module):
    """Adds to a variable whenever it runs, and draws random numbers from a generator of its own."""

    def __init__(self):
        super().__init__()
        self.total = tf.Variable(0.0)
        self.generator = tf.random.Generator.from_seed(1)

    @tf.function
    def __call__(self, x):
        self.total.assign_add(tf.reduce_sum(x) + self.generator.normal(()))
        return self.total + 0.0


def test_variables_and_generators_have_their_values_again():
    counter = Counter()
    state = counter.generator.state.numpy()
    graph = profile(counter, np.ones(3, "float32"), steps=2, warmup=1)
    assert graph.measurement["steps"] == 2
    assert counter.total.numpy() == 0.0
    assert (counter.generator.state.numpy() == state).all()


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_variables_have_their_values_again_after_an_interruption(error, monkeypatch):
    counter = Counter()

    def interrupted(run, steps):
        run()
        raise error

    monkeypatch.setattr(runner, "_profiled", interrupted)
    with pytest.raises(error):
        profile(counter, np.ones(3, "float32"), steps=2)
    assert counter.total.numpy() == 0.0


def test_a_training_step_leaves_weights_and_optimizer_as_they_were():
    model = tf.keras.Sequential([tf.keras.layers.Dense(4, input_shape=(3,))])
    model.compile("adam", "mse")
    x, y = np.ones((2, 3), "float32"), np.zeros((2, 4), "float32")
    before = [value.copy() for value in model.get_weights()]
    graph = profile(model, x, y, step="train", steps=2)
    for old, new in zip(before, model.get_weights()):
        assert (old == new).all()
    assert int(model.optimizer.iterations.numpy()) == 0
    assert {group.kind for group in graph.groups if group.measured} >= {"forward", "backward", "optimizer"}
    assert graph.measurement["attributed"] >= 0.995


def test_the_users_own_error_comes_through_and_the_profiler_is_free_again():
    @tf.function
    def fails(x):
        tf.debugging.assert_less(x, 1.0, message="too large here")
        return x

    with pytest.raises(tf.errors.InvalidArgumentError, match="too large here"):
        profile(fails, np.float32(3.0), steps=1)
    profile(fails, np.float32(0.0), steps=1)


def test_a_running_profiler_is_not_disturbed(tmp_path):
    tf.profiler.experimental.start(str(tmp_path))
    try:
        with pytest.raises(InputError, match="running already"):
            profile(tf.function(lambda x: x + 1.0), np.float32(1.0), steps=1)
    finally:
        tf.profiler.experimental.stop()


@pytest.mark.parametrize("wrong", [{"steps": 0}, {"warmup": 0}, {"batch": 0}])
def test_less_than_one_of_anything_is_refused(wrong):
    with pytest.raises(InputError, match="1 or more"):
        profile(tf.function(lambda x: x), (3,), **wrong)


def test_shapes_are_filled_with_generated_values():
    graph = profile(tf.function(lambda x: tf.matmul(x, tf.ones((3, 2)))), (None, 3), steps=1, batch=5)
    matmul = graph.table.ops.index("MatMul")
    assert graph.content.costs[matmul].flops == 2 * 5 * 3 * 2


def test_a_dataset_gives_its_first_batch():
    data = tf.data.Dataset.from_tensors((np.ones((4, 3), "float32"), np.zeros((4, 2), "float32")))
    model = tf.keras.Sequential([tf.keras.layers.Dense(2, input_shape=(3,))])
    model.compile("sgd", "mse")
    assert profile(model, data, steps=1).measurement["attributed"] >= 0.99
    assert profile(model, data, step="train", steps=1).measurement["attributed"] >= 0.99


def test_an_empty_dataset_is_refused():
    with pytest.raises(InputError, match="empty"):
        profile(tf.function(lambda x: x), tf.data.Dataset.from_tensors(1.0).take(0))


def test_slow_layers_are_named_with_their_source_lines():
    class Slow(tf.Module):
        @tf.function
        def __call__(self, x):
            with tf.name_scope("product"):
                y = tf.matmul(tf.tile(x, (3, 3)), tf.tile(x, (3, 3)))
            x = x[:2, :2]
            with tf.name_scope("small_steps"):
                for _ in tf.range(500):
                    x = tf.sin(x)
            with tf.name_scope("turning"):
                z = tf.transpose(tf.reshape(y, (64, 9, 32, 32)), (3, 1, 2, 0))
            return tf.reduce_sum(z) + tf.reduce_sum(x)

    graph = profile(Slow(), np.random.default_rng(0).random((256, 256)).astype("float32"), steps=3)
    table, measured = graph.table, graph.content.measured
    by_time = sorted(measured, key=lambda row: -measured[row].time_us)
    scopes = sorted(
        (group for group in graph.groups if group.kind == "scope" and group.measured),
        key=lambda group: -group.measured.time_us,
    )
    assert {group.name for group in scopes[:3]} == {"product", "small_steps", "turning"}
    assert next(one.calls for row, one in measured.items() if table.ops[row] == "Sin") == 500
    for kind in ("MatMul", "Transpose", "Sin"):
        row = next(row for row in by_time if table.ops[row] == kind)
        source = graph.content.sources[row]
        assert source.file.endswith("test_measure.py")


def test_where_the_trace_level_cannot_be_raised_missing_ops_are_listed_not_zero(monkeypatch):
    from opscope.profile import level

    if tuple(int(part) for part in tf.__version__.split(".")[:2]) < (2, 20):
        pytest.skip("this TensorFlow takes the level as an option")
    monkeypatch.setattr(level, "_exported", lambda: None)
    graph = profile(tf.function(lambda x: tf.reshape(tf.matmul(x, x) + 1.0, (-1,))), (64, 64), steps=2)
    assert graph.measurement["trace_level"] == 2
    missing = graph.facts["profile"]["not_reported"]
    assert missing
    assert not {graph.table.index(name) for name in missing} & set(graph.content.measured)


def test_a_function_that_xla_compiles_as_a_whole_is_unattributed_not_dispatch():
    function = tf.function(lambda x: tf.reduce_sum(tf.sin(x) + 1.0), **{JIT: True})
    try:
        function(tf.ones((8,)))
    except (tf.errors.OpError, ValueError):
        pytest.skip("this TensorFlow has no XLA for CPU")
    graph = profile(function, np.ones((8,), "float32"), steps=2)
    assert graph.measurement["attributed"] == 0
    assert graph.content.measured == {}
    assert graph.measurement["coverage"]["unattributed"] > 0
    assert graph.measurement["coverage"]["dispatch"] == 0
