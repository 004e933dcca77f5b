"""Measuring live models: what is restored, what is refused, and that slow things are named."""

import inspect
import os
import signal

import pytest

tf = pytest.importorskip("tensorflow")
import numpy as np  # noqa: E402

from opscope import InputError, profile  # noqa: E402
from opscope.graph.content import content_of  # noqa: E402
from opscope.graph.measured_programs import untimed_ops  # noqa: E402
from opscope.profile.running import runner  # noqa: E402
from opscope.profile.running.runner import wait_for  # noqa: E402

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


def test_a_step_ends_when_every_device_is_done():
    """Seen on CPUs, since this machine may have no GPU: one op runs on each device of the kind."""
    assert wait_for("CPU") == len(tf.config.list_logical_devices("CPU")) > 0
    assert wait_for("GPU") == len(tf.config.list_logical_devices("GPU"))


def test_ctrl_c_in_the_middle_of_a_step_leaves_no_trace(monkeypatch):
    total, calls = tf.Variable(0.0), []
    monkeypatch.setattr(runner, "LEAST_SECONDS", 0.0)
    monkeypatch.setattr(runner, "settled", lambda durations: True)
    # A shell starts what runs in its background with Ctrl-C ignored, and Python keeps to that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def pressed(value):
        calls.append(value)
        # From the fourth on: after the warm-up and an unprofiled step, this is a profiled one. Pressed again if the first press
        # is lost, as happens when Python runs a destructor just then and ignores what is raised there.
        if len(calls) >= 4:
            os.kill(os.getpid(), signal.SIGINT)
        return value

    @tf.function
    def step(x):
        return tf.py_function(pressed, [total.assign_add(x)], tf.float32)

    try:
        with pytest.raises(KeyboardInterrupt):
            profile(step, np.float32(1.0), steps=2, warmup=2)
    finally:
        signal.signal(signal.SIGINT, before)
    assert len(calls) in (4, 5)
    assert total.numpy() == 0.0
    profile(tf.function(lambda x: x + 1.0), np.float32(1.0), steps=1)  # the profiler is free again


def test_an_error_in_a_later_step_is_the_users_own_and_leaves_no_trace():
    total = tf.Variable(0.0)

    @tf.function
    def step(x):
        tf.debugging.assert_less(total.assign_add(x), 2.5, message="too often")
        return total + 0.0

    with pytest.raises(tf.errors.InvalidArgumentError, match="too often"):
        profile(step, np.float32(1.0), steps=2, warmup=2)
    assert total.numpy() == 0.0


def test_graphs_that_the_user_collects_are_not_taken_away():
    tf.summary.trace_on(graph=True)
    try:
        with pytest.raises(InputError, match="trace_off"):
            profile(tf.function(lambda x: x + 1.0), np.float32(1.0), steps=1)
    finally:
        tf.summary.trace_off()


def test_a_training_step_leaves_weights_optimizer_metrics_and_seeds_as_they_were():
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [layers.Dense(4, input_shape=(3,)), layers.BatchNormalization(), layers.Dropout(0.5), layers.Dense(4)]
    )
    model.compile("adam", "mse", metrics=["mae"])
    x, y = np.ones((2, 3), "float32"), np.zeros((2, 4), "float32")
    model.fit(x, y, epochs=1, verbose=0)  # everything exists now, and has values other than the first
    slots = model.optimizer.variables
    state = [*model.variables, *(slots() if callable(slots) else slots)]
    state += [value for metric in model.metrics for value in metric.variables]
    seeds = [layer.seed_generator.state for layer in model.layers if hasattr(layer, "seed_generator")]
    before = [np.array(value) for value in (*state, *seeds)]
    graph = profile(model, x, y, step="train", steps=2)
    for old, new in zip(before, (*state, *seeds)):
        assert (old == np.array(new)).all()
    assert int(model.optimizer.iterations.numpy()) == 1
    assert {group.kind for group in content_of(graph).groups if group.measured} >= {"forward", "backward", "optimizer"}
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


def test_a_measurement_tells_how_sure_it_is():
    graph = profile(tf.function(lambda x: tf.matmul(tf.matmul(x, x), x)), (64, 64), steps=10)
    told = graph.measurement
    assert told["steps"] == 10
    assert 8 <= told["steps_kept"] <= 10
    assert isinstance(told["disturbed"], bool)
    assert told["step_spread_us"] >= 0
    assert told["trace_level"] == 3 or graph.facts["profile"]["not_reported"]
    content = content_of(graph)
    times = graph.facts["step_times"]
    for row, one in content.measured.items():
        assert one.error_us >= 0
        by_step = times.of(content.table.names[row])
        assert len(by_step) == told["steps_kept"]
        assert sum(by_step) / len(by_step) == pytest.approx(one.time_us)
    assert graph.facts["profile"]["processors"]


def test_steps_are_fewer_where_they_have_too_many_events(monkeypatch):
    monkeypatch.setattr(runner, "MOST_EVENTS", 100)

    def loop(x):
        for _ in tf.range(50):
            x = tf.sin(x)
        return x

    graph = profile(tf.function(loop), (3,), steps=8)
    assert graph.measurement["steps"] < 8
    assert graph.facts["profile"]["asked_steps"] == 8
    assert "of the 8 asked for" in graph.summary()


def test_level_2_leaves_out_cheap_ops_and_says_so():
    graph = profile(tf.function(lambda x: tf.reshape(tf.matmul(x, x) + 1.0, (-1,))), (64, 64), steps=2, trace_level=2)
    assert graph.measurement["trace_level"] == 2
    assert graph.facts["profile"]["not_reported"]
    said = graph.summary()
    assert "ops that TensorFlow rates cheap were not recorded" in said
    assert "ran, but TensorFlow did not record them, so their time is unknown" in said


@pytest.mark.parametrize("wrong", [1, 4, "3"])
def test_a_trace_level_that_is_none_is_refused(wrong):
    with pytest.raises(InputError, match="use 3 for every op"):
        profile(tf.function(lambda x: x), (3,), trace_level=wrong)


class Clock:
    """A clock on which each step takes the next of some durations, in seconds, again and again."""

    def __init__(self, *durations):
        self.now, self._durations, self.steps = 0.0, durations, 0

    def __call__(self):
        return self.now

    def step(self):
        self.now += self._durations[self.steps % len(self._durations)]
        self.steps += 1


@pytest.mark.parametrize(
    ("durations", "seconds", "at_least", "count"),
    [
        ((0.02,), 10.0, 1, 6),  # six equal steps, fewer tell no interval
        ((0.02,), 10.0, 9, 9),
        ((1 / 256,), 10.0, 1, 16),  # for a sixteenth of a second at least
        ((1.0,), 4.0, 1, 4),  # the time is over first
        ((1.0,), 0.0, 1, 1),  # one in any case
        # A quarter is long. Of 14 steps the interval ends at the twelfth, which is the first of three long ones; of 15 it
        # ends at the last of twelve short ones.
        ((0.01, 0.01, 0.01, 0.02), 10.0, 1, 15),
    ],
)
def test_unprofiled_steps_are_added_until_their_median_is_known(monkeypatch, durations, seconds, at_least, count):
    clock = Clock(*durations)
    monkeypatch.setattr(runner, "perf_counter", clock)
    timer = runner._Timer(clock.step)
    timer.add_steps(seconds, at_least=at_least)
    assert clock.steps == len(timer.durations) == count


@pytest.mark.parametrize("wrong", [{"steps": 0}, {"warmup": 0}, {"batch": 0}])
def test_less_than_one_of_anything_is_refused(wrong):
    with pytest.raises(InputError, match="1 or more"):
        profile(tf.function(lambda x: x), (3,), **wrong)


def test_shapes_are_filled_with_generated_values():
    graph = profile(tf.function(lambda x: tf.matmul(x, tf.ones((3, 2)))), (None, 3), steps=1, batch=5)
    matmul = content_of(graph).table.ops.index("MatMul")
    assert content_of(graph).costs[matmul].flops == 2 * 5 * 3 * 2


def test_a_dataset_gives_its_first_batch():
    data = tf.data.Dataset.from_tensors((np.ones((4, 3), "float32"), np.zeros((4, 2), "float32")))
    model = tf.keras.Sequential([tf.keras.layers.Dense(2, input_shape=(3,))])
    model.compile("sgd", "mse")
    assert profile(model, data, steps=1).measurement["attributed"] >= 0.99
    assert profile(model, data, step="train", steps=1).measurement["attributed"] >= 0.99


def test_a_dataset_is_begun_once_for_its_first_batch():
    """Beginning may be slow, as where a buffer is filled to shuffle, and a generator may be one that begins only once."""
    begun = []

    def batches():
        begun.append(1)
        yield tf.ones((3, 4))

    made = tf.data.Dataset.from_generator(batches, output_signature=tf.TensorSpec((3, 4)))
    model = tf.keras.Sequential([tf.keras.layers.Dense(2, input_shape=(4,))])
    graph = profile(model, made, steps=1, warmup=1)
    assert graph.cost.batch == 3
    assert len(begun) == 1


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
    table, measured = content_of(graph).table, content_of(graph).measured
    by_time = sorted(measured, key=lambda row: -measured[row].time_us)
    scopes = sorted(
        (group for group in content_of(graph).groups if group.kind == "scope" and group.measured),
        key=lambda group: -group.measured.time_us,
    )
    assert {group.name for group in scopes[:3]} == {"product", "small_steps", "turning"}
    assert next(one.calls for row, one in measured.items() if table.ops[row] == "Sin") == 500
    for kind in ("MatMul", "Transpose", "Sin"):
        row = next(row for row in by_time if table.ops[row] == kind)
        source = content_of(graph).sources[row]
        assert source.file.endswith("test_measure.py")


def test_where_the_trace_level_cannot_be_raised_missing_ops_are_listed_not_zero(monkeypatch):
    from opscope.profile.running import level

    if tuple(int(part) for part in tf.__version__.split(".")[:2]) < (2, 20):
        pytest.skip("this TensorFlow takes the level as an option")
    monkeypatch.setattr(level, "_exported", lambda: None)
    graph = profile(tf.function(lambda x: tf.reshape(tf.matmul(x, x) + 1.0, (-1,))), (64, 64), steps=2)
    assert graph.measurement["trace_level"] == 2
    missing = graph.facts["profile"]["not_reported"]
    assert missing
    assert not {content_of(graph).table.index(name) for name in missing} & set(content_of(graph).measured)


@pytest.fixture
def compiled():
    weight = tf.Variable(tf.ones((64, 64)))
    function = tf.function(lambda x: tf.sin(tf.matmul(x, weight) + 1.0), **{JIT: True})
    try:
        function(tf.ones((64, 64)))
    except (tf.errors.OpError, ValueError):
        pytest.skip("this TensorFlow has no XLA for CPU")
    return function


def _members(graph):
    """Types of the ops that have a figure, as one of a fused group or alone, or of which it is told that their time is not known.

    Which these are depends on the machine: how XLA splits work among threads.
    """
    table = content_of(graph).table
    found = {table.ops[table.index(name)] for name in untimed_ops(graph.measurement)}
    for row, one in content_of(graph).measured.items():
        found |= {table.ops[table.index(name)] for name in one.fused or (table.names[row],)}
    return found


def test_the_time_of_a_function_that_xla_compiles_as_a_whole_is_its_instructions_or_of_the_whole(compiled):
    graph = profile(compiled, np.ones((64, 64), "float32"), steps=2)
    assert sum(graph.measurement["coverage"].values()) == pytest.approx(1)
    if "compiled" in graph.measurement:
        (program,) = graph.measurement["compiled"]
        assert (program["ops"], content_of(graph).measured) == (3, {})
        assert graph.facts["profile"]["unattributed_us"] == {program["name"]: pytest.approx(program["time_us"])}
        assert f"XLA runs all that {program['name']} computes (3 ops) as one program" in graph.summary(cost=True)
    else:
        assert _members(graph) >= {"MatMul", "AddV2", "Sin"}
        if graph.measurement["attributed"] < 0.99:  # what XLA took beyond the instructions it reports
            assert any("lambda" in name for name in graph.facts["profile"]["unattributed_us"])


def test_a_compiled_function_inside_a_measured_one_comes_home_to_its_call_or_below(compiled):
    graph = profile(tf.function(lambda x: tf.reduce_sum(compiled(tf.cos(x)))), np.ones((64, 64), "float32"), steps=2)
    assert _members(graph) >= {"Cos", "MatMul", "AddV2", "Sin", "Sum"}
    table, measured = content_of(graph).table, content_of(graph).measured
    call = next(group for group in content_of(graph).groups if group.owner >= 0)
    inside = {row for row in measured if table.names[row].startswith(f"{call.path}/")}
    if "compiled" in graph.measurement:
        assert [(each["name"], each["ops"]) for each in graph.measurement["compiled"]] == [(call.path, 3)]
        assert (inside, call.measured) == (set(), None)
        assert graph.measurement["compiled"][0]["time_us"] == pytest.approx(measured[call.owner].time_us)
    else:
        assert inside or untimed_ops(graph.measurement)
        if untimed_ops(graph.measurement):
            assert call.measured is None
            return
        assert call.measured.time_us == pytest.approx(sum(measured[row].time_us for row in inside))
    assert graph.measurement["attributed"] >= 0.98


def test_values_that_cannot_be_told_apart_are_refused():
    concrete = tf.function(lambda x: x * 2.0).get_concrete_function(tf.TensorSpec((2,), tf.float32))
    value = np.ones(2, "float32")
    with pytest.raises(InputError, match=r"2 values were given and the function takes 1: x \(2,\) float32"):
        profile(concrete, value, value, steps=1, warmup=1)
