"""`opscope.profile(executed=True)` of real models, with the TensorFlow that is installed."""

from __future__ import annotations

import json

import pytest

import opscope
from opscope.errors import InputError
from opscope.graph.content import content_of
from opscope.graph.json.read import from_dict

tf = pytest.importorskip("tensorflow")


class Head(tf.Module):
    """A product with its bias, and what Grappler removes."""

    def __init__(self) -> None:
        super().__init__()
        self.kernel = tf.Variable(tf.ones((4, 3)))
        self.bias = tf.Variable(tf.zeros(3))
        self.calls = tf.Variable(0)

    def __call__(self, x):
        self.calls.assign_add(1)
        x = tf.identity(x * tf.sqrt(tf.constant(4.0)))
        return tf.nn.bias_add(tf.matmul(x, self.kernel, name="product"), self.bias, name="biased")


def test_a_fusion_has_the_layer_and_the_line_of_what_was_written():
    head = Head()
    graph = opscope.profile(head, (2, 4), steps=1, warmup=1, executed=True)
    executed = graph.executed
    product, biased = (next(op.name for op in graph.ops(type=kind)) for kind in ("MatMul", "BiasAdd"))
    assert executed.fates[product] == executed.fates[biased] == ("fused", (biased,))
    fused = executed.graph.op(biased)
    assert fused.type.endswith("FusedMatMul")
    assert set(executed.origins[biased].ops) == {product, biased}
    assert (fused.source, fused.group, fused.shape) == (graph.op(biased).source, graph.op(biased).group, (2, 3))
    assert fused.source.file.endswith("test_as_executed_live.py")
    assert executed.fates[next(op.name for op in graph.ops(type="Sqrt"))].kind == "folded"
    assert "unknown" not in executed.fate_counts
    assert head.calls.numpy() == 0
    assert graph.measurement is not None
    # The same run is on both: as written the kernel's time is on the costliest of its members, the product.
    assert executed.graph.measurement["step_time_us"] == graph.measurement["step_time_us"]
    assert fused.measured.calls == graph.op(product).measured.calls == 1
    assert fused.measured.time_us == graph.op(product).measured.time_us
    assert graph.op(biased).measured is None
    assert "as executed: " in graph.summary()


def test_without_it_nothing_is_kept():
    graph = opscope.profile(Head(), (2, 4), steps=1, warmup=1)
    assert graph.executed is None
    assert "executed" not in json.loads(graph.to_json())
    assert "as executed" not in graph.summary()


def test_it_needs_a_run_in_this_process(tmp_path):
    with pytest.raises(InputError, match=r"executed.*runs=2"):
        opscope.profile(Head(), (2, 4), runs=2, executed=True)
    with pytest.raises(InputError, match=r"executed.*logdir"):
        opscope.profile(Head(), (2, 4), logdir=tmp_path, executed=True)


def test_a_training_step_of_keras_is_told_without_a_guess():
    layers = tf.keras.layers
    model = tf.keras.Sequential([layers.Conv2D(2, 3, activation="relu"), layers.Flatten(), layers.Dense(3)])
    model.compile("sgd", "mse")
    model.build((None, 6, 6, 1))
    graph = opscope.profile(model, (2, 6, 6, 1), (2, 3), step="train", steps=1, warmup=1, executed=True)
    executed = graph.executed
    counts = executed.fate_counts
    assert sum(counts.values()) == len(graph)
    assert len(executed.graph) < len(graph)
    assert counts["fused"] >= 4  # the convolution's and the product's, with their biases
    fused = [name for name, one in executed.origins.items() if one.kind == "fused"]
    assert "forward" in {executed.graph.op(name).phase for name in fused}
    assert {op.phase for op in executed.graph.ops(type="Assign*VariableOp")} <= {"optimizer", "metrics", None}


def test_a_loop_keeps_its_layer_where_it_is_lowered():
    @tf.function
    def repeated(x):
        for _ in tf.range(3):
            x = tf.matmul(x, x, name="power")
        return x

    graph = opscope.profile(repeated, tf.ones((4, 4)), steps=1, warmup=1, executed=True)
    executed = graph.executed
    inside = [op for op in executed.graph.ops() if "MatMul" in op.type]
    assert [op.name for op in inside] == list(executed.fates[next(op.name for op in graph.ops(type="MatMul"))].ops)
    assert all(op.source == graph.ops(type="MatMul")[0].source for op in inside)
    assert "while" in inside[0].group
    # Each link has one that goes back, whichever way TensorFlow lowered the loop.
    links = {(name, op) for name, fate in executed.fates.items() for op in fate.ops}
    assert links == {(name, op) for op, origin in executed.origins.items() for name in origin.ops}
    loop = next(op.name for op in graph.ops(type=["While", "StatelessWhile"]))
    assert {executed.graph.op(name).type for name in executed.fates[loop].ops} >= {
        "Enter",
        "Merge",
        "Switch",
        "LoopCond",
    }


def test_of_a_function_that_runs_as_a_call_nothing_is_guessed():
    """Keras 2 has its LSTM run so; where TensorFlow inlines it, there is nothing to ask."""
    graph = opscope.profile(tf.keras.layers.LSTM(3, name="memory"), (2, 5, 4), steps=1, warmup=1, executed=True)
    executed = graph.executed
    calls = [op.name for op in executed.graph.ops(type=["PartitionedCall", "StatefulPartitionedCall"])]
    inside = [name for name in executed.fates if any(name.startswith(f"{call}/") for call in calls)]
    assert {executed.fates[name].kind for name in inside} <= {"unknown"}
    assert not calls or inside
    assert all(executed.origins[call].kind == "same" for call in calls)


def test_a_batch_normalization_has_what_its_kernel_computes_behind_it():
    """A kernel's attributes say of which activation it is, and whether a sum comes before that: TensorFlow's own words."""
    kernels = [tf.Variable(tf.random.stateless_normal((3, 3, 8, 8), (n, 1))) for n in range(2)]
    scale, offset = tf.Variable(tf.ones(8)), tf.Variable(tf.zeros(8))

    def step(x):
        with tf.GradientTape() as tape:
            for kernel in kernels:
                normal = tf.compat.v1.nn.fused_batch_norm(tf.nn.conv2d(x, kernel, 1, "SAME"), scale, offset)[0]
                x = tf.nn.relu(normal)
            loss = tf.reduce_mean(x)
        return loss, tape.gradient(loss, [*kernels, scale, offset])

    graph = opscope.profile(tf.function(step), (4, 16, 16, 8), steps=1, warmup=1, executed=True)
    executed, found = graph.executed, 0
    ran = {op.name: op for op in executed.graph.ops()}
    for op in ran.values():
        if op.attrs.get("activation_mode") == "Relu":
            found += 1
            (relu,) = [each for each in executed.origins[op.name].ops if each != op.name]
            assert graph.op(relu).type == "Relu" and relu not in ran
            assert executed.fates[relu] == executed.fates[op.name] == ("fused", (op.name,))
    relus = [op.name for op in graph.ops(type="Relu")]
    assert len(relus) == 2
    assert sum(executed.fates[relu].kind == "fused" for relu in relus) == found
    for op in graph.ops(
        type="Conv2DBackpropFilter"
    ):  # whatever it is fused with, it is no activation of the forward pass
        assert not set(relus) & {each for row in executed.fates[op.name].ops for each in executed.origins[row].ops}


def test_the_json_says_which_variable_each_argument_of_what_ran_stands_for():
    # What runs has its arguments in another order than the function that was traced: here in that of their names.
    sizes = {"b": 2, "d": 3, "a": 4, "c": 5}
    held = {name: tf.Variable(tf.ones(size), name=name) for name, size in sizes.items()}

    @tf.function
    def total(x):
        for name, variable in held.items():
            x = x + tf.reduce_sum(
                tf.raw_ops.ReadVariableOp(resource=variable.handle, dtype=tf.float32, name=f"read_{name}")
            )
        return x

    graph = opscope.profile(total, (1,), steps=1, warmup=1, executed=True)
    ran = from_dict(json.loads(graph.to_json())).executed.graph
    content = content_of(ran)
    table = content.table
    reads = [row for row, op in enumerate(table.ops) if op == "ReadVariableOp"]
    found = {}
    for row in reads:
        number = content.handles[table.edge_node[table.edge_start[row]]]
        found[table.names[row].rpartition("read_")[2]] = content.variables[number].shape
    assert found == {name: (size,) for name, size in sizes.items()}


def test_what_ran_has_the_roofline_of_the_machine_that_ran_it(tmp_path):
    graph = opscope.profile(Head(), (2, 4), steps=1, warmup=1, executed=True, roofline=True)
    ran = graph.executed.graph
    for peak in ("bytes_per_s", "flops_per_s"):
        assert ran.measurement["roofline"][peak] == graph.measurement["roofline"][peak]
    # The product of [2, 4] and [4, 3] multiplies and adds 24 times, then there is the bias of 6; what scales it before takes 8.
    kernel = next(op for op in ran.ops() if op.type.endswith("FusedMatMul"))
    assert kernel.cost.flops == 2 * 24 + 6
    ran.save(tmp_path / "roofline.svg", chart="roofline")


def test_a_bias_behind_a_squeeze_is_in_the_kernel_and_the_squeeze_ran_by_its_name():
    """As in a convolution in one dimension. What the kernel reads and what its attributes say are TensorFlow's own words."""
    kernel, bias = tf.Variable(tf.ones((1, 3, 2, 4))), tf.Variable(tf.ones(4))

    @tf.function
    def convolve(x):
        wide = tf.nn.conv2d(tf.expand_dims(x, 1, name="wide"), kernel, 1, "VALID", name="conv")
        x = tf.nn.bias_add(tf.squeeze(wide, [1], name="narrow"), bias, name="bias")
        return tf.reduce_sum(tf.nn.relu(x, name="relu"), 1, name="total")

    graph = opscope.profile(convolve, (2, 8, 2), steps=1, warmup=1, executed=True)
    executed = graph.executed
    ran = {op.name: op for op in executed.graph.ops()}
    assert ran["conv"].attrs["fused_ops"] == ["BiasAdd"]
    assert (ran["bias"].type, "narrow" in ran) == ("Squeeze", False)
    assert executed.origins["conv"].kind == "fused"
    assert set(executed.origins["conv"].ops) == {"conv", "bias"}
    assert executed.fates["conv"] == executed.fates["bias"] == ("fused", ("conv",))
    assert executed.fates["narrow"] == ("rewritten", ("bias",))
    assert executed.origins["bias"][:2] == ("rewritten", ("narrow",))
    assert executed.fates["relu"] == ("same", ("relu",))
    # One kernel fewer, and the convolution's result is neither written nor read: 2 by 6 by 4 floats.
    assert executed.saved[:2] == (1, 2 * 2 * 6 * 4 * 4)
    # The shapes behind it are the written ones.
    shapes = {name: ran[name].outputs[0].shape for name in ("conv", "bias", "relu", "total")}
    assert shapes == {"conv": (2, 1, 6, 4), "bias": (2, 6, 4), "relu": (2, 6, 4), "total": (2, 4)}
    measured = {op.name: op.measured for op in graph.ops() if op.measured is not None}
    assert measured["conv"].fused == ("conv", "bias")
    assert "bias" not in measured
