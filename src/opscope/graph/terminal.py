"""The outputs of a graph that names none: the ops at its end whose results nothing in the graph takes."""

from __future__ import annotations

import re
from typing import Iterable, List, Protocol, Sequence, Tuple

from .types import CONTROL, TensorType
from .vocabulary import CONSTANTS, PLACEHOLDERS, READ, VARIABLES

_HANDS_ON = frozenset({"Identity", "Cast"})
_NO_RESULT = re.compile(
    "Assign|Count|Print|Save|Restore|(Resource)?(Sparse)?Apply|Resource(Scatter|Strided)|ScatterN?d?(Update|Add|Sub|Mul|Div|Min|Max)"
    "|.*Summary|.*(Enqueue|IsInitialized|IsInitializedOp|IsVariableInitialized|Size|Import|Find)V?2?$"
)
"""Op types that are run for what they do: updates, checkpoints, summaries, queues, tables. What they give back is no result."""
_NO_TENSOR = frozenset({"resource", "variant"})


class Columns(Protocol):
    """Ops in columns, as a `NodeTable` or a body of a program has them."""

    @property
    def names(self) -> Sequence[str]:
        """What the ops are called."""

    @property
    def ops(self) -> Sequence[str]:
        """Types."""

    @property
    def outputs(self) -> Sequence[Tuple[TensorType, ...]]:
        """What each op gives."""

    @property
    def edge_start(self) -> Sequence[int]:
        """Where each op's edges begin, and where the last one's end."""

    @property
    def edge_node(self) -> Sequence[int]:
        """The producer of each edge."""

    @property
    def edge_output(self) -> Sequence[int]:
        """The producer's output, `CONTROL` of an order."""


def terminal(columns: Columns, rows: Iterable[int]) -> List[int]:
    """Those of `rows` that give a tensor which nothing takes or waits for, constants, weights, inputs and updates aside.

    A traced function hands out its results by an ``Identity`` each, outside of every name scope, and so do most exported graphs.
    Where there are any, other ops at an end are leftovers, such as the shape arithmetic of a gradient that nobody asked for.
    """
    taken = bytearray(len(columns.ops))
    for producer in columns.edge_node:
        taken[producer] = 1
    found = [row for row in rows if not taken[row] and _is_result(columns, row)]
    handed = [row for row in found if columns.ops[row] == "Identity"]
    return [row for row in handed if "/" not in columns.names[row]] or handed or found


def _is_result(columns: Columns, row: int) -> bool:
    types, op = columns.outputs[row], columns.ops[row]
    if not types or types[0].dtype in _NO_TENSOR or _NO_RESULT.match(op) or op in PLACEHOLDERS:
        return False
    return not _is_side_matter(columns, row)


def _is_side_matter(columns: Columns, row: int) -> bool:
    """Whether an op is a constant or a variable, or only reads one."""
    while columns.ops[row] in _HANDS_ON:
        sources = _sources(columns, row)
        if len(sources) != 1 or sources[0] >= row:
            return False
        row = sources[0]
    return columns.ops[row] in CONSTANTS or columns.ops[row] in VARIABLES or columns.ops[row] == READ


def _sources(columns: Columns, row: int) -> Sequence[int]:
    edges = range(columns.edge_start[row], columns.edge_start[row + 1])
    return [columns.edge_node[edge] for edge in edges if columns.edge_output[edge] != CONTROL]
