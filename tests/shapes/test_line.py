"""Lines: what holds for every iteration of a loop, told without running it."""

import operator
from itertools import count, takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opscope.shapes.budget import Unknown
from opscope.shapes.line import Line, Until, both, equal, line, parts, unequal

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
