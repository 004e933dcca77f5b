"""Values in an expanded graph: they are followed into the bodies of calls, out of them, and through loops."""

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
"""For the row of a loop op: its output's number -> the number that it has after the loop. Unknown ones are missing."""


class BodyValues(Values):
    """Evaluates ops of an expanded graph, or of one iteration of a loop.

    For one iteration, `bound` has the arguments of the body that is run, and `here` the numbers of those that are known
    in this iteration. An argument that is in `bound` but not in `here` is unknown.
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
        # Without `bound`, a variable that a loop changes has a value for each iteration, so none that holds for all.
        if row in self._bound or (op == ARGUMENT and not self._bodies.handed_on(row)):
            return None
        returned = self._bodies.result(row, output)
        if returned is not None:
            return self.of(returned, 0)
        if op in LOOPS:
            return (self._results(row)[output],)
        if op == "TensorListPopBack":
            # What comes out is what was put in, unless the list was made of a tensor's rows.
            held = lists.item(self._table, self._bodies, Edge(*self.source.inputs(row)[0]))
            return None if held is None or held.rows else self.of(*held.edge)
        return super()._compute(row, output)
