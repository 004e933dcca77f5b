"""Masks of attention: a cell says that one is causal if and only if TensorFlow, run, hides just what comes later. (What cannot be proved stays as ops.)"""

from __future__ import annotations

import numpy as np
import pytest

import opscope
from opscope.layout.overview.one_page import overview
from opscope.layout.scene.items import ChainRow, items
from rows_apart import apart
from truth import lies

tf = pytest.importorskip("tensorflow")
LONG = 6
LOW = -1e9


def tril(below=-1, above=0):
    return tf.linalg.band_part(tf.ones((LONG, LONG)), below, above)


def positions(start=0):
    return tf.range(start, start + LONG)


MASKED = {
    "subtracted": lambda scores: scores - 1e9 * (1.0 - tril()),
    "added": lambda scores: scores + (1.0 - tril()) * LOW,
    "whole band": lambda scores: scores - 1e9 * (1.0 - tril(LONG, 0)),
    "where": lambda scores: tf.where(tf.cast(tril(), tf.bool), scores, LOW),
    "where not": lambda scores: tf.where(tf.equal(tril(), 0.0), LOW, scores),
    "made by where": lambda scores: scores + tf.where(tf.cast(tril(), tf.bool), 0.0, LOW),
    "compared": lambda scores: tf.where(positions()[:, None] >= positions()[None, :], scores, LOW),
    "compared the other way round": lambda scores: tf.where(positions()[None, :] > positions()[:, None], LOW, scores),
    "less": lambda scores: scores + tf.cast(tf.expand_dims(positions(), 1) < positions()[None, :], tf.float32) * LOW,
    "not": lambda scores: (
        scores + tf.cast(tf.logical_not(positions()[None, :] <= tf.reshape(positions(), (LONG, 1))), tf.float32) * LOW
    ),
    "with more dimensions": lambda scores: scores - 1e9 * (1.0 - tril()[None, None]),
}
OTHERS = {
    "future": lambda scores: scores + 1e9 * (1.0 - tril()),
    "upper": lambda scores: scores - 1e9 * (1.0 - tril(0, -1)),
    "window": lambda scores: scores - 1e9 * (1.0 - tril(2, 0)),
    "one ahead": lambda scores: scores - 1e9 * (1.0 - tril(-1, 1)),
    "too small": lambda scores: scores - 0.5 * (1.0 - tril()),
    "strict": lambda scores: tf.where(positions()[:, None] > positions()[None, :], scores, LOW),
    "shifted": lambda scores: tf.where(positions(1)[:, None] >= positions()[None, :], scores, LOW),
    "turned": lambda scores: tf.where(positions()[:, None] <= positions()[None, :], scores, LOW),
    "swapped": lambda scores: tf.where(tf.cast(tril(), tf.bool), LOW, scores),
    "one column": lambda scores: scores - 1e9 * (1.0 - tril()[:, 5:]),
}


def attention(masked, batch=2):
    @tf.function
    def attend(query, key):
        return tf.nn.softmax(masked(tf.matmul(query, key, transpose_b=True)))

    spec = tf.TensorSpec((batch, 3, LONG, 4), tf.float32)
    return attend, spec


def is_causal(attend):
    """Whether the softmax of equal scores is spread over what is not later, and nothing else."""
    weights = attend(tf.zeros((2, 3, LONG, 4)), tf.zeros((2, 3, LONG, 4))).numpy()
    expected = np.tril(np.ones((LONG, LONG))) / np.arange(1, LONG + 1)[:, None]
    return bool(np.allclose(weights, np.broadcast_to(expected, weights.shape)))


def cells_of(graph):
    found = overview(graph)
    assert lies(graph, found.graph, apart(found.drawing.scene)) == []
    rows = [item for item in items(found.drawing.scene) if isinstance(item, ChainRow)]
    return [cell for row in rows for cell in row.cells]


@pytest.mark.parametrize("batch", [2, None])
@pytest.mark.parametrize("name", MASKED)
def test_a_mask_that_hides_what_is_later_is_one_cell(name, batch):
    attend, spec = attention(MASKED[name], batch)
    assert is_causal(attend)
    cells = cells_of(opscope.trace(attend, spec, spec))
    said = [cell for cell in cells if cell.text.startswith("causal mask")]
    size = "(1, 1, 6, 6)" if name == "with more dimensions" else "(6, 6)"
    assert [cell.text for cell in said] == [f"causal mask {size}"]


@pytest.mark.parametrize("name", OTHERS)
def test_another_mask_stays_as_its_ops(name):
    attend, spec = attention(OTHERS[name])
    assert not is_causal(attend)
    assert not any("causal" in cell.text for cell in cells_of(opscope.trace(attend, spec, spec)))


def test_a_mask_of_which_anything_is_unknown_stays_as_its_ops():
    @tf.function
    def attend(scores, width):
        return tf.nn.softmax(scores - 1e9 * (1.0 - tril(-1, width)))

    graph = opscope.trace(attend, tf.TensorSpec((2, LONG, LONG), tf.float32), tf.TensorSpec((), tf.int32))
    assert not any("causal" in cell.text for cell in cells_of(graph))

    @tf.function
    def of_any_length(scores):
        long = tf.shape(scores)[-1]
        return tf.nn.softmax(scores - 1e9 * (1.0 - tf.linalg.band_part(tf.ones((long, long)), -1, 0)))

    graph = opscope.trace(of_any_length, tf.TensorSpec((2, None, None), tf.float32))
    assert not any("causal" in cell.text for cell in cells_of(graph))


def test_a_mask_before_no_softmax_stays_as_its_ops():
    attend = tf.function(lambda scores: tf.nn.relu(scores - 1e9 * (1.0 - tril())))
    graph = opscope.trace(attend, tf.TensorSpec((2, LONG, LONG), tf.float32))
    assert not any("causal" in cell.text for cell in cells_of(graph))


@pytest.mark.parametrize(
    ("bands", "said"), [((-1, -1, -1, -1), True), ((-1, 2, -1, 2), False), ((-1, -1, -1, 2), False)]
)
def test_a_mask_that_another_copy_of_its_block_has_otherwise_stays_as_its_ops(bands, said):
    """Blocks that differ only in constants are one stack."""

    class Block(tf.Module):
        def __init__(self, name, band):
            super().__init__(name=name)
            self.weight, self.band = tf.Variable(tf.ones((8, 8))), band

        @tf.Module.with_name_scope
        def __call__(self, x):
            y = tf.matmul(x, self.weight)
            scores = tf.matmul(y, y, transpose_b=True) - 1e9 * (1.0 - tril(self.band))
            return x + tf.matmul(tf.nn.softmax(scores), y)

    class Net(tf.Module):
        def __init__(self):
            super().__init__()
            self.blocks = [Block(f"block_{number}", band) for number, band in enumerate(bands)]

        @tf.function
        def __call__(self, x):
            for block in self.blocks:
                x = block(x)
            return x

    cells = cells_of(opscope.trace(Net(), tf.TensorSpec((2, LONG, 8))))
    assert any("causal" in cell.text for cell in cells) == said
