"""One body beside the TensorFlow graph it was read from: which recorded call made each of its rows.

TensorFlow names ops and numbers them in the order they were made; a body has them as rows in an order of its own. The
notes speak of op numbers, all that follows speaks of rows: here the one becomes the other.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, FrozenSet, List, Mapping, NamedTuple, Sequence, Tuple

from ...graph.vocabulary import FED
from ...program.body import Body
from ...program.scopes import Scope
from ..notes import APPLY, CALL, GRADIENT, GradientCall, Notes, Record
from ..seams import ordered_ops
from .data_edges import DataEdges, flow_of


class Made(NamedTuple):
    """The recorded calls of one kind in a body; `of` gives each row the position of the call that made it (-1: none)."""

    records: Tuple[Record, ...] = ()
    of: Sequence[int] = ()


_NOTHING = Made()


@dataclass(frozen=True)
class Site:
    """A body, its graph, and what was recorded while the graph was made.

    `ops` are the graph's ops in the order they were made, `ends` the number of each, `rows` the row of each (-1: none in
    the body). `names` gives the row of each op by its name. `arguments` are the placeholders of the graph's inputs.
    """

    body: Body
    graph: Any
    ops: Sequence[Any]
    ends: Sequence[int]
    rows: Sequence[int]
    names: Mapping[str, int]
    arguments: FrozenSet[int]
    is_recorded: bool = False
    """Whether anything was recorded in the whole trace, here or in another body."""
    calls: Made = _NOTHING
    """Calls of layers and modules, each row with the innermost."""
    call_parents: Sequence[int] = ()
    """For each call the position of the call around it in this body, -1 for none."""
    gradients: Made = _NOTHING
    """The outermost calls of a tape: what a tape does while another one works belongs to that one."""
    applies: Made = _NOTHING
    """The steps of optimizers."""
    gradient_calls: Sequence[GradientCall] = ()
    around: Scope = ()
    """The scopes and the name of the op that runs the body."""
    handles: Mapping[int, int] = field(default_factory=dict)
    """The variable that a row is the handle of, by its number; known for the main graph."""

    @cached_property
    def flow(self) -> DataEdges:
        """The data edges of the body."""
        return flow_of(self.body)

    @property
    def inside(self) -> range:
        """The rows between the body's arguments and its results."""
        return range(self.body.args, len(self.body) - self.body.rets)

    def made(self, start: int, end: int) -> List[int]:
        """The rows of the ops numbered from `start` (exclusive) to `end` (inclusive)."""
        first, last = bisect_right(self.ends, start), bisect_right(self.ends, end)
        return [row for row in self.rows[first:last] if row >= 0 and row not in self.arguments]

    def row_of(self, tensor: Any) -> int:
        """The row whose op makes `tensor`; -1 where that is in another graph."""
        return self.names.get(tensor.op.name, -1) if tensor.graph is self.graph else -1


def site_of(body: Body, graph: Any, notes: Notes) -> Site:
    """Match a body with its graph by the names of the ops, and with the notes that were taken of the graph."""
    ops, ends = ordered_ops(graph)
    names = body.rows()
    inputs = [names[tensor.op.name] for tensor in graph.inputs if tensor.op.name in names]
    arguments = frozenset(row for row in inputs if body.ops[row] in FED)
    plain = Site(body, graph, ops, ends, [names.get(op.name, -1) for op in ops], names, arguments, bool(notes.records))
    calls, gradients, applies = _positions(graph, notes)
    return replace(
        plain,
        calls=_made(plain, calls, notes),
        call_parents=_parents(calls, notes),
        gradients=_made(plain, gradients, notes),
        applies=_made(plain, applies, notes),
        gradient_calls=[call for call in notes.gradient_calls if call.graph is graph],
    )


def _positions(graph: Any, notes: Notes) -> Tuple[List[int], List[int], List[int]]:
    """The positions of the layer calls, gradient calls and optimizer steps that count in one graph."""
    here = [at for at, record in enumerate(notes.records) if record.graph is graph and record.end >= 0]
    outer = [at for at in here if not notes.is_inside(at, GRADIENT)]
    kinds = {at: notes.records[at].kind for at in outer}
    calls = [at for at in outer if kinds[at] == CALL and not notes.is_inside(at, APPLY)]
    gradients = [] if _is_gradient_function(graph) else [at for at in outer if kinds[at] == GRADIENT]
    return calls, gradients, [at for at in outer if kinds[at] == APPLY]


def _is_gradient_function(graph: Any) -> bool:
    """Whether TensorFlow built the graph as the gradient of a function: its gradient calls are nobody's training step."""
    return str(getattr(graph, "name", "")).startswith(("__backward_", "_backward_"))


def _made(site: Site, positions: Sequence[int], notes: Notes) -> Made:
    """Each row with the last begun of the calls that made it: of nested ones that is the innermost."""
    records = tuple(notes.records[at] for at in positions)
    of = [-1] * len(site.body)
    for index, record in enumerate(records):
        for row in site.made(record.start, record.end):
            of[row] = index
    return Made(records, of)


def _parents(calls: Sequence[int], notes: Notes) -> List[int]:
    """For each call the place in `calls` of the innermost one around it in the same graph, -1 for none."""
    place = {at: index for index, at in enumerate(calls)}
    return [_parent(at, place, notes) for at in calls]


def _parent(call: int, place: Mapping[int, int], notes: Notes) -> int:
    for outer in notes.around(call):
        if notes.records[outer].graph is not notes.records[call].graph:
            break
        if outer in place:
            return place[outer]
    return -1
