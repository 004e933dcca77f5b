"""`opscope.profile(executed=True)` of functions that XLA compiles, with the TensorFlow that is installed."""

from __future__ import annotations

import inspect

import pytest

import opscope
from opscope.errors import InputError
from opscope.graph.compiled_counts import compiled_counts
from opscope.graph.content import content_of
from opscope.graph.measured_programs import untimed_ops

tf = pytest.importorskip("tensorflow")
JIT = "jit_compile" if "jit_compile" in inspect.signature(tf.function).parameters else "experimental_compile"


@pytest.fixture(scope="module")
def compiles():
    """Skip where this TensorFlow has no XLA for CPU."""
    try:
        tf.function(lambda x: x + 1.0, **{JIT: True})(tf.ones(2))
    except (tf.errors.OpError, ValueError):
        pytest.skip("this TensorFlow has no XLA for CPU")


class Net(tf.Module):
    """Two layers, of which XLA compiles the second, or both."""

    def __init__(self) -> None:
        super().__init__(name="net")
        self.kernel = tf.Variable(tf.ones((4, 8)), name="kernel")
        self.offset = tf.Variable(tf.zeros(8), name="offset")

    def product(self, x):
        return tf.nn.relu(tf.matmul(x, self.kernel, name="product") + self.offset)

    @tf.function(**{JIT: True})
    def compiled(self, x):
        return tf.tanh(self.product(x))

    @tf.function
    def partly(self, x):
        return tf.reduce_sum(self.compiled(tf.cos(x)))


def _of_type(graph, kind):
    return [op.name for op in graph.ops(type=kind)]


@pytest.mark.usefixtures("compiles")
def test_a_function_that_is_compiled_as_a_whole():
    net = Net()  # a method keeps no reference to its object
    graph = opscope.profile(net.compiled, (2, 4), steps=1, warmup=1, executed=True)
    executed = graph.executed
    (product,) = _of_type(graph, "MatMul")
    assert executed.fates[product].kind == "kernel"
    (dot,) = executed.graph.ops(type="dot")
    assert executed.fates[product].ops == (dot.name,)
    assert (dot.shape, dot.source, dot.group) == ((2, 8), graph.op(product).source, graph.op(product).group)
    assert dot.source.file.endswith("test_compiled_live.py")
    assert {variable.object_path for variable in executed.graph.variables} == {v.object_path for v in graph.variables}
    (relu,), (tanh,) = _of_type(graph, "Relu"), _of_type(graph, "Tanh")
    assert executed.fates[relu].kind == executed.fates[tanh].kind == "fused"
    assert executed.fates[relu].ops[0] == executed.fates[tanh].ops[0]
    assert executed.graph.op(executed.fates[relu].ops[0]).type == "fusion"
    assert [port.name for port in content_of(executed.graph).inputs] == ["x"]
    assert "unknown" not in executed.fate_counts
    assert "compiled by XLA: " in graph.summary()
    assert graph.measurement is not None


@pytest.mark.usefixtures("compiles")
def test_a_compiled_function_that_another_calls():
    net = Net()
    graph = opscope.profile(net.partly, (2, 4), steps=1, warmup=1, executed=True)
    executed = graph.executed
    (product,), (cosine,) = _of_type(graph, "MatMul"), _of_type(graph, "Cos")
    (dot,) = executed.graph.ops(type="dot")
    assert executed.fates[product] == ("kernel", (dot.name,))
    assert executed.fates[cosine] == ("same", (cosine,))
    assert not _of_type(executed.graph, "MatMul")
    assert dot.source == graph.op(product).source
    assert dot.name.startswith(_of_type(executed.graph, ["PartitionedCall", "StatefulPartitionedCall"])[0])
    assert not compiled_counts(executed).not_opened


@pytest.mark.usefixtures("compiles")
def test_what_a_compiled_function_changes_is_as_before():
    weight = tf.Variable(tf.ones(3))

    @tf.function(**{JIT: True})
    def step(x):
        weight.assign_sub(0.5 * x)
        return tf.reduce_sum(weight)

    graph = opscope.profile(step, tf.ones(3), steps=1, warmup=1, executed=True)
    assert weight.numpy().tolist() == [1.0, 1.0, 1.0]
    names = [port.name for port in content_of(graph.executed.graph).outputs]
    assert len(names) == 2
    assert names[1].endswith(" (new value)")


@pytest.mark.usefixtures("compiles")
def test_a_size_that_is_known_only_when_it_runs_is_said_and_not_guessed():
    net = Net()

    @tf.function(input_signature=[tf.TensorSpec((None, 4), tf.float32)])
    def any_rows(x):
        return net.compiled(tf.boolean_mask(x, x[:, 0] > 0.0))

    graph = opscope.profile(any_rows, tf.ones((2, 4)), steps=1, warmup=1, executed=True)
    counts = compiled_counts(graph.executed)
    assert len(counts.not_opened) == 1
    assert "is known only when it runs" in next(iter(counts.not_opened.values()))
    assert not counts.instructions
    assert "compiled by XLA, not opened: " in graph.summary(width=1000)


@pytest.mark.usefixtures("compiles")
def test_a_model_that_keras_compiles_with_xla_runs_so():
    layers = tf.keras.layers
    if "jit_compile" not in str(inspect.signature(tf.keras.Model.compile)) and not hasattr(
        tf.keras.Model, "jit_compile"
    ):
        pytest.skip("this Keras does not compile with XLA")
    model = tf.keras.Sequential([layers.Dense(3, activation="relu"), layers.Dense(2)])
    try:
        model.compile("sgd", "mse", jit_compile=True)
    except TypeError:
        pytest.skip("this Keras does not compile with XLA")
    model.build((None, 4))
    graph = opscope.profile(model, (2, 4), (2, 2), step="train", steps=1, warmup=1, executed=True)
    assert "dot" in {op.type for op in graph.executed.graph.ops()}
    model.compile("sgd", "mse", jit_compile=False)
    graph = opscope.profile(model, (2, 4), (2, 2), step="train", steps=1, warmup=1, executed=True)
    assert "dot" not in {op.type for op in graph.executed.graph.ops()}


@pytest.mark.usefixtures("compiles")
def test_without_a_program_a_whole_compiled_function_is_an_error_of_one_line(monkeypatch):
    from opscope.profile.running import asking_xla

    def refuses(*_):
        raise ValueError("no XLA compiler for this platform\nand more")

    net = Net()
    monkeypatch.setattr(asking_xla, "_program", refuses)
    with pytest.raises(InputError, match="no XLA compiler for this platform; leave executed= out") as raised:
        opscope.profile(net.compiled, (2, 4), steps=1, warmup=1, executed=True)
    assert "\n" not in str(raised.value)
    graph = opscope.profile(net.partly, (2, 4), steps=1, warmup=1, executed=True)
    assert list(compiled_counts(graph.executed).not_opened.values()) == ["no XLA compiler for this platform"]


@pytest.mark.usefixtures("compiles")
def test_what_the_caller_gets_is_not_deleted():
    """XLA computes a gradient that is a result, though the op it hands it on by is gone."""
    kernel = tf.Variable(tf.ones((3, 3, 2, 4)))

    def gradients(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "SAME")))
        return loss, tape.gradient(loss, kernel)

    compiled = tf.function(gradients, **{JIT: True})
    graph = opscope.profile(compiled, (2, 8, 8, 2), steps=1, warmup=1, executed=True)
    (product,) = _of_type(graph, "Conv2DBackpropFilter")
    assert graph.executed.fates[product].kind != "deleted"


@pytest.mark.usefixtures("compiles")
def test_the_times_of_compiled_code_are_its_instructions_or_the_whole_programs_and_add_up():
    net = Net()
    ran = opscope.profile(net.compiled, (2, 4), steps=2, warmup=1, executed=True).executed.graph
    measured, coverage = content_of(ran).measured, ran.measurement["coverage"]
    assert sum(coverage.values()) == pytest.approx(1)
    told = sum(one.time_us for one in measured.values())
    assert told == pytest.approx(coverage["ops"] * ran.measurement["profiled_step_time_us"], abs=1e-6)
    assert bool(measured or untimed_ops(ran.measurement)) != ("compiled" in ran.measurement)
    assert all("opcode" in content_of(ran).table.attrs(row) for row in measured)
