"""The words at arrow heads stand where no wire runs through them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from opscope.layout.arrow_words import HEAD_GAP, arrow_words
from opscope.layout.sizes.extents import SMALL_FONT
from opscope.layout.sizes.text_width import width

WORD = "×4, one each"


def path(*points, word=WORD):
    return SimpleNamespace(points=points, wire=SimpleNamespace(target=SimpleNamespace(child=0), head=word))


@pytest.mark.parametrize(
    ("points", "left"),
    [
        ([(200, 0), (200, 50), (100, 50), (100, 58)], True),  # in from the right, just above the tip
        ([(0, 0), (0, 50), (100, 50), (100, 58)], False),  # from the left
        ([(200, 0), (200, 20), (100, 20), (100, 58)], False),  # from the right, far above the word
        ([(100, 0), (100, 58)], False),
    ],
)
def test_a_word_stands_on_the_side_from_which_its_wire_does_not_come(points, left):
    (label,) = arrow_words([path(*points)])
    assert (label.x < 100) == left
    low, high = (
        (label.x - width(WORD, SMALL_FONT), label.x) if label.left else (label.x, label.x + width(WORD, SMALL_FONT))
    )
    for (x, y), (after, below) in zip(points, points[1:]):
        runs_there = max(x, after) > low and min(x, after) < high
        assert not (y == below and runs_there and label.y - 10 < y < label.y + 3)


def test_where_another_arrow_stands_close_on_the_left_the_word_stays_right():
    other = path((90, 0), (90, 58), word="")
    found = arrow_words([other, path((200, 0), (200, 50), (100, 50), (100, 58))])
    assert [label.x for label in found] == [100 + HEAD_GAP]


def test_on_a_long_wire_from_the_right_the_word_stands_before_it_turns():
    """Another arrow is too near on the left, and right of the tip the wire would run through the word."""
    other = path((90, 0), (90, 58), word="")
    (label,) = arrow_words([other, path((600, 0), (600, 50), (100, 50), (100, 58))])
    assert label.left and label.y < 50
    assert 100 + width(WORD, SMALL_FONT) < label.x - width(WORD, SMALL_FONT) and label.x < 600


def test_wires_that_end_in_one_arrow_have_one_word():
    found = arrow_words([path((100, 0), (100, 58)), path((200, 0), (200, 50), (100, 50), (100, 58))])
    assert [(label.text, label.left) for label in found] == [(WORD, True)]
