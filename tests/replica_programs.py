"""Programs on several replicas, run in a process of their own: logical CPUs can be made only before TensorFlow starts.

``python replica_programs.py NAME ...`` prints, as JSON, what each program found by its name.
"""

from __future__ import annotations

import json
import sys
import threading
from typing import Any, Dict, Iterator, List, Tuple

import numpy as np
import pytest

from opscope import Callback, InputError, profile, profiling, trace
from opscope.graph.content import content_of
from opscope.layout.scene.compose import compose
from opscope.passes import for_drawing
from truth import lies

tf = pytest.importorskip("tensorflow")
K = tf.keras
X, Y = np.ones((8, 6), "float32"), np.ones((8, 2), "float32")


def strategy_of(replicas: int = 2) -> Any:
    return tf.distribute.MirroredStrategy([f"CPU:{index}" for index in range(replicas)])


def network(*more: Any) -> Any:
    """47 parameters: 6 x 5 + 5 in `hid`, 5 x 2 + 2 in `out`."""
    first = [K.Input((6,)), K.layers.Dense(5, activation="tanh", name="hid")]
    return K.Sequential([*first, *more, K.layers.Dense(2, name="out")], name="net")


def training(strategy: Any, *more: Any) -> Tuple[Any, Any, Any]:
    """The network, its optimizer, and what one replica does in a training step."""
    with strategy.scope():
        net, optimizer = network(*more), K.optimizers.SGD(0.1)
        if hasattr(optimizer, "build"):
            optimizer.build(net.trainable_variables)

    def replica_step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((net(x, training=True) - y) ** 2)
        gradients = tape.gradient(loss, net.trainable_variables)
        optimizer.apply_gradients(zip(gradients, net.trainable_variables))
        return loss

    return net, optimizer, replica_step


def step_of(strategy: Any, replica_step: Any) -> Any:
    @tf.function
    def step(x: Any, y: Any) -> Any:
        return strategy.reduce("SUM", strategy.run(replica_step, args=(x, y)), axis=None)

    return step


def told(graph: Any) -> Dict[str, Any]:
    """What the tests look at."""
    found = json.loads(graph.to_json())
    return {
        "nodes": [{key: node[key] for key in ("name", "op", "group", "device", "measured")} for node in found["nodes"]],
        "groups": found["groups"],
        "variables": found["variables"],
        "inputs": [port.name for port in content_of(graph).inputs],
        "summary": graph.summary(),
        "parameters": graph.parameters,
    }


def values(variables: List[Any]) -> Iterator[List[Any]]:
    """The value of each variable on each replica."""
    for variable in variables:
        inner = getattr(variable, "_value", variable)
        parts = inner.values if isinstance(inner, tf.distribute.DistributedValues) else [inner]
        yield [part.numpy().tolist() for part in parts]


def executed(concrete: Any) -> Dict[str, str]:
    """The device on which TensorFlow ran each op, by the op's name."""
    from tensorflow.python.eager import context

    context.context().enable_run_metadata()
    concrete(tf.constant(X), tf.constant(Y))
    metadata = context.context().export_run_metadata()
    context.context().disable_run_metadata()
    graphs = [graph for function in metadata.function_graphs for graph in function.partition_graphs]
    return {node.name: node.device[-5:] for graph in graphs for node in graph.node}


def train() -> Dict[str, Any]:
    strategy = strategy_of()
    _, _, replica_step = training(strategy)
    step = step_of(strategy, replica_step)
    graph = trace(step, (8, 6), (8, 2))
    drawings = [for_drawing(graph, depth, unfold=unfold) for depth in (None, "all", 1) for unfold in (False, True)]
    return {
        **told(graph),
        "executed": executed(step.get_concrete_function(X, Y)),
        "lies": [lies(graph, drawn, compose(drawn)) for drawn in drawings],
    }


def given() -> Dict[str, Any]:
    """A step that somebody else traced: only the components of its variables are known to TensorFlow's graph."""
    strategy = strategy_of()
    _, _, replica_step = training(strategy)
    return told(profile(step_of(strategy, replica_step).get_concrete_function(X, Y), X, Y, steps=1))


def measure() -> Dict[str, Any]:
    strategy = strategy_of()
    net, optimizer, replica_step = training(strategy)
    own = optimizer.variables() if callable(optimizer.variables) else optimizer.variables
    step = step_of(strategy, replica_step)
    step(X, Y)
    before = list(values([*net.weights, *own]))
    found = told(profile(step, X, Y, steps=2))
    after = list(values([*net.weights, *own]))
    step(X, Y)
    return {**found, "before": before, "after": after, "moved": list(values([*net.weights, *own]))}


def infer() -> Dict[str, Any]:
    strategy = strategy_of(4)
    with strategy.scope():
        net = network()

    @tf.function
    def run(x: Any) -> Any:
        return strategy.reduce("SUM", strategy.run(lambda x: tf.nn.softmax(net(x)), args=(x,)), axis=None)

    graph = trace(run, (8, 6))
    stacks = content_of(for_drawing(graph, unfold=False)).view.stacks.values()
    return {**told(graph), "stacks": [list(stack.names) for stack in stacks]}


def together() -> Dict[str, Any]:
    """A normalisation over the batches of all replicas: they exchange sums in the forward pass and in the backward pass."""
    strategy = strategy_of()
    with strategy.scope():
        if hasattr(K.layers, "experimental") and hasattr(K.layers.experimental, "SyncBatchNormalization"):
            norm = K.layers.experimental.SyncBatchNormalization(name="bn")
        else:
            norm = K.layers.BatchNormalization(name="bn", synchronized=True)
    _, _, replica_step = training(strategy, norm)
    return told(trace(step_of(strategy, replica_step), (8, 6), (8, 2)))


def one_device() -> Dict[str, Any]:
    strategy = tf.distribute.OneDeviceStrategy("CPU:1")
    _, _, replica_step = training(strategy)
    graph = profile(step_of(strategy, replica_step), X, Y, steps=5)
    return {**told(graph), "measurement": json.loads(graph.to_json())["measurement"]}


def fit() -> Dict[str, Any]:
    """What ``fit`` runs, of a model that has not been fitted: its optimizer has no variables yet."""
    with strategy_of().scope():
        net = network(K.layers.Dropout(0.5, name="drop"))
        net.compile(K.optimizers.Adam(0.1), "mse", metrics=["mae"])
    return told(profile(net, X, Y, step="train", steps=1))


def inner_function() -> Dict[str, Any]:
    strategy = strategy_of()
    _, _, replica_step = training(strategy)
    return told(trace(step_of(strategy, tf.function(replica_step)), (8, 6), (8, 2)))


def parts() -> Dict[str, Any]:
    """The step fails unless each replica gets the part that was given for it."""
    strategy = strategy_of()

    @tf.function
    def step(x: Any) -> Any:
        def check(x: Any) -> Any:
            number = tf.distribute.get_replica_context().replica_id_in_sync_group
            wanted = tf.cast(number, tf.float32) + 7.0
            tf.raw_ops.Assert(condition=tf.reduce_all(tf.equal(x, wanted)), data=[x])
            return x * 2.0

        return strategy.run(check, args=(x,))

    given = [tf.fill((3,), 7.0), tf.fill((3,), 8.0)]
    value = strategy.experimental_distribute_values_from_function(lambda c: given[c.replica_id_in_sync_group])
    return told(profile(step, value, steps=1))


def batches() -> Dict[str, Any]:
    strategy = strategy_of()
    _, _, replica_step = training(strategy)
    data = tf.data.Dataset.from_tensor_slices((X, Y)).repeat().batch(8, drop_remainder=True)
    iterator = iter(strategy.experimental_distribute_dataset(data))

    @tf.function
    def step(iterator: Any) -> Any:
        return strategy.run(replica_step, args=next(iterator))

    return told(profile(step, iterator, steps=1))


def no_layers() -> Dict[str, Any]:
    strategy = strategy_of()
    with strategy.scope():
        total = tf.Variable(1.0, aggregation=tf.VariableAggregation.SUM, name="total")

    def add(x: Any) -> Any:
        return total.assign_add(tf.reduce_sum(x))

    return told(trace(tf.function(lambda x: strategy.run(add, args=(x,))), (3,)))


def stranger() -> Dict[str, Any]:
    """While each replica is traced, another thread traces something of its own, with a layer that is not of this trace."""
    strategy = strategy_of()
    with strategy.scope():
        net = network()
    other = K.layers.Dense(3, name="other")
    other.build((None, 6))

    def elsewhere() -> None:
        tf.function(lambda x: other(x)).get_concrete_function(tf.TensorSpec((2, 6)))  # noqa: PLW0108 - a function of its own

    def replica(x: Any) -> Any:
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        return net(x)

    from opscope.capture import tracing

    notes: List[Any] = []
    graph_of = tracing._graph

    def keep(target: Any, call: Any, traced: Any, *options: Any) -> Any:
        notes.append(traced.notes)
        return graph_of(target, call, traced, *options)

    tracing._graph = keep
    # Nothing is called before the replicas: the first call that is seen is one of theirs.
    graph = trace(tf.function(lambda x: strategy.run(replica, args=(x,))), (8, 6))
    return {**told(graph), "seen": [record.subject.name for record in notes[0].records]}


def missing() -> Dict[str, Any]:
    """The error if a replica's device does not exist. TensorFlow itself would wait for it without end."""
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:7"])
    _, _, replica_step = training(strategy)
    step = step_of(strategy, replica_step)
    found = told(trace(step, (8, 6), (8, 2)))
    try:
        profile(step, X, Y, steps=1)
    except InputError as error:
        return {**found, "error": str(error)}
    return found


def own_fit() -> Dict[str, Any]:
    """Steps of `fit` and of a loop, measured by what the user's own run has in them; each replica gets half of a batch."""
    strategy = strategy_of()
    with strategy.scope():
        net = network()
        net.compile("adam", "mse")
    callback = Callback(steps=(3, 5))
    x, y = np.ones((64, 6), "float32"), np.ones((64, 2), "float32")
    net.fit(x, y, batch_size=8, verbose=0, callbacks=[callback])
    _, _, replica_step = training(strategy)
    with profiling(step_of(strategy, replica_step), steps=(2, 3)) as step:
        for _ in range(4):
            step(X, Y)
    return {"fit": measured_replicas(callback.graph), "loop": measured_replicas(step.graph)}


def measured_replicas(graph: Any) -> Dict[str, Any]:
    """How many steps were measured, and how often the product of a layer ran in each of them, by the layer's place."""
    products = [op for op in graph.ops() if op.type == "MatMul" and op.group and "forward" in op.group and op.measured]
    places = {op.group.replace("StatefulPartitionedCall/", ""): op.measured.calls for op in products}
    return {"steps": graph.measurement["steps"], "products": places}


if __name__ == "__main__":
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 4)
    sys.stdout.write(json.dumps({name: globals()[name]() for name in sys.argv[1:]}))
