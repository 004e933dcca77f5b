"""What a line of figures says it is about: beside others at its height, and where it has only a part of what it stands for."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, Iterable, List, Sequence, Tuple

from ...layout.overview.shared_weights import SAME_WEIGHTS
from ...layout.scene.items import Box, ChainRow
from ...layout.sizes.extents import SMALL_FONT
from ...layout.sizes.text_width import width
from ...visible import one_line

if TYPE_CHECKING:
    from ...layout.overview.figure_lines import FigureLine
    from ...layout.overview.row_figures import Amounts
    from ...layout.scene.items import Item

OUTSIDE = "outside of layers"
"""Said of the line of a phase, whose gradients and updates stand in the lines of their layers."""
_SHAPE = re.compile(r"(?<=\w)(?: of)? \([^()]*\)$")
"""The shape behind the name of a weight, or of what a loop takes a step of."""
NAME_SHOWN, SHORTER_SHOWN = 22, 16
"""So many characters has a name before figures at most, and where there is room for no more."""
_MORE, _GAP = "\u2026", " \u00b7 "
SAME_HEIGHT = 8.0
BESIDE_GAP = 12.0
"""Between a name and the column behind it."""
Telling = Sequence[Tuple["FigureLine", "Amounts"]]


def row_name(item: Item) -> str:
    """What an item of an overview is called in a sentence."""
    if isinstance(item, ChainRow) and item.name.startswith(SAME_WEIGHTS):
        return f"{item.cells[item.main].text}, {item.name}"
    return shown_name(item).partition(f", {SAME_WEIGHTS}")[0]


def shown_name(item: Item) -> str:
    """The name of an item as it stands in the picture: the bold word beside a row, else what its boxes say; the title of a card."""
    if not isinstance(item, ChainRow):
        return item.title
    return item.name or _GAP.join(_cells_said(item))


def short_name(item: Item, most: int = NAME_SHOWN) -> str:
    """The name of an item before a line of figures, of `most` characters: of a row without a name as many of its cells as there is room for.

    It ends between two words, if that leaves enough of it.
    """
    # That weights are another's stands in their column.
    name = shown_name(item).partition(f", {SAME_WEIGHTS}")[0]
    if isinstance(item, ChainRow) and (not item.name or item.name.startswith(SAME_WEIGHTS)):
        name = _first_cells(item, most)
    if len(name) <= most:
        return one_line(name)
    words = name[: most - 1].rpartition(" ")[0].rstrip(",:\u00b7 ")
    return f"{one_line(words)} {_MORE}" if len(words) >= most // 2 else without_end(name, most)


def _first_cells(row: ChainRow, most: int) -> str:
    """What as many cells of a row say as there is room for, from the first on."""
    first, *others = _cells_said(row)
    # A sign and what follows are one: `\u2212 softmax`.
    gaps = [" " if row.cells[0].symbol else _GAP, *[_GAP] * len(others)]
    names = list(accumulate([first, *(gap + said for gap, said in zip(gaps, others))]))
    if len(names[-1]) <= most:
        return names[-1]
    return next((f"{name} {_MORE}" for name in reversed(names) if len(name) + len(f" {_MORE}") <= most), first)


def _cells_said(row: ChainRow) -> List[str]:
    """What the cells of a row say, without shapes: only its main one, where that is a box of its own."""
    main = row.cells[row.main]
    cells = [main] if isinstance(main.item, Box) and not main.symbol else row.cells
    return [_SHAPE.sub("", cell.text) for cell in cells]


def at_one_height(rows: Telling, line: FigureLine) -> bool:
    """Whether several lines are at the height of one."""
    return sum(1 for other, _ in rows if abs(other.y - line.y) < SAME_HEIGHT) > 1


def without_end(text: str, most: int = NAME_SHOWN) -> str:
    """The text with its end left out if it is longer than `most`.

    >>> without_end("a_very_long_name_indeed", 11)
    'a_very_lon\u2026'
    """
    text = one_line(text)
    return text if len(text) <= most else f"{text[: most - 1]}\u2026"


def label_wide(labels: Iterable[Sequence[str]]) -> float:
    """The width of a column of labels; 0 for none."""
    widest = max((width(text, SMALL_FONT) for texts in labels for text in texts), default=0.0)
    return widest + BESIDE_GAP if widest else 0.0
