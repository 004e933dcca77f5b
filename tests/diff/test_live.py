"""Live models that differ in one thing: what is told of them, and that a model does not differ from itself."""

from __future__ import annotations

from typing import Any, List, Sequence, Tuple

import pytest

tf = pytest.importorskip("tensorflow")

import opscope  # noqa: E402
import zoo  # noqa: E402
from opscope.graph.json import to_dict  # noqa: E402

layers = tf.keras.layers
KERAS_3 = getattr(tf.keras, "__version__", "2.").startswith("3.")  # TensorFlow 2.15 does not tell


class Block(layers.Layer):
    """A residual block of the author's own."""

    def __init__(self, units: int, **more: Any) -> None:
        super().__init__(**more)
        self.one = layers.Dense(units, activation="relu", name="one")
        self.two = layers.Dense(units, name="two")

    def call(self, x: Any) -> Any:
        return x + self.two(self.one(x))


class Tower(tf.keras.Model):
    """Blocks in a row."""

    def __init__(self, blocks: int) -> None:
        super().__init__(name="tower")
        self.blocks = [Block(16, name=f"block_{number}") for number in range(blocks)]
        self.head = layers.Dense(4, name="head")

    def call(self, x: Any) -> Any:
        for block in self.blocks:
            x = block(x)
        return self.head(x)


def net(*units: int, names: Sequence[str] = ("a", "b", "c", "d")) -> Any:
    made = [layers.Dense(size, activation="relu", name=name) for size, name in zip(units, names)]
    return tf.keras.Sequential([tf.keras.Input((16,), name="x"), *made], name="net")


def edits(a: opscope.Graph, b: opscope.Graph) -> List[Tuple[str, str, Tuple[str, ...]]]:
    found = opscope.diff(a, b)
    assert to_dict(found.apply(a)) == to_dict(b)
    assert found.reversed() == opscope.diff(b, a)
    return [(entry.kind, entry.what, entry.b or entry.a) for entry in found if entry.cost]


def test_two_traces_of_one_model_are_the_same() -> None:
    model = net(64, 32, 10)
    assert opscope.diff(opscope.trace(model), model).same


def test_more_blocks_are_a_repeat_that_changed() -> None:
    a, b = [opscope.trace(Tower(count), (None, 16)) for count in (8, 12)]
    # Some versions of Keras 2 keep the number of blocks as a setting of the model, which is told as well.
    ((kind, what, paths),) = [edit for edit in edits(a, b) if edit[0] != "changed"]
    assert (kind, what, len(paths)) == ("repeated", "group", 4)
    (entry,) = [entry for entry in opscope.diff(a, b) if entry.kind == "repeated"]
    assert (entry.count_a, entry.count_b, entry.labels) == (8, 12, ("Block", "Block"))


def test_an_inserted_layer_is_one_insertion() -> None:
    a, b = opscope.trace(net(64, 32, 10)), opscope.trace(net(64, 48, 32, 10, names=("a", "new", "b", "c")))
    assert edits(a, b) == [("inserted", "group", ("net/new",))]


def test_a_renamed_layer_is_one_rename() -> None:
    a, b = opscope.trace(net(64, 32, 10)), opscope.trace(net(64, 32, 10, names=("a", "hidden", "c")))
    assert edits(a, b) == [("renamed", "group", ("net/hidden",))]


def test_another_batch_size_is_told_of_the_input_alone() -> None:
    model = net(64, 10)
    ((kind, what, _),) = edits(opscope.trace(model, (None, 16)), opscope.trace(model, (8, 16)))
    assert (kind, what) == ("changed", "op")


@pytest.mark.skipif(not KERAS_3, reason="needs Keras 3, whose optimizers update each variable by itself")
def test_an_inserted_layer_of_a_training_step_is_told_once_with_its_gradients_and_updates() -> None:
    steps = []
    for model in (net(64, 32, 10), net(64, 48, 32, 10, names=("a", "new", "b", "c"))):
        model.compile("adam", "mse")
        steps.append(opscope.trace(model, tf.zeros((4, 16)), tf.zeros((4, 10)), step="train"))
    inserted = [entry for entry in opscope.diff(*steps) if entry.kind == "inserted" and entry.what == "group"]
    assert [entry.b for entry in inserted] == [("forward/net/new", "backward/net/new", "optimizer/new")]
    assert opscope.diff(*steps).cost <= 3
    edits(*steps)


@pytest.mark.parametrize("name", sorted(zoo.ZOO))
def test_a_graph_of_the_suite_does_not_differ_from_itself(name: str) -> None:
    graph = zoo.traced(name)
    found = opscope.diff(graph, graph)
    data = found.to_dict()
    assert found.same
    assert not any(data[key] for key in ("nodes", "groups", "variables", "edges", "figures", "story"))
