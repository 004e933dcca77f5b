"""A letter for the number in which the copies of a stack differ, in small drawings. The right answers are what the layers were made with."""

from __future__ import annotations

import pytest

from opscope.layout.overview.copy_letters import MOST_COPIES, lettered
from opscope.layout.scene.sketch import ChipPart, Sketch, SketchChip, SketchJoint, texts_of


def chip(*texts):
    return SketchChip(tuple([ChipPart(text, "dense") for text in texts]))


def of_sizes(sizes):
    """A block of two branches: a convolution as wide as each copy has it, and one that is the same in all."""
    branches = ((chip(f"1×7 conv, {sizes[0]}", "BN"), chip(f"7×1 conv, {sizes[0]}, /2")), (chip("1×1 conv, 192"),))
    texts = {
        f"1×7 conv, {sizes[0]}": [f"1×7 conv, {size}" for size in sizes],
        f"7×1 conv, {sizes[0]}, /2": [f"7×1 conv, {size}, /2" for size in sizes],
        "1×1 conv, 192": ["1×1 conv, 192" for _ in sizes],
        "BN": ["BN" for _ in sizes],
    }
    return Sketch((SketchJoint("concat", "shape", branches),)), texts


def test_the_number_that_is_another_in_some_copies_is_a_letter_wherever_it_stands():
    found = lettered(*of_sizes([128, 160, 160, 192]))
    assert texts_of(found.steps) == ["1×7 conv, n", "BN", "7×1 conv, n, /2", "1×1 conv, 192"]
    assert found.numbers == "n in each copy: 128, 160, 160, 192"


@pytest.mark.parametrize("sizes", [[128, 128], list(range(8, 8 + MOST_COPIES + 1))])
def test_where_nothing_differs_or_copies_are_many_there_is_no_letter(sizes):
    sketch, texts = of_sizes(sizes)
    assert lettered(sketch, texts) == sketch


def test_two_numbers_that_differ_have_no_letter():
    sketch, texts = of_sizes([128, 160])
    other = {**texts, "7×1 conv, 128, /2": ["7×1 conv, 128, /2", "7×1 conv, 200, /2"]}
    assert lettered(sketch, other) == sketch
    both = {**texts, "7×1 conv, 128, /2": ["7×1 conv, 128, /2", "7×1 conv, 160, /3"]}
    assert lettered(sketch, both) == sketch


def test_words_that_differ_have_no_letter():
    sketch, texts = of_sizes([128, 160])
    assert lettered(sketch, {**texts, "BN": ["BN", "ReLU"]}) == sketch
    assert lettered(sketch, {**texts, "BN": ["BN", ""]}) == sketch
