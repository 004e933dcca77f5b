"""Values in an expanded graph: they are followed into the bodies of calls, out of them, and through loops."""

from __future__ import annotations

from typing import Any, Callable, Mapping, Optional, Sequence

from ..graph.table import NodeTable
from ..graph.types import Edge
from ..graph.vocabulary import ARGUMENT, CASES, ENDS, LOOPS
from . import lists
from .bodies import Bodies
from .budget import Budget
from .inference import InferenceSource
from .line import both
from .value import Value, single
from .values import Values

Results = Callable[[int], Mapping[int, Any]]
"""For the row of a loop op: its output's number -> the number that it has after the loop. Unknown ones are missing."""


_HANDS = ENDS | {"Identity"}
_MOST_HANDS = 100
"""In a damaged file identities may form a circle."""


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
        if row in self._bodies.branches:
            return self._chosen(row, output)
        if op == "TensorListPopBack":
            # What comes out is what was put in, unless the list was made of a tensor's rows.
            held = lists.item(self._table, self._bodies, Edge(*self.source.inputs(row)[0]))
            return None if held is None or held.rows else self.of(*held.edge)
        return super()._compute(row, output)

    def _chosen(self, row: int, output: int) -> Value:
        """What an ``if`` or case op returns: the result of the branch that runs, if that is known.

        Else it is what all branches agree on. A condition ``a and b`` is such an ``if`` too, as AutoGraph writes it: the
        branch for a true `a` returns `b`, the other returns false (or `a`, which is then false).
        """
        branches = self._bodies.branches[row]
        taken = single(self.of(*self.source.inputs(row)[0]))
        if type(taken) in {bool, int}:
            runs = branch_taken(taken, branches, self.source.ops[row])
            return None if runs is None else self._returned(runs, output)
        found = [self._returned(group, output) for group in branches]
        two = self.source.ops[row] not in CASES and len(branches) == 2
        if two and (single(found[1]) is False or self._is_condition(row, branches[1], output)):
            return (both(taken, single(found[0])),)
        plain = all(value is not None and all(type(one) in {bool, int} for one in value) for value in found)
        return found[0] if plain and all(value == found[0] for value in found) else None

    def _is_condition(self, row: int, group: int, output: int) -> bool:
        """Whether a branch of the ``if`` at `row` just returns the condition of the ``if``."""
        ends = self._bodies.ends(group)
        return self._handed(Edge(ends.results[output], 0)) == self._handed(Edge(*self.source.inputs(row)[0]))

    def _handed(self, edge: Edge) -> Edge:
        """The tensor that this one is, before identities and the ends of branches handed it on."""
        for _ in range(_MOST_HANDS):
            op, inputs = self.source.ops[edge.node], self.source.inputs(edge.node)
            changing = op == ARGUMENT and not self._bodies.handed_on(edge.node)
            if op not in _HANDS or not inputs or changing:
                break
            edge = Edge(*inputs[0])
        return edge

    def _returned(self, group: int, output: int) -> Value:
        """What the body of a branch returns as its `output`."""
        return self.of(self._bodies.ends(group).results[output], 0)


def branch_taken(chosen: int, branches: Sequence[int], op: str) -> Optional[int]:
    """Which branch runs: of an ``if`` the first if it is true; of a case the one with this number, else the last.

    ``None`` if a damaged graph lacks it.
    """
    number = 0 if chosen else 1
    if op in CASES:
        number = chosen if 0 <= chosen < len(branches) else len(branches) - 1
    return branches[number] if 0 <= number < len(branches) else None
