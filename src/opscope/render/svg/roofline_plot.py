"""Draws the roofline of a measured graph: its layers by arithmetic intensity and what they achieve, on logarithmic axes.

The slanted line is what memory allows, each level line what arithmetic of a dtype does: nothing is above both, unless caches serve what
is counted as memory's. A layer's circle is as large as its time, and has the colour of its kind.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Dict, Iterator, List, NamedTuple, Sequence, Tuple

from ...errors import InputError, spelled
from ...graph.content import content_of
from ...graph.number_text import amount_text, quantity_text
from ...graph.quantities import TIME
from ...graph.vocabulary import LATER_PHASES, PHASES
from ...layout.scene.group_ops import GroupOps
from ...layout.scene.layer_kinds import LAYER_KINDS, kind_of_layer
from ...layout.sizes.extents import SMALL_FONT
from ...layout.sizes.text_width import Font, width
from ...profile.roofline import OVERHEAD, Peaks, RooflineFigures, above_peaks, peaks_of
from ...profile.roofline_rows import roofline_rows
from ..report.roofline_table import BANDWIDTHS, RATES, peak_words
from .drawing import document
from .label_places import LabelBox, LabelPlaces
from .marks import coordinate, text_mark, tooltip

if TYPE_CHECKING:
    from ...graph.graph import Graph

_WIDE, _HIGH = 980.0, 715.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 96.0, 950.0, 118.0, 580.0
"""Where the plot's field lies in the picture."""
_LEAST_RADIUS, _MOST_RADIUS = 3.5, 22.0
_MOST_LABELS = 12
"""So many layers are named, those with the most time; all have their names in a tip."""
_LABEL_LENGTH = 34
_FIELD = LabelBox(2.0, _TOP - 20, _WIDE - 2, _BOTTOM + 4)
"""Where labels may stand."""
_HEAD_FONT = Font("bold", 11.0)
"""Of the labels of lines, as the style sheet has it."""
_ALONG = (0.5, 0.35, 0.65, 0.2, 0.8, 0.05, 0.95)
"""Where beside its line the label of memory may stand, the places that are tried first first."""


class _Axis(NamedTuple):
    """A logarithmic axis."""

    low: int
    high: int
    """The powers of ten at its ends."""
    start: float
    end: float
    """The coordinates of its ends."""

    def at(self, value: float) -> float:
        return self.start + (self.end - self.start) * (math.log10(value) - self.low) / (self.high - self.low)

    def ticks(self) -> List[float]:
        return [10.0**power for power in range(self.low, self.high + 1)]


def roofline_svg(graph: "Graph", *, theme: str = "auto") -> str:
    """The roofline as an SVG document; `InputError` for a graph without peaks."""
    peaks = peaks_of(graph.measurement)
    if peaks is None:
        how = spelled("opscope.profile(..., roofline=True)", "opscope profile --roofline")
        raise InputError(f"{graph.name} has no roofline, since what the machine can do was not measured; use {how}")
    points, left_out = roofline_rows(graph)
    across, up = _axes(peaks, list(points.values()))
    spots = _spots(points, across, up)
    places = LabelPlaces(_FIELD)
    content = [
        text_mark("title", _LEFT, 36, f"{graph.name}: roofline"),
        text_mark("facts", _LEFT, 58, _machine(graph, peaks)),
        text_mark("facts", _LEFT, 76, "a layer's circle is as large as its time; below the lines is time that the best case would save"),
        *_grid(across, up),
        *_roofs(peaks, across, up, places, [spot.box for spot in spots]),
        *_circles(graph, points, spots, places),
        *_foot(graph, points, left_out),
    ]  # fmt: skip
    return "".join(document(content, _WIDE, _HIGH, theme))


def _machine(graph: "Graph", peaks: Peaks) -> str:
    """What the peaks are of."""
    told = (graph.measurement or {})["roofline"]
    threads = told.get("threads")
    where = f"{threads} threads" if isinstance(threads, int) and threads > 1 else "1 thread" if threads == 1 else ""
    device = told.get("device")
    named = ", ".join([each for each in (device if isinstance(device, str) else "", where) if each])
    return f"peaks measured on this machine{f' ({named})' if named else ''}: {peak_words(peaks)}"


def _axes(peaks: Peaks, points: Sequence[RooflineFigures]) -> Tuple[_Axis, _Axis]:
    """Axes with room for all points, and for where the lines meet."""
    roofs = list(peaks.flops_per_s.values()) or [peaks.bytes_per_s]
    intensities = [roof / peaks.bytes_per_s for roof in roofs] + [each.intensity or 1.0 for each in points]
    rates = roofs + [each.flops_per_s for each in points]

    def ends(values: Sequence[float]) -> Tuple[int, int]:
        # Between the ends of what is told of a machine: a file may have any numbers.
        inside = [min(max(value, 1e-12), 1e30) for value in values]
        low, high = math.floor(math.log10(min(inside) / 1.5)), math.ceil(math.log10(max(inside) * 1.5))
        return low, max(high, low + 1)

    return _Axis(*ends(intensities), _LEFT, _RIGHT), _Axis(*ends(rates), _BOTTOM, _TOP)


def _line(name: str, x1: float, y1: float, x2: float, y2: float) -> str:
    ends = zip(("x1", "y1", "x2", "y2"), (x1, y1, x2, y2))
    return f'<line class="{name}" ' + " ".join([f'{key}="{coordinate(value)}"' for key, value in ends]) + "/>"


def _grid(across: _Axis, up: _Axis) -> Iterator[str]:
    """A line at each power of ten, with its number, and what the axes are."""
    for value in across.ticks():
        x = across.at(value)
        yield _line("rule", x, _TOP, x, _BOTTOM)
        yield text_mark("legend", x, _BOTTOM + 18, f"{value:,g}", "middle")
    for value in up.ticks():
        y = up.at(value)
        yield _line("rule", _LEFT, y, _RIGHT, y)
        yield text_mark("legend", _LEFT - 8, y + 4, amount_text(value, RATES), "end")
    yield text_mark(
        "legend", (_LEFT + _RIGHT) / 2, _BOTTOM + 38, "arithmetic intensity, FLOP per byte moved (estimated)", "middle"
    )
    yield text_mark("legend", _LEFT - 8, _TOP - 16, "achieved", "end")


def _roofs(peaks: Peaks, across: _Axis, up: _Axis, places: LabelPlaces, circles: Sequence[LabelBox]) -> Iterator[str]:
    """The line of memory up to the highest roof, and the roof of each dtype from there on. Their labels come before those of layers."""
    highest = max(peaks.flops_per_s.values(), default=10.0**up.high)
    first = max(10.0**across.low, 10.0**up.low / peaks.bytes_per_s)
    ridge = min(highest / peaks.bytes_per_s, 10.0**across.high)
    start, end = (
        (across.at(first), up.at(first * peaks.bytes_per_s)),
        (across.at(ridge), up.at(ridge * peaks.bytes_per_s)),
    )
    yield _line("own", *start, *end)
    label = f"memory {amount_text(peaks.bytes_per_s, BANDWIDTHS)}"
    wide = width(label, _HEAD_FONT)
    along = [(start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part) for part in _ALONG]
    beside = [place for x, y in along for place in ((x - 10 - wide, y - 6), (x + 12, y + 16))]
    yield from _roof_label(label, beside, places, circles)
    for dtype, rate in peaks.flops_per_s.items():
        from_x, y = across.at(min(rate / peaks.bytes_per_s, 10.0**across.high)), up.at(rate)
        yield _line("own", from_x, y, _RIGHT, y)
        label = f"{dtype} {amount_text(rate, RATES)}"
        right = _RIGHT - 6 - width(label, _HEAD_FONT)
        lefts = [right, *([from_x + 6] if from_x + 6 < right else [])]
        yield from _roof_label(
            label, [(left, y + down) for down in (-6, 16, -24, 34) for left in lefts], places, circles
        )


def _roof_label(
    label: str, starts: Sequence[Tuple[float, float]], places: LabelPlaces, circles: Sequence[LabelBox]
) -> Iterator[str]:
    """The label of a line where no circle is, or else where no other label is."""
    place = places.place(label, _HEAD_FONT, starts, circles) or places.place(label, _HEAD_FONT, starts)
    if place is not None:
        yield text_mark("head", *place, label)


class _Spot(NamedTuple):
    """A layer's circle in the picture."""

    name: str
    x: float
    y: float
    radius: float

    @property
    def box(self) -> LabelBox:
        return LabelBox(self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius)


def _spots(points: Dict[str, RooflineFigures], across: _Axis, up: _Axis) -> List[_Spot]:
    """The circles, that of the longest layer first, so that small ones lie on top."""
    longest = max((each.time_us for each in points.values()), default=1.0)

    def spot(name: str) -> _Spot:
        each = points[name]
        radius = max(_LEAST_RADIUS, _MOST_RADIUS * math.sqrt(each.time_us / longest))
        return _Spot(name, across.at(each.intensity or 1.0), up.at(each.flops_per_s), radius)

    return [spot(name) for name in sorted(points, key=lambda name: (-points[name].time_us, name))]


def _circles(
    graph: "Graph", points: Dict[str, RooflineFigures], spots: Sequence[_Spot], places: LabelPlaces
) -> Iterator[str]:
    """The circles, and the names of the longest layers, each beside its circle where there is room."""
    kinds = _kinds(graph)
    labels: List[str] = []
    for name, x, y, radius in spots:
        kind = kinds.get(name, "unknown")
        yield f'<g><circle class="f-{kind}" cx="{coordinate(x)}" cy="{coordinate(y)}" r="{coordinate(radius)}"/>{_tip(name, points[name])}</g>'
        if len(labels) < _MOST_LABELS:
            label = name if len(name) <= _LABEL_LENGTH else f"…{name[1 - _LABEL_LENGTH :]}"
            wide = width(label, SMALL_FONT)
            beside = [
                (x + radius + 4, y + 4), (x - radius - 4 - wide, y + 4), (x - wide / 2, y - radius - 5), (x - wide / 2, y + radius + 13),
            ]  # fmt: skip
            place = places.place(label, SMALL_FONT, beside)
            if place is not None:
                labels.append(text_mark("note", *place, label))
    yield from labels


def _tip(name: str, each: RooflineFigures) -> str:
    """The figures of a layer, for who points at it."""
    rate, moved = amount_text(each.flops_per_s, RATES), amount_text(each.bytes_per_s, BANDWIDTHS)
    lines = [
        name, quantity_text(TIME.field, each.time_us), f"{rate}, {moved}", f"{each.intensity or 0.0:.3g} FLOP per byte", bound_words(each),
    ]  # fmt: skip
    return tooltip("\n".join(lines))


def bound_words(each: RooflineFigures) -> str:
    """What bounds a layer, and how near it is, in words.

    >>> bound_words(RooflineFigures(10.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.1, "overhead", 9.0))
    'overhead: takes 10 times what arithmetic or memory would'
    """
    if each.bound == OVERHEAD:
        times = f"{1 / each.attainable_share:.0f} times what" if each.attainable_share else "time without"
        return f"overhead: takes {times} arithmetic or memory would"
    if each.attainable_share > 1:
        return f"{each.bound}-bound, faster than the measured peak allows"
    return f"{each.bound}-bound, at {each.attainable_share:.0%} of what is attainable"


def _kinds(graph: "Graph") -> Dict[str, str]:
    """The kind, by which it is coloured, of each row of the table of layers that is a group."""
    ops = GroupOps(graph)
    later = (*LATER_PHASES, *PHASES[1:])
    return {
        group.path: "training" if group.kind in later else kind_of_layer(graph, index, ops)
        for index, group in enumerate(content_of(graph).groups)
    }


def _foot(graph: "Graph", points: Dict[str, RooflineFigures], left_out: str) -> Iterator[str]:
    """The legend of the colours, and what is not drawn."""
    kinds = _kinds(graph)
    used = {kinds.get(name, "unknown") for name in points}
    x, y = _LEFT, _BOTTOM + 66
    for kind, look in LAYER_KINDS.items():
        if kind in used:
            yield f'<circle class="f-{kind}" cx="{coordinate(x + 5)}" cy="{coordinate(y - 4)}" r="5"/>'
            yield text_mark("legend", x + 15, y, look.title)
            x += 30 + width(look.title, Font("regular", 12.0))
    if left_out:
        yield text_mark("legend", _LEFT, _BOTTOM + 88, left_out)
    for line, why in enumerate(above_peaks(points.values())):
        yield text_mark("legend", _LEFT, _BOTTOM + 106 + 18 * line, f"above the lines: {why}")
