"""`arc-at-one`, `variance-by-squares` and `shape-overflow`: formulas that are right on paper."""

from __future__ import annotations

import pytest

import opscope
from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_rules

tf = pytest.importorskip("tensorflow")


def step_of(loss_of):
    """A training step of one matrix of weights whose loss `loss_of` makes of the product with the input."""
    weights = tf.Variable(tf.ones((4, 3)))

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(loss_of(tf.matmul(x, weights)))
        weights.assign_sub(0.1 * tape.gradient(loss, weights))
        return loss

    return step, (8, 4)


def arc_of_what_is_clipped_in_a_layer():
    class Angle(tf.keras.layers.Layer):
        def call(self, x):
            cosine = tf.reduce_sum(x * tf.math.l2_normalize(x, axis=1), axis=1)
            return tf.acos(tf.minimum(cosine, 1.0))  # here

    angle = Angle()
    return step_of(angle)


def arc_sine_of_a_cosine():
    def loss(x):
        return tf.asin(tf.cos(x))  # here

    return step_of(loss)


def arc_of_tanh():
    def loss(x):
        return tf.atanh(tf.tanh(x))  # here

    return step_of(loss)


def arc_of_a_sum_of_products_of_unit_vectors():
    def loss(x):
        a = tf.math.l2_normalize(x, axis=-1)
        b = tf.math.l2_normalize(x[:, ::-1], axis=1)
        return tf.acos(tf.reduce_sum(a * b, axis=-1))  # here

    return step_of(loss)


def arc_of_the_angles_between_all_rows():
    def loss(x):
        a = x / tf.norm(x, axis=-1, keepdims=True)
        return tf.acos(tf.matmul(a, a, transpose_b=True))  # here

    return step_of(loss)


def arc_of_a_product_with_turned_unit_vectors():
    def loss(x):
        a = tf.nn.l2_normalize(x, -1)
        return tf.acos(tf.matmul(a, tf.transpose(tf.nn.l2_normalize(tf.exp(x), -1))))  # here

    return step_of(loss)


def products_of_other_vectors():
    def loss(x):
        unit, by_column = tf.math.l2_normalize(x, axis=1), tf.math.l2_normalize(x, axis=0)
        shorter = x / tf.sqrt(tf.reduce_sum(x * x, axis=1, keepdims=True) + 1e-3)
        shrunk = tf.reduce_sum(unit * unit, axis=1) * 0.999
        return (
            tf.acos(shrunk)
            + tf.acos(tf.reduce_sum(shorter * shorter, axis=1))
            + tf.acos(tf.reduce_sum(by_column * by_column, axis=1))
            + tf.reduce_sum(tf.acos(tf.matmul(unit, tf.ones((3, 4)))), axis=1)
        )

    return step_of(loss)


def inside_the_ends():
    def loss(x):
        clipped = tf.clip_by_value(x, -0.999, 0.999)
        return tf.acos(clipped) + tf.asin(0.5 * tf.tanh(x)) + tf.atan(x) + tf.acos(x)

    return step_of(loss)


def without_a_gradient():
    @tf.function
    def target(x):
        return tf.acos(tf.clip_by_value(x, -1.0, 1.0)), tf.atanh(tf.tanh(x))

    return target, (8, 4)


def variance_of_a_batch_in_a_layer():
    class Normalize(tf.keras.layers.Layer):
        def call(self, x):
            mean = tf.reduce_mean(x, axis=0)
            variance = tf.reduce_mean(tf.square(x), axis=0) - tf.square(mean)  # here
            return (x - mean) * tf.math.rsqrt(variance + 1e-3)

    return tf.keras.Sequential([tf.keras.Input((4,)), Normalize()]), (8, 4)


def variance_as_a_power():
    @tf.function
    def target(x):
        return tf.reduce_mean(x**2.0) - tf.reduce_mean(x) ** 2.0  # here

    return target, (8, 4)


def variance_in_a_step():
    def loss(x):
        mean = tf.reduce_mean(x, axis=1, keepdims=True)
        return tf.reduce_mean(x * x, axis=1, keepdims=True) - mean * mean  # here

    return step_of(loss)


def other_differences():
    @tf.function
    def target(x, y):
        _, variance = tf.nn.moments(x, axes=[0])
        squares, mean = tf.reduce_mean(tf.square(x)), tf.reduce_mean(x)
        return variance, squares - tf.square(tf.reduce_mean(y)), squares - mean, tf.square(mean) - squares

    return target, (8, 4), (8, 4)


def differences_from_a_mean_in_a_layer():
    class Normalize(tf.keras.layers.Layer):
        def call(self, x):
            mean = tf.reduce_mean(x, axis=-1, keepdims=True)
            variance = tf.reduce_mean(tf.square(x - mean), axis=-1, keepdims=True)
            return (x - mean) * tf.math.rsqrt(variance + 1e-3)

    return tf.keras.Sequential([tf.keras.Input((4,)), Normalize()]), (8, 4)


def spread_of_a_loss_in_a_step():
    def loss(x):
        return tf.square(tf.reduce_max(x, axis=1)) - tf.reduce_mean(tf.square(x), axis=1)

    return step_of(loss)


def size_of_a_patch_in_a_layer():
    class Patches(tf.keras.layers.Layer):
        def call(self, x):
            sides = tf.constant([46340, 46340])
            return x / tf.cast(tf.reduce_prod(sides), tf.float32)

    return tf.keras.Sequential([tf.keras.Input((4,)), Patches()]), (8, 4)


def count_of_elements_in_a_step():
    def loss(x):
        count = tf.cast(tf.constant([70000, 80000]), tf.float32)
        return x / (count[0] * count[1])

    return step_of(loss)


def overflow_of_a_constant():
    @tf.function
    def target():
        return tf.range(8) % tf.reduce_prod(tf.constant([3000, 3000, 3000]))  # here

    return (target,)


def overflow_of_pairs():
    @tf.function
    def target(x):
        count = tf.constant([70000, 80000])
        return tf.cast(count[0] * count[1], tf.float32) * x  # here

    return target, (8, 4)


def overflow_in_a_layer():
    class Pairs(tf.keras.layers.Layer):
        def call(self, x):
            sides = tf.constant([65536, 65536])
            return x / tf.cast(tf.reduce_prod(sides), tf.float32)  # here

    return tf.keras.Sequential([tf.keras.Input((4,)), Pairs()]), (8, 4)


def products_that_fit():
    @tf.function
    def target(x, n):
        sides = tf.shape(x)
        wide = tf.constant([65536, 65536], tf.int64)
        return (
            sides[0] * sides[1],
            tf.reduce_prod(sides),
            tf.reduce_prod(wide),
            n * n,
            tf.constant([46340, 46340]) * 46340,
        )

    return target, (None, 4), tf.TensorSpec((), tf.int32)


FAULTS = {
    "arc-at-one": all_cases(globals(), "arc_"),
    "variance-by-squares": all_cases(globals(), "variance_"),
    "shape-overflow": all_cases(globals(), "overflow_"),
}
RIGHT = {
    "arc-at-one": [inside_the_ends, products_of_other_vectors, without_a_gradient],
    "variance-by-squares": [other_differences, differences_from_a_mean_in_a_layer, spread_of_a_loss_in_a_step],
    "shape-overflow": [products_that_fit, size_of_a_patch_in_a_layer, count_of_elements_in_a_step],
}


@of_rules(FAULTS)
def test_a_formula_that_numbers_break_is_reported_at_its_line(rule, case):
    found, marked = reported_and_marked(rule, case)
    assert found == marked


@of_rules(RIGHT)
def test_nothing_is_said_of_formulas_that_hold(rule, case):
    target, *inputs = case()
    assert [str(each) for each in opscope.check(target, *inputs, select=[rule, *FAULTS])] == []


def test_tensorflow_itself_wraps_around_and_loses_the_variance():
    assert int(tf.reduce_prod(tf.constant([65536, 65536]))) == 0
    x = 5000.0 + tf.constant([-1.0, 1.0] * 50) / 16.0  # exact in float32, with a variance of 1 / 256
    by_squares = tf.reduce_mean(x * x) - tf.square(tf.reduce_mean(x))
    assert abs(float(by_squares) - 1 / 256) > 1e-3 > abs(float(tf.math.reduce_variance(x)) - 1 / 256)


def test_rounding_takes_cosines_of_equal_vectors_beyond_1():
    unit = tf.math.l2_normalize(tf.random.stateless_normal((1000, 64), [1, 2]), axis=1)
    assert bool(tf.reduce_any(tf.math.is_nan(tf.acos(tf.reduce_sum(unit * unit, axis=1)))))
