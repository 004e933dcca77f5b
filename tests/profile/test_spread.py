"""The statistics of steps, with answers worked out by hand or taken from tables."""

from __future__ import annotations

import pytest

from opscope.profile.spread import half_iqr, kept_steps, median_interval, settled, standard_error


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(6, 1, 6), (8, 1, 8), (9, 2, 8), (10, 2, 9), (11, 2, 10), (15, 4, 12), (20, 6, 15), (25, 8, 18), (30, 10, 21), (50, 18, 33), (100, 40, 61)],
)  # fmt: skip
def test_the_interval_of_a_median_has_the_ranks_of_the_published_table(count, low, high):
    """Ranks of the 95 % interval for a median, as in tables of the sign test (binomial distribution with p = 1/2)."""
    values = list(range(count, 0, -1))  # the k-th smallest is k
    assert median_interval(values) == (low, high)


def test_fewer_than_six_values_tell_no_interval():
    assert median_interval([1.0] * 5) is None
    assert not settled([1.0] * 5)
    assert settled([1.0] * 6)


def test_of_very_many_values_the_interval_is_that_of_the_approximation():
    low, high = median_interval(range(1, 1001))
    assert (low, high) == (469, 532)  # exact: 500.5 -+ 1.96 * sqrt(1000) / 2, rounded outwards
    near, far = median_interval(range(1, 1002))
    assert abs(near - low) <= 1
    assert abs(far - high - 1) <= 1


@pytest.mark.parametrize(
    ("durations", "known"),
    [
        ([95, 100, 100, 100, 100, 105], True),
        ([94, 100, 100, 100, 100, 100], False),
        ([100, 100, 100, 100, 100, 106], False),
        ([50, 100, 100, 100, 100, 100, 100, 100, 200], True),  # of nine, the interval is from the second to the eighth
    ],
)
def test_a_median_is_known_if_its_interval_is_within_five_percent(durations, known):
    assert settled(durations) is known


@pytest.mark.parametrize(
    ("durations", "left_out", "disturbed"),
    [
        ([100] * 9 + [190], [9], False),  # a hiccup of 90
        ([100] * 9 + [110], [], False),  # no more than 10 % longer
        ([100] * 9 + [111], [9], False),
        ([100] * 9 + [50], [], False),  # a short step is not disturbed
        # The deviations from the median, 100, are 0, 10, 10, 20, 20, 30, 30, 40, 40 and their median 20: 3 * 1.4826 * 20 = 88.956.
        ([100, 90, 110, 80, 120, 70, 130, 60, 188], [], False),
        ([100, 90, 110, 80, 120, 70, 130, 60, 189], [8], False),
        ([100] * 8 + [200, 200], [8, 9], False),  # a fifth
        ([100] * 7 + [200] * 3, [], True),  # more than a fifth
        ([100], [], False),
    ],
)
def test_steps_that_are_much_longer_than_the_median_are_left_out(durations, left_out, disturbed):
    kept = kept_steps(durations)
    assert [place for place in range(len(durations)) if place not in kept.steps] == left_out
    assert kept.disturbed is disturbed


def test_spread_and_error_by_hand():
    assert half_iqr([4, 1, 3, 2]) == pytest.approx((3.25 - 1.75) / 2)
    assert half_iqr([5]) is None
    # Of 2, 4, 4, 4, 5, 5, 7, 9 the squared deviations from 5 add up to 32: variance 32/7, error sqrt(32/7/8).
    assert standard_error([2, 4, 4, 4, 5, 5, 7, 9]) == pytest.approx((4 / 7) ** 0.5)
    assert standard_error([5]) is None
