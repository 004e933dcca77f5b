"""Writes the figures of an overview as columns beside the drawing, those of each row at its height."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, Mapping, NamedTuple, Optional, Sequence, Tuple

from ...graph.number_text import figure_text
from ...graph.quantities import FLOPS
from ...layout.overview.row_figures import BAR_PARTS, Amounts, RowFigures
from ...layout.sizes.extents import Frame
from ...layout.sizes.text_width import width
from .figures_below import HEAD, SHADES, SHARED, bare_figure, unit_of
from .marks import rectangle, text_mark
from .row_names import BESIDE_GAP, label_wide

if TYPE_CHECKING:
    from ...layout.overview.figure_lines import FigureLine
    from .marks import Naming

GAP = 16.0
"""Between a column of the drawing and its figures, and behind them."""
BAR_HEIGHT = 10.0
NAME_PITCH = 12.0
"""From one line of text before the figures of a row to the next."""
LEAST_ERROR = 0.02
"""An error of less than this part of a figure is not said: nobody sees it in the bars."""


class _Widths(NamedTuple):
    """The widths of the columns of figures, in pixels."""

    parameters: float
    flops: float
    bar: float
    text: float


WIDE_TABLE, NARROW_TABLE = _Widths(88.0, 60.0, 80.0, 66.0), _Widths(76.0, 50.0, 46.0, 58.0)
"""Beside the only column of a drawing, and beside one of several."""
WITH_ERRORS = _Widths(88.0, 60.0, 48.0, 98.0)
"""Beside the only column, where errors stand beside figures: they take as much room together."""


class FiguresBeside:
    """The columns of figures."""

    def __init__(
        self, figures: RowFigures, widths: _Widths, named: "Naming", labels: Mapping[int, Sequence[str]]
    ) -> None:
        """`labels` are what lines say they are about, by the identity of their items."""
        rows = figures.rows
        self._with_errors = widths is WIDE_TABLE and any(told_error(row) is not None for row in rows)
        widths = WITH_ERRORS if self._with_errors else widths
        self._figures, self._widths, self._named = figures, widths, named
        self._parameters = any(row.parameters is not None or row.shared for row in rows)
        flops = max([row.flops or 0.0 for row in rows], default=0.0)
        self._unit = unit_of(flops)
        self._bars = figures.quantity is not None and any(row.total for row in rows)
        self._top = max([row.total or 0.0 for row in rows], default=0.0)
        self._labels, self._names = labels, label_wide(list(labels.values()))
        self.wide = (
            self._names
            + (widths.parameters if self._parameters else 0.0)
            + (widths.flops if self._unit else 0.0)
            + (GAP / 2 + self._bar_room() if self._bars else 0.0)
        )

    def _bar_room(self) -> float:
        """The width of the bars with what stands beside or above them."""
        text = 0.0 if self._figures.quantity is FLOPS else self._widths.text
        parts = sum(20.0 + width(part, HEAD) for part in BAR_PARTS) if len(self._figures.parts) > 1 else 0.0
        return max(self._widths.bar + text, parts)

    def head(self, x: float, y: float) -> Iterator[str]:
        """The heads of the columns, with their units."""
        x += self._names
        if self._parameters:
            x += self._widths.parameters
            yield text_mark("head", x, y, "parameters", "end")
        if self._unit is not None:
            x += self._widths.flops
            yield text_mark("head", x, y, self._unit.name, "end")
        if self._bars and self._figures.quantity is not None:
            x += GAP / 2
            if len(self._figures.parts) < 2:
                yield text_mark("head", x, y, self._figures.quantity.title)
                return
            for number, part in enumerate(BAR_PARTS):  # what the colours of a bar stand for
                yield rectangle(f"h{SHADES[number]}", Frame(x, y - 8.0, 9.0, 9.0), 1)
                yield text_mark("head", x + 12.0, y, part)
                x += 20.0 + width(part, HEAD)

    def lines(self, rows: "Sequence[Tuple[FigureLine, Amounts]]", x: float, shift: float) -> Iterator[str]:
        """The figures of rows, each at the height of what it is about."""
        low = float("-inf")
        for line, amounts in rows:
            label = self._labels[id(line.item)]
            half = max(0, len(label) - 1) * NAME_PITCH / 2
            y = max(line.y + shift, low + 13.0 + half)
            low = y + half
            known = self._named(line.item)
            if known:
                yield f"<g{known}>"
            for number, text in enumerate(label):
                base = y + 4.0 - half + number * NAME_PITCH
                yield text_mark("note", x + self._names - BESIDE_GAP / 2, base, text, "end")
            yield from self._line(amounts, x + self._names, y)
            if known:
                yield "</g>"

    def _error(self, amounts: Amounts) -> Optional[float]:
        """The error that stands beside a figure; ``None`` for none."""
        return told_error(amounts) if self._with_errors else None

    def _line(self, amounts: Amounts, x: float, y: float) -> Iterator[str]:
        base = y + 4.0
        if self._parameters:
            x += self._widths.parameters
            if amounts.parameters is not None:
                yield text_mark("number", x, base, f"{amounts.parameters:,}", "end")
            elif amounts.shared:
                yield text_mark("note", x, base, SHARED, "end")
        if self._unit is not None:
            x += self._widths.flops
            if amounts.flops is not None:
                yield text_mark("number", x, base, bare_figure(amounts.flops / self._unit.size), "end")
        total = amounts.total
        if not self._bars or total is None or self._figures.quantity is None:
            return
        x += GAP / 2
        end = x
        for number, part in enumerate(BAR_PARTS):
            value = amounts.parts.get(part, 0.0)
            wide = self._widths.bar * value / self._top if self._top else 0.0
            if wide > 0:
                yield rectangle(f"h{SHADES[number]}", Frame(end, y - BAR_HEIGHT / 2, max(wide, 0.5), BAR_HEIGHT), 0)
            end += wide
        if self._figures.quantity is FLOPS:  # the number stands in the column before
            return
        # Its mark of doubt is left out: the error says it.
        text = figure_text(self._figures.quantity.field, total, self._error(amounts)).lstrip("~")
        yield text_mark("hot" if total >= self._top else "number", end + 6.0, base, text)


def told_error(amounts: Amounts) -> Optional[float]:
    """The error of what a bar shows, where it is known as such and worth saying."""
    known = amounts.error if amounts.errors == 1 else None
    return known if known is not None and known >= LEAST_ERROR * (amounts.total or 0.0) else None
