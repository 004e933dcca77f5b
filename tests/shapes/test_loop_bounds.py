"""How often loops of every kind run: what is told from the graph, compared with what Python runs.

The truth is a count: without `tf.function`, TensorFlow runs the same code in Python, iteration by iteration.
"""

from __future__ import annotations

from typing import List

import pytest

from opscope.cost import estimate
from opscope.shapes.loops import Trips, trips

tf = pytest.importorskip("tensorflow")
RAN: List[int] = []


def turn(x):
    """The body of a loop; in Python each call is an iteration, in a trace there is one."""
    if tf.executing_eagerly():
        RAN.append(1)
    return x + 1.0


def with_break(x):
    for _ in tf.range(10):
        x = turn(x)
        if tf.reduce_sum(x) > 10.0:
            break
    return x


def break_at_a_number(x):
    for i in tf.range(10):
        x = turn(x)
        if i == 4:
            break
    return x


def with_continue(x):
    for i in tf.range(10):
        x = turn(x)
        if i % 2 == 0:
            continue
        x = x * 2.0
    return x


def with_if(x):
    for _ in tf.range(10):
        x = turn(x)
        if tf.reduce_sum(x) > 3.0:
            x = x * 2.0
    return x


def step_by_data(x):
    i = tf.constant(0)
    while i < 10:
        x = turn(x)
        if tf.reduce_sum(x) > 12.0:
            i += 3
        else:
            i += 1
    return x


def until_done(x):
    i, done = tf.constant(0), tf.constant(False)
    while i < 10 and not done:
        x = turn(x)
        i += 1
        done = tf.reduce_sum(x) > 20.0
    return x


def until_done_the_other_way(x):
    i, done = tf.constant(0), tf.constant(False)
    while not done and i < 10:
        x = turn(x)
        i += 1
        done = tf.reduce_sum(x) > 20.0
    return x


def two_counters(x):
    return tf.while_loop(
        lambda i, j, x: tf.logical_and(i < 10, j < 14), lambda i, j, x: (i + 1, j + 2, turn(x)), (0, 0, x)
    )[2]


def at_most_seven(x):
    return tf.while_loop(lambda x: tf.reduce_sum(x) < 20.0, lambda x: (turn(x),), (x,), maximum_iterations=7)[0]


def seven_of_thirty(x):
    return tf.while_loop(lambda i, x: i < 30, lambda i, x: (i + 1, turn(x)), (0, x), maximum_iterations=7)[1]


def downwards_by_two(x):
    i = tf.constant(9)
    while i >= 0:
        x = turn(x)
        i -= 2
    return x


def tripled(x):
    i = tf.constant(1)
    while i < 100:
        x = turn(x)
        i *= 3
    return x


def tripled_with_break(x):
    i = tf.constant(1)
    while i < 100:
        x = turn(x)
        i *= 3
        if tf.reduce_sum(x) > 1e9:
            break
    return x


def by_data(x):
    for _ in tf.range(tf.cast(tf.reduce_sum(x), tf.int32) + 3):
        x = turn(x)
    return x


def over_rows(x):
    for row in x:
        x = turn(x) + row
    return x


def long_with_break(x):
    for _ in tf.range(5000):
        x = turn(x)
        if tf.reduce_sum(x) > 100.0:
            break
    return x


# The function, and what is told: an exact number, an upper bound, or nothing.
LOOPS = [
    (with_break, None, 10), (break_at_a_number, 5, None), (with_continue, 10, None), (with_if, 10, None),
    (step_by_data, None, None), (until_done, None, 10), (until_done_the_other_way, None, 10), (two_counters, 7, None),
    (at_most_seven, None, 7), (seven_of_thirty, 7, None), (downwards_by_two, 5, None), (tripled, 5, None),
    (tripled_with_break, None, 5), (by_data, None, None), (over_rows, 2, None), (long_with_break, None, 5000),
]  # fmt: skip


@pytest.mark.parametrize(("loop", "exact", "most"), LOOPS, ids=[loop.__name__ for loop, *_ in LOOPS])
def test_a_loop_runs_as_often_as_is_said(loop, exact, most, from_function):
    RAN.clear()
    loop(tf.zeros((2, 2)))
    ran = len(RAN)
    graph = from_function(loop, tf.TensorSpec((2, 2)))
    found = {(count.exact, count.most) for count in trips(graph).values()} or {(None, None)}
    assert found == {(exact, most)}
    assert ran > 0
    assert exact in {ran, None}
    assert most is None or ran <= most
    cost = estimate(graph).cost
    assert cost.per == ("step" if exact is not None else "iteration")
    assert set(cost.loops.values()) == {exact}
    assert set(cost.loops_at_most.values()) == ({most} if most is not None else set())


def test_of_loops_in_each_other_each_is_known_for_itself(from_function):
    def nested(x):
        for _ in tf.range(4):
            for _ in tf.range(3):
                x = turn(x)
                if tf.reduce_sum(x) > 30.0:
                    break
        return x

    found = trips(from_function(nested, tf.TensorSpec((2, 2))))
    assert sorted(found.values(), key=str) == [Trips(4), Trips(None, 3)]


def test_a_sequence_that_grows_in_a_loop_has_no_size_that_holds_for_all_its_iterations(from_function):
    """One row, then two, then three: 5 products of 1 to 5 rows, and not 5 of one row."""

    def decode(x):
        return tf.while_loop(
            lambda i, y: i < 5,
            lambda i, y: (i + 1, tf.concat([y, tf.matmul(y, tf.ones((4, 4)))[-1:]], 0)),
            (0, x),
            shape_invariants=(tf.TensorShape(()), tf.TensorShape((None, 4))),
        )[1]

    cost = estimate(from_function(decode, tf.TensorSpec((1, 4)))).cost
    assert cost.unknown_shape["MatMul"] == 1
    assert cost.macs is None  # and not a number of some of these products


def test_an_array_that_grows_in_a_loop_is_not_taken_to_be_empty(from_function):
    """``size=0, dynamic_size=True``, then three writes: it has three items, which the graph does not say."""

    def collect(x):
        items = tf.TensorArray(tf.float32, size=0, dynamic_size=True, element_shape=(2,))
        for i in tf.range(3):
            items = items.write(i, x)
        return tf.matmul(items.stack(), tf.ones((2, 2)))

    cost = estimate(from_function(collect, tf.TensorSpec((2,)))).cost
    assert cost.unknown_shape == {"MatMul": 1}
