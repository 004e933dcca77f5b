"""Finds the outputs of a graph that does not name them: the ops whose results nothing in the graph uses."""

from __future__ import annotations

import re
from typing import Iterable, List, Protocol, Sequence, Tuple

from .types import CONTROL, TensorType
from .vocabulary import CONSTANTS, INPUTS, READ, VARIABLES

_HANDS_ON = frozenset({"Identity", "Cast"})
"""Op types that only hand on their input."""
_NO_RESULT = re.compile(
    "Assign|Count|Print|Save|Restore|(Resource)?(Sparse)?Apply|Resource(Scatter|Strided)|ScatterN?d?(Update|Add|Sub|Mul|Div|Min|Max)"
    "|.*Summary|.*(Enqueue|IsInitialized|IsInitializedOp|IsVariableInitialized|Size|Import|Find)V?2?$"
)
"""Matches the types of ops that are run for their effect: updates, checkpoints, summaries, queues, tables.

What such an op returns is not an output of the model, even if nothing else uses it.
"""
_NO_TENSOR = frozenset({"resource", "variant"})
"""Dtypes of handles and lists, which are not tensors that a user would want."""


class Columns(Protocol):
    """The columns of ops that a `NodeTable` and a body of a program both have."""

    @property
    def names(self) -> Sequence[str]:
        """The names of the ops."""

    @property
    def ops(self) -> Sequence[str]:
        """The types of the ops."""

    @property
    def outputs(self) -> Sequence[Tuple[TensorType, ...]]:
        """The types of each op's outputs."""

    @property
    def edge_start(self) -> Sequence[int]:
        """Where each op's edges begin, and where the last one's end."""

    @property
    def edge_node(self) -> Sequence[int]:
        """The producer of each edge."""

    @property
    def edge_output(self) -> Sequence[int]:
        """Which output of the producer each edge takes; `CONTROL` (-1) for a control edge."""


def terminal(columns: Columns, rows: Iterable[int]) -> List[int]:
    """The ops among `rows` that are the outputs: they make a tensor, and nothing uses it or waits for it.

    Constants, variables, inputs and updates are never outputs. A traced function returns each result through an
    ``Identity`` outside of every name scope, and most exported graphs do the same. So if there are such identities,
    only they are outputs; other unused ops are leftovers, such as the shape arithmetic of a gradient that nobody asked
    for.
    """
    taken = bytearray(len(columns.ops))
    for producer in columns.edge_node:
        taken[producer] = 1
    # Nothing takes them, neither as data nor as a control input.
    found = [row for row in rows if not taken[row] and _is_result(columns, row)]
    handed = [row for row in found if columns.ops[row] == "Identity"]
    # An op outside of every name scope has no slash in its name.
    return [row for row in handed if "/" not in columns.names[row]] or handed or found


def _is_result(columns: Columns, row: int) -> bool:
    """Whether the first output of an op may be an output of the model."""
    types, op = columns.outputs[row], columns.ops[row]
    if not types or types[0].dtype in _NO_TENSOR or _NO_RESULT.match(op) or op in INPUTS:
        return False
    return not _is_side_matter(columns, row)


def _is_side_matter(columns: Columns, row: int) -> bool:
    """Whether an op is a constant or a variable, or only reads, casts or hands on one."""
    while columns.ops[row] in _HANDS_ON:
        sources = _sources(columns, row)
        if len(sources) != 1 or sources[0] >= row:  # only ever go back, so that a cycle in a strange file ends
            return False
        row = sources[0]
    return columns.ops[row] in CONSTANTS or columns.ops[row] in VARIABLES or columns.ops[row] == READ


def _sources(columns: Columns, row: int) -> Sequence[int]:
    """The producers of an op's inputs, control inputs left out."""
    edges = range(columns.edge_start[row], columns.edge_start[row + 1])
    return [columns.edge_node[edge] for edge in edges if columns.edge_output[edge] != CONTROL]
