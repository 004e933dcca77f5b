"""Pairs that people really compare: a reader is told what he expects, and nothing else."""

from __future__ import annotations

import pytest

import opscope
from expected_changes import EXPECTED
from opscope.graph.json import to_dict
from opscope.render.told_difference.difference_words import leading
from recorded_pairs import recorded

KERAS_COUNTS = "Keras 3"


def check(name: str, a: opscope.Graph, b: opscope.Graph) -> None:
    """What is told is what was expected, line by line; and the difference is exact."""
    found = opscope.diff(a, b)
    told = [entry.words for entry in leading(found)]
    left = list(told)
    for expected in EXPECTED[name]:
        fitting = [words for words in left if all(part in words for part in expected.words)]
        assert fitting, (expected, told)
        left.remove(fitting[0])
    assert not left, told
    assert to_dict(found.apply(a)) == to_dict(b)
    assert found.reversed() == opscope.diff(b, a)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_reader_is_told_what_he_expects(name: str) -> None:
    check(name, *recorded(name))


@pytest.mark.parametrize("name", EXPECTED)
def test_the_same_is_told_of_the_models_made_here(name: str) -> None:
    tf = pytest.importorskip("tensorflow")
    if not getattr(tf.keras, "__version__", "2.").startswith("3."):
        pytest.skip("the pairs are made with Keras 3")
    from pair_models import PAIRS

    check(name, *PAIRS[name]())


@pytest.mark.parametrize("before", [7, 9])
def test_what_is_built_twice_is_the_same_also_where_counted_names_sort_otherwise(before: int) -> None:
    """TensorFlow sorts by name what a function waits for: `dense_10` comes before `dense_9`, and `dense_11` before `dense_12`."""
    tf = pytest.importorskip("tensorflow")
    layers = tf.keras.layers
    tf.keras.backend.clear_session()
    for _ in range(before):
        layers.Dense(1)

    def made() -> opscope.Graph:
        return opscope.trace(tf.keras.Sequential([tf.keras.Input((16,)), layers.Dense(8), layers.Dense(4)]), (None, 16))

    a, b = made(), made()
    found = opscope.diff(a, b)
    assert [entry.words for entry in found.story if entry.what == "op"] == []
    assert to_dict(found.apply(a)) == to_dict(b)
