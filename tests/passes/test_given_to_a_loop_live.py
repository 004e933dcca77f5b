"""The same of what TensorFlow traces and saves: a loop, a branch or a scan that takes an input alone."""

from __future__ import annotations

import pytest

import opscope
from opscope.graph.content import content_of
from opscope.layout.overview.one_page import overview
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import Pill, cards
from opscope.passes import for_drawing
from rows_apart import apart
from truth import lies

tf = pytest.importorskip("tensorflow")


class Programs(tf.Module):
    """Functions of `x` and `y`."""

    def __init__(self):
        super().__init__()
        self.weight = tf.Variable(tf.ones((4, 4)), name="weight")
        self.kept = tf.constant([[2.0] * 4] * 4)

    @tf.function
    def alone(self, x, y):
        state = tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, tf.matmul(s, self.weight)), [0, x])[1]
        return state, y + 1.0

    @tf.function
    def beside(self, x, y):
        step = lambda i, s, t: (i + 1, tf.matmul(s, self.kept) + t, t * 0.5)  # noqa: E731 -- as `tf.while_loop` takes it
        return tf.while_loop(lambda i, s, t: i < 3, step, [0, x, y])[1:]

    @tf.function
    def scanned(self, x, y):
        return tf.scan(lambda state, row: tf.tanh(state + row), x, initializer=y[0])

    @tf.function
    def chosen(self, x, y):
        return tf.cond(tf.reduce_sum(y) > 0.0, lambda: tf.nn.relu(x), lambda: tf.matmul(x, self.kept))


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The functions, and the folder of the SavedModel that holds them; `alone` is its signature."""
    programs, folder = Programs(), tmp_path_factory.mktemp("saved") / "programs"
    specs = [tf.TensorSpec((4, 4), tf.float32, name=name) for name in ("x", "y")]
    traced = {name: getattr(programs, name).get_concrete_function(*specs) for name in NAMES}
    wrapped = tf.function(lambda x, y: {"state": programs.alone(x, y)[0], "y": programs.alone(x, y)[1]})
    tf.saved_model.save(programs, str(folder), signatures=wrapped.get_concrete_function(*specs))
    return traced, folder


NAMES = ("alone", "beside", "scanned", "chosen")


def check(graph, inputs, outputs):
    """Every input and output has its oval, at each depth, and the checker finds no lie."""
    assert [port.name.replace("serving_default_", "") for port in content_of(graph).inputs] == inputs
    found = overview(graph)
    drawings = [(found.graph, apart(found.drawing.scene))]
    for depth, unfold in ((None, True), ("all", False), (1, True)):
        drawn = for_drawing(graph, depth, unfold=unfold)
        drawings.append((drawn, compose(drawn)))
    for drawn, scene in drawings:
        pills = [child for card in cards(scene) for child in card.children if isinstance(child, Pill)]
        assert sorted(p.title.replace("serving_default_", "") for p in pills if p.kind == "input") == inputs
        assert sum(pill.kind == "output" for pill in pills) == outputs
        assert all("float32 (4, 4)" in pill.tip for pill in pills if pill.kind == "input")
        assert lies(graph, drawn, scene) == []


@pytest.mark.parametrize(("name", "outputs"), [("alone", 2), ("beside", 2), ("scanned", 1), ("chosen", 1)])
def test_every_input_has_its_oval_traced_saved_and_read_back(saved, name, outputs, tmp_path):
    traced, folder = saved
    graph = opscope.load(folder, function=name)
    check(opscope.trace(traced[name]), ["x", "y"], outputs)
    check(graph, ["x", "y"], outputs)
    graph.save(tmp_path / "graph.json")
    check(opscope.load(tmp_path / "graph.json"), ["x", "y"], outputs)


def test_every_input_of_a_signature_has_its_oval(saved):
    check(opscope.load(saved[1]), ["x", "y"], 2)
