"""`opscope.profiling`: steps of a loop that is written by hand, measured as they run."""

import pytest

tf = pytest.importorskip("tensorflow")
import numpy as np  # noqa: E402

import opscope  # noqa: E402
from profiler_state import is_profiling  # noqa: E402


class Trainer:
    """A training step as a method, of a model of two products, one of them large."""

    def __init__(self):
        self.large = tf.Variable(tf.ones((400, 400)) * 0.001, name="large")
        self.small = tf.Variable(tf.ones((400, 1)) * 0.01, name="small")

    @tf.function
    def step(self, x, rate=0.1):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.tanh(x @ self.large) @ self.small - 1.0) ** 2)
        variables = [self.large, self.small]
        for variable, gradient in zip(variables, tape.gradient(loss, variables)):
            variable.assign_sub(rate * gradient)
        return loss


def data(count, rows=16):
    numbers = np.random.RandomState(0)
    return [tf.constant(numbers.rand(rows, 400).astype("float32")) for _ in range(count)]


def test_the_loop_runs_as_it_would_and_the_steps_are_measured(tmp_path):
    plain, measured = Trainer(), Trainer()
    expected = [float(plain.step(x)) for x in data(12)]
    with opscope.profiling(measured.step, tmp_path / "step.html", steps=(5, 8)) as step:
        assert [float(step(x)) for x in data(12)] == expected
    assert np.array_equal(plain.large, measured.large) and np.array_equal(plain.small, measured.small)
    graph = step.graph
    assert graph.measurement["steps"] == 4 and (tmp_path / "step.html").exists() and not is_profiling()
    assert (
        graph.facts["own_run"]
        == "steps 5 to 8 of the loop were measured as they ran; the unprofiled ones are the 3 before"
    )
    products = {op.measured.calls for op in graph.ops() if op.type == "MatMul" and op.measured}
    assert products == {1.0} and graph.name.startswith("step")
    assert measured.step.experimental_get_tracing_count() == plain.step.experimental_get_tracing_count()


def test_keywords_and_batches_of_several_sizes_are_taken():
    trainer = Trainer()
    with opscope.profiling(trainer.step, steps=(4, 6)) as step:
        for x in [*data(6), *data(1, rows=4)]:
            step(x, rate=0.2)
    assert step.graph.measurement["steps"] == 3


def test_an_error_in_the_loop_comes_through_and_the_profiler_is_off():
    trainer = Trainer()
    with pytest.raises(ZeroDivisionError), opscope.profiling(trainer.step, steps=(2, 9)) as step:
        for x in data(4):
            step(x)
        raise ZeroDivisionError
    assert not is_profiling()
    assert "steps 2 to 4 of the loop, 3 of the 8 asked for," in step.graph.facts["own_run"]


def test_a_loop_that_is_interrupted_does_not_wait():
    trainer = Trainer()
    with pytest.raises(KeyboardInterrupt), opscope.profiling(trainer.step, steps=(2, 9)) as step:
        for x in data(4):
            step(x)
        raise KeyboardInterrupt
    assert not is_profiling() and step.graph is None


def test_a_loop_that_ends_early_is_told():
    trainer = Trainer()
    with opscope.profiling(trainer.step, steps=(3, 9)) as step:
        for x in data(4):
            step(x)
    assert "steps 3 to 4 of the loop, 2 of the 7 asked for," in step.graph.facts["own_run"]
    warned = pytest.warns(UserWarning, match="the loop had 2 steps, and step 3 was to be the first")
    with warned, opscope.profiling(trainer.step, steps=(3, 9)) as step:
        for x in data(2):
            step(x)
    assert step.graph is None


def test_what_is_no_function_of_tensorflow_is_refused_at_once():
    with pytest.raises(opscope.InputError, match=r"@tf\.function"):
        opscope.profiling(lambda x: x)


def test_a_step_on_several_replicas_is_measured_on_each(run_replicas):
    found = run_replicas("own_fit")["own_fit"]
    for where, steps in (("fit", 3), ("loop", 2)):
        assert found[where]["steps"] == steps
        for replica in (0, 1):
            for layer in ("hid", "out"):
                counts = [
                    calls
                    for place, calls in found[where]["products"].items()
                    if f"replica_{replica}/forward/" in place and place.endswith(f"/{layer}")
                ]
                assert counts == [1.0], (where, found[where])
