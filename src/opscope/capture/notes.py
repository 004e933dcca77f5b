"""What recording hands on when a trace is done: which ops each layer call, gradient call and optimizer step made.

An op is told by its number: TensorFlow counts the ops of a graph as it makes them. A note that covers 3 (exclusive) to 7
(inclusive) is about the ops 4, 5, 6 and 7 of its graph.
"""

from __future__ import annotations

from typing import Any, Iterator, NamedTuple, Tuple

from .seams import ordered_ops

CALL, GRADIENT, APPLY = "call", "gradient", "apply"
"""Kinds of records: a layer or module was called; a tape was asked for a gradient; an optimizer applied gradients."""


class Record(NamedTuple):
    """One recorded call, which made the ops of `graph` numbered from `start` (exclusive) to `end` (inclusive).

    `subject` is the layer, the tape or the optimizer; `scope` the name scope that the call was made in; `parent` the
    position in `Notes.records` of the call around it, -1 for none; `outputs` what a layer returned; `target` the tensors
    that a gradient was asked of. An `end` of -1 means that the call never came back.
    """

    kind: str
    subject: Any
    graph: Any
    scope: str
    start: int
    end: int
    parent: int
    outputs: Any = None
    target: Any = None


class GradientCall(NamedTuple):
    """The ops from `start` (exclusive) to `end` were made as the gradient of one forward op of type `op`.

    The tape does not tell which op; `inputs` and `outputs` are its tensors, as far as the tape kept them, `scope` the
    name scope it was made in.
    """

    graph: Any
    start: int
    end: int
    op: str
    inputs: Tuple[Any, ...]
    outputs: Tuple[Any, ...]
    scope: str


class Notes(NamedTuple):
    """All notes of one trace, in the order in which the calls began."""

    records: Tuple[Record, ...] = ()
    gradient_calls: Tuple[GradientCall, ...] = ()

    def around(self, position: int) -> Iterator[int]:
        """The positions of the calls around one, innermost first, in whatever graph they were made."""
        position = self.records[position].parent
        while position >= 0:
            yield position
            position = self.records[position].parent

    def is_inside(self, position: int, kind: str) -> bool:
        """Whether a call of `kind` is around this one."""
        return any(self.records[outer].kind == kind for outer in self.around(position))


class Traced(NamedTuple):
    """A ConcreteFunction and the notes of its trace. There are no notes where it `was_given`: somebody else traced it."""

    concrete: Any
    notes: Notes = Notes()
    was_given: bool = False


def with_whole_call(notes: Notes, module: Any, concrete: Any) -> Notes:
    """The notes and, around all others, the call of `module`, whose ``__call__`` is the very function that was traced.

    No hook sees that call: the function is traced without anyone calling it. What the call made ends before the
    Identities with which TensorFlow returns its results.
    """
    graph = concrete.graph
    ops, ends = ordered_ops(graph)
    results = {tensor.op.name for tensor in concrete.outputs if tensor.op.type == "Identity"}
    first = next((place for place, op in enumerate(ops) if op.name in results), len(ops))
    end = ends[first - 1] if first else 0
    whole = Record(CALL, module, graph, "", 0, end, -1, concrete.structured_outputs)
    inner = (record._replace(parent=_below_whole(record, graph)) for record in notes.records)
    return notes._replace(records=(whole, *inner))


def _below_whole(record: Record, graph: Any) -> int:
    """The parent of a record once the call of the whole is at position 0 and all others have moved on by one."""
    if record.parent >= 0:
        return record.parent + 1
    return 0 if record.graph is graph else -1
