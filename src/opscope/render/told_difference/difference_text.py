"""A difference as text: whether the graphs are the same, a table by layer, then each change. Signs say all that colours say."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, List, Optional, Sequence

from ...diff.measured_figures import unclaimed_times
from ...diff.model import ADDED, REMOVED
from ...visible import sentence
from ..report.text import IN_PYTHON
from ..report.text_columns import TextColumn, table_lines
from .difference_words import (
    ADDED_SIGN,
    CHANGED_SIGN,
    REMOVED_SIGN,
    figure_line,
    following_line,
    head_words,
    leading,
    parameters_line,
    sign,
    signed,
    status_of,
    told_figures,
    unclaimed_line,
    verdict,
)
from .layer_counts import LayerCount, layer_counts

if TYPE_CHECKING:
    from ...diff.difference import Difference

MOST_IN_TEXT = 40
"""How many layers and how many changes are listed, unless all are asked for."""
_BAR = 24
"""The most signs in a layer's bar."""
HEADING = "heading"


@dataclass(frozen=True)
class TextLine:
    """One line of the text."""

    text: str
    style: str = ""
    """What it tells of: ``added``, ``removed``, ``changed``, ``heading`` or nothing of these. A terminal may colour it by that."""


def difference_text(
    difference: "Difference", *, full: bool = False, width: Optional[int] = None, remedy: str = IN_PYTHON
) -> str:
    """The whole text; it ends with a newline. The arguments are those of `difference_lines`."""
    return "\n".join(line.text for line in difference_lines(difference, full=full, width=width, remedy=remedy)) + "\n"


def difference_lines(
    difference: "Difference", *, full: bool = False, width: Optional[int] = None, remedy: str = IN_PYTHON
) -> List[TextLine]:
    """The lines of the text. With `full` no list is cut, else `remedy` says what lists the rest; with a `width` no line is longer."""
    found = [
        TextLine(f"{REMOVED_SIGN} {head_words(difference.head_a)}", REMOVED),
        TextLine(f"{ADDED_SIGN} {head_words(difference.head_b)}", ADDED),
        TextLine(verdict(difference), HEADING),
    ]
    parameters = parameters_line(difference)
    found += [TextLine(parameters)] if parameters else []
    parts = [
        _wrapped(found, width), _table(layer_counts(difference), full, width, remedy), _changes(difference, full, width, remedy),
        _figures(difference, full, width, remedy),
    ]  # fmt: skip
    return _joined([part for part in parts if part])


def _joined(parts: Sequence[Sequence[TextLine]]) -> List[TextLine]:
    """The parts with an empty line between them."""
    return [line for place, part in enumerate(parts) for line in ([TextLine("")] if place else []) + list(part)]


def _wrapped(found: Sequence[TextLine], width: Optional[int]) -> List[TextLine]:
    """Each line, wrapped to the width; what it goes on with is indented."""
    if width is None:
        return [TextLine(sentence(line.text), line.style) for line in found]
    return [
        TextLine(part, line.style)
        for line in found
        for part in wrap(sentence(line.text), width, subsequent_indent="    ", break_on_hyphens=False)
    ]


def _table(rows: Sequence[LayerCount], full: bool, width: Optional[int], remedy: str) -> List[TextLine]:
    shown = rows if full else rows[:MOST_IN_TEXT]
    columns = [
        TextColumn("layer", [row.path for row in shown], keep="end"),
        TextColumn("ops", [_counts(row) for row in shown], number=True),
        TextColumn("", _bars(shown), spare=True),
        TextColumn("parameters", ["" if not row.parameters else signed(row.parameters) for row in shown], number=True),
    ]
    table = table_lines(columns, width)
    styles = [HEADING, HEADING, *(row.status for row in shown)]
    return [TextLine(line, style) for line, style in zip(table, styles)] + _left_out(
        len(rows) - len(shown), "layer", remedy
    )


def _counts(row: LayerCount) -> str:
    counts = ((ADDED_SIGN, row.added), (REMOVED_SIGN, row.removed), (CHANGED_SIGN, row.changed))
    done = [f"{row.before:,} → {row.after:,}"] if row.before or row.after else []
    return " ".join([*done, *(f"{mark}{count:,}" for mark, count in counts if count)])


def _bars(rows: Sequence[LayerCount]) -> List[str]:
    """For each row one sign an op, scaled down alike where the largest row would be too long; nothing that there is gets no sign."""
    largest = max((row.added + row.removed + row.changed for row in rows), default=0)
    scale = min(1.0, _BAR / largest) if largest else 1.0
    parts = ((ADDED_SIGN, "added"), (REMOVED_SIGN, "removed"), (CHANGED_SIGN, "changed"))
    return [
        "".join(mark * max(round(getattr(row, name) * scale), 1) for mark, name in parts if getattr(row, name))
        for row in rows
    ]


def _changes(difference: "Difference", full: bool, width: Optional[int], remedy: str) -> List[TextLine]:
    every = difference.story if full else leading(difference)
    story = every if full else every[:MOST_IN_TEXT]
    following = None if full else following_line(difference)
    found = [TextLine(f"{sign(entry)} {entry.words}", status_of(entry)) for entry in story]
    left_out = _left_out(len(every) - len(story), "change", remedy)
    return _wrapped(found, width) + left_out + ([TextLine(f"{following}; {remedy} lists them")] if following else [])


def _figures(difference: "Difference", full: bool, width: Optional[int], remedy: str) -> List[TextLine]:
    told = told_figures(difference)
    shown = told if full else told[:MOST_IN_TEXT]
    found = _wrapped([TextLine(figure_line(figure)) for figure in shown], width)
    unclaimed = unclaimed_line(difference)
    if full and unclaimed:
        found += _wrapped([TextLine(words) for words in unclaimed_times(difference)], width)
    return found + _left_out(len(told) - len(shown), "figure", remedy) + ([TextLine(unclaimed)] if unclaimed else [])


def _left_out(count: int, what: str, remedy: str) -> List[TextLine]:
    return [TextLine(f"… {count:,} more {what}{'' if count == 1 else 's'}; {remedy} lists them")] if count else []
