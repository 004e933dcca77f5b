"""Moderated variances: against numbers of SciPy 1.18, and against layers whose true variances are known."""

from __future__ import annotations

import random
from math import inf, pi, sqrt

import pytest

from opscope.diff.few_runs import by_chance, error_of_difference, side_of_logs
from opscope.diff.moderated import Variance, moderated, prior_of
from opscope.diff.polygamma import digamma, inverse_trigamma, trigamma

SIZES = (1.0, 9.0, 4.0, 0.25, 2.0, 30.0)
"""Six variances of 6 degrees of freedom each, as of 4 runs a side."""


@pytest.mark.parametrize(
    ("x", "first", "second"),
    [
        (0.3, -3.502524222200133, 12.245364546107734),
        (1.7, 0.20854787487349394, 0.7932328301639984),
        (4.0, 1.2561176684318003, 0.28382295573711525),
        (25.0, 3.198742512851974, 0.04081066325722558),
    ],
)
def test_derivatives_of_the_gamma_function_are_those_of_scipy(x, first, second):
    """scipy.special.psi(x) and polygamma(1, x)."""
    assert digamma(x) == pytest.approx(first, rel=1e-12)
    assert trigamma(x) == pytest.approx(second, rel=1e-12)


def test_closed_forms():
    assert trigamma(0.5) == pytest.approx(pi**2 / 2, rel=1e-13)
    assert digamma(2.0) - digamma(1.0) == pytest.approx(1.0, rel=1e-13)


@pytest.mark.parametrize("value", [1e-6, 0.01, 0.3, 1.0, 7.0, 1e3, 1e6])
def test_the_inverse_has_the_value(value):
    assert trigamma(inverse_trigamma(value)) == pytest.approx(value, rel=1e-10)


def test_the_prior_is_that_of_another_way_to_compute_it():
    """Smyth's equations with scipy.special.polygamma, the inverse by scipy.optimize.brentq."""
    prior = prior_of([Variance(size, 6.0) for size in SIZES])
    assert prior == pytest.approx((1.5715399946989743, 1.544090186047994), rel=1e-9)
    uneven = prior_of([Variance(size, freedom) for size, freedom in zip(SIZES, (8.0, 8.0, 4.0, 8.0, 6.0, 8.0))])
    assert uneven == pytest.approx((1.5315426849215519, 1.5247831867800252), rel=1e-9)


def test_a_variance_is_drawn_up_to_the_usual_one_and_never_below_its_own():
    """The paper's means of prior and own, by NumPy, are 1.117, 7.480, 3.503, 0.520, 1.912, 24.18; where its own is larger, that stays."""
    found = moderated([Variance(size, 6.0) for size in SIZES])
    assert [each.size for each in found] == pytest.approx(
        [1.1169802156369657, 9.0, 4.0, 0.520486816297403, 2.0, 30.0], rel=1e-9
    )
    assert [each.freedom for each in found] == pytest.approx([7.544090186047994] * 6, rel=1e-9)


def test_variances_that_differ_by_chance_alone_are_one_variance():
    alike = [Variance(size, 6.0) for size in (1.0, 1.1, 0.9, 1.05)]
    assert prior_of(alike) == (pytest.approx(1.0125), inf)
    assert moderated(alike)[2] == (pytest.approx(1.0125), 24.0)  # no surer than all of their runs together


def test_of_one_layer_or_of_none_nothing_is_drawn():
    assert moderated([]) == []
    assert moderated([Variance(3.0, 8.0)]) == [(3.0, 8.0)]
    assert moderated([Variance(0.0, 8.0)] * 3 + [Variance(2.0, 8.0)]) == [(0.0, 8.0)] * 3 + [(2.0, 8.0)]
    assert moderated([Variance(0.0, 4.0)] + [Variance(1.0, 4.0)] * 2)[0].size > 0.0


@pytest.mark.alike
@pytest.mark.parametrize(("usual", "freedom"), [(0.04, 4.0), (2.5, 12.0)])
def test_the_prior_of_many_layers_is_the_one_that_they_were_drawn_from(usual, freedom):
    """True variances are scaled inverse chi-squares, as the model has them, and what is seen of each has 8 degrees of freedom."""
    chance = random.Random("prior")

    def chi_squared(degrees):
        return chance.gammavariate(degrees / 2, 2.0)

    seen = []
    for _ in range(20_000):
        true = usual * freedom / chi_squared(freedom)
        seen.append(Variance(true * chi_squared(8.0) / 8.0, 8.0))
    found = prior_of(seen)
    assert found.size == pytest.approx(usual, rel=0.03)
    assert found.freedom == pytest.approx(freedom, rel=0.1)


def test_the_moderated_t_test_by_hand():
    """Means 0 and 0.4 of five runs each and a variance of 0.064: t = 0.4 / sqrt(0.064 * 2 / 5) = 2.5."""
    a, b = side_of_logs([0.0, 0.1, -0.1, 0.2, -0.2]), side_of_logs([0.4, 0.5, 0.3, 0.6, 0.2])
    error = error_of_difference(a, b, Variance(0.064, 11.3))
    assert error == (pytest.approx(0.4 / 2.5), 11.3)
    assert by_chance(0.4, error) == pytest.approx(0.028996868092906705, rel=1e-9)  # 2 * scipy.stats.t.sf(2.5, 11.3)


def test_of_unequal_numbers_of_runs_the_larger_error_counts():
    few, many = side_of_logs([0.0, 1.0, -1.0]), side_of_logs([0.0, 0.1, -0.1, 0.1, -0.1, 0.0, 0.0])
    variance = Variance((2.0 + 0.04) / 8, 8.0)
    error = error_of_difference(few, many, variance)
    assert error.size == pytest.approx(sqrt(1.0 / 3 + 0.04 / 6 / 7))  # Welch's
    assert error.freedom < 2.1
    turned = error_of_difference(many, few, variance)
    assert turned == pytest.approx(error)
    alike = error_of_difference(side_of_logs([1.0, 1.1, 0.9]), many, Variance(0.5, 9.0))
    assert alike == (pytest.approx(sqrt(0.5 * (1 / 3 + 1 / 7))), 9.0)
