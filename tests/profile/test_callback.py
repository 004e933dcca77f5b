"""`opscope.Callback` in `fit`: it measures the steps that it is told, and the training is as without it."""

import copy
import gc
import random
import subprocess
import sys
import time
import warnings

import pytest

tf = pytest.importorskip("tensorflow")
import numpy as np  # noqa: E402

import opscope  # noqa: E402
from opscope.graph.content import content_of  # noqa: E402
from opscope.profile.running.watched import WatchedFunction  # noqa: E402
from profiler_state import is_profiling  # noqa: E402

ROWS, BATCH = 160, 8
X = np.random.RandomState(0).rand(ROWS, 6).astype("float32")
Y = X[:, :2]


def small_model():
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            layers.Dense(8, activation="relu", input_shape=(6,), name="first"),
            layers.Dropout(0.3, name="drop"),
            layers.Dense(2, name="last"),
        ]
    )
    model.compile("adam", "mse")
    return model


def seeded_model():
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002, the global generator is meant
    tf.random.set_seed(1)
    return small_model()


def fitted(model, *callbacks, epochs=1, **options):
    return model.fit(X, Y, batch_size=BATCH, epochs=epochs, verbose=0, shuffle=False, callbacks=[*callbacks], **options)


def trouble(found):
    return [str(warning.message) for warning in found if "opscope" in str(warning.message)]


def test_the_steps_asked_for_are_measured_and_written(tmp_path):
    page, model = tmp_path / "step.html", small_model()
    callback = opscope.Callback(page, steps=(10, 15))
    history = fitted(model, callback)
    assert page.stat().st_size > 10_000 and len(history.history["loss"]) == 1
    assert callback.graph.measurement["steps"] == 6
    # The updates of a step run as often as the step: the optimizer's own counter is assigned once in each.
    table = content_of(callback.graph).table
    counted = [op for op in callback.graph.ops() if op.type.startswith("AssignAdd") and op.measured is not None]
    assert counted and {op.measured.calls for op in counted} == {1.0}
    assert "IteratorGetNext" in table.ops
    assert callback.graph.facts["own_run"].startswith("steps 10 to 15 of fit were measured as they ran")
    assert "the 8 before" in callback.graph.facts["own_run"]  # 2 to 9: TensorFlow traced in step 1
    assert callback.graph.measurement["step_time_us"] > 0
    assert callback.graph.facts["own_run"] in callback.graph.summary(cost=True)
    assert callback.graph.measurement["attributed"] > 0.5 and not is_profiling()


def test_layers_and_phases_lie_where_they_do_in_a_traced_step():
    """Keras 3 calls a function in its step, which holds all of it: that is no part of the paths."""
    callback = opscope.Callback(steps=(4, 5))
    model = small_model()
    fitted(model, callback)
    traced = opscope.trace(model, X[:BATCH], Y[:BATCH], step="train")
    layers = [layer.path for layer in traced.layers() if layer.name in {"first", "drop", "last"}]
    assert len(layers) >= 3
    assert {layer.path for layer in callback.graph.layers()}.issuperset(layers)
    assert all(layer.measured is not None for layer in callback.graph.layers() if layer.name in {"first", "last"})


def test_the_training_is_the_same_to_the_last_bit():
    states = []
    for callbacks in ([], [opscope.Callback(steps=(4, 6))]):
        model = seeded_model()
        fitted(model, *callbacks, epochs=2)
        variables = [np.array(value) for value in model.get_weights()]
        optimizer = model.optimizer
        kept = optimizer.variables() if callable(optimizer.variables) else optimizer.variables
        variables += [np.array(value) for value in kept]
        numbers = random.random(), np.random.rand(), float(tf.random.uniform(()))  # noqa: NPY002
        states.append((variables, *numbers))
    (plain, *plain_numbers), (measured, *measured_numbers) = states
    assert len(plain) == len(measured) > 4 and all(map(np.array_equal, plain, measured))
    assert plain_numbers == measured_numbers


def test_the_models_function_is_its_own_again_and_was_traced_as_often():
    counts = []
    for callbacks in ([], [opscope.Callback(steps=(3, 4))]):
        model = small_model()
        fitted(model, *callbacks)
        assert not isinstance(model.train_function, WatchedFunction)
        function = model.train_function
        cells = [cell.cell_contents for cell in getattr(function, "__closure__", None) or ()]
        traced = [each for each in (function, *cells) if hasattr(each, "experimental_get_tracing_count")]
        counts.append([each.experimental_get_tracing_count() for each in traced])
    assert counts[0] == counts[1] and sum(counts[0])


def slept(seconds):
    time.sleep(seconds)
    return np.float32(0)


class Waiting(tf.keras.layers.Dense):
    """A Dense layer that also sleeps, since what computes long may be overtaken on a busy machine."""

    SECONDS = 0.2

    def call(self, inputs):
        zero = tf.numpy_function(slept, [np.float64(self.SECONDS)], tf.float32)
        zero.set_shape(())
        return super().call(inputs) + tf.stop_gradient(zero)


def test_the_layer_made_slow_is_the_slowest():
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [layers.Dense(8, input_shape=(6,), name="quick"), Waiting(8, name="slow"), layers.Dense(2, name="end")]
    )
    model.compile("sgd", "mse")
    callback = opscope.Callback(steps=(4, 6))
    fitted(model, callback)
    forward = [layer for layer in callback.graph.layers() if "forward/" in layer.path]
    times = {layer.name: layer.measured.busy_us for layer in forward if layer.name in {"slow", "quick", "end"}}
    assert max(times, key=times.get) == "slow" and len(times) == 3
    assert times["slow"] >= Waiting.SECONDS * 1e6


class BreaksError(Exception):
    pass


class Breaking(tf.keras.callbacks.Callback):
    """Raises at the end of a batch; `fit` counts them from 0."""

    def __init__(self, batch):
        super().__init__()
        self.batch = batch

    def on_train_batch_end(self, batch, logs=None):
        if batch == self.batch:
            raise BreaksError


def failing_data(step):
    """A dataset whose element for that step cannot be computed."""

    def checked(index):
        with tf.control_dependencies([tf.debugging.assert_less(index, tf.constant(step - 1, tf.int64))]):
            return tf.ones((4, 6)), tf.ones((4, 2))

    return tf.data.Dataset.range(100).map(checked)


@pytest.mark.parametrize("step", [2, 5, 8])
def test_an_error_in_a_step_stops_the_profiler_and_comes_through_after_what_was_measured_is_written(tmp_path, step):
    page, model = tmp_path / "step.html", small_model()
    callback = opscope.Callback(page, steps=(3, 6))
    with pytest.raises(tf.errors.InvalidArgumentError):
        model.fit(failing_data(step), verbose=0, callbacks=[callback])
    assert not is_profiling() and not isinstance(model.train_function, WatchedFunction)
    # The steps that were whole before the error are there.
    steps = {2: 0, 5: 2, 8: 4}[step]
    assert page.exists() == (steps > 0) and (callback.graph is not None) == (steps > 0)
    if steps:
        assert callback.graph.measurement["steps"] == steps
        assert ("steps 3 to 4 of fit, 2 of the 4 asked for," in callback.graph.facts["own_run"]) == (step == 5)
    again = opscope.Callback(steps=(3, 4))
    fitted(model, again)
    assert again.graph.measurement["steps"] == 2


@pytest.mark.parametrize("batch", [1, 4])
def test_an_error_of_another_callback_does_so_too(batch):
    """Before the steps to measure, and among them."""
    model, callback = small_model(), opscope.Callback(steps=(4, 8))
    gc.disable()  # it is off at once, and not when the frames of `fit` in the error's traceback are collected
    try:
        with pytest.raises(BreaksError) as error:
            fitted(model, callback, Breaking(batch))
        assert error.tb is not None and not is_profiling()
    finally:
        gc.enable()
    fitted(model, epochs=2)  # nothing is measured in a fit without the callback
    assert callback.graph is None and not is_profiling()
    assert not isinstance(model.train_function, WatchedFunction)


def test_the_list_of_callbacks_is_as_it_was_once_the_steps_are_over():
    seen = []

    class Looking(tf.keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            hooks = sys._getframe(1)
            while type(hooks.f_locals.get("self")).__name__ != "CallbackList":
                hooks = hooks.f_back
            seen.append("on_train_batch_end" in vars(hooks.f_locals["self"]))

    fitted(small_model(), opscope.Callback(steps=(3, 4)), Looking())
    assert seen[0] and not any(seen[5:])


def test_what_fails_in_it_is_one_line_after_a_whole_training(tmp_path):
    model, callback = small_model(), opscope.Callback(tmp_path / "missing" / "step.html", steps=(3, 4))
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        assert len(fitted(model, callback, epochs=2).history["loss"]) == 2
    (line,) = trouble(found)
    assert "missing" in line and "\n" not in line
    assert callback.graph.measurement["steps"] == 2  # only the file could not be written


def test_another_profiler_is_left_alone(tmp_path):
    model, callback = small_model(), opscope.Callback(steps=(3, 4))
    tf.profiler.experimental.start(str(tmp_path))
    try:
        with pytest.warns(UserWarning, match="measured nothing: a TensorFlow profiler is running already"):
            fitted(model, callback)
        assert is_profiling()
    finally:
        tf.profiler.experimental.stop(save=False)
    assert callback.graph is None


def test_a_model_that_runs_eagerly_is_refused_with_a_line():
    model, callback = small_model(), opscope.Callback(steps=(2, 3))
    model.compile("sgd", "mse", run_eagerly=True)
    with pytest.warns(UserWarning, match="runs eagerly"):
        fitted(model, callback)
    assert callback.graph is None


def test_a_fit_with_too_few_steps_says_how_many_it_had():
    with pytest.warns(UserWarning, match=f"the fit had {ROWS // BATCH} steps, and step 50 was to be the first"):
        fitted(small_model(), opscope.Callback(steps=(50, 60)))
    with pytest.warns(UserWarning, match="there was no epoch 3"):
        fitted(small_model(), opscope.Callback(epoch=3))


def test_steps_go_no_further_than_their_epoch():
    callback = opscope.Callback(steps=(18, 30))
    fitted(small_model(), callback, epochs=2, validation_data=(X, Y))
    assert callback.graph.measurement["steps"] == 3
    assert "steps 18 to 20 of fit, 3 of the 13 asked for," in callback.graph.facts["own_run"]


def test_steps_are_counted_over_epochs_or_within_one():
    over, within = opscope.Callback(steps=(23, 25)), opscope.Callback(steps=2, epoch=2)
    fitted(small_model(), over, epochs=3)
    fitted(small_model(), within, epochs=3, validation_data=(X, Y))
    assert over.graph.measurement["steps"] == 3 and over.graph.facts["own_run"].startswith("steps 23 to 25 of fit")
    assert within.graph.facts["own_run"].startswith("step 2 of epoch 2 of fit")


def test_data_of_unknown_length_end_where_they_end():
    """Keras then learns from an error that an epoch is over; that call was no step."""

    def rows():
        yield from zip(np.split(X, ROWS // BATCH), np.split(Y, ROWS // BATCH))

    data = tf.data.Dataset.from_generator(
        rows, (tf.float32, tf.float32), (tf.TensorShape((8, 6)), tf.TensorShape((8, 2)))
    )
    early, late = opscope.Callback(steps=(18, 25)), opscope.Callback(steps=(22, 23))
    for callback in (early, late):
        small_model().fit(data, epochs=2, verbose=0, callbacks=[callback])
    assert early.graph.measurement["steps"] == 3
    assert late.graph.facts["own_run"].startswith("steps 22 to 23 of fit were")


def test_a_step_in_which_tensorflow_traces_does_not_count():
    callback = opscope.Callback(steps=(1, 4))
    fitted(small_model(), callback)
    assert callback.graph.measurement["steps"] == 3
    assert callback.graph.measurement["step_time_us"] is None
    assert "steps 2 to 4 of fit, 3 of the 4 asked for," in callback.graph.facts["own_run"]


def test_several_batches_in_one_call_of_the_function_are_one_step():
    model, callback = small_model(), opscope.Callback(steps=(3, 4))
    options = (
        {"experimental_steps_per_execution": 4} if tf.__version__.startswith("2.4") else {"steps_per_execution": 4}
    )
    model.compile("sgd", "mse", **options)
    fitted(model, callback)
    assert callback.graph.measurement["steps"] == 2
    assert 4 in {round(op.measured.calls) for op in callback.graph.ops() if op.type == "MatMul" and op.measured}


def test_a_train_step_of_the_users_own_is_measured():
    class Own(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.layer = tf.keras.layers.Dense(2, name="inner")

        def call(self, x):
            return self.layer(x)

        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((self(x, training=True) - y) ** 2)
            variables = self.trainable_variables
            self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
            return {"loss": loss}

    model, callback = Own(), opscope.Callback(steps=(3, 5))
    model.compile("sgd")
    fitted(model, callback)
    assert callback.graph.measurement["steps"] == 3
    assert any(layer.name == "inner" and layer.measured for layer in callback.graph.layers())


def test_it_is_a_callback_of_keras_and_can_be_copied():
    callback = opscope.Callback(steps=(3, 4))
    assert isinstance(callback, tf.keras.callbacks.Callback) and isinstance(callback, opscope.Callback)
    copied = copy.deepcopy(callback)
    fitted(small_model(), copied)
    assert copied.graph.measurement["steps"] == 2 and callback.graph is None


def test_tf_keras_takes_it_too():
    tf_keras = pytest.importorskip("tf_keras")
    model = tf_keras.Sequential([tf_keras.layers.Dense(2, input_shape=(6,), name="old")])
    model.compile("adam", "mse")
    callback = opscope.Callback(steps=(3, 4))
    fitted(model, callback)
    assert callback.graph.measurement["steps"] == 2 and isinstance(callback, tf_keras.callbacks.Callback)


@pytest.mark.parametrize("steps", [0, (5, 3), (1, 2, 3), "2", True, (2.0, 3), (1, 500)])
def test_steps_that_no_fit_has_are_refused_at_once(steps):
    with pytest.raises(opscope.InputError, match="steps"):
        opscope.Callback(steps=steps)


def test_naming_it_imports_no_tensorflow():
    code = "import sys, opscope; opscope.Callback; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
