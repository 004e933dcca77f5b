"""Values through calls and loops: what bodies are given, what they return, and how loops end."""

from __future__ import annotations

from typing import Any, Callable, Mapping

from ..graph.table import NodeTable
from ..graph.types import Edge
from ..graph.vocabulary import ARGUMENT, LOOPS
from . import lists
from .bodies import Bodies
from .budget import Budget
from .inference import InferenceSource
from .value import Value
from .values import Values

Results = Callable[[int], Mapping[int, Any]]
"""A loop's variables after its end, single numbers by index, as far as they are known."""


class BodyValues(Values):
    """Evaluates ops of an expanded graph, or of one iteration of a loop.

    `here` has the numbers that some of the arguments in `bound` are; the others of these are unknown.
    """

    def __init__(
        self, source: InferenceSource, budget: Budget, table: NodeTable, bodies: Bodies, results: Results,
        here: Mapping[int, Any], bound: Mapping[int, int],
    ) -> None:  # fmt: skip
        super().__init__(source, budget)
        self._table = table
        self._bodies = bodies
        self._results = results
        self._here = here
        self._bound = bound

    def _compute(self, row: int, output: int) -> Value:
        if row in self._here:
            return (self._here[row],)
        op = self.source.ops[row]
        if row in self._bound or (op == ARGUMENT and not self._bodies.handed_on(row)):
            return None
        returned = self._bodies.result(row, output)
        if returned is not None:
            return self.of(returned, 0)
        if op in LOOPS:
            return (self._results(row)[output],)
        if op == "TensorListPopBack":
            held = lists.item(self._table, self._bodies, Edge(*self.source.inputs(row)[0]))
            return None if held is None or held.rows else self.of(*held.edge)
        return super()._compute(row, output)
