"""Lays out a table as text: columns as wide as their cells, with names cut if the lines would be too long."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import List, Optional, Sequence

from ...visible import one_line

COLUMN_GAP = "  "
_LEAST = 12
"""No column is cut to fewer characters."""


@dataclass(frozen=True)
class TextColumn:
    """One column of a table."""

    title: str
    cells: Sequence[str]
    number: bool = False
    """Whether it holds numbers, which are aligned on the right and never cut."""
    keep: str = "start"
    """What is kept of a cell that is cut: its ``start`` or its ``end``."""
    spare: bool = False
    """Whether it is left out rather than that anything is cut, since the other columns imply what it tells."""
    asked: bool = False
    """Whether it stays even if all its cells are empty."""

    @property
    def width(self) -> int:
        """The number of characters of its widest cell, the title included."""
        return max(map(len, (self.title, *self.cells)))


def table_lines(columns: Sequence[TextColumn], width: Optional[int] = None) -> List[str]:
    """The lines of a table: titles, a rule, the rows. No line is longer than `width`. Empty columns are left out."""
    shown = [replace(column, cells=list(map(one_line, column.cells))) for column in told_columns(columns)]
    if not shown:
        return []
    if width is not None and sum(column.width for column in shown) + len(COLUMN_GAP) * (len(shown) - 1) > width:
        shown = [column for column in shown if not column.spare]
    sizes = _sizes(shown, width)
    rows = zip(*([column.title, "─" * size, *column.cells] for column, size in zip(shown, sizes)))
    return [COLUMN_GAP.join(map(_cell, shown, row, sizes)).rstrip()[:width] for row in rows]


def told_columns(columns: Sequence[TextColumn]) -> List[TextColumn]:
    """The columns without those whose cells are all empty, unless they were asked for."""
    return [column for column in columns if any(column.cells) or column.asked]


def _sizes(columns: Sequence[TextColumn], width: Optional[int]) -> List[int]:
    """The width of each column. Until the line fits, the widest column that may be cut gets a character narrower."""
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
    """A cell at the width of its column; ``…`` stands for what is cut. An indent at the start is kept."""
    if column.number:
        return text.rjust(size)
    if len(text) > size and column.keep == "end":
        indent = len(text) - len(text.lstrip())
        text = text[:indent] + "…" + text[indent + 1 + len(text) - size :]
    elif len(text) > size:
        text = text[: size - 1] + "…"
    return text.ljust(size)


def indented(paths: Sequence[str]) -> List[str]:
    """Show paths as a tree: each path is indented below the one that it lies in, and only the rest of it is shown.

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
