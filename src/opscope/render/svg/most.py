"""The sentence below an overview: which line has most of what the bars show, and what of it has most."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, NamedTuple, Sequence

from ...graph.content import content_of
from ...graph.number_text import percent_text
from ...graph.quantities import TIME, TIMES
from ...graph.uncertainty import WithError, apart, errors_compared
from ...layout.overview.row_figures import BAR_PARTS, shares
from ...layout.scene.items import Card, ChainRow
from ...layout.scene.labels import cut, source_text
from .row_names import row_name

if TYPE_CHECKING:
    from ...graph.quantities import Quantity
    from ...layout.overview.figure_lines import FigureLine
    from ...layout.overview.one_page import Overview
    from ...layout.overview.row_figures import Amounts
    from ...layout.scene.items import Item

MOST_EQUAL = 3
"""So many lines that are not told apart are named with their shares."""
_MOST_NAME = 30
_MOST_WHOLE = 44
"""A name that is one word cannot be told in part, so that it may be longer."""
_BETWEEN = " \u00b7 "
"""Between the words of a row's boxes."""
UNEVEN = 1.2
"""A copy is worth a word if it has so many times its share of the stack."""
LEAST_OP = 0.1
"""A single op is worth a word if it has so much of all."""
LEAST_PART = 0.25
"""A part is worth a word if it has so much of the whole."""
_NEARLY_ALL = 0.9
"""Of a part that has so much of the whole it is said what has most of that."""


class _Figure(NamedTuple):
    """What a sentence says of a line or a kind of layers."""

    name: str
    figure: WithError


def most_told(overview: Overview) -> str:
    """Which line has most, with its share and the line of the user's code. Lines that are not told apart from it are named with it."""
    figures, quantity = overview.figures, overview.figures.quantity
    rows = [(row, line) for row, line in zip(figures.rows, overview.lines) if row.total]
    if not rows or quantity is None:
        return ""
    everything = sum(row.total or 0.0 for row in (*figures.rows, figures.rest))
    rows.sort(key=lambda pair: -(pair[0].total or 0.0))
    equal = _first([_figure(row, line) for row, line in rows], errors_compared(overview.graph.measurement))
    base = _base(overview, quantity)
    word = "slowest" if quantity.units is TIMES else f"most {quantity.title}"
    if len(equal) > 1:
        share = percent_text(equal[0].figure.value / everything)
        others = _listed(equal[1:], everything)
        verb = "is" if len(equal) == 2 else "are"
        said = f"{word}: {_short(equal[0].name)}, {share} of {base} ({others} {verb} not told apart by 95 % intervals)"
    else:
        most, line = rows[0]
        share = percent_text((most.total or 0.0) / everything)
        copy, layer = _copy(overview, most), _of_it(overview, line, most)
        inside = f"{copy}, by layer {layer}" if copy and layer else copy or layer
        of_it = f", of it {inside}" if inside else ""
        said = f"{word}: {row_name(line.item)}, {share} of {base}{_source(overview, line.item)}{of_it}"
        said += _one_op(overview, line, everything)
    parts = [part for part in BAR_PARTS if part in figures.parts]
    if len(parts) < 2:
        return said
    told = ", ".join(f"{part} {percent_text(shares(figures)[part])}" for part in parts)
    return f"{said} \u00b7 {base}: {told}"


def _figure(row: Amounts, line: FigureLine) -> _Figure:
    return _Figure(row_name(line.item), WithError(row.total or 0.0, row.error))


def _first(found: Sequence[_Figure], errors: float) -> List[_Figure]:
    """The largest figure, and all that are not told apart from it. Without an error of the largest, nothing is said of others."""
    first = found[0]
    if first.figure.error is None:
        return [first]
    return [first, *(each for each in found[1:] if not apart(first.figure, each.figure, errors))]


def _listed(equal: Sequence[_Figure], whole: float) -> str:
    """Some lines with their shares, and how many more there are."""
    said = [f"{_short(each.name)} {percent_text(each.figure.value / whole)}" for each in equal[:MOST_EQUAL]]
    if len(equal) > MOST_EQUAL:
        return f"{', '.join(said)} and {len(equal) - MOST_EQUAL} more"
    return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


def _short(name: str) -> str:
    """A name with its end left out if it is long; of what boxes say whole ones.

    >>> _short("3\u00d73 conv, 128 \u00b7 BN \u00b7 ReLU"), _short("1\u00d71 conv, 144 \u00b7 BN \u00b7 ReLU6 \u00b7 3\u00d73 depthwise conv \u00b7 BN")
    ('3\u00d73 conv, 128 \u00b7 BN \u00b7 ReLU', '1\u00d71 conv, 144 \u00b7 BN \u00b7 ReLU6 \u00b7 \u2026')
    """
    boxes = name.split(_BETWEEN)
    while len(boxes) > 1 and len(_BETWEEN.join(boxes)) > _MOST_NAME:
        boxes.pop()
    kept = _BETWEEN.join(boxes)
    if len(kept) > _MOST_NAME:
        return cut(name, _MOST_WHOLE)
    return kept if kept == name else f"{kept}{_BETWEEN}\u2026"


def _copy(overview: Overview, row: Amounts) -> str:
    """The copy of a stack that has most of it, if one does for certain, and clearly more than its share."""
    found = [_Figure(copy.name, WithError(copy.value, copy.error)) for copy in row.copies]
    found.sort(key=lambda each: -each.figure.value)
    whole = sum(each.figure.value for each in found)
    if not found or found[0].figure.value * len(found) < UNEVEN * whole:
        return ""
    equal = _first(found, errors_compared(overview.graph.measurement))
    return _listed(equal, whole) if len(equal) == 1 else ""


def _one_op(overview: Overview, line: FigureLine, everything: float) -> str:
    """The op that has most, where it stands in another line than the one that has most and is worth a word."""
    most = overview.figures.most
    if most is None or not most.is_alone or most.place < 0 or most.value < LEAST_OP * everything:
        return ""
    there = overview.lines[most.place]
    if there is line:
        return ""
    word = "slowest op" if overview.figures.quantity is TIME else "largest op"
    return f" \u00b7 {word}: {most.kind} in {_short(row_name(there.item))}, {percent_text(most.value / everything)}"


def _of_it(overview: Overview, line: FigureLine, row: Amounts) -> str:
    """What has most of a line: a line inside it, else a kind of layers in it."""
    inner = sorted(zip(row.inner, line.inner), key=lambda pair: -(pair[0].total or 0.0))
    whole = row.total or 0.0
    while inner and inner[0][0].inner and (inner[0][0].total or 0.0) >= _NEARLY_ALL * whole:
        row, line = inner[0]
        inner = sorted(zip(row.inner, line.inner), key=lambda pair: -(pair[0].total or 0.0))
    found = [_figure(part, each) for part, each in inner if part.total]
    if not inner:
        found = [_Figure(kind.name, WithError(kind.value, kind.error)) for kind in row.kinds]
    if len(found) < 2:
        return ""
    equal = _first(found, errors_compared(overview.graph.measurement))
    if len(equal) > MOST_EQUAL or equal[0].figure.value < LEAST_PART * whole:
        return ""
    return _listed(equal, whole)


def _base(overview: Overview, quantity: Quantity) -> str:
    """What the shares are of, in words: the ops' time is less than that of the profiled step."""
    if quantity.estimated:
        figures = overview.figures
        return (
            f"{quantity.title} counted"
            if any(row.least for row in (*figures.rows, figures.rest))
            else f"all {quantity.title}"
        )
    measured = overview.graph.measurement and not any(row.given for row in overview.figures.rows)
    if quantity is TIME and measured:
        return "op time"
    return f"{quantity.title} known"


def _source(overview: Overview, item: Item) -> str:
    """The user's line that a row comes from, if it is known."""
    cards = [part for part in (item.items if isinstance(item, ChainRow) else (item,)) if isinstance(part, Card)]
    groups = content_of(overview.graph).groups
    source = next((groups[card.group].source for card in cards if card.group >= 0), None)
    return f" ({source_text(source)})" if source is not None else ""
