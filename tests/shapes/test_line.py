"""Lines: what holds for every iteration of a loop, told without running it."""

import operator
from itertools import count, takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opscope.shapes.budget import Unknown
from opscope.shapes.line import AtMost, Line, Until, both, either, equal, line, parts, positive, unequal

SMALL = st.integers(-12, 12)
COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "!=": unequal}
PLAIN = {**COMPARE, "!=": operator.ne}
LONGEST = 60
"""Two lines with such small numbers have met or parted for good by then."""


@settings(deadline=None)
@given(SMALL, SMALL, SMALL, SMALL, st.sampled_from(sorted(COMPARE)))
def test_a_comparison_holds_until_the_iteration_in_which_it_fails(start, step, other, other_step, sign):
    held = list(takewhile(lambda t: PLAIN[sign](start + step * t, other + other_step * t), range(LONGEST)))
    told = COMPARE[sign](line(start, step), line(other, other_step))
    if isinstance(told, Until):
        assert told.first == len(held)
    else:
        assert told is (len(held) == LONGEST)
        assert told or not held


@settings(deadline=None)
@given(SMALL, SMALL, SMALL, SMALL, SMALL)
def test_sums_and_products_are_those_of_every_iteration(start, step, other, other_step, factor):
    left, right = line(start, step), line(other, other_step)
    for t in range(4):
        one, two = start + step * t, other + other_step * t

        def at(value, t=t):
            first, by = parts(value)
            return first + by * t

        assert at(left + right) == one + two
        assert at(left - right) == one - two
        assert at(factor - left) == factor - one
        assert at(-left * factor) == at(factor * -left) == -one * factor


def test_what_is_no_line_is_unknown():
    counter = Line(0, 1)
    for ask in (
        lambda: counter * counter, lambda: bool(counter), lambda: counter < 2.5, lambda: equal(counter, 0),
        lambda: max(counter, 3), lambda: bool(counter < 3),
    ):  # fmt: skip
        with pytest.raises(Unknown):
            ask()
    for ask in (lambda: counter // 2, lambda: counter % 2, lambda: abs(counter), lambda: [1, 2][counter]):
        with pytest.raises(TypeError):
            ask()


def test_of_two_conditions_the_first_to_fail_counts():
    assert both(Until(3), Until(2)).first == 2
    assert both(True, Until(4)).first == 4
    assert both(Until(4), False) is False
    assert both(True, True) is True
    assert next(t for t in count() if not (t < 7 and 2 * t != 8)) == both(Line(0, 1) < 7, unequal(Line(0, 2), 8)).first


def test_with_a_condition_that_is_not_known_the_other_one_is_an_upper_bound():
    found = both(Until(7), None)
    assert isinstance(found, AtMost)
    assert found.first == both(None, Until(7)).first == both(Until(7), AtMost(9)).first == 7
    assert isinstance(both(Until(9), AtMost(7)), AtMost)
    assert both(None, True) is both(True, None) is both(None, None) is None
    assert both(None, False) is both(False, None) is both(False, Until(3)) is False
    with pytest.raises(Unknown):
        bool(found)


def test_of_two_conditions_of_which_one_is_enough_only_a_plain_one_tells_the_end():
    three = Until(3)
    assert either(three, False) is either(False, three) is three
    assert either(three, True) is either(True, None) is True
    assert either(False, None) is either(None, False) is None
    assert either(False, False) is False
    with pytest.raises(Unknown):
        either(Until(3), Until(4))


def test_lines_are_not_compared_as_objects():
    """Whether they are equal depends on the iteration: ``==`` must not give an answer for all of them by accident."""
    assert Line(0, 1) != Line(0, 1)
    assert Until(3) != Until(3)


def test_a_plain_number_is_positive_above_nothing():
    assert positive(1) is True
    assert positive(0) is False
    assert positive(-1) is False


def test_a_line_that_falls_is_positive_until_it_reaches_0():
    """5, 3, 1, -1 and 4, 2, 0; one that rises from 0 or below counts as false from the start."""
    assert positive(Line(5, -2)).first == 3
    assert positive(Line(4, -2)).first == 2
    assert positive(Line(1, -1)).first == 1
    assert positive(Line(0, 1)).first == 0
    assert positive(Line(-3, 1)).first == 0
    assert positive(Line(1, 1)) is True


def test_a_bound_is_reached_or_not():
    """0, 1, 2, ... and 5, from both sides; 5, 4, 3, ... and 0."""
    up, down, five, none = Line(0, 1), Line(5, -1), 5, 0
    assert [(up < five).first, (up <= five).first, (five > up).first, (five >= up).first] == [5, 6, 5, 6]
    assert [(down > none).first, (down >= none).first, (none < down).first, (none <= down).first] == [5, 6, 5, 6]
    assert [up > -1, up >= 0, down < 6, down <= 5] == [True] * 4


def test_plain_values_are_equal_or_not():
    assert [equal(2, 2), equal(1, 2), equal(2, 1), equal(True, True)] == [True, False, False, True]
    for one, other in ((Line(0, 1), 3), (3, Line(0, 1)), (Until(3), True), (True, Until(3))):
        with pytest.raises(Unknown):
            equal(one, other)


def test_lines_differ_until_they_meet():
    """0, 2, 4, 6 and 6; 0, 2, 4, 6 and 5; 0, 1, 2 and -1; from the first on where they start alike."""
    assert unequal(Line(0, 2), 6).first == 3
    assert unequal(Line(0, 2), 5) is True
    assert unequal(Line(0, 1), -1) is True
    assert unequal(Line(0, 1), 0).first == 0
    assert unequal(Line(0, 1), Line(4, -1)).first == 2
    assert unequal(Line(1, 1), Line(0, 1)) is True
    assert unequal(Line(1, 1), Line(1, 1)) is False


def test_only_integers_have_parts():
    assert parts(7) == (7, 0)
    assert parts(Line(7, 2)) == (7, 2)
    for other in (True, 2.0, "7", None):
        with pytest.raises(Unknown):
            parts(other)
