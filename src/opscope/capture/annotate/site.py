"""Matches one body with the TensorFlow graph that it was read from, to find which recorded call made each of its rows.

TensorFlow numbers the ops of a graph in the order in which they are made, and the notes speak of these numbers. A body has
the ops as rows, in another order. An op has the same name in both.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Dict, FrozenSet, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from ...graph.vocabulary import FED
from ...program.body import Body
from ...program.scopes import Scope
from ..graph_ports import captured
from ..notes import APPLY, CALL, GRADIENT, GradientCall, Notes, Record, Strand, replica_of
from ..seams import ordered_ops
from .data_edges import DataEdges, flow_of


class RecordedCalls(NamedTuple):
    """The recorded calls of one kind in a body.

    `of` has for each row the position in `records` of the call that made it, -1 for none.
    """

    records: Tuple[Record, ...] = ()
    of: Sequence[int] = ()


_NOTHING = RecordedCalls()
_PFOR = "/pfor/"
"""In the names of the ops that a `tf.vectorized_map` makes of the ops of its function: ``loop_body/MatMul/pfor/Reshape``."""


@dataclass(frozen=True)
class Site:
    """A body, its graph, and what was recorded while the graph was made."""

    body: Body
    graph: Any
    ops: Sequence[Any]
    """The graph's ops in the order in which they were made."""
    numbers: Sequence[int]
    """For each of `ops` its number: what the graph's counter of ops said when it was made."""
    rows: Sequence[int]
    """For each of `ops` its row. -1 if the body lacks it: a function's inputs are no nodes, and freezing removes ops."""
    names: Mapping[str, int]
    """Name of an op -> its row."""
    strands: Sequence[Optional[Strand]]
    """For each of `ops` the strand that made it; empty if none took turns in this graph."""
    arguments: FrozenSet[int]
    """The rows of the main graph's inputs, which are placeholders; empty for a function."""
    captured: FrozenSet[int] = frozenset()
    """Those of the inputs that stand for what the function captures; the caller passes the others."""
    is_recorded: bool = False
    """Whether anything was recorded in the whole trace, in this body or another."""
    calls: RecordedCalls = _NOTHING
    """Calls of layers and modules. A row belongs to the innermost one."""
    call_parents: Sequence[int] = ()
    """For each of these calls the position in `calls.records` of the call around it, -1 for none."""
    again: Sequence[Record] = ()
    """Calls of layers that a gradient call makes: a layer's custom gradient, or `tf.recompute_grad`, calls what it needs again."""
    gradients: RecordedCalls = _NOTHING
    """Calls of `tape.gradient` and its like that are not made inside another such call."""
    gradient_parents: Sequence[int] = ()
    """For each of these the position in `calls.records` of the call that makes it, -1 for none."""
    applies: RecordedCalls = _NOTHING
    """Calls of an optimizer's `apply_gradients`."""
    gradient_calls: Sequence[GradientCall] = ()
    origins: Mapping[int, int] = field(default_factory=dict)
    """Row of an op that TensorFlow made to do the work of another op, for all iterations of a `tf.vectorized_map` at once ->
    the row of that other op, which never runs."""
    around: Scope = ()
    """The name of the op that runs the body, split at the slashes."""
    handles: Mapping[int, int] = field(default_factory=dict)
    """Row that is a variable's handle -> number of the variable; only known for the main graph."""

    @cached_property
    def flow(self) -> DataEdges:
        """The data edges of the body."""
        return flow_of(self.body)

    @cached_property
    def inside(self) -> range:
        """The rows between the body's arguments and its results."""
        return range(self.body.args, len(self.body) - self.body.rets)

    @cached_property
    def replicas(self) -> Sequence[int]:
        """For each row the number of the replica whose strand made it, -1 for none."""
        found = [-1] * len(self.body)
        for row, strand in zip(self.rows, self.strands):
            if row >= 0:
                found[row] = replica_of(strand)
        return found

    def rows_made(self, call: Union[Record, GradientCall]) -> List[int]:
        """The rows of the ops that a call made, arguments left out.

        What serves several replicas belongs to no call of a layer in one of them, nor do the replicas' ops belong to a call
        around them all.
        """
        first, last = bisect_right(self.numbers, call.start), bisect_right(self.numbers, call.end)
        if self.strands:
            is_layer = isinstance(call, Record) and call.kind == CALL
            made = [
                row
                for row, strand in zip(self.rows[first:last], self.strands[first:last])
                if _made(call, strand, is_layer)
            ]
        else:
            made = list(self.rows[first:last])
        return [row for row in made if row >= 0 and row not in self.arguments]

    def work_of(self, row: int) -> int:
        """The row whose work the op at `row` does: its own, or where a `tf.vectorized_map` made it that of the mapped op."""
        while row in self.origins:
            row = self.origins[row]
        return row

    def row_of(self, tensor: Any) -> int:
        """The row whose op makes `tensor`; -1 if the tensor is of another graph or its op is not in the body."""
        return self.names.get(tensor.op.name, -1) if tensor.graph is self.graph else -1


def site_of(body: Body, graph: Any, notes: Notes) -> Site:
    """Match a body with its graph, by the names of the ops, and with the notes about that graph."""
    ops, numbers = ordered_ops(graph)
    names = body.rows()
    inputs = [names[tensor.op.name] for tensor in graph.inputs if tensor.op.name in names]
    arguments = frozenset(row for row in inputs if body.ops[row] in FED)
    rows = [names.get(op.name, -1) for op in ops]
    plain = Site(
        body,
        graph,
        ops,
        numbers,
        rows,
        names,
        _strands(graph, numbers, notes),
        arguments,
        is_recorded=bool(notes.records),
    )
    found = _positions(graph, notes)
    origins = {} if is_gradient_function(graph) else _origins(plain)
    return replace(
        plain,
        captured=frozenset(names[tensor.op.name] for tensor in captured(graph) if tensor.op.name in names) & arguments,
        calls=_with_origins(_recorded_calls(plain, found.calls, notes), origins),
        call_parents=_parents(found.calls, found.calls, notes),
        again=[notes.records[at] for at in found.again],
        gradients=_with_origins(_recorded_calls(plain, found.gradients, notes), origins),
        gradient_parents=_parents(found.gradients, found.calls, notes),
        applies=_recorded_calls(plain, found.applies, notes),
        gradient_calls=[call for call in notes.gradient_calls if call.graph is graph],
        origins=origins,
    )


def _strands(graph: Any, numbers: Sequence[int], notes: Notes) -> Sequence[Optional[Strand]]:
    """The strand of each of a graph's ops, given their numbers; none if no strands took turns there."""
    turns = [turn for turn in notes.turns if turn.graph is graph]
    if not turns:
        return ()
    starts = [turn.start for turn in turns]
    # The first turn is that of a strand which somebody began, who made the ops before.
    strands = [turns[0].strand.around if turns[0].strand is not None else None, *(turn.strand for turn in turns)]
    return [strands[bisect_left(starts, number)] for number in numbers]


def _made(call: Union[Record, GradientCall], strand: Optional[Strand], is_layer: bool) -> bool:
    """Whether an op of that strand, made while the call ran, was made by the call."""
    within = call.strand is None or (strand is not None and strand.is_within(call.strand))
    return within and not (is_layer and replica_of(call.strand) != replica_of(strand))


class _Positions(NamedTuple):
    """The positions, in the notes, of the records that count for one graph."""

    calls: List[int]
    again: List[int]
    gradients: List[int]
    applies: List[int]


def _positions(graph: Any, notes: Notes) -> _Positions:
    """The positions of the layer calls, gradient calls and optimizer steps of one graph.

    What a tape calls while it computes gradients is no part of the model's own work: a custom gradient may call layers, say.
    The same holds for layers that an optimizer calls.
    """
    # Of a record without an end we do not know which ops it made.
    here = [at for at, record in enumerate(notes.records) if record.graph is graph and record.end >= 0]
    kinds = {at: notes.records[at].kind for at in here}
    outer = [at for at in here if not notes.is_inside(at, GRADIENT)]
    is_function = is_gradient_function(graph)
    return _Positions(
        calls=[at for at in outer if kinds[at] == CALL and not notes.is_inside(at, APPLY)],
        again=[at for at in here if kinds[at] == CALL and notes.is_inside(at, GRADIENT)],
        gradients=[] if is_function else [at for at in outer if kinds[at] == GRADIENT],
        applies=[at for at in outer if kinds[at] == APPLY],
    )


def _origins(site: Site) -> Dict[int, int]:
    """What `Site.origins` says. TensorFlow notes the origin of an op as `_original_op`.

    It does so too for the ops by which `tf.gradients` differentiates an op, but these do not do the op's work. The name tells.
    """
    found: Dict[int, int] = {}
    for op, row in zip(site.ops, site.rows):
        # Old TensorFlows have ops without it: those made in C++, as a loop's results.
        origin = getattr(op, "_original_op", None)
        if origin is not None and row >= 0 and origin.graph is site.graph and _PFOR in op.name:
            at = site.names.get(origin.name, -1)
            if at >= 0 and at != row:
                found[row] = at
    return found


def _with_origins(calls: RecordedCalls, origins: Mapping[int, int]) -> RecordedCalls:
    """The same calls, with each op that does the work of another one in the call that made the other one."""
    of = list(calls.of)
    for row, origin in origins.items():  # in the order in which they were made, so an origin is in its place before
        if of[origin] >= 0:
            of[row] = of[origin]
    return calls._replace(of=of)


def is_gradient_function(graph: Any) -> bool:
    """Whether TensorFlow built the graph as the gradient of a function. Its gradient calls are no part of what the user wrote.

    The forward-mode gradient of an op (`tf.autodiff.ForwardAccumulator`) is one too: it is made by differentiating twice.
    """
    return str(getattr(graph, "name", "")).startswith(("__backward_", "_backward_", "_jvp_"))


def _recorded_calls(site: Site, positions: Sequence[int], notes: Notes) -> RecordedCalls:
    """The calls at `positions`, and the one that made each row. Inner calls begin later and overwrite the outer ones."""
    records = tuple(notes.records[at] for at in positions)
    of = [-1] * len(site.body)
    for index, record in enumerate(records):
        for row in site.rows_made(record):
            of[row] = index
    return RecordedCalls(records, of)


def _parents(positions: Sequence[int], calls: Sequence[int], notes: Notes) -> List[int]:
    """For each of `positions` the index in `calls` of the innermost call around it in the same graph and replica, -1 for none."""
    place = {at: index for index, at in enumerate(calls)}
    return [_parent(at, place, notes) for at in positions]


def _parent(call: int, place: Mapping[int, int], notes: Notes) -> int:
    """One of `_parents`; `place` has position in the notes -> index in `calls`."""
    own = notes.records[call]
    for outer in notes.around(call):
        record = notes.records[outer]
        if record.graph is not own.graph or replica_of(record.strand) != replica_of(own.strand):
            break
        if outer in place:
            return place[outer]
    return -1
