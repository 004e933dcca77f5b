"""Tables of the ops and of the layers as comma-separated values (RFC 4180), with a line of titles.

A spreadsheet takes a cell that begins with certain signs for a formula, which may start programs or send data away, and the texts in a
model's file are a stranger's. Such a cell gets an apostrophe in front, as https://owasp.org/www-community/attacks/CSV_Injection advises.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Mapping, Sequence

from ...visible import one_line
from .op_columns import op_columns
from .summary import all_layers

if TYPE_CHECKING:
    from ...graph.graph import Graph

_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How formulas begin, in narrow and in wide signs. Names that TensorFlow gives begin with a letter, a digit, a dot or an underscore."""


def ops_csv(graph: "Graph") -> str:
    """One line for each op, with the columns of `Graph.to_pandas`. What is not known is an empty cell."""
    columns = op_columns(graph)
    columns["variables"] = list(map(list, columns["variables"]))  # a tuple without items is the shape of a scalar
    return _csv(list(columns), zip(*columns.values()))


def layers_csv(graph: "Graph") -> str:
    """One line for each call of a layer, or each scope if no layers are known. Figures include inner layers."""
    rows = [_layer(row) for row in all_layers(graph)]
    titles = list(rows[0]) if rows else ["path"]
    return _csv(titles, (row.values() for row in rows))


def _layer(row: Mapping[str, Any]) -> Dict[str, Any]:
    """The cells of a layer by their titles. Of its outputs the types are told in two columns, as of ops."""
    outputs = row["outputs"]
    shapes = ["unknown" if one["shape"] is None else str(tuple(one["shape"])) for one in outputs]
    types = {"dtypes": [one["dtype"] for one in outputs], "shapes": shapes}
    return {
        key: value
        for title, cell in row.items()
        for key, value in (types if title == "outputs" else {title: cell}).items()
    }


def _csv(titles: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(titles)
    table.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    """A cell: numbers as they are, lists of texts with semicolons, texts on one line."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    parts: List[str] = list(value) if _are_texts(value) else [str(value)]
    shown = one_line("; ".join(parts))
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) or (isinstance(value, tuple) and bool(value) and isinstance(value[0], str))
