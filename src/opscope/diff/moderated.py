"""The variance between runs of each layer, moderated by the variances of all layers.

Of few runs some agree by chance, and others happen to lie far apart, so a layer's own variance says little: of five runs a side it is off by
half. All layers together say well what variances are usual here and how much they differ. That is an empirical Bayes estimate, which
the analysis of gene expression has used since G. K. Smyth, "Linear models and empirical Bayes methods for assessing differential
expression in microarray experiments", Statistical Applications in Genetics and Molecular Biology 3, 2004 (the R package limma): many
genes there, few samples each.
"""

from __future__ import annotations

from math import exp, inf, isinf, log
from statistics import fmean, median
from typing import List, NamedTuple, Sequence

from .polygamma import digamma, inverse_trigamma, trigamma

_LEAST_PART = 1e-5
"""A variance below this part of the median one counts as that much, since 0 has no logarithm (limma does so too)."""


class Variance(NamedTuple):
    """A variance, and from how many degrees of freedom it is known."""

    size: float
    freedom: float


def prior_of(found: Sequence[Variance]) -> Variance:
    """What variances are usual, and how sure that is: infinite degrees of freedom where they differ by chance alone, 0 where nothing is usual.

    The moments of the logarithms of variances are those of Fisher's z distribution (section 6.2 of the paper).
    """
    middle = median(each.size for each in found) if found else 0.0
    if len(found) < 2 or not middle:
        return Variance(middle, 0.0)
    sizes = [max(each.size, _LEAST_PART * middle) for each in found]
    logs = [log(size) - digamma(each.freedom / 2) + log(each.freedom / 2) for size, each in zip(sizes, found)]
    mean = fmean(logs)
    by_chance = fmean(trigamma(each.freedom / 2) for each in found)
    more = sum((each - mean) ** 2 for each in logs) / (len(logs) - 1) - by_chance
    if more <= 0.0:
        return Variance(fmean(sizes), inf)
    half = inverse_trigamma(more)
    return Variance(exp(mean + digamma(half) - log(half)), 2.0 * half)


def moderated(found: Sequence[Variance]) -> List[Variance]:
    """Each variance, drawn towards the usual one; with no more degrees of freedom than all of them have together."""
    prior, most = prior_of(found), sum(each.freedom for each in found)
    if isinf(prior.freedom):
        return [Variance(max(each.size, prior.size), most) for each in found]
    return [
        Variance(
            max(each.size, (prior.freedom * prior.size + each.freedom * each.size) / (prior.freedom + each.freedom)),
            min(prior.freedom + each.freedom, most),
        )
        for each in found
    ]
