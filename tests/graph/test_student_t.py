"""Student's t against published tables, and against its closed forms for one and two degrees of freedom."""

from __future__ import annotations

from math import atan, exp, inf, lgamma, pi, sqrt

import pytest

from opscope.graph.student_t import quantile, two_sided

TABLE = [
    # freedom, 95 %, 97.5 %, 99.5 %, 99.95 %: the table in NIST's Engineering Statistics Handbook (1.3.6.7.2) and any textbook
    (1, 6.314, 12.706, 63.657, 636.619),
    (2, 2.920, 4.303, 9.925, 31.599),
    (3, 2.353, 3.182, 5.841, 12.924),
    (4, 2.132, 2.776, 4.604, 8.610),
    (5, 2.015, 2.571, 4.032, 6.869),
    (8, 1.860, 2.306, 3.355, 5.041),
    (10, 1.812, 2.228, 3.169, 4.587),
    (20, 1.725, 2.086, 2.845, 3.850),
    (30, 1.697, 2.042, 2.750, 3.646),
    (60, 1.671, 2.000, 2.660, 3.460),
    (120, 1.658, 1.980, 2.617, 3.373),
    (1e9, 1.645, 1.960, 2.576, 3.291),
]


@pytest.mark.parametrize(("freedom", "p95", "p975", "p995", "p9995"), TABLE)
def test_quantiles_are_those_of_the_published_table(freedom, p95, p975, p995, p9995):
    found = [quantile(probability, freedom) for probability in (0.95, 0.975, 0.995, 0.9995)]
    assert found == pytest.approx([p95, p975, p995, p9995], abs=0.00051)


@pytest.mark.parametrize("t", [0.01, 0.5, 1.0, 2.776, 12.7, 1e3, 1e6])
def test_probabilities_of_one_and_two_degrees_of_freedom_are_those_of_their_closed_forms(t):
    assert two_sided(t, 1) == pytest.approx(1 - 2 / pi * atan(t), abs=1e-12)  # Cauchy's distribution
    assert two_sided(t, 2) == pytest.approx(1 - t / sqrt(2 + t * t), abs=1e-12)
    assert two_sided(-t, 2) == two_sided(t, 2)


def tails(t, freedom):
    """Both tails beyond `t` by Simpson's rule over the density, with the rest of the axis put between 0 and 1."""
    scale = exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / sqrt(freedom * pi)

    def density(place):
        at = t + place / (1 - place)
        return scale * (1 + at * at / freedom) ** (-(freedom + 1) / 2) / (1 - place) ** 2

    parts = 4000
    inner = sum(density(part / parts) * (4 if part % 2 else 2) for part in range(1, parts))
    return 2 * (density(0.0) + inner) / (3 * parts)  # the density is 0 at the far end


@pytest.mark.parametrize(("t", "freedom"), [(2.0, 4.5), (3.0, 7.3), (0.7, 5.01), (8.0, 3.6)])
def test_degrees_of_freedom_need_not_be_whole(t, freedom):
    assert two_sided(t, freedom) == pytest.approx(tails(t, freedom), rel=1e-6)


def test_ends():
    assert two_sided(0.0, 4) == 1.0
    assert two_sided(inf, 4) == 0.0
    assert 0.0 < two_sided(1e9, 4) < 1e-30


@pytest.mark.parametrize("freedom", [1, 2.5, 4, 7.7, 30, 1e4])
@pytest.mark.parametrize("probability", [0.5, 0.6, 0.975, 0.999999])
def test_a_quantile_has_its_probability(freedom, probability):
    assert 1 - two_sided(quantile(probability, freedom), freedom) / 2 == pytest.approx(probability, abs=1e-12)
