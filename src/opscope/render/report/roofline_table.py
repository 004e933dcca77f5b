"""The table of a summary that says how near each layer is to what the machine can do, and what the best case would save."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional

from ...graph.number_text import amount_text, percent_text, quantity_text
from ...graph.quantities import PREFIXES, TIME, Unit
from ...profile.roofline import above_peaks, layer_rooflines, peaks_of
from ...profile.tables import TOP_ROWS, untimed_rows
from .hot import amount
from .text_columns import TextColumn, table_lines

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ...profile.roofline import Peaks

RATES = tuple([Unit(f"{prefix}FLOP/s", size, least) for prefix, size, least in PREFIXES])
"""The units of FLOP/s."""
BANDWIDTHS = tuple([Unit(f"{prefix}B/s", size, least) for prefix, size, least in PREFIXES])
"""The units of bytes per second: powers of 1,000, as bandwidths are told."""


def peak_words(peaks: "Peaks") -> str:
    """What the machine can do at most, in words."""
    arithmetic = [f"{dtype} {amount_text(rate, RATES)}" for dtype, rate in peaks.flops_per_s.items()]
    return ", ".join([*arithmetic, f"memory {amount_text(peaks.bytes_per_s, BANDWIDTHS)}"])


def roofline_lines(graph: "Graph") -> List[str]:
    """A line about the peaks, for the head of a summary; empty for a graph without them."""
    peaks = peaks_of(graph.measurement)
    if peaks is None:
        return []
    found = layer_rooflines(graph).values()
    saved = sum(each.saved_us for each in found)
    above = "".join([f"; above 100 %: {why}" for why in above_peaks(found)])
    if not found and untimed_rows(graph):
        return [f"roofline: this machine reaches {peak_words(peaks)}; no layer's time is known"]
    which = "the layers whose time is known" if untimed_rows(graph) else "the layers"
    return [
        f"roofline: this machine reaches {peak_words(peaks)}; at that, {which} would take {quantity_text(TIME.field, saved)} less in a step{above}"
    ]


def roofline_table(graph: "Graph", width: Optional[int] = None) -> List[str]:
    """The layers of which the most could be saved. Empty without peaks."""
    found = layer_rooflines(graph)
    order = sorted(found, key=lambda name: (-found[name].saved_us, name))[:TOP_ROWS]
    rows = [found[name] for name in order]
    if not rows:
        return []
    times = [amount(TIME.field, [each.time_us for each in rows]), amount(TIME.field, [each.saved_us for each in rows])]
    columns = [
        TextColumn("roofline, by layer (own time)", order, keep="end"),
        TextColumn(times[0][0], times[0][1], number=True),
        TextColumn(
            "FLOP/B", ["" if each.intensity is None else intensity_text(each.intensity) for each in rows], number=True
        ),
        TextColumn("achieved", [rate_text(each.flops_per_s) for each in rows], number=True),
        TextColumn("moved", [bandwidth_text(each.bytes_per_s) for each in rows], number=True),
        TextColumn("of attainable", [share_text(each.attainable_share) for each in rows], number=True),
        TextColumn("bound by", [each.bound for each in rows]),
        TextColumn(f"best case saves, {times[1][0]}", times[1][1], number=True),
    ]
    return table_lines(columns, width)


def rate_text(rate: float) -> str:
    """FLOP/s in words."""
    return amount_text(rate, RATES)


def bandwidth_text(rate: float) -> str:
    """Bytes per second in words."""
    return amount_text(rate, BANDWIDTHS)


def intensity_text(intensity: float) -> str:
    """FLOPs for each byte, in words."""
    return f"{intensity:,.2f}"


def share_text(share: float) -> str:
    """A share that may be above 1."""
    return percent_text(share) if share <= 1 else f"{100 * share:,.0f} %"
