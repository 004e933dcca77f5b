"""The summary in Markdown: the totals, and the table of layers with what repeats once. Names of strangers are escaped.

Tables are those of GitHub Flavored Markdown, https://github.github.com/gfm/#tables-extension-, which most programs read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, List

from ..markdown_syntax import escaped
from .layer_rows import every_row, folded_rows
from .summary import summarize
from .table_of_layers import layer_columns
from .text import IN_FILE, folded_line, longest_time, total_lines
from .text_columns import told_columns

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from .layer_rows import LayerRow

_INDENT = "&nbsp;&nbsp;"
"""Two spaces: Markdown drops those at the start of a cell."""


def markdown_summary(graph: "Graph") -> str:
    """The whole text: the name as a heading, the totals as a list, the table."""
    facts = summarize(graph)
    rows = folded_rows(graph) or every_row(facts["layers"])
    title, *totals = total_lines(facts)
    left = [escaped(folded_line(facts, rows, IN_FILE))] if rows.folded else []
    parts = [[f"## {escaped(title)}"], [f"- {escaped(line)}" for line in totals], _table(rows.rows), left]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _table(rows: "List[LayerRow]") -> List[str]:
    """The lines of the table: titles, the rule with the sides of columns, the rows."""
    columns = told_columns(layer_columns(rows, longest_time([[row.figures for row in rows]])))
    if not rows or not columns:
        return []
    sides = ["---:" if column.number else "---" for column in columns]
    cells = zip(*([_cell(cell) for cell in column.cells] for column in columns))
    titles = [escaped(column.title) for column in columns]
    return [
        _line(titles),
        _line(sides),
        *(_line([first + _notes(row), *more]) for row, (first, *more) in zip(rows, cells)),
    ]


def _cell(text: str) -> str:
    """A cell's text, indented as in the table of the summary."""
    inner = text.lstrip(" ")
    return _INDENT * ((len(text) - len(inner)) // 2) + escaped(inner)


def _notes(row: "LayerRow") -> str:
    """What is not the same in all copies, below the row's name."""
    return "".join(f"<br>*{escaped(note)}*" for note in row.notes)


def _line(cells: List[str]) -> str:
    return f"| {' | '.join(cells)} |"
