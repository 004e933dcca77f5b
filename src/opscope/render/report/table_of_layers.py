"""The table of layers in the summary: its columns, and which of them are chosen."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

from ...errors import InputError, option, spelled
from ...graph.quantities import TIME
from ...profile.roofline import joint_rooflines, peaks_of
from ...suggestions import did_you_mean
from ...visible import sentence
from . import hot
from .roofline_table import bandwidth_text, intensity_text, rate_text, share_text
from .text_columns import TextColumn, table_lines

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ...profile.roofline import RooflineFigures
    from .layer_rows import LayerRow

COSTS = ("flops", "macs", "bytes")
"""Columns that only the table of an estimated graph has."""
USUAL = ("layer", "class", "ops", "parameters", "non-trainable", "flops", "macs", "time", "dispatch", "shape")
"""The columns of a table for which none are chosen, as far as anything is known for them."""
_EACH = "each"
"""The title of the figures of each copy, beside those of all copies."""


class _Table(NamedTuple):
    """What columns are made of."""

    rows: "Sequence[LayerRow]"
    longest: float
    """The longest time in any table of the summary: all of them are written in its unit."""
    rooflines: "Sequence[Optional[RooflineFigures]]" = ()
    """Where each row is in the roofline, if a column asks for that."""

    def figures(self, name: str) -> List[Any]:
        return [row.figures[name] for row in self.rows]

    def each(self, name: str) -> List[Any]:
        return [row.each.get(name) for row in self.rows]


def _layer(table: _Table) -> List[TextColumn]:
    return [TextColumn("layer", [row.name for row in table.rows], keep="end")]


def _class(table: _Table) -> List[TextColumn]:
    return [TextColumn("class", [row.cls for row in table.rows])]


def _shape(table: _Table) -> List[TextColumn]:
    return [TextColumn("output shape", [row.shape for row in table.rows])]


def _source(table: _Table) -> List[TextColumn]:
    return [TextColumn("source", [row.source for row in table.rows], keep="end")]


def _counts(title: str, name: str, table: _Table) -> List[TextColumn]:
    texts = ([_number(value) for value in values] for values in (table.figures(name), table.each(name)))
    return [TextColumn(title, next(texts), number=True), TextColumn(_EACH, next(texts), number=True, spare=True)]


def _fixed(table: _Table) -> List[TextColumn]:
    """What training does not change: most layers have nothing of that."""
    found = _counts("non-trainable", "non_trainable", table)
    return [replace(column, cells=["" if cell == "0" else cell for cell in column.cells]) for column in found]


def _costs(name: str, table: _Table) -> List[TextColumn]:
    every = table.figures(name)
    each = hot.amount(name, table.each(name), max((value for value in every if value is not None), default=None))
    figures = [(row.figures, row.each) for row in table.rows]
    return [
        hot.at_least(TextColumn(*hot.amount(name, every), number=True), name, [whole for whole, _ in figures]),
        hot.at_least(TextColumn(_EACH, each[1], number=True, spare=True), name, [copy for _, copy in figures]),
    ]


def _time(table: _Table) -> List[TextColumn]:
    rows = [dict(row.figures) for row in table.rows]
    times = TextColumn(*hot.amount(TIME.field, table.figures(TIME.field), table.longest), number=True)
    return [hot.marked(times, rows), hot.error_column(rows, table.longest)]


def _dispatch(table: _Table) -> List[TextColumn]:
    return [TextColumn("+ dispatch (estimate)", hot.dispatches([dict(row.figures) for row in table.rows]), number=True)]


def _roofline(title: str, field: str, told: Callable[[Any], str], table: _Table) -> List[TextColumn]:
    values = [getattr(found, field, None) for found in table.rooflines]
    cells = ["" if value is None else told(value) for value in values]
    return [TextColumn(title, cells, number=field != "bound")]


def _saved(table: _Table) -> List[TextColumn]:
    """What the best case would save, in the unit of the table's times."""
    title, cells = hot.amount(
        TIME.field, [getattr(found, "saved_us", None) for found in table.rooflines], table.longest
    )
    return [TextColumn(f"best case saves, {title}", cells, number=True)]


_OF_ROOFLINE: Dict[str, Callable[[_Table], List[TextColumn]]] = {
    "achieved": partial(_roofline, "achieved", "flops_per_s", rate_text),
    "moved": partial(_roofline, "moved", "bytes_per_s", bandwidth_text),
    "intensity": partial(_roofline, "FLOP/B", "intensity", intensity_text),
    "attainable": partial(_roofline, "of attainable", "attainable_share", share_text),
    "bound": partial(_roofline, "bound by", "bound", str),
    "saved": _saved,
}
COLUMNS: Dict[str, Callable[[_Table], List[TextColumn]]] = {
    "layer": _layer,
    "class": _class,
    "ops": partial(_counts, "ops", "ops"),
    "parameters": partial(_counts, "parameters", "parameters"),
    "non-trainable": _fixed,
    "flops": partial(_costs, "flops"),
    "macs": partial(_costs, "macs"),
    "bytes": partial(_costs, "bytes"),
    "time": _time,
    "dispatch": _dispatch,
    "shape": _shape,
    "source": _source,
    **_OF_ROOFLINE,
}
"""Every column by its name, with what goes with it."""


def chosen_columns(columns: Union[str, Sequence[str], None]) -> Optional[Tuple[str, ...]]:
    """The names of the columns that a user chose; ``None`` if none were.

    Raises:
        InputError: there is no such column, or none is named.
    """
    if columns is None:
        return None
    names = [columns] if isinstance(columns, str) else list(columns) if isinstance(columns, (list, tuple)) else []
    for name in names or [columns]:
        if not isinstance(name, str) or name not in COLUMNS:
            meant = did_you_mean(name, COLUMNS) if isinstance(name, str) else ""
            remedy = meant or f"use some of {', '.join(COLUMNS)}"
            raise InputError(f"{option('columns', name)} is not known; {remedy}")
    return tuple(dict.fromkeys(names))


def require_costs(graph: "Graph", columns: Optional[Sequence[str]]) -> None:
    """`InputError` if a column was chosen for which the graph would have to be estimated."""
    name = next((name for name in columns or () if name in COSTS and graph.cost is None), None)
    if name is not None:
        raise InputError(f"the column {name} needs costs; add {option('cost', True)}, or leave it out")


def needed_rooflines(
    graph: "Graph", rows: "Sequence[LayerRow]", columns: Optional[Sequence[str]]
) -> "Sequence[Optional[RooflineFigures]]":
    """Where each row is in the roofline; empty unless a column says so.

    Raises:
        InputError: such a column was chosen, and the machine was not measured for a roofline.
    """
    name = next((name for name in columns or () if name in _OF_ROOFLINE), None)
    if name is None:
        return ()
    if peaks_of(graph.measurement) is None:
        how = spelled("opscope.profile(..., roofline=True)", "opscope profile --roofline")
        raise InputError(f"the column {name} needs a roofline; measure the graph with {how}, or leave it out")
    return joint_rooflines(graph, [row.paths for row in rows])


def layer_table(
    rows: "Sequence[LayerRow]",
    longest: float,
    width: Optional[int],
    columns: Optional[Sequence[str]],
    most: int,
    rooflines: "Sequence[Optional[RooflineFigures]]" = (),
) -> List[str]:
    """The lines of the table: one row for each layer, indented below the one around it. Figures include inner layers.

    Args:
        rows: what is in it.
        longest: the longest time in any table: all of them are written in its unit.
        width: the most characters in a line.
        columns: the names of the columns, in their order; ``None`` for the usual ones.
        most: the most characters in a line of words, if there is no width.
        rooflines: where each row is in the roofline, if one of the columns says so.
    """
    lines = table_lines(layer_columns(rows, longest, columns, rooflines), width)
    told = [[line, *_notes(row, width or most)] for row, line in zip(rows, lines[2:])]
    return [*lines[:2], *(line for part in told for line in part)]


def layer_columns(
    rows: "Sequence[LayerRow]",
    longest: float,
    columns: Optional[Sequence[str]] = None,
    rooflines: "Sequence[Optional[RooflineFigures]]" = (),
) -> List[TextColumn]:
    """The columns of the table, as `layer_table` takes and lays them out."""
    table = _Table(rows, longest, rooflines)
    found: List[TextColumn] = []
    for name in columns or USUAL:
        first, *beside = COLUMNS[name](table)
        # A column that was chosen is there even if nothing is known for it.
        found += [replace(first, asked=columns is not None), *beside]
    return found


def _notes(row: "LayerRow", width: int) -> List[str]:
    """What is said of a row, on lines below it."""
    indent = " " * (len(row.name) - len(row.name.lstrip()) + 4)
    said = (
        wrap(sentence(note), width, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False)
        for note in row.notes
    )
    return [line for lines in said for line in lines]


def _number(value: Optional[int]) -> str:
    return "" if value is None else f"{value:,}"
