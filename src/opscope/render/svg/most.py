"""The sentence below an overview: which line has most of what the bars show, and what of it has most."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, NamedTuple, Optional, Sequence, Tuple

from ...graph.content import content_of
from ...graph.measured_programs import untimed_ops
from ...graph.number_text import percent_text
from ...graph.quantities import TIME, TIMES
from ...graph.uncertainty import WithError, apart, errors_compared
from ...layout.overview.encoder_decoder import copy_called
from ...layout.overview.page_shapes import PAGE_WIDE
from ...layout.overview.row_figures import BAR_PARTS, copies_of
from ...layout.overview.row_kinds import OP_SIGNS
from ...layout.scene.items import Card, ChainRow
from ...layout.scene.labels import cut, source_text
from ...layout.sizes.text_width import Font, width
from .row_names import row_name

if TYPE_CHECKING:
    from ...graph.quantities import Quantity
    from ...layout.overview.figure_lines import FigureLine
    from ...layout.overview.one_page import Overview
    from ...layout.overview.row_figures import Amounts
    from ...layout.scene.items import Item

SENTENCE = Font("bold", 12.0)
"""The font of the sentence."""
MOST_EQUAL, _MOST_NAMED = 3, 4
"""So many parts of a line that are not told apart are worth a word, and so many lines of the whole are named with their shares."""
_MOST_NAME = 30
_MOST_WHOLE = 44
"""A name that is one word cannot be told in part, so that it may be longer."""
_ALL, _OF_ALL = "all ", " of all"
_BETWEEN = " \u00b7 "
"""Between the words of a row's boxes."""
_MOST_OF_ALL = 0.8
"""Of lines that are not told apart, the longest that have so much of all are named."""
UNEVEN = 1.2
"""A copy is worth a word if it has so many times its share of the stack."""
LEAST_OP = 0.1
"""A single op is worth a word if it has so much of all."""
LEAST_PHASE = 0.1
"""A pass of a training step is worth a word if it has so much of all."""
LEAST_PART = 0.25
"""A part is worth a word if it has so much of the whole."""
_NO_NEWS = 0.99
"""That a line has so much of all is no news: its share is left out where it is known what of it has most."""
_MOST_PARAMETERS = 0.5
"""A line is worth a word if it has so much of all parameters, and is not the one that has most of what the bars show."""
_NEARLY_ALL = 0.9
"""Of a part that has so much of the whole it is said what has most of that."""


class _Figure(NamedTuple):
    """What a sentence says of a line or a kind of layers."""

    name: str
    figure: WithError


def most_told(overview: Overview) -> str:
    """Which line has most, with its share and the line of the user's code, and which has most parameters if that is another one.

    Where several may be it, none is called the one: those that have most together are listed.
    """
    said = _most_of_bars(overview)
    if not said:
        return ""
    more = f"{said}{_parameters(overview)}"
    return more if width(more, SENTENCE) <= PAGE_WIDE else said


def _most_of_bars(overview: Overview) -> str:
    """Which line has most of what the bars show."""
    figures, quantity = overview.figures, overview.figures.quantity
    rows = _longest_first(overview)
    if not rows or quantity is None:
        return ""
    if quantity.units is TIMES and untimed_ops(overview.graph.measurement):
        return ""  # a line whose time is not known may have most
    everything = sum(row.total or 0.0 for row in (*figures.rows, figures.rest))
    equal = _first([_figure(row, line) for row, line in rows], errors_compared(overview.graph.measurement))
    base = _base(overview, quantity)
    word = "slowest" if quantity.units is TIMES else f"most {quantity.title}"
    if len(equal) > 1:
        if equal[0].figure.error is None and len(equal) == len(rows):
            return ""  # that all have as much the bars show
        return _several(equal, everything, base, "time" if quantity.units is TIMES else quantity.title)
    most, line = rows[0]
    part = (most.total or 0.0) / everything
    said = f"{word}: {row_name(line.item)}, {percent_text(part)} of {base}"
    copy, layer = _copy(overview, line, most, everything), _of_it(overview, line, most, everything)
    # Beside one copy, parts of all copies would be taken for parts of that one.
    inside = f"; in {_every_copy(line.item)}: ".join([*copy, *layer])
    rest = (
        _phases(most, everything) + (f" \u00b7 in it: {inside}" if inside else "") + _one_op(overview, line, everything)
    )
    if part >= _NO_NEWS and inside:
        said = f"nearly all {base[len(_ALL) :] if base.startswith(_ALL) else base} in {row_name(line.item)}"
    sourced = f"{said}{_source(overview, line.item)}{rest}"
    return sourced if width(sourced, SENTENCE) <= PAGE_WIDE else said + rest


def _phases(row: Amounts, everything: float) -> str:
    """How much of all each pass of a training step has of what a line has, of those that are worth a word; empty where a line has one pass.

    Of a line that has nearly all, the head of the bars says it.
    """
    if (row.total or 0.0) >= _NEARLY_ALL * everything:
        return ""
    shares = [(part, row.parts.get(part, 0.0) / everything) for part in BAR_PARTS]
    told = [f"{part} {percent_text(share)}" for part, share in shares if share >= LEAST_PHASE]
    return f": {', '.join(told)}" if len(told) > 1 else ""


def _parameters(overview: Overview) -> str:
    """Which line has more than half of the parameters, where it is not the one that has most of what the bars show; else empty."""
    rows = list(zip(overview.figures.rows, overview.lines))
    everything = sum(row.parameters or 0 for row, _ in rows)
    most, line = max(rows, key=lambda pair: pair[0].parameters or 0, default=(None, None))
    if most is None or line is None or len(rows) < 2 or (most.parameters or 0) <= _MOST_PARAMETERS * everything:
        return ""
    if line is _longest_first(overview)[0][1]:
        return ""
    share = percent_text((most.parameters or 0) / everything)
    return f" \u00b7 most parameters: {_short(_holders(overview, line.item))}, {share} of all"


def _holders(overview: Overview, item: Item) -> str:
    """What a line of the column of parameters is called: a row without a name by those of its boxes that have any."""
    groups = content_of(overview.graph).groups
    if not isinstance(item, ChainRow) or item.name:
        return row_name(item)
    held = [cell.text for cell in item.cells if isinstance(cell.item, Card) and groups[cell.item.group].parameters]
    return _BETWEEN.join(held) or row_name(item)


def _several(equal: Sequence[_Figure], everything: float, base: str, what: str) -> str:
    """What is said where none of several lines is told apart as the first: which of them have most together."""
    same = equal[0].figure.error is None
    told = list(equal)
    while len(told) > 2 and not same and _sum(told[:-1]) >= _MOST_OF_ALL * everything:
        told.pop()
    share = _sum(told) / everything
    together = f", together {percent_text(share)} of {base}" if share < _NO_NEWS else f" of {base}"
    end = f"{together}{'' if same else '; their order is uncertain'}"
    lines = [f"most {what}: {_listed(told, everything, named)}{end}" for named in range(_MOST_NAMED, 0, -1)]
    return next((line for line in lines if width(line, SENTENCE) <= PAGE_WIDE), lines[-1])


def _sum(figures: Sequence[_Figure]) -> float:
    return sum(each.figure.value for each in figures)


def most_of_all(overview: Overview) -> Optional[Amounts]:
    """What the line has that certainly has most; ``None`` where several may be it."""
    rows = _longest_first(overview)
    equal = _first([_figure(row, line) for row, line in rows], errors_compared(overview.graph.measurement))
    return rows[0][0] if len(equal) == 1 else None


def _longest_first(overview: Overview) -> List[Tuple[Amounts, FigureLine]]:
    """The lines that have a bar, the longest first."""
    rows = [(row, line) for row, line in zip(overview.figures.rows, overview.lines) if row.total]
    return sorted(rows, key=lambda pair: -(pair[0].total or 0.0))


def _figure(row: Amounts, line: FigureLine) -> _Figure:
    return _Figure(row_name(line.item), WithError(row.total or 0.0, row.error))


def _first(found: Sequence[_Figure], errors: float) -> List[_Figure]:
    """The largest figure, and all that are not told apart from it: without an error of the largest, those that are just as large."""
    if not found:
        return []
    first = found[0]
    if first.figure.error is None:
        return [first, *(each for each in found[1:] if each.figure.value == first.figure.value)]
    return [first, *(each for each in found[1:] if not apart(first.figure, each.figure, errors))]


def _listed(equal: Sequence[_Figure], whole: float, named: int = _MOST_NAMED) -> str:
    """Some lines with their shares, and how many more there are."""
    said = [f"{_short(each.name)} ({percent_text(each.figure.value / whole)})" for each in equal[:named]]
    if len(equal) > named:
        return f"{', '.join(said)} and {len(equal) - named} more"
    return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


def _listed_of_all(equal: Sequence[_Figure], everything: float) -> str:
    """Parts of a line, with their shares of the whole: a share of a part beside it would be taken for one of all."""
    told = _listed(equal, everything)
    return f"{told[:-1]}{_OF_ALL})" if len(equal) == 1 else f"{told}{_OF_ALL}"


def _short(name: str) -> str:
    """A name with its end left out if it is long; of what many boxes say the first and the last, as one finds them in the drawing.

    >>> _short("3\u00d73 conv, 128 \u00b7 BN \u00b7 ReLU"), _short("1\u00d71 conv, 144 \u00b7 BN \u00b7 ReLU6 \u00b7 3\u00d73 depthwise conv \u00b7 BN")
    ('3\u00d73 conv, 128 \u00b7 BN \u00b7 ReLU', 'the row from 1\u00d71 conv, 144 to BN')
    """
    boxes = name.split(_BETWEEN)
    if len(boxes) > 1 and len(name) > _MOST_NAME:
        return cut(f"the row from {boxes[0]} to {boxes[-1]}", _MOST_WHOLE)
    return cut(name, _MOST_WHOLE)


def _copy(overview: Overview, line: FigureLine, row: Amounts, everything: float) -> List[str]:
    """The copy of a stack that has most of it, if one does for certain, and clearly more than its share; nothing for others."""
    found = [_Figure(copy_called(copy.name, line.item), WithError(copy.value, copy.error)) for copy in row.copies]
    found.sort(key=lambda each: -each.figure.value)
    whole = sum(each.figure.value for each in found)
    if not found or found[0].figure.value * len(found) < UNEVEN * whole:
        return []
    equal = _first(found, errors_compared(overview.graph.measurement))
    return [_listed_of_all(equal, everything)] if len(equal) == 1 else []


def _every_copy(item: Item) -> str:
    """All copies of a stack, in words."""
    copies = copies_of(item)
    return "both copies" if copies == 2 else f"all {copies:,} copies"


def _one_op(overview: Overview, line: FigureLine, everything: float) -> str:
    """The op that has most, where it stands in another line than the one that has most and is worth a word."""
    most = overview.figures.most
    if most is None or not most.is_alone or most.place < 0 or most.value < LEAST_OP * everything:
        return ""
    there = overview.lines[most.place]
    if there is line:
        return ""
    word = "slowest single op" if overview.figures.quantity is TIME else "largest single op"
    kind, place = OP_SIGNS.get(most.kind, most.kind), _short(row_name(there.item))
    named = place if place.startswith(f"{kind} ") else f"{kind} in {place}"
    return f" \u00b7 {word}: {named} ({percent_text(most.value / everything)}{_OF_ALL})"


def _of_it(overview: Overview, line: FigureLine, row: Amounts, everything: float) -> List[str]:
    """What has most of a line: a line inside it, else a kind of layers in it; nothing if several have as much."""
    inner = sorted(zip(row.inner, line.inner), key=lambda pair: -(pair[0].total or 0.0))
    whole = row.total or 0.0
    while inner and inner[0][0].inner and (inner[0][0].total or 0.0) >= _NEARLY_ALL * whole:
        row, line = inner[0]
        inner = sorted(zip(row.inner, line.inner), key=lambda pair: -(pair[0].total or 0.0))
    found = [_figure(part, each) for part, each in inner if part.total]
    if not inner:
        named = [f"{kind.name} layers" if kind.layers > 1 else kind.name for kind in row.kinds]
        found = [_Figure(name, WithError(kind.value, kind.error)) for name, kind in zip(named, row.kinds)]
    if len(found) < 2:
        return []
    equal = _first(found, errors_compared(overview.graph.measurement))
    if len(equal) > MOST_EQUAL or equal[0].figure.value < LEAST_PART * whole:
        return []
    return [_listed_of_all(equal, everything)]


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
