"""The notes of a trace: which ops each layer call, gradient call and optimizer step made.

TensorFlow counts the ops of a graph as it makes them, so the count before and after a call tells which ops it made: with 3
before and 7 after, the ops 4, 5, 6 and 7 of that graph. So `start` is exclusive and `end` inclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterator, NamedTuple, Optional, Tuple

from .seams import ordered_ops

CALL, GRADIENT, APPLY, LOSS_CALL = "call", "gradient", "apply", "loss"
"""Kinds of records: a layer or module was called; a gradient was asked for; an optimizer applied gradients; a loss object was called."""


@dataclass(frozen=True, eq=False)
class Strand:
    """A part of what is traced under a distribution strategy. ``None`` stands for the tracing thread outside of all strands.

    Each replica is a strand, traced in a thread of its own up to the point where all have to meet (`merge_call`). Then the
    tracing thread makes what serves them all (a strand begun by the first replica's), and in it the updates of each replica's
    part of a variable (strands again). Then the replicas go on. So the ops of a strand lie between those of others.
    """

    replica: int
    """The number of the replica that it is for. -1: it serves all, or there is only one, and nothing to tell apart."""
    around: "Optional[Strand]"
    """The strand that began it."""

    def is_within(self, other: "Optional[Strand]") -> bool:
        """Whether this is `other`, or was begun inside it."""
        strand: "Optional[Strand]" = self
        while strand is not None and strand is not other:
            strand = strand.around
        return strand is other


def replica_of(strand: Optional[Strand]) -> int:
    """The number of the replica whose strand it is; -1 for none."""
    return strand.replica if strand is not None else -1


class Turn(NamedTuple):
    """The ops of `graph` with numbers above `start`, up to that of the next turn, are made by `strand`."""

    graph: Any
    start: int
    strand: Optional[Strand]


class Record(NamedTuple):
    """One recorded call, which made the ops of `graph` with numbers from `start` (exclusive) to `end` (inclusive).

    If strands take turns in that graph, these are only the ops of its own strand and of those begun inside it.
    """

    kind: str
    subject: Any
    """The layer, tape, optimizer or loss that was called."""
    graph: Any
    scope: str
    """The name scope in which it was called."""
    start: int
    end: int
    """-1 if the call never came back."""
    parent: int
    """The position in `Notes.records` of the call around it, -1 for none."""
    outputs: Any = None
    """What a layer returned, or a gradient call."""
    target: Any = None
    """What a gradient call differentiates; of an optimizer the gradients that it is to apply, one for each of `sources`."""
    sources: Any = None
    """With respect to what it does so; of an optimizer the variables that it was told to update."""
    strand: Optional[Strand] = None
    stack: Any = None
    """Of a gradient call, an optimizer, and a layer that made no op: the traceback of the call, as TensorFlow has it of an op."""

    @property
    def made_no_op(self) -> bool:
        """Whether the call came back and the graph had no more ops than before."""
        return self.start == self.end


class GradientCall(NamedTuple):
    """The ops from `start` (exclusive) to `end` (inclusive) are the gradient of one forward op.

    The tape does not say of which one. We know its type and its name scope, and its tensors as far as the tape kept them.
    """

    graph: Any
    start: int
    end: int
    op: str
    """The forward op's type."""
    inputs: Tuple[Any, ...]
    outputs: Tuple[Any, ...]
    scope: str
    """The forward op's name scope."""
    is_given: bool = False
    """Whether the gradient comes from a function that was given for this very op, as by `tf.custom_gradient`. The function
    may be the user's, who then wants to see their lines in it."""
    strand: Optional[Strand] = None


class Notes(NamedTuple):
    """All notes of one trace, in the order in which the calls began."""

    records: Tuple[Record, ...] = ()
    gradient_calls: Tuple[GradientCall, ...] = ()
    turns: Tuple[Turn, ...] = ()

    def around(self, position: int) -> Iterator[int]:
        """The positions of the calls around one, innermost first. They may have been made in other graphs."""
        position = self.records[position].parent
        while position >= 0:
            yield position
            position = self.records[position].parent

    def is_inside(self, position: int, kind: str) -> bool:
        """Whether the call at `position` was made inside one of this kind."""
        return any(self.records[outer].kind == kind for outer in self.around(position))


class Traced(NamedTuple):
    """A ConcreteFunction and the notes of its trace. If it `was_given`, somebody else traced it and there are no notes."""

    concrete: Any
    notes: Notes = Notes()
    was_given: bool = False
    arguments: Tuple[Any, ...] = ()
    """The variables that it was called with: each a `graph_ports.Passed`."""


def with_whole_call(notes: Notes, module: Any, concrete: Any) -> Notes:
    """The notes with one more call around all others: that of `module`, whose ``__call__`` is the function that was traced.

    No hook saw that call, because `get_concrete_function` traces the function without calling the module. The call ends
    before the Identity ops by which TensorFlow returns the results, since these are not the module's.
    """
    graph = concrete.graph
    ops, numbers = ordered_ops(graph)
    results = {tensor.op.name for tensor in concrete.outputs if tensor.op.type == "Identity"}
    first = next((place for place, op in enumerate(ops) if op.name in results), len(ops))
    end = numbers[first - 1] if first else 0
    whole = Record(CALL, module, graph, "", 0, end, -1, concrete.structured_outputs)
    inner = (record._replace(parent=_below_whole(record, graph)) for record in notes.records)
    return notes._replace(records=(whole, *inner))


def _below_whole(record: Record, graph: Any) -> int:
    """The new parent of a record, now that the whole call is at position 0 and all others have moved up by one."""
    if record.parent >= 0:
        return record.parent + 1
    return 0 if record.graph is graph else -1
