"""Compares the times of two graphs by layer, and says in a sentence what may be said of each."""

from __future__ import annotations

from math import log
from statistics import fmean
from typing import Optional, Sequence, Tuple

from ..graph.graph import Graph
from ..graph.number_text import quantity_text
from ..graph.quantities import TIME
from ..profile.runs.samples import layer_samples, step_samples
from .measured_times import SMALL_PART, Compared, Comparison, Pair, compared
from .whole_runs import Whole

_ENOUGH_RUNS = 5
"""How many runs a side are advised."""


def compared_runs(a: Graph, b: Graph, pairs: Sequence[Pair]) -> Compared:
    """The times of layers that are the same in both graphs, given by the paths of their groups.

    Pairs that are no layer with time of its own on both sides are left out. The figures are of profiles; those of graphs that were not
    measured give nothing.
    """
    return compared(pairs, layer_samples(a), layer_samples(b), step=(_step(a), _step(b)))


def _step(graph: Graph) -> Optional[float]:
    times = step_samples(graph)
    return fmean(times) if times else None


def time_words(found: Comparison) -> str:
    """What may be said of the times of one layer.

    >>> time_words(compared([("conv", "conv")], {"conv": [3600.0]}, {"conv": [7500.0]}).layers[0])
    '3.6 ms and 7.5 ms: single runs are not comparable beyond 108 %; profile both sides in 5 runs'
    """
    sides = _sides(found)
    if found.ratio is None:
        return f"{sides}: not comparable, as it did not run in every run"
    if min(found.runs) == 1:
        which = "single runs are" if max(found.runs) == 1 else "a single run is"
        return (
            f"{sides}: {which} not comparable beyond {100.0 * (found.within or 0.0):,.0f} %; "
            f"profile both sides in {_ENOUGH_RUNS} runs"
        )
    times = _times(found.ratio, found.ratio_interval, " beside the other layers" if _is_corrected(found) else "")
    if found.with_all:
        return f"{sides}: {times}, as all layers together"
    if not found.significant:
        return f"{sides}: {times}, which may be chance"
    return f"{sides}: {times}" + (", certain but small" if found.small else "")


def whole_words(found: Whole) -> str:
    """What may be said of all layers together; empty if no difference can be claimed."""
    if not found.significant:
        return ""
    return f"all layers together take {_times(found.ratio, found.interval)}: the machine, or what all of them share, such as a dtype or the batch"


def _sides(found: Comparison) -> str:
    return " and ".join(quantity_text(TIME.field, value) for value in (found.a, found.b))


def _is_corrected(found: Comparison) -> bool:
    """Whether what the runs share changes the ratio of the two times so much that a reader would wonder."""
    return found.beside and abs(log(found.b / found.a) - log(found.ratio or 1.0)) > SMALL_PART


def _times(ratio: float, interval: Optional[Tuple[float, float]], beside: str = "") -> str:
    """How many times as long, with the interval."""
    between = f" (95 % interval {interval[0]:.2f} to {interval[1]:.2f})" if interval is not None else ""
    return f"{ratio:.2f} times as long{beside}{between}"
