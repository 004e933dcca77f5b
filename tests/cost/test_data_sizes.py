"""Sizes that data decide: how many rows a mask leaves, how many values differ, what is not zero. They are not the batch.

What is asked is a product with the rows that are left. TensorFlow runs it on two inputs of one shape; the sizes of the product
differ, so that no number told from the shape could be right.
"""

import pytest

from opscope.cost import estimate
from opscope.graph.content import content_of

tf = pytest.importorskip("tensorflow")
W = 64


def times(rows):
    return tf.matmul(rows, tf.ones((W, W)))


def masked(a):
    return times(tf.boolean_mask(a, a[:, 0] > 0))


def where(a):
    return times(tf.gather(a, tf.where(a[:, 0] > 0)[:, 0]))


def where_nd(a):
    return times(tf.gather_nd(a, tf.where(a[:, 0] > 0)))


def unique(a):
    return tf.matmul(tf.unique(a[:, 0])[0][:, None], tf.ones((1, W)))


def partitioned(a):
    return times(tf.dynamic_partition(a, tf.cast(a[:, 0] > 0, tf.int32), 2)[1])


def ragged(a):
    return tf.matmul(tf.RaggedTensor.from_tensor(a, padding=0.0).values[:, None], tf.ones((1, W)))


def suppressed(a):
    return times(tf.gather(a, tf.image.non_max_suppression(a[:, :4], a[:, 0], 50, score_threshold=0.5)))


def segments(a):
    return times(tf.math.segment_sum(a, tf.cast(tf.cumsum(a[:, 0]), tf.int32)))


SIZED = [masked, where, where_nd, unique, partitioned, ragged, suppressed, segments]


@pytest.mark.parametrize("rows", [100, None])
@pytest.mark.parametrize("function", SIZED, ids=[function.__name__ for function in SIZED])
def test_how_many_rows_are_left_is_not_guessed(function, rows, from_function):
    none, all_ = tf.zeros((100, W)), tf.cast(tf.reshape(tf.range(100 * W) // W + 1, (100, W)), tf.float32) / 100.0
    assert function(none).shape != function(all_).shape
    graph = estimate(from_function(function, tf.TensorSpec((rows, W))), batch=None if rows else 100)
    content = content_of(graph)
    products = [cost for row, cost in content.costs.items() if content.table.ops[row] == "MatMul"]
    assert [(cost.flops, cost.macs) for cost in products] == [(None, None)]
    assert graph.cost.unknown_shape["MatMul"] == 1
    assert graph.cost.macs in {0, None}


def test_the_values_of_a_sparse_matrix_are_counted_only_where_their_number_is_known(from_function):
    def product(places, values, b):
        return tf.sparse.sparse_dense_matmul(tf.sparse.SparseTensor(places, values, (300, 400)), b)

    def of_dense(a, b):
        return tf.sparse.sparse_dense_matmul(tf.sparse.from_dense(a), b)

    known = from_function(product, tf.TensorSpec((11, 2), tf.int64), tf.TensorSpec((11,)), tf.TensorSpec((400, 70)))
    assert estimate(known).cost.macs == 11 * 70
    dense = estimate(from_function(of_dense, tf.TensorSpec((300, 400)), tf.TensorSpec((400, 70)))).cost
    assert dense.unknown_shape == {"SparseTensorDenseMatMul": 1}
    assert dense.macs == 0


def test_what_follows_the_batch_is_known_all_the_same(from_function):
    """Words become numbers, numbers rows: one for each text, however many texts there are."""

    def embedded(texts):
        words = tf.strings.lower(tf.strings.substr(texts, 0, 1))
        numbers = tf.strings.to_hash_bucket_fast(words, 10)
        return times(tf.gather(tf.ones((10, W)), numbers))

    cost = estimate(from_function(embedded, tf.TensorSpec((None,), tf.string)), batch=7).cost
    assert cost.macs == 7 * W * W
    assert cost.unknown_shape == cost.without_formula == {}
