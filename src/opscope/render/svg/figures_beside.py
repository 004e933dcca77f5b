"""Writes the figures of an overview as columns beside the drawing, those of each row at its height."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from ...graph.number_text import figure_text
from ...graph.quantities import FLOPS
from ...layout.overview.row_figures import BAR_PARTS, Amounts, RowFigures
from ...layout.sizes.extents import DETAIL_FONT, SMALL_FONT, Frame
from ...layout.sizes.text_width import width
from .figures_below import HEAD, SHADES, SHARED, flops_figure, part_heads, unit_of
from .marks import coordinate, rectangle, text_mark
from .row_names import BESIDE_GAP, label_wide, without_end

if TYPE_CHECKING:
    from .marks import Naming
    from .told_lines import ToldLine

GAP = 16.0
"""Between a column of the drawing and its figures, and behind them."""
BAR_HEIGHT = 10.0
PART_HEIGHT = 4.0
"""Of the bar of a line inside another one."""
LONGEST_BAR = 240.0
BRACKET = 5.0
"""How far the ends of the bracket beside the lines that are sums over copies reach, and how far it stands before the columns."""
BELOW_PITCH = 12.5
"""From the figures of a stack to the words below them."""
BELOW_TEXT = 8.0
"""From the middle of these words to where the bracket beside the lines below begins: it would strike them."""
NAME_PITCH = 12.0
"""From one line of text before the figures of a row to the next."""
APART_ABOVE = 5.0
"""Between a label of several lines and what stands above it, besides the pitch."""
LEADER_GAP, LEAST_LEADER = 8.0, 60.0
"""Between a dotted line and the figures to which it leads, and how long it is at least."""


class Widths(NamedTuple):
    """The widths of the columns of figures, in pixels."""

    parameters: float
    flops: float
    bar: float
    text: float


WIDE_TABLE, NARROW_TABLE = Widths(88.0, 60.0, 80.0, 66.0), Widths(76.0, 50.0, 46.0, 58.0)
"""Beside the only column of a drawing, and beside one of several."""
WITH_ERRORS = Widths(88.0, 60.0, 40.0, 106.0)
"""Beside the only column, where errors stand beside figures: they take as much room together."""
PART_PITCH = 16.0
"""From the beginning of the name of a part of bars to that of the next, without the name."""
CLOSE_TABLE, CLOSE_WITH_ERRORS = Widths(72.0, 50.0, 60.0, 62.0), Widths(72.0, 50.0, 38.0, 92.0)
"""The same where the page would be too wide, as rows side by side have names in front of their figures."""


class FiguresBeside:
    """The columns of figures."""

    def __init__(
        self,
        figures: RowFigures,
        told: "Sequence[ToldLine]",
        widths: Widths,
        named: "Naming",
        longest: float = 0.0,
        most: Optional[Amounts] = None,
        too_wide: float = 0.0,
    ) -> None:
        """Find out how wide the columns are.

        Args:
            figures: the figures of the whole overview.
            told: the lines that are written.
            widths: how wide columns are.
            named: as in `overview_svg`.
            longest: so wide is the longest bar, if that is more than usual.
            most: what the line has that certainly has most.
            too_wide: so much the names before figures are to leave of the room that they would take.
        """
        rows = figures.rows
        self._with_errors = widths in (WIDE_TABLE, CLOSE_TABLE) and any(told_error(row) is not None for row in rows)
        if self._with_errors:
            widths = WITH_ERRORS if widths == WIDE_TABLE else CLOSE_WITH_ERRORS
        self._text = 0.0 if figures.quantity is FLOPS else widths.text
        self._heads = part_heads(figures)
        self._parts = max(0.0, sum(PART_PITCH + width(part, HEAD) for part, _ in self._heads) - 4.0)
        bar = max(widths.bar, longest, min(LONGEST_BAR, self._parts - self._text))
        self._figures, self._widths, self._named, self._most = figures, widths._replace(bar=bar), named, most
        self._parameters = any(row.parameters is not None or row.shared for row in rows)
        flops = max([row.flops or 0.0 for row in rows], default=0.0)
        self._unit = unit_of(flops)
        self._bars = figures.quantity is not None and any(row.total for row in rows)
        self._top = max([row.total or 0.0 for row in rows], default=0.0)
        self._names = max([0.0, *(label_wide([each.label]) - self._free(each) for each in told)])
        self._names = max(0.0, self._names - too_wide)
        self.wide = (
            self._names
            + (widths.parameters if self._parameters else 0.0)
            + (widths.flops if self._unit else 0.0)
            + (GAP / 2 + self._bar_room() if self._bars else 0.0)
        )

    def _free(self, told: "ToldLine") -> float:
        """So much of the column of parameters a label may take: all, where there are none."""
        empty = told.amounts.parameters is None and not told.amounts.shared and not told.is_rest
        return self._widths.parameters if self._parameters and empty else 0.0

    def _cut(self, told: "ToldLine") -> List[str]:
        """The label of a line, each of its texts as far as there is room for it."""
        room = self._names + self._free(told) - BESIDE_GAP
        found = []
        for text in told.label:
            shown = text
            while len(shown) > 1 and width(shown, SMALL_FONT) > room + BESIDE_GAP / 4:
                shown = without_end(text, len(shown) - 1)
            found.append(shown)
        return found

    def _bar_room(self) -> float:
        """The width of the bars with what stands beside or above them."""
        return max(self._widths.bar + self._text, self._parts)

    def longer(self, room: float) -> float:
        """How long the longest bar may be in a table that is to be wider by so much."""
        if not self._bars:
            return 0.0
        return min(LONGEST_BAR, self._widths.bar + max(room, 0.0))

    def head(self, x: float, y: float) -> Iterator[str]:
        """The heads of the columns, with their units."""
        x += self._names
        if self._parameters:
            x += self._widths.parameters
            yield text_mark("head", x, y, "parameters", "end")
        if self._unit is not None:
            x += self._widths.flops
            yield text_mark("head", x, y, FLOPS.title if self._unit.size == 1 else self._unit.name, "end")
        if self._bars and self._figures.quantity is not None:
            x += GAP / 2
            if not self._heads:
                # Where the bars show FLOPs, the head of their numbers stands before.
                if self._unit is None or self._figures.quantity is not FLOPS:
                    yield text_mark("head", x, y, self._figures.quantity.title)
                return
            for number, (part, share) in enumerate(self._heads):  # what the colours of a bar stand for
                yield rectangle(f"h{SHADES[number]}", Frame(x, y - 18.0, 9.0, 9.0), 1)
                yield text_mark("head", x + 12.0, y - 10.0, part)
                yield text_mark("head", x + 12.0, y + 1.0, share)
                x += PART_PITCH + width(part, HEAD)

    def lines(self, told: "Sequence[ToldLine]", x: float, shift: float, ends: Sequence[float]) -> Iterator[str]:
        """The figures of lines, each at the height of what it is about. A dotted line leads to them from where that `ends`."""
        low = float("-inf")
        heights: List[float] = []
        for each, end in zip(told, ends):
            half = max(0, len(each.label) - 1) * NAME_PITCH / 2
            # Labels of several lines that follow each other without a gap read as one.
            y = max(each.line.y + shift, low + 13.0 + half + (APART_ABOVE if half else 0.0))
            low = y + half
            known = self._named(each.line.item)
            if known:
                yield f"<g{known}>"
            for number, text in enumerate(self._cut(each)):
                base = y + 4.0 - half + number * NAME_PITCH
                yield text_mark("note", x + self._names + self._free(each) - BESIDE_GAP / 2, base, text, "end")
            if y == each.line.y + shift and not each.is_rest:
                yield from self._leader(each, end, x + self._names, y)
            yield from self._line(each, x + self._names, y)
            if known:
                yield "</g>"
            heights.append(y)
        for upper, lower in _parts_of_stacks(told):
            yield from self._bracket(x - BRACKET, heights[upper] + BELOW_PITCH + BELOW_TEXT, heights[lower] + BRACKET)

    def _bracket(self, x: float, top: float, bottom: float) -> Iterator[str]:
        """The bracket beside the lines of what is in a stack: all are sums over its copies, as the words above it say."""
        steps = ((x + BRACKET, top), (x, top), (x, bottom), (x + BRACKET, bottom))
        yield f'<path class="bracket" d="M{"L".join(f"{coordinate(a)} {coordinate(b)}" for a, b in steps)}"/>'

    def _leader(self, told: "ToldLine", start: float, x: float, y: float) -> Iterator[str]:
        """The dotted line from a row to the first of its figures, where these stand far away."""
        amounts = told.amounts
        said = f"{amounts.parameters:,}" if amounts.parameters is not None else SHARED if amounts.shared else ""
        if told.label:
            end = x + self._free(told) - BESIDE_GAP / 2 - max(width(text, SMALL_FONT) for text in self._cut(told))
        elif said and self._parameters:
            end = x + self._widths.parameters - width(said, DETAIL_FONT)
        elif amounts.flops is not None and self._unit is not None:
            figure = width(flops_figure(amounts, self._unit), DETAIL_FONT)
            end = x + (self._widths.parameters if self._parameters else 0.0) + self._widths.flops - figure
        else:
            end = x
        end -= LEADER_GAP
        if end - start >= LEAST_LEADER:
            yield f'<path class="leader" d="M{coordinate(start)} {coordinate(y)}H{coordinate(end)}"/>'

    def _line(self, told: "ToldLine", x: float, y: float) -> Iterator[str]:
        base, amounts = y + 4.0, told.amounts
        look = "head" if told.is_sum else "note" if told.depth else "number"
        first = x + (self._widths.parameters if self._parameters else self._widths.flops)
        if self._parameters:
            x = first
            parameters = "" if amounts.parameters is None else f"{amounts.parameters:,}"
            if told.is_rest and told.rest:
                yield text_mark(look, x, base, f"{told.rest} {parameters}".strip(), "end")
            elif parameters:
                yield text_mark(look, x, base, parameters, "end")
            elif amounts.shared:
                yield text_mark("note", x, base, SHARED, "end")
        if told.below:
            yield text_mark("note", first, base + BELOW_PITCH, told.below, "end")
        if self._unit is not None:
            x += self._widths.flops
            if amounts.flops is not None:
                said = told.rest if told.is_rest and not self._parameters else ""
                yield text_mark(look, x, base, f"{said} {flops_figure(amounts, self._unit)}".strip(), "end")
        if self._bars and amounts.total is not None:
            yield from self._bar(told, x + GAP / 2, y, look)

    def _bar(self, told: "ToldLine", x: float, y: float, look: str) -> Iterator[str]:
        """The bar of a line, with its number behind it. That of a part is thin: it shows a part of a bar above it again."""
        amounts, quantity, total = told.amounts, self._figures.quantity, told.amounts.total or 0.0
        high = PART_HEIGHT if told.depth else BAR_HEIGHT
        end = x
        for number, part in enumerate(BAR_PARTS):
            wide = self._widths.bar * amounts.parts.get(part, 0.0) / self._top if self._top else 0.0
            if wide > 0:
                yield rectangle(f"h{SHADES[number]}", Frame(end, y - high / 2, max(wide, 0.5), high), 0)
            end += wide
        if quantity is None or quantity is FLOPS:  # the number stands in the column before
            yield from self._only(told, end + 6.0, x, y)
            return
        with_error = self._with_errors and not told.depth and told_error(amounts) is not None
        text = figure_text(quantity.field, total, amounts.error, with_error=with_error)
        yield text_mark("hot" if amounts is self._most else look, end + 6.0, y + 4.0, text)
        yield from self._only(told, end + 6.0 + width(text, DETAIL_FONT) + BESIDE_GAP, x, y)

    def _only(self, told: "ToldLine", left: float, bars: float, y: float) -> Iterator[str]:
        """What layers a rest is of, behind its figures, if there is room: `bars` is where bars begin."""
        layers = told.amounts.only_layers
        if told.is_rest and layers and left + width(layers, SMALL_FONT) <= bars + self._bar_room():
            yield text_mark("note", left, y + 4.0, layers)


def _parts_of_stacks(told: "Sequence[ToldLine]") -> Iterator[Tuple[int, int]]:
    """The positions of the line of each stack and of the last line that is a part of it."""
    for place, line in enumerate(told):
        if line.below:
            inner = list(takewhile(lambda other: other.depth > line.depth, told[place + 1 :]))  # noqa: B023 (used at once)
            if inner:
                yield place, place + len(inner)


def told_error(amounts: Amounts) -> Optional[float]:
    """The error of what a bar shows, where it is known as such, and not only how large it is at most."""
    return amounts.error if amounts.errors == 1 else None
