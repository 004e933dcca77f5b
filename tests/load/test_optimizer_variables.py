"""Which variables of a bare GraphDef are an optimizer's: no object graph and no collection says so."""

from __future__ import annotations

import pytest

import opscope


@pytest.fixture
def load(build, tmp_path):
    """Loads a graph of ``(name, op, inputs)``; variables and values are floats of 3 elements."""

    def load(*nodes):
        shape = build.encode((7, build.encode((2, build.encode((1, 3))))))
        made = [build.node(*node[:2], *node[2], dtype=build.dtype(1), T=build.dtype(1), shape=shape) for node in nodes]
        path = tmp_path / "graph.pb"
        path.write_bytes(build.graph(made))
        return opscope.load(path, all=True)

    return load


def trained(graph):
    return {variable.object_path for variable in graph.variables if variable.trainable}


MODEL = [
    ("x", "Placeholder", ()), ("w", "VarHandleOp", ()), ("mean", "VarHandleOp", ()),
    ("net/read", "ReadVariableOp", ["w"]), ("net/y", "Mul", ["x", "net/read"]), ("net/track", "AssignSubVariableOp", ["mean", "net/y"]),
]  # fmt: skip
UPDATE = [("adam/new", "ReadVariableOp", ["m"]), ("adam/add", "AssignSubVariableOp", ["w", "adam/new"])]


def test_what_is_used_only_where_the_models_variables_are_updated_is_the_optimizers(load):
    graph = load(*MODEL, ("m", "VarHandleOp", ()), ("adam/set", "AssignVariableOp", ["m", "net/y"]), *UPDATE)
    assert trained(graph) == {"w", "mean"}
    assert graph.parameters == 6


def test_without_an_optimizer_every_variable_may_be_the_models(load):
    assert trained(load(*MODEL)) == {"w", "mean"}


def test_an_initializer_makes_no_optimizer_of_a_scope(load):
    """``dense`` sets both of its variables, and one of them is used in the loss as well."""
    graph = load(
        ("dense/k", "VarHandleOp", ()), ("dense/b", "VarHandleOp", ()), ("dense/one", "Const", ()),
        ("dense/k/Assign", "AssignVariableOp", ["dense/k", "dense/one"]), ("dense/b/Assign", "AssignVariableOp", ["dense/b", "dense/one"]),
        ("loss/read", "ReadVariableOp", ["dense/k"]), ("dense/read", "ReadVariableOp", ["dense/b"]),
    )  # fmt: skip
    assert trained(graph) == {"dense/k", "dense/b"}


def test_a_moment_named_after_its_variable_is_the_optimizers(load):
    graph = load(("dense/k", "VarHandleOp", ()), ("dense/k/Adam", "VarHandleOp", ()), ("dense/b", "VarHandleOp", ()))
    assert trained(graph) == {"dense/k", "dense/b"}


def test_what_a_fused_update_takes_after_its_variable_is_the_optimizers(load):
    graph = load(
        ("w", "VarHandleOp", ()), ("a", "VarHandleOp", ()), ("g", "Placeholder", ()), ("after", "VarHandleOp", ()),
        ("train/u", "ResourceApplyAdagrad", ["w", "a", "g", "g", "^after"]), ("read/a", "ReadVariableOp", ["a"]),
    )  # fmt: skip
    assert trained(graph) == {"w", "after"}


def test_a_summary_does_not_call_them_trained_which_the_file_does_not_say(load):
    line = load(*MODEL).summary().splitlines()[1]
    assert line.endswith("6 parameters in 2 variables")


def keras_step(tf, make_optimizer):
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [tf.keras.Input((8,)), layers.Dense(16), layers.BatchNormalization(), layers.Dropout(0.5), layers.Dense(4)]
    )
    optimizer = make_optimizer()
    optimizer.build(model.trainable_variables)

    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return loss

    return model, step


@pytest.mark.parametrize("name", ["Adam", "RMSprop", "SGD"])
def test_a_training_step_of_keras_has_the_models_parameters(name, from_function):
    tf = pytest.importorskip("tensorflow")
    if not hasattr(tf.keras.optimizers.Optimizer, "apply"):
        pytest.skip("Keras 2 applies its updates otherwise")
    more = {"momentum": 0.9} if name == "SGD" else {}
    model, step = keras_step(tf, lambda: getattr(tf.keras.optimizers, name)(**more))
    graph = from_function(step, tf.TensorSpec((2, 8)), tf.TensorSpec((2, 4)))
    assert graph.parameters == model.count_params()


@pytest.mark.parametrize("resource", [True, False])
def test_a_training_graph_of_tensorflow_1_has_the_models_parameters(resource, tmp_path):
    tf = pytest.importorskip("tensorflow")
    v1 = tf.compat.v1
    with tf.Graph().as_default() as graph:
        x = v1.placeholder(tf.float32, (4, 3))
        with v1.variable_scope("dense", use_resource=resource):
            weight, bias = v1.get_variable("kernel", (3, 5)), v1.get_variable("bias", (5,))
        loss = tf.reduce_sum(tf.nn.relu(x @ weight + bias))
        v1.train.MomentumOptimizer(0.1, 0.9).minimize(loss)
    path = tmp_path / "train.pb"
    path.write_bytes(graph.as_graph_def(add_shapes=True).SerializeToString())
    assert opscope.load(path, all=True).parameters == 3 * 5 + 5
