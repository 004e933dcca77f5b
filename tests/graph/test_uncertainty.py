"""Which figures are uncertain, and which may be ranked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opscope.graph.uncertainty import WithError, apart, errors_compared, ranked, uncertain


def test_a_figure_is_uncertain_if_its_error_is_more_than_a_tenth_of_it():
    assert [uncertain(100.0, error) for error in (None, 0.0, 10.0, 10.1)] == [False, False, False, True]


def test_figures_are_apart_if_their_95_percent_intervals_do_not_overlap():
    # Student's t of 9 degrees of freedom, as tables have it: 2.262.
    assert apart(WithError(20.0, 1.0), WithError(15.47, 1.0))
    assert not apart(WithError(20.0, 1.0), WithError(15.48, 1.0))
    assert apart(WithError(2.0), WithError(1.0))


@pytest.mark.parametrize(
    ("kept", "quantile"), [(1, 12.706), (2, 12.706), (6, 2.571), (10, 2.262), (21, 2.086), (31, 2.042), (1000, 1.962)]
)
def test_intervals_are_as_wide_as_the_number_of_steps_asks_for(kept, quantile):
    assert errors_compared({"steps_kept": kept}) == pytest.approx(quantile, abs=0.0005)


def test_in_a_disturbed_measurement_the_intervals_are_half_as_wide_again():
    assert [
        errors_compared(told) for told in (None, {"disturbed": False}, {"disturbed": None}, {"disturbed": True})
    ] == pytest.approx([2.262, 2.262, 2.262, 3.393], abs=0.0005)
    assert apart(WithError(20.0, 1.0), WithError(14.0, 1.0))
    assert not apart(WithError(20.0, 1.0), WithError(14.0, 1.0), 3.393)
    assert [str(rank) for rank in ranked([WithError(20.0, 1.0), WithError(14.0, 1.0)], 3.393)] == ["1-2", "1-2"]


def test_what_overlaps_shares_places():
    # 100 is above all. 50 and 46 overlap; 42 overlaps with 46 but not with 50. 0 is below all.
    figures = [
        WithError(42.0, 1.0),
        WithError(100.0, 5.0),
        WithError(50.0, 1.0),
        WithError(0.0, 0.0),
        WithError(46.0, 1.0),
    ]
    assert [str(rank) for rank in ranked(figures)] == ["3-4", "1", "2-3", "5", "2-4"]


figure = st.builds(WithError, st.floats(0, 100), st.one_of(st.none(), st.floats(0, 20)))


@given(st.lists(figure, max_size=12))
def test_a_rank_counts_what_is_certainly_more_and_certainly_less(figures):
    for one, rank in zip(figures, ranked(figures)):
        more = sum(other.low() > one.high() for other in figures)
        less = sum(other.high() < one.low() for other in figures)
        assert rank == (1 + more, len(figures) - less)
        assert rank.first <= rank.last


@given(figure, figure)
def test_one_of_two_is_ranked_before_the_other_only_if_they_are_apart(one, other):
    first, second = ranked([one, other])
    assert (first != second) == apart(one, other)


def test_a_whole_is_before_its_parts():
    """A model of 20, a block of 19 in it, a layer of 19 in that, and beside them a layer of 18: only the last may change places."""
    figures = [WithError(20.0, 1.0), WithError(19.0, 1.0), WithError(19.0, 1.0), WithError(18.0, 1.0)]
    assert [str(rank) for rank in ranked(figures)] == ["1-4"] * 4
    ranks = ranked(figures, around=[(), (0,), (0, 1), (0,)])
    assert [str(rank) for rank in ranks] == ["1", "2-3", "3-4", "2-4"]
