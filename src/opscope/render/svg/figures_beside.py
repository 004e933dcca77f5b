"""Writes the figures of an overview as columns beside the drawing, those of each row at its height."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Iterator, List, Optional, Sequence, Tuple

from ...graph.number_text import figure_text
from ...graph.quantities import FLOPS
from ...layout.overview.row_figures import BAR_PARTS, Amounts, RowFigures
from ...layout.sizes.extents import DETAIL_FONT, HEAT_FONT, SMALL_FONT, Frame
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
PART_HEIGHT = 5.0
"""Of the bar of a line inside another one."""
LONGEST_BAR = 420.0
BELOW_PITCH = 12.5
"""From the figures of a stack to the words below them."""
NAME_INDENT = 9.0
"""So far right of the name of a line the names of its parts begin, where every line has one."""
NAME_PITCH = 12.0
"""From one line of text before the figures of a row to the next."""
LINE_PITCH = 13.0
"""From one line of figures to the next, at least."""
APART_ABOVE = 5.0
"""Between a label of several lines and what stands above it, besides the pitch."""
BAND_HIGH, BAND_GAP = 19.0, 1.5
"""The height of the band behind the figures of a row, if the lines beside it are as far away; else they are so far apart."""
BAND_PAD = 8.0
"""So far before the names and figures bands begin."""
BRACKET_GAP, BRACKET_STEP, MOST_BRACKETS = 5.0, 2.0, 1
"""So far left of bands stands the bracket around the lines of a stack, and so much nearer one inside another."""
BAND_END = 6.0
"""So far behind the longest bar with its number they end."""
BESIDE_COLUMN = 14.0
"""Between two columns."""
COPIES_GAP = 8.0
"""Between the words before numbers that say of how many copies these are, and the widest of such numbers."""
OVER = 3.0
"""So far into the gap behind the drawing names may reach before they are cut."""
NUMBER_GAP = 6.0
"""Between a bar and its number."""
WIDE_BAR, CLOSE_BAR, NARROW_BAR = 80.0, 46.0, 46.0
"""The longest bar is at least so long: beside the only column of a drawing, if the page would be too wide, and beside one of several columns."""
ERROR_WIDE = 34.0
"""The longest bar may be so much shorter where errors stand behind numbers."""
PART_PITCH = 16.0
"""From the beginning of the name of a part of bars to that of the next, without the name."""


class FiguresBeside:
    """The columns of figures. Each column is as wide as what stands in it."""

    def __init__(
        self,
        figures: RowFigures,
        told: "Sequence[ToldLine]",
        least_bar: float,
        named: "Naming",
        most: Optional[Amounts] = None,
        *,
        with_errors: bool,
        more_bar: float = 0.0,
        too_wide: float = 0.0,
        with_copies: bool = True,
    ) -> None:
        """Find out how wide the columns are.

        Args:
            figures: the figures of the whole overview.
            told: the lines that are written.
            least_bar: so long is the longest bar at least.
            named: as in `overview_svg`.
            most: what the line has that certainly has most.
            with_errors: errors stand behind numbers, where they are known.
            more_bar: so much wider bars and their numbers may be together.
            too_wide: so much the names before figures are to leave of the room that they would take.
            with_copies: figures of all copies of a stack say so where they stand.
        """
        self._figures, self._named, self._most = figures, named, most
        rows = [each.amounts for each in told]
        self._with_errors = with_errors and any(told_error(row) is not None for row in rows)
        self._heads = part_heads(figures)
        self._unit = unit_of(max([row.flops or 0.0 for row in figures.rows], default=0.0))
        self._bars = figures.quantity is not None and any(row.total for row in figures.rows)
        self._top = max([row.total or 0.0 for row in figures.rows], default=0.0)
        self._parameters = self._parameters_wide(told)
        self._flops = self._flops_wide(told)
        self._with_copies = with_copies
        self._as_table = all(len(each.label) == 1 or each.is_rest for each in told)
        self._spare = 0.0
        self._inner = max([0.0, *(self._first_wide(each) for each in told if each.copies)]) + COPIES_GAP
        self._names = max(0.0, self._names_wide(told) - too_wide)
        if too_wide:  # what is free before numbers that stand behind names
            taken = [self._first_wide(each) for each in told if each.label and self._free(each) < self._parameters]
            self._spare = max(0.0, self._parameters - max(taken, default=self._parameters))
        self._ahead = self._names + self._edge(told) - BESIDE_GAP / 2
        self._room, self._bar_length = self._bar_room(
            told, least_bar - (ERROR_WIDE if self._with_errors else 0.0), more_bar
        )
        self._titled = bool(self._heads) and self._heads_wide + self._title_wide <= self._room
        self.wide = self._names + self._parameters + self._flops + BAND_END
        self.wide += GAP / 2 + self._room if self._bars else 0.0

    def _names_wide(self, told: "Sequence[ToldLine]") -> float:
        """The width of what stands before the first column of numbers, but for what reaches into that."""
        edge = self._edge(told)
        labels = [self._indent(each) + label_wide([self._label(each)]) - edge for each in told if each.label]
        copies = [width(self._copies(each), SMALL_FONT) for each in told if self._copies(each)]
        return max([0.0, *labels, *(self._inner + wide - self._first for wide in copies)])

    @property
    def _heads_wide(self) -> float:
        """The width of the names of the parts of bars; 0 where there are none."""
        return max(0.0, sum(PART_PITCH + width(part, HEAD) for part, _ in self._heads) - 4.0)

    @property
    def _title_wide(self) -> float:
        """The width of what bars show, before the names of their parts."""
        return width(self._figures.quantity.title, HEAD) + GAP if self._figures.quantity is not None else 0.0

    def _parameters_wide(self, told: "Sequence[ToldLine]") -> float:
        """The width of the column of parameters; 0 where there is none."""
        if not any(row.parameters is not None or row.shared for row in self._figures.rows):
            return 0.0
        texts = [width("parameters", HEAD)]
        for each in told:
            texts.append(width(self._parameters_told(each), HEAD if each.is_sum else DETAIL_FONT))
            texts.append(width(each.below, SMALL_FONT))
        return max(texts) + BESIDE_COLUMN

    def _parameters_told(self, told: "ToldLine") -> str:
        amounts = told.amounts
        figure = f"{amounts.parameters:,}" if amounts.parameters is not None else ""
        if told.is_rest:
            return f"{told.rest} {figure}".strip()
        return figure or (SHARED if amounts.shared else "")

    @property
    def _first(self) -> float:
        """The width of the first column of numbers."""
        return self._parameters or self._flops

    def _first_wide(self, told: "ToldLine") -> float:
        """The width of what a line has in the first column."""
        if self._parameters:
            return width(self._parameters_told(told), HEAD if told.is_sum else DETAIL_FONT)
        flops = flops_figure(told.amounts, self._unit) if self._unit and told.amounts.flops is not None else ""
        return width(flops, HEAD if told.is_sum else DETAIL_FONT)

    def _copies(self, told: "ToldLine") -> str:
        """What stands before the figures of a line without a label: of how many copies they are."""
        return told.copies if self._with_copies and not told.label else ""

    def _label(self, told: "ToldLine") -> Sequence[str]:
        """The label of a line, which says of how many copies its figures are, too."""
        if not (self._with_copies and told.copies and told.label):
            return told.label
        return (*told.label[:-1], f"{told.label[-1]}, {told.copies}")

    def _flops_wide(self, told: "Sequence[ToldLine]") -> float:
        """The width of the column of FLOPs; 0 where there is none. What stands before it needs it where there are no parameters."""
        if self._unit is None:
            return 0.0
        unit = self._unit
        texts = [width(self._flops_head(), HEAD)]
        for each in told:
            figure = flops_figure(each.amounts, unit) if each.amounts.flops is not None else ""
            texts.append(
                width(
                    figure if self._parameters or not each.is_rest else f"{each.rest} {figure}",
                    HEAD if each.is_sum else DETAIL_FONT,
                )
            )
            texts.append(0.0 if self._parameters else width(each.below, SMALL_FONT))
        return max(texts) + BESIDE_COLUMN

    def _flops_head(self) -> str:
        return FLOPS.title if self._unit is None or self._unit.size == 1 else self._unit.name

    def _bar_room(self, told: "Sequence[ToldLine]", least: float, more: float) -> Tuple[float, float]:
        """The width of the bars with what stands beside or above them, and how long the longest bar can be in it."""
        heads = self._heads_wide
        bars = [
            (each.amounts.total / self._top, self._number_wide(each))
            for each in told
            if self._top and each.amounts.total
        ]
        if not bars:
            return max(heads, least), least
        room = max([heads, *(least * share + number for share, number in bars)]) + max(more, 0.0)
        length = min((room - number) / share for share, number in bars)
        if length <= LONGEST_BAR:
            return room, length
        return max([heads, *(LONGEST_BAR * share + number for share, number in bars)]), LONGEST_BAR

    def _number(self, told: "ToldLine") -> str:
        """The number behind a bar; none where it stands in the column of FLOPs."""
        quantity, amounts = self._figures.quantity, told.amounts
        if quantity is None or quantity is FLOPS:
            return ""
        with_error = self._with_errors and not told.depth and told_error(amounts) is not None
        return figure_text(quantity.field, amounts.total or 0.0, amounts.error, with_error=with_error)

    def _number_wide(self, told: "ToldLine") -> float:
        text = self._number(told)
        font = HEAT_FONT if told.amounts is self._most else HEAD if told.is_sum else DETAIL_FONT
        return NUMBER_GAP + width(text, font) if text else 0.0

    def _indent(self, told: "ToldLine") -> float:
        """So far right of the other names that of a line begins; 0 where names end below each other."""
        return NAME_INDENT * told.depth if self._as_table else 0.0

    def _free(self, told: "ToldLine") -> float:
        """So much of the column of parameters a label may take: all, where there are none."""
        empty = told.amounts.parameters is None and not told.amounts.shared and not told.is_rest
        return self._parameters if empty else self._spare

    def _edge(self, told: "Sequence[ToldLine]") -> float:
        """So far into the column of parameters all labels reach, which end below each other."""
        return min([self._free(each) for each in told if each.label], default=0.0)

    def _cut(self, told: "ToldLine") -> List[str]:
        """The label of a line, each of its texts as far as there is room for it."""
        room = self._ahead + OVER - self._indent(told)
        found = []
        for text, bare in zip(self._label(told), told.label):
            # Of how many copies figures are is left out rather than cut: the head of the stack says so, too.
            text = text if width(text, SMALL_FONT) <= room else bare
            shown = text
            while len(shown) > 1 and width(shown, SMALL_FONT) > room:
                shown = without_end(text, len(shown) - 1)
            found.append(shown)
        return found

    def head(self, x: float, y: float) -> Iterator[str]:
        """The heads of the columns, with their units."""
        x += self._names
        if self._parameters:
            x += self._parameters
            yield text_mark("head", x, y, "parameters", "end")
        if self._unit is not None:
            x += self._flops
            yield text_mark("head", x, y, self._flops_head(), "end")
        if self._bars and self._figures.quantity is not None:
            x += GAP / 2
            if not self._heads:
                yield text_mark("head", x, y, self._figures.quantity.title)
                return
            if self._titled:
                yield text_mark("head", x, y, self._figures.quantity.title)
                x += self._title_wide
            for number, (part, share) in enumerate(self._heads):  # what the colours of a bar stand for
                yield rectangle(f"h{SHADES[number]}", Frame(x, y - 18.0, 9.0, 9.0), 1)
                yield text_mark("head", x + 12.0, y - 10.0, part)
                yield text_mark("head", x + 12.0, y + 1.0, share)
                x += PART_PITCH + width(part, HEAD)

    def lines(self, told: "Sequence[ToldLine]", x: float, shift: float) -> Iterator[str]:
        """The figures of lines, each at the height of what it is about, on bands that all begin where the columns do."""
        heights = _heights(told, shift)
        for place, (each, y) in enumerate(zip(told, heights)):
            known = self._named(each.line.item)
            if known:
                yield f"<g{known}>"
            yield self._band(heights, place, x, below=bool(each.below))
            if each.below:
                yield _bracket(told, heights, place, x - BAND_PAD)
            half = max(0, len(each.label) - 1) * NAME_PITCH / 2
            for number, text in enumerate(self._cut(each)):
                base = y + 4.0 - half + number * NAME_PITCH
                if self._as_table:
                    name = text_mark("note", x + self._indent(each), base, text)
                    yield f'<g class="also">{name}</g>' if each.only_as_others else name
                else:
                    yield text_mark("note", x + self._ahead, base, text, "end")
            if self._copies(each):
                right = x + self._names + self._first - self._inner
                yield text_mark("note", right, y + 4.0, self._copies(each), "end")
            yield from self._line(each, x + self._names, y)
            if known:
                yield "</g>"

    def _band(self, heights: Sequence[float], place: int, x: float, *, below: bool) -> str:
        """The band behind a line of figures, lower where lines stand close."""
        y = heights[place]
        beside = [abs(y - heights[other]) for other in (place - 1, place + 1) if 0 <= other < len(heights)]
        high = min([BAND_HIGH, *(distance - BAND_GAP for distance in beside)])
        more = BELOW_PITCH if below else 0.0
        return rectangle("band", Frame(x - BAND_PAD, y - high / 2, self.wide + BAND_PAD, high + more), 2)

    def _line(self, told: "ToldLine", x: float, y: float) -> Iterator[str]:
        base, amounts = y + 4.0, told.amounts
        look = "head" if told.is_sum else "note" if told.depth else "number"
        first = x + self._first
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
            x += self._flops
            if amounts.flops is not None:
                said = told.rest if told.is_rest and not self._parameters else ""
                yield text_mark(look, x, base, f"{said} {flops_figure(amounts, self._unit)}".strip(), "end")
        if self._bars and amounts.total is not None:
            yield from self._bar(told, x + GAP / 2, y, look)

    def _bar(self, told: "ToldLine", x: float, y: float, look: str) -> Iterator[str]:
        """The bar of a line, with its number behind it. That of a part is thin: it shows a part of a bar above it again."""
        amounts = told.amounts
        high = PART_HEIGHT if told.depth else BAR_HEIGHT
        end = x
        for number, part in enumerate(BAR_PARTS):
            wide = self._bar_length * amounts.parts.get(part, 0.0) / self._top if self._top else 0.0
            if wide > 0:
                yield rectangle(f"h{SHADES[number]}", Frame(end, y - high / 2, max(wide, 0.5), high), 0)
            end += wide
        text = self._number(told)
        if not text:  # the number stands in the column before
            yield from self._only(told, end + NUMBER_GAP, x, y)
            return
        yield text_mark("hot" if amounts is self._most else look, end + NUMBER_GAP, y + 4.0, text)
        yield from self._only(told, end + NUMBER_GAP + width(text, DETAIL_FONT) + BESIDE_GAP, x, y)

    def _only(self, told: "ToldLine", left: float, bars: float, y: float) -> Iterator[str]:
        """What layers a rest is of, behind its figures, if there is room: `bars` is where bars begin."""
        layers = told.amounts.only_layers
        if told.is_rest and layers and left + width(layers, SMALL_FONT) <= bars + self._room:
            yield text_mark("note", left, y + 4.0, layers)


def _bracket(told: "Sequence[ToldLine]", heights: Sequence[float], place: int, x: float) -> str:
    """The bracket left of bands, at `x`, along all lines of figures of which the words below one say what they are sums over."""
    last = place
    while last + 1 < len(told) and told[last + 1].depth > told[place].depth:
        last += 1
    if told[last].amounts.only_copy is not None:  # what one copy has is no sum
        last -= 1
    left = x - BRACKET_GAP + BRACKET_STEP * min(told[place].depth, MOST_BRACKETS)
    top, bottom = heights[place] - BAND_HIGH / 2, max(heights[place] + BELOW_PITCH, heights[last]) + BAND_HIGH / 2
    ends = coordinate(x - 1.0)
    return f'<path class="seam" d="M{ends} {coordinate(top)}H{coordinate(left)}V{coordinate(bottom)}H{ends}"/>'


def _heights(told: "Sequence[ToldLine]", shift: float) -> List[float]:
    """The height of each line: that of what it is about, or below the line before, if that is too near."""
    found: List[float] = []
    low = -math.inf
    for each in told:
        half = max(0, len(each.label) - 1) * NAME_PITCH / 2
        # Labels of several lines that follow each other without a gap read as one.
        y = max(each.line.y + shift, low + LINE_PITCH + half + (APART_ABOVE if half else 0.0))
        low = y + half
        found.append(y)
    return found


def told_error(amounts: Amounts) -> Optional[float]:
    """The error of what a bar shows, where it is known as such, and not only how large it is at most."""
    return amounts.error if amounts.errors == 1 else None
