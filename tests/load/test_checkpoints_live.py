"""Checkpoints that TensorFlow writes, beside what TensorFlow itself reads in them: every variable, shape, dtype, size and object."""

from __future__ import annotations

import math

import pytest

import opscope

tf = pytest.importorskip("tensorflow")

OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH"


def theirs(prefix):
    """Key -> (shape, dtype, bytes) by TensorFlow's reader; of texts and divided variables the bytes are not compared."""
    reader = tf.train.load_checkpoint(prefix)
    dtypes = reader.get_variable_to_dtype_map()
    found = {}
    for name, shape in reader.get_variable_to_shape_map().items():
        if name != OBJECT_GRAPH:
            value = reader.get_tensor(name)
            found[name] = (tuple(shape), dtypes[name].name, None if dtypes[name].name == "string" else value.nbytes)
    return found


def ours(graph, divided=()):
    found = {}
    for op in graph.ops():
        name, (output,) = op.attrs["checkpoint_key"], op.outputs
        size = None if output.dtype == "string" else op.attrs["bytes"] if name not in divided else product(output)
        found[name] = (output.shape, output.dtype, size)
    return found


def product(output):
    size = tf.as_dtype(output.dtype).size
    for dim in output.shape:
        size *= dim
    return size


def full_names(prefix):
    """Key -> the full name of the variable, by TensorFlow's own message."""
    from tensorflow.core.protobuf import trackable_object_graph_pb2

    text = tf.train.load_checkpoint(prefix).get_tensor(OBJECT_GRAPH)
    graph = trackable_object_graph_pb2.TrackableObjectGraph.FromString(text)
    return {attribute.checkpoint_key: attribute.full_name for node in graph.nodes for attribute in node.attributes}


class Block(tf.Module):
    def __init__(self, width):
        super().__init__()
        self.q = tf.Variable(tf.zeros((width, width)), name="q")
        self.halves = [tf.Variable(tf.zeros((width,)), name=f"half{number}") for number in range(2)]
        self.me = self


class Net(tf.Module):
    def __init__(self):
        super().__init__()
        self.blocks = [Block(3), Block(5)]
        self.table = tf.Variable(tf.zeros((9, 4), tf.float16), name="table")
        self.by_name = {"a/b": tf.Variable(1.0, name="odd")}


def test_modules_are_listed_with_their_objects(tmp_path):
    saver = tf.train.Checkpoint(net=Net(), words=tf.Variable("hello"), step=tf.Variable(3, dtype=tf.int64))
    prefix = saver.save(str(tmp_path / "ckpt"))
    graph = opscope.load(tmp_path)
    assert ours(graph) == theirs(prefix)
    assert {op.attrs["checkpoint_key"]: op.attrs["variable_name"] for op in graph.ops()} == full_names(prefix)
    paths = {variable.object_path: variable.shape for variable in graph.variables}
    assert {
        "net.table": (9, 4),
        "net.blocks[0].q": (3, 3),
        "net.blocks[1].halves[1]": (5,),
        "net.by_name['a/b']": (),
    }.items() <= paths.items()
    own = {layer.object_path: layer.parameters for layer in graph.layers()}
    assert own == {"net": 36 + 15 + 35 + 1, "net.blocks[0]": 15, "net.blocks[1]": 35, "net.by_name": 1}


def keras_model():
    layers = tf.keras.layers
    inputs = layers.Input((8, 8, 3))
    body = layers.Conv2D(4, 3, name="first")(inputs)
    body = layers.BatchNormalization(name="norm")(body)
    inner = tf.keras.Sequential(
        [layers.Dense(5, name="one"), layers.Dense(6, use_bias=False, name="two")], name="inner"
    )
    return tf.keras.Model(inputs, layers.Dense(2, name="last")(inner(layers.Flatten()(body))), name="net")


def test_a_keras_model_has_its_layers_and_the_optimizer_stands_apart(tmp_path):
    model = keras_model()
    model.compile("adam", "mse")
    model.fit(tf.zeros((4, 8, 8, 3)), tf.zeros((4, 2)), verbose=0)
    saver = tf.train.Checkpoint(model=model, optimizer=model.optimizer)
    manager = tf.train.CheckpointManager(saver, str(tmp_path), max_to_keep=2)
    for _ in range(3):
        prefix = manager.save()
    graph = opscope.load(tmp_path)
    assert ours(graph) == theirs(prefix)
    own = {layer.name: layer.parameters for layer in graph.layers()}
    for layer in (*model.layers, *model.get_layer("inner").layers):
        if layer.weights and layer.name != "inner":  # Keras 2 only numbers it, and no variable has its name
            assert own[layer.name] == layer.count_params(), layer.name
    assert 4 * 6 * 6 * 5 + 5 + 5 * 6 in own.values()
    trained = sum(int(tf.size(weight)) for weight in model.trainable_weights)
    assert sum(variable.size for variable in graph.variables if variable.trainable) == trained
    assert f"{model.count_params():,} parameters" in graph.summary()
    assert not any(variable.trainable for variable in graph.variables[len(model.weights) :])
    listed = graph.summary(full=True)
    assert all(f"{op.name} " in listed for op in graph.ops())
    graph.save(tmp_path / "a.svg")


def test_weights_of_keras_2_are_a_checkpoint(tmp_path):
    if not tf.keras.__name__.startswith(("keras.api._v2", "tensorflow", "tf_keras")):
        pytest.skip("Keras 3 saves weights as HDF5")
    model = keras_model()
    model.save_weights(str(tmp_path / "weights"), save_format="tf")
    for path in (tmp_path, tmp_path / "weights"):
        graph = opscope.load(path)
        assert ours(graph) == theirs(str(tmp_path / "weights"))
        own = {layer.name: layer.parameters for layer in graph.layers()}
        assert own["first"] == model.get_layer("first").count_params() and own["two"] == 30


@pytest.mark.parametrize("version", [1, 2])
def test_a_saver_of_tensorflow_1(tmp_path, version):
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        kernel = v1.get_variable("dense/kernel", (4, 5))
        v1.get_variable("part/emb", (10, 3), partitioner=v1.fixed_size_partitioner(3))
        v1.get_variable("part/ids", (7,), tf.int32)
        step = v1.train.get_or_create_global_step()
        v1.train.AdamOptimizer().minimize(tf.reduce_sum(kernel), step)
        session.run(v1.global_variables_initializer())
        prefix = v1.train.Saver(write_version=version).save(session, str(tmp_path / "model.ckpt"), global_step=7)
    graph = opscope.load(tmp_path if version == 2 else prefix)
    if version == 1:  # TensorFlow does not read the values of what is divided
        dtypes = tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()
        expected = {name: (tuple(shape), dtypes[name].name) for name, shape in tf.train.list_variables(prefix)}
        assert {op.attrs["checkpoint_key"]: tuple(op.outputs[0])[::-1] for op in graph.ops()} == expected
        sizes = {op.attrs["checkpoint_key"]: op.attrs["bytes"] for op in graph.ops()}
        for name in (
            "dense/kernel",
            "part/emb",
            "dense/kernel/Adam",
        ):  # the floats as they are, with a frame around each of the parts
            elements = math.prod(expected[name][0])
            assert 4 * elements < sizes[name] < 4 * elements + 3 * 80
        assert 7 <= sizes["part/ids"] < 7 + 80  # whole numbers are packed
        assert sum(sizes.values()) == graph.facts["variables_bytes"] < (tmp_path / "model.ckpt-7").stat().st_size
        return
    assert ours(graph, divided={"part/emb"}) == theirs(prefix)
    assert graph.facts["graphs_beside"] == ["model.ckpt-7.meta"]
    assert len(opscope.load(tmp_path / "model.ckpt-7.meta")) > 10
    assert {layer.name: layer.parameters for layer in graph.layers()} == {"dense": 20, "part": 37}
    assert [variable.object_path for variable in graph.variables if variable.trainable] == ["dense/kernel", "part/emb"]


def test_the_variables_of_a_saved_model(tmp_path):
    net = Net()
    net.f = tf.function(lambda x: x * net.table, input_signature=[tf.TensorSpec((), tf.float16)])
    tf.saved_model.save(net, str(tmp_path / "model"))
    graph = opscope.load(tmp_path / "model" / "variables")
    assert ours(graph) == theirs(str(tmp_path / "model" / "variables" / "variables"))
    assert graph.facts["graphs_beside"] == ["../saved_model.pb"]


def test_values_in_many_files(tmp_path):
    """As a distributed run writes them: the merged index tells in which file each value is."""
    from tensorflow.python.ops import gen_io_ops

    parts = []
    for number in range(3):
        part = str(tmp_path / f"part{number}")
        gen_io_ops.save_v2(part, [f"w{number}"], [""], [tf.zeros((number + 2, 3))])
        parts.append(part)
    gen_io_ops.merge_v2_checkpoints(parts, str(tmp_path / "all"), delete_old_dirs=False)
    graph = opscope.load(tmp_path / "all.index")
    assert ours(graph) == theirs(str(tmp_path / "all"))
    assert graph.facts["variables_bytes"] == sum(file.stat().st_size for file in tmp_path.glob("all.data-*"))
