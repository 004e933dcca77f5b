"""What the figures beside a mark of the overview count besides the mark itself: other copies, gradients and updates, the rest of its row.

The panel of the page tells of one layer of one copy. Where the overview's columns have more beside it, the panel says what that is.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Callable, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from ...graph.vocabulary import PHASES
from ...layout.overview.row_figures import BAR_PARTS, copies_of
from ...layout.scene.items import ChainRow

if TYPE_CHECKING:
    from ...layout.overview.figure_lines import FigureLine
    from ...layout.overview.one_page import Overview
    from ...layout.overview.row_figures import Amounts
    from ...layout.scene.items import Item

    _Mark = Tuple[str, int]
    """Which op or unit of the page: ``("op", 7)``."""

_WHOLE_ROW = "its whole row"
_ADDED = BAR_PARTS[1:]
"""What a line counts besides the forward pass, in the words of the legend of bars."""


class _Around(NamedTuple):
    """The stacks that a line is in."""

    depth: int = 0
    copies: int = 1


def scopes(overview: "Overview", mark_of: "Callable[[Item], Optional[_Mark]]") -> List[Tuple[str, int, str]]:
    """For each mark with a line of figures that counts more than it: ``op`` or ``unit``, its number, and what the line counts.

    A mark that several lines are about is left out: nobody could say which of them is meant.
    """
    lines = list(_lines(overview.lines, overview.figures.rows, _Around()))
    marks = [(mark_of(line.item), line, row, around) for line, row, around in lines]
    times = Counter(mark for mark, *_ in marks)
    found = []
    for mark, line, row, around in marks:
        words = _scope(line, row, around)
        if mark is not None and times[mark] == 1 and words:
            found.append((*mark, words))
    return found


def _lines(
    lines: "Sequence[FigureLine]", rows: "Sequence[Amounts]", around: _Around
) -> "Iterator[Tuple[FigureLine, Amounts, _Around]]":
    """The lines with those inside them, and the stacks around each."""
    for line, row in zip(lines, rows):
        yield line, row, around
        copies = copies_of(line.item)
        inside = _Around(around.depth + 1, copies) if copies > 1 else around
        yield from _lines(line.inner, row.inner, inside)


def _scope(line: "FigureLine", row: "Amounts", around: _Around) -> str:
    """What a line counts, in words; empty where that is what its mark stands for, or all copies of this, which the panel tells of anyway."""
    more = [part for part in _ADDED if row.parts.get(part)] if row.parts.get(PHASES[0]) else []
    whole_row = isinstance(line.item, ChainRow) and len(line.item.cells) > 1
    own = copies_of(line.item)
    if not (around.depth or more or whole_row):
        return ""
    stacks = around.depth + (own > 1)
    words = (
        _copies(stacks, max(own, around.copies), row.having),
        " + ".join((BAR_PARTS[0], *more)) if more else "",
        _WHOLE_ROW if whole_row else "",
    )
    return ", ".join(filter(None, words))


def _copies(stacks: int, copies: int, having: Optional[int]) -> str:
    """Of which copies a line in so many stacks is; of stacks in stacks the copies need not have the same number each."""
    if stacks != 1:
        return "all copies" if stacks else ""
    return f"all {copies:,} copies" if having is None else f"{having:,} of {copies:,} copies"
