"""Loops as people write them, traced: what is folded into words, what stays, and that the checker agrees."""

from __future__ import annotations

from unittest import mock

import pytest

tf = pytest.importorskip("tensorflow")

import opscope  # noqa: E402 - after the skip: it is TensorFlow's
from opscope.graph.content import content_of  # noqa: E402
from opscope.graph.view import BOOKKEEPING  # noqa: E402
from opscope.layout.overview.one_page import overview  # noqa: E402
from opscope.layout.scene.items import Card, ChainRow, Pill, items  # noqa: E402
from opscope.passes import prepared  # noqa: E402
from rows_apart import apart  # noqa: E402
from truth import lies  # noqa: E402

STEPS_FIRST, BATCH_FIRST = tf.TensorSpec((10, 4, 8), name="x"), tf.TensorSpec((4, 10, 8), name="x")


def folded(graph):
    """The types of the ops that are folded as bookkeeping, sorted."""
    content = content_of(prepared(graph, shapes=False))
    return sorted(op for op, role in zip(content.table.ops, content.view.roles) if role == BOOKKEEPING)


def said(graph):
    """What the rows and ovals of the overview say, after the checker found nothing in it."""
    bundles = [f"opscope.layout.{module}.bundle" for module in ("overview.one_try", "engine")]
    with mock.patch(bundles[0], lambda scene: scene), mock.patch(bundles[1], lambda scene: scene):
        found = overview(graph)
    assert lies(graph, found.graph, apart(found.drawing.scene)) == []
    shown = list(items(found.drawing.scene))
    texts = [cell.text for item in shown if isinstance(item, ChainRow) for cell in item.cells]
    return texts, [item.title for item in shown if isinstance(item, Pill) and item.kind == "state"], found, shown


def weighted(function):
    """A traced function of a tensor and of a matrix (8, 8)."""
    weights = tf.Variable(tf.ones((8, 8)), name="w")
    return tf.function(lambda x: function(x, weights))


def test_a_loop_over_a_range_keeps_its_state_and_says_which_step_it_takes():
    @weighted
    def loop(x, weights):
        state = tf.zeros((4, 8))
        for step in tf.range(10):
            state = tf.tanh(state @ weights + x[:, step])
        return state

    graph = opscope.trace(loop, BATCH_FIRST)
    texts, states, found, _ = said(graph)
    assert "step t of (4, 10, 8) along axis 1" in texts
    assert states == ["state"]
    assert not {"Less", "AddV2"} - set(folded(graph))
    (note,) = [note for note in found.drawing.scene.notes if "loops" in note]
    counts = content_of(found.graph).view.counts
    others = counts.shaping + counts.dead + counts.idle + sum(counts.passed_on.values())
    assert note.startswith(f"not drawn: {len(folded(graph)) + others} ops that ")


def test_a_counter_that_is_computed_with_stays():
    @weighted
    def loop(x, weights):
        state, step = tf.zeros((4, 8)), tf.constant(0)
        while step < 10:
            state = tf.tanh(state @ weights + x[:, step]) * tf.cast(step, tf.float32)
            step += 1
        return state

    graph = opscope.trace(loop, BATCH_FIRST)
    _, states, _, _ = said(graph)
    assert "counter" in states


def test_a_counter_that_is_returned_stays():
    @weighted
    def loop(x, weights):
        state, step = x, tf.constant(0)
        while step < 10:
            state, step = tf.tanh(state @ weights), step + 1
        return state, step

    graph = opscope.trace(loop, tf.TensorSpec((4, 8), name="x"))
    _, states, _found, shown = said(graph)
    assert "counter" in states
    assert len([item for item in shown if isinstance(item, Pill) and item.kind == "output"]) == 2


def test_a_condition_that_looks_at_data_stays():
    @weighted
    def loop(x, weights):
        state, step = x, tf.constant(0)
        while tf.logical_and(step < 10, tf.reduce_sum(state) < 5.0):
            state, step = tf.tanh(state @ weights), step + 1
        return state

    graph = opscope.trace(loop, tf.TensorSpec((4, 8), name="x"))
    assert {"Less", "LogicalAnd", "Sum"}.isdisjoint(folded(graph))
    _, _, _, shown = said(graph)
    assert "cond" in [item.kind for item in shown if isinstance(item, Card)]


def test_results_of_each_step_are_kept_without_a_list():
    @weighted
    def loop(x, weights):
        return tf.map_fn(lambda row: tf.nn.relu(row @ weights), x)

    graph = opscope.trace(loop, STEPS_FIRST)
    assert "TensorListReserve" in folded(graph)
    assert "TensorListSetItem" not in folded(graph)
    _, states, _, _ = said(graph)
    assert states == []


def test_a_list_of_every_second_place_is_no_list_of_all_steps():
    def loop(x):
        kept = tf.TensorArray(tf.float32, size=20, element_shape=(4, 8))
        for step in tf.range(10):
            kept = kept.write(step * 2, tf.tanh(x[step]))
        return kept.stack()

    graph = opscope.trace(tf.function(loop), STEPS_FIRST)
    assert "TensorListReserve" not in folded(graph)
    _, states, _, _ = said(graph)
    assert states == ["counter", "results so far"]  # the counter says where a result is put


def test_a_loop_of_keras_in_a_file_is_the_cell_and_its_state(tmp_path):
    class Cell(tf.keras.layers.Layer):
        state_size = output_size = 8

        def build(self, _):
            self.kernel = self.add_weight(name="kernel", shape=(8, 8))

        def call(self, value, states):
            state = tf.tanh(value @ self.kernel + states[0])
            return state, [state]

    given = tf.keras.Input((12, 8))
    model = tf.keras.Model(given, tf.keras.layers.RNN(Cell(), return_sequences=True)(given))
    tf.saved_model.save(model, str(tmp_path / "model"))
    graph = opscope.load(tmp_path / "model")
    texts, states, _, _ = said(graph)
    assert states == ["state"]
    assert {"step t of (12, None, 8)", "collect steps"} <= set(texts)
    assert "Max" not in texts  # the most iterations that there may be
