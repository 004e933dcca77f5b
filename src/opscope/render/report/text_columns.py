"""Text in columns: aligned, as wide as what it holds, and cut in its names where the lines must be shorter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import List, Optional, Sequence

from ...visible import one_line

COLUMN_GAP = "  "
_LEAST = 12
"""Characters that a cut column keeps."""


@dataclass(frozen=True)
class TextColumn:
    """One column. `number`: aligned at its right and never cut; `keep`: the end of a cell that stays when it is cut."""

    title: str
    cells: Sequence[str]
    number: bool = False
    keep: str = "start"

    @property
    def width(self) -> int:
        """The characters of its widest cell."""
        return max(map(len, (self.title, *self.cells)))


def table_lines(columns: Sequence[TextColumn], width: Optional[int] = None) -> List[str]:
    """The table: a head, a rule, the rows. No line is longer than `width`; columns without any content are left out."""
    shown = [replace(column, cells=list(map(one_line, column.cells))) for column in columns if any(column.cells)]
    if not shown:
        return []
    sizes = _sizes(shown, width)
    rows = zip(*([column.title, "─" * size, *column.cells] for column, size in zip(shown, sizes)))
    return [COLUMN_GAP.join(map(_cell, shown, row, sizes)).rstrip()[:width] for row in rows]


def _sizes(columns: Sequence[TextColumn], width: Optional[int]) -> List[int]:
    """The widths: the widest columns that may be cut give way until the line fits."""
    sizes = [column.width for column in columns]
    most = None if width is None else width - len(COLUMN_GAP) * (len(columns) - 1)
    while most is not None and sum(sizes) > most:
        flexible = [place for place, column in enumerate(columns) if not column.number and sizes[place] > _LEAST]
        if not flexible:
            break
        widest = max(flexible, key=lambda place: sizes[place])
        sizes[widest] -= 1
    return sizes


def _cell(column: TextColumn, text: str, size: int) -> str:
    if column.number:
        return text.rjust(size)
    if len(text) > size and column.keep == "end":
        indent = len(text) - len(text.lstrip())
        text = text[:indent] + "…" + text[indent + 1 + len(text) - size :]
    elif len(text) > size:
        text = text[: size - 1] + "…"
    return text.ljust(size)


def indented(paths: Sequence[str]) -> List[str]:
    """Paths as a tree: each below the nearest path before it that holds it, and named from there.

    >>> indented(["net", "net/a", "net/a/while/cell", "other"])
    ['net', '  a', '    while/cell', 'other']
    """
    stack: List[str] = []
    shown = []
    for path in paths:
        while stack and not path.startswith(stack[-1] + "/"):
            stack.pop()
        shown.append("  " * len(stack) + (path[len(stack[-1]) + 1 :] if stack else path))
        stack.append(path)
    return shown
