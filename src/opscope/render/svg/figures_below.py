"""The figures of an overview that goes from left to right: below each item, in words, with a bar; all bars have one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, List, Optional, Tuple

from ...graph.at_least import at_least_text
from ...graph.number_text import figure_text
from ...graph.quantities import FLOPS
from ...layout.overview.row_figures import BAR_PARTS, shares
from ...layout.sizes.extents import DETAIL_FONT, Frame
from ...layout.sizes.rightward_sizes import FIGURES_WIDE
from ...layout.sizes.text_width import Font, width
from .marks import coordinate, rectangle, text_mark
from .row_names import OUTSIDE

if TYPE_CHECKING:
    from ...graph.quantities import Unit
    from ...layout.overview.figure_lines import FigureLine
    from ...layout.overview.row_figures import Amounts, RowFigures
    from .marks import Naming

SHADES = (1, 3, 0)
"""The steps of the scale of colours that the parts of a bar have."""
SHARED = "shared"
"""Stands for parameters that count in another line: where they are used first."""
PITCH = 12.5
"""From one line of figures to the next."""
FIRST = 13.0
"""From the lower edge of an item to the base line of its first figure."""
SPACE = 9.0
"""Between the FLOPs of an item and the number of its bar."""
BAR_HIGH = 8.0
HEAD = Font("bold", 11.0)
_ASIDE = 10.0
"""How far beside the drawing the line runs that carries the flow on."""


def unit_of(most: float) -> "Optional[Unit]":
    """The unit of FLOPs in which the largest figure is at least 1; ``None`` if there are none."""
    return next((each for each in reversed(FLOPS.units) if most >= each.size), FLOPS.units[0]) if most else None


def bare_figure(value: float) -> str:
    """A number whose unit stands elsewhere."""
    if not value:
        return "0"
    if value < 0.005:
        return "<0.01"
    return f"{value:,.2f}" if value < 100 else f"{value:,.0f}"


def flops_figure(amounts: "Amounts", unit: "Unit") -> str:
    """The FLOPs of a line without their unit, marked where they are only known to be at least so many; nothing where that is too small for the unit."""
    flops = amounts.flops or 0.0
    told = bare_figure(flops / unit.size) if unit.size > 1 else f"{flops:,.0f}"
    return at_least_text(told) if amounts.least else told


def part_heads(figures: "RowFigures") -> List[Tuple[str, str]]:
    """What the colours of bars stand for, each with its share of all; none where bars have no parts."""
    if len(figures.parts) < 2:
        return []
    found = shares(figures)
    return [(part, _whole_percent(found[part]) if part in found else "") for part in BAR_PARTS]


def _whole_percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.005 or not share else "<1 %"


class FiguresBelow:
    """Writes the figures of items."""

    def __init__(self, figures: "RowFigures", named: "Naming", most: "Optional[Amounts]") -> None:
        """Get ready; `most` is what the line has that certainly has most."""
        self._figures, self._named, self._most = figures, named, most
        self._unit = unit_of(max([row.flops or 0.0 for row in figures.rows], default=0.0))
        self._top = max([row.total or 0.0 for row in figures.rows], default=0.0)

    def head(self, right: float, y: float) -> Iterator[str]:
        """What the bars show, at the right end above the drawing."""
        quantity = self._figures.quantity
        if quantity is None or not self._top:
            return
        heads = [f"{part} {share}".strip() for part, share in part_heads(self._figures)]
        if not heads:
            yield text_mark("head", right, y, f"bars: {quantity.title}", "end")
            return
        x = right - sum(20.0 + width(part, HEAD) for part in heads)
        yield text_mark("head", x - 8.0, y, f"bars: {quantity.title}", "end")
        for number, part in enumerate(heads):  # what the colours of a bar stand for
            yield rectangle(f"h{SHADES[number]}", Frame(x, y - 8.0, 9.0, 9.0), 1)
            yield text_mark("head", x + 12.0, y, part)
            x += 20.0 + width(part, HEAD)

    def lines(self, line: "FigureLine", amounts: "Amounts", right: float, down: float) -> Iterator[str]:
        """The figures of one item, below its middle. The drawing is moved by `right` and `down`."""
        x, y = line.x + right, line.y + down + FIRST
        known = self._named(line.item)
        if known:
            yield f"<g{known}>"
        if amounts.parameters is not None:
            yield text_mark("number", x, y, f"{amounts.parameters:,} params", "middle")
            y += PITCH
        elif amounts.shared:
            yield text_mark("note", x, y, f"{SHARED} params", "middle")
            y += PITCH
        elif amounts.elsewhere:
            yield text_mark("note", x, y, OUTSIDE, "middle")
            y += PITCH
        flops = ""
        if amounts.flops is not None and self._unit is not None:
            figure = flops_figure(amounts, self._unit)
            flops = f"{figure} {self._unit.name}" if figure else ""
        told = self._told(amounts)
        if flops or told:
            gap = SPACE if flops and told else 0.0
            left = x - (width(flops, DETAIL_FONT) + gap + width(told, DETAIL_FONT)) / 2
            if flops:
                yield text_mark("number", left, y, flops)
            if told:
                yield text_mark(
                    "hot" if amounts is self._most else "number", left + width(flops, DETAIL_FONT) + gap, y, told
                )
            y += PITCH
        yield from self._bar(amounts, x, y - 1.0)
        if known:
            yield "</g>"

    def _told(self, amounts: "Amounts") -> str:
        """The number of the bar, unless it is that of the FLOPs."""
        quantity = self._figures.quantity
        if amounts.total is None or quantity is None or quantity is FLOPS or not self._top:
            return ""
        return figure_text(quantity.field, amounts.total, amounts.error, with_error=False)

    def _bar(self, amounts: "Amounts", x: float, y: float) -> Iterator[str]:
        if amounts.total is None or not self._top:
            return
        start = end = x - FIGURES_WIDE / 2
        for number, part in enumerate(BAR_PARTS):
            wide = FIGURES_WIDE * amounts.parts.get(part, 0.0) / self._top
            if wide > 0:
                yield rectangle(f"h{SHADES[number]}", Frame(end, y - BAR_HIGH, max(wide, 0.5), BAR_HIGH), 0)
            end += wide
        # A thin line from where bars begin, as long as the longest one: so lengths are compared across the page.
        yield f'<path class="rule" d="M{coordinate(start)} {coordinate(y + 1.5)}h{coordinate(FIGURES_WIDE)}"/>'


def carried_on(start: Tuple[float, float], end: Tuple[float, float], gutter: float) -> str:
    """The line along which the flow goes on from the end of a line of flow to the beginning of the next; `gutter` is the height between."""
    corners = [
        start,
        (start[0] + _ASIDE, start[1]),
        (start[0] + _ASIDE, gutter),
        (end[0] - _ASIDE, gutter),
        (end[0] - _ASIDE, end[1]),
        end,
    ]
    steps = "L".join(f"{coordinate(x)} {coordinate(y)}" for x, y in corners)
    return f'<path class="carried" d="M{steps}"/>'
