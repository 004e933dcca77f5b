"""Finds the outputs of a graph that does not name them: the ops whose results nothing in the graph uses."""

from __future__ import annotations

import re
from typing import Iterable, List, Protocol, Sequence, Tuple

from .types import CONTROL, TensorType
from .vocabulary import CONSTANTS, INPUTS, READ, VARIABLES

_RESULT = re.compile(r"Identity(_\d+)?")
"""Matches what TensorFlow calls the ops through which a traced function returns its results."""
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

    Constants, variables, inputs and updates are never outputs. Where ops are the results of a traced function (`handed_out`), only they are.
    """
    taken = bytearray(len(columns.ops))
    for producer in columns.edge_node:
        taken[producer] = 1
    # Nothing takes them, neither as data nor as a control input.
    found = [row for row in rows if not taken[row] and _is_result(columns, row)]
    return handed_out(columns, found) or found


def handed_out(columns: Columns, ends: Sequence[int]) -> List[int]:
    """Those of the `ends` of a graph that are the results of a traced function; none, if it is no such function's.

    A traced function returns each result through an ``Identity`` outside of every name scope, made after all else. What else nothing
    uses is a leftover then, such as the shape arithmetic of a gradient that nobody asked for: no caller can get it.
    """
    handed = [row for row in ends if columns.ops[row] == "Identity" and _RESULT.fullmatch(columns.names[row])]
    # An op that comes later is somebody's, so these are not what tracing made at its end.
    return handed if handed and ends[-len(handed) :] == handed else []


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
