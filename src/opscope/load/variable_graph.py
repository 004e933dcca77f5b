"""Makes the `Graph` of variables alone, of files that have no ops: one op for each, in the group of what holds it, and no edges."""

from __future__ import annotations

from array import array
from typing import Any, Dict, Mapping, NamedTuple, Sequence, Tuple

from ..graph.content import Content
from ..graph.facts import Facts
from ..graph.graph import Graph
from ..graph.groups import Group, free_name
from ..graph.table import NodeTable
from ..graph.types import TensorType, Variable
from ..version import __version__

_VARIABLE = "VariableV2"
"""TensorFlow's op that is a variable and gives its value."""


class VariableRow(NamedTuple):
    """One variable of a file."""

    name: str
    """What its op is called; a second one of a name gets a number."""
    type: TensorType
    trainable: bool
    group: int = -1
    """The number of the group that it is in; -1 if it is in none."""
    object_path: str = ""
    """Where it lives in the objects; if empty, what its op is called."""
    attrs: Mapping[str, Any] = {}
    """What is known of it beyond its type."""


def graph_of_variables(name: str, rows: Sequence[VariableRow], groups: Tuple[Group, ...], facts: Facts) -> Graph:
    """The graph of these variables in these groups."""
    taken: Dict[str, int] = {}
    names = [free_name(row.name, taken) for row in rows]
    table = NodeTable(
        names, [_VARIABLE] * len(rows), array("q", bytes(8 * (len(rows) + 1))), array("i"), array("i"), [(row.type,) for row in rows],
        [{**_type_attrs(row.type), **row.attrs} for row in rows], [""] * len(rows),
    )  # fmt: skip
    variables = tuple(
        Variable(number, row.object_path or names[number], row.type.dtype, row.type.shape, row.trainable)
        for number, row in enumerate(rows)
    )
    home = array("i", [row.group for row in rows])
    handles = {row: row for row in range(len(rows))}
    return Graph(name, Content(table, groups, home, variables, handles), producer={"opscope": __version__}, facts=facts)


def _type_attrs(kind: TensorType) -> Dict[str, Any]:
    known = {} if kind.shape is None else {"shape": list(kind.shape)}
    return {"dtype": kind.dtype, **known}
