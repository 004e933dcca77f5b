"""Sizes that TensorFlow leaves open though they follow from others. TensorFlow itself says what they are, when the function runs."""

from __future__ import annotations

import pytest

tf = pytest.importorskip("tensorflow")

import opscope  # noqa: E402 - after the skip: what is traced here needs TensorFlow
from opscope.graph.content import content_of  # noqa: E402 - the same
from opscope.passes.known_sizes import with_known_sizes  # noqa: E402 - the same


def in_heads(tokens):
    heads = tf.reshape(tokens, tf.stack([tf.shape(tokens)[0], -1, 2, 4]))
    return tf.transpose(heads, [0, 2, 1, 3])


def chosen(tokens):
    return tf.boolean_mask(tokens, tokens[:, 0, 0] > 0)[:, : tf.cast(tf.reduce_sum(tokens), tf.int32)]


def shape_of(graph, kind):
    table = content_of(graph).table
    (row,) = [row for row, op in enumerate(table.ops) if op == kind]
    return table.outputs[row][0].shape


def test_what_follows_for_every_batch_is_known():
    graph = opscope.trace(tf.function(in_heads), tf.TensorSpec((None, 64, 8)))
    ran = {tuple(in_heads(tf.zeros((batch, 64, 8))).shape[1:]) for batch in (1, 2, 5)}
    assert shape_of(graph, "Transpose") == (None, 2, None, 4)  # as TensorFlow says it
    assert {shape_of(with_known_sizes(graph), "Transpose")[1:]} == ran
    assert shape_of(with_known_sizes(graph), "Transpose")[0] is None


def test_what_the_input_leaves_open_stays_open():
    graph = opscope.trace(tf.function(in_heads), tf.TensorSpec((None, None, 8)))
    assert shape_of(with_known_sizes(graph), "Transpose") == (None, 2, None, 4)


def test_what_data_decide_stays_open():
    graph = opscope.trace(tf.function(chosen), tf.TensorSpec((None, 64, 8)))
    shapes = [kind.shape for kinds in content_of(graph).table.outputs for kind in kinds]
    told = [kind.shape for kinds in content_of(with_known_sizes(graph)).table.outputs for kind in kinds]
    table = content_of(graph).table
    for place, (before, after) in enumerate(zip(shapes, told)):
        assert before is None or all(old in (None, new) for old, new in zip(before, after)), place
    assert told[-1] == shapes[-1] == (None, None, 8), table.ops[-1]


def test_nothing_open_is_the_same_graph():
    graph = opscope.trace(tf.function(in_heads), tf.TensorSpec((3, 64, 8)))
    assert with_known_sizes(graph) is graph
