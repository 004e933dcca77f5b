"""The rules about budgets on models whose figures are counted by hand, at the last value that passes and the first that does not."""

from __future__ import annotations

import json

import pytest

import opscope
from check.rule_cases import of_rules, shows

tf = pytest.importorskip("tensorflow")


def dense_of_keras():
    return tf.keras.Sequential([tf.keras.Input((50,)), tf.keras.layers.Dense(100)]), (4, 50)


def product_of_a_module():
    class Product(tf.Module):
        def __init__(self):
            super().__init__()
            self.w = tf.Variable(tf.ones((6, 40)))

        @tf.function
        def __call__(self, x):
            return x @ self.w

    return Product(), (8, 6)


def gradient_of_a_product():
    w = tf.Variable(tf.ones((6, 40)))

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            made = x @ w
        return tape.gradient(made, x)

    return step, (8, 6)


PARAMETERS = {dense_of_keras: 50 * 100 + 100, product_of_a_module: 6 * 40, gradient_of_a_product: 6 * 40}
FLOPS = {
    dense_of_keras: 2 * 4 * 50 * 100 + 4 * 100,
    product_of_a_module: 2 * 8 * 6 * 40,
    gradient_of_a_product: 2 * 8 * 40 * 6,  # of the gradient; the product itself is not needed for it
}
ACTIVATIONS = {
    dense_of_keras: 4 * 4 * 100,  # the product, to which the bias is added in place; the input is the caller's
    product_of_a_module: 4 * 8 * 40,
    gradient_of_a_product: 4 * 8 * 6,  # that to x; the one to the product is a constant of ones
}


LIMITS = {
    "too-many-parameters": ("max_params", PARAMETERS),
    "too-many-flops": ("max_flops", FLOPS),
    "too-much-activation-memory": ("max_activation_memory", ACTIVATIONS),
}


def rules(case, **options):
    target, *inputs = case()
    return [each.rule for each in opscope.check(target, *inputs, select="budgets", **options)]


@of_rules(
    {"too-many-parameters": PARAMETERS, "too-many-flops": FLOPS, "too-much-activation-memory": ACTIVATIONS},
    reported=True,
)
def test_one_less_than_the_figure_is_exceeded(rule, case):
    limit, figures = LIMITS[rule]
    assert rules(case, **{limit: figures[case] - 1}) == [rule]


@shows("too-many-parameters", near_misses=1)
@shows("too-many-flops", near_misses=1)
@shows("too-much-activation-memory", near_misses=1)
@pytest.mark.parametrize("case", list(PARAMETERS))
def test_the_figure_itself_is_within_the_limit(case):
    assert rules(case, **{limit: figures[case] for limit, figures in LIMITS.values()}) == []


@shows("grown-since-baseline", faults=1, near_misses=1)
@pytest.mark.parametrize(("case", "value"), list(PARAMETERS.items()))
def test_a_model_may_grow_by_the_tolerance_and_not_by_more(case, value, tmp_path):
    baseline = tmp_path / "before.json"
    record = {"format": "opscope-findings", "figures": {"parameters": value / 1.05, "batch": None}}
    baseline.write_text(json.dumps(record), encoding="utf-8")
    assert rules(case, baseline=baseline, tolerance="2%") == ["grown-since-baseline"]
    assert rules(case, baseline=baseline, tolerance="5.1%") == []


def unknown_rank():
    return tf.function(tf.nn.relu), tf.TensorSpec(None)


def unknown_count_of_values():
    @tf.function
    def target(x):
        return tf.unique(x)[0] * 2

    return target, tf.TensorSpec((None,), tf.int32)


def unknown_rank_in_a_layer():
    class Own(tf.keras.layers.Layer):
        def call(self, x):
            return tf.reshape(x, tf.cast(x[0], tf.int32)) + 1.0

    return Own(), (3, 2)


@shows("budget-unknown", faults=1, near_misses=1)
@pytest.mark.parametrize("case", [unknown_rank, unknown_count_of_values, unknown_rank_in_a_layer])
def test_a_figure_that_the_graph_does_not_tell_passes_no_budget(case):
    assert rules(case, max_activation_memory="1 GB") == ["budget-unknown"]
    assert rules(case, max_params="1k") == []


def partly_python():
    w = tf.Variable(tf.ones((4, 4)))

    @tf.function
    def target(x):
        return tf.py_function(lambda y: y, [x @ w], tf.float32)

    return target, (8, 4)


def partly_of_a_loop():
    w = tf.Variable(tf.ones((4, 4)))

    @tf.function
    def target(x):
        return tf.while_loop(lambda y: tf.reduce_sum(y) < 9.0, lambda y: [y @ w], [x])[0]

    return target, (8, 4)


def partly_of_unknown_shape():
    w = tf.Variable(tf.ones((4, 4)))

    @tf.function
    def target(x):
        return tf.boolean_mask(x @ w, x[:, 0] > 0.0) * 2.0

    return target, (8, 4)


def whole_loop():
    w = tf.Variable(tf.ones((4, 4)))

    @tf.function
    def target(x):
        return tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y @ w), [0, x])[1]

    return target, (8, 4)


@shows("budget-in-part", faults=1, near_misses=1)
@pytest.mark.parametrize("case", [partly_python, partly_of_a_loop, partly_of_unknown_shape])
def test_a_sum_that_leaves_something_out_is_told(case):
    assert rules(case, max_flops="1G") == ["budget-in-part"]
    assert rules(case, max_params="1k") == []


@shows("budget-in-part", near_misses=1)
@pytest.mark.parametrize("case", [whole_loop, dense_of_keras, product_of_a_module])
def test_a_sum_of_all_that_runs_is_not(case):
    assert rules(case, max_flops="1G") == []
