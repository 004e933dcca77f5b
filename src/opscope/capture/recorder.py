"""Notes, while TensorFlow traces, which ops each layer call, gradient call and optimizer step made: by op counts alone."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Optional, Set, Tuple

from .seams import op_count

CALL, GRADIENT, APPLY = "call", "gradient", "apply"


@dataclass
class Record:
    """One recorded call: it made the ops of `graph` numbered from `start` (exclusive) to `end` (inclusive).

    `subject` is the layer, the tape or the optimizer; `scope` the name scope the call was made in; `target` the
    tensors a gradient was asked of; `outputs` what a layer returned.
    """

    kind: str
    subject: Any
    graph: Any
    scope: str
    start: int
    parent: Optional["Record"]
    end: int = -1
    outputs: Any = None
    target: Any = None

    def inside(self, kind: str) -> bool:
        """Whether a record of `kind` is open around this one, in whatever graph."""
        above = self.parent
        while above is not None and above.kind != kind:
            above = above.parent
        return above is not None


@dataclass(frozen=True)
class GradientCall:
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


@dataclass
class Recorder:
    """The records of one trace, in the order they were opened; each thread has its own stack of open calls."""

    get_graph: Callable[[], Any]
    records: List[Record] = field(default_factory=list)
    gradients: List[GradientCall] = field(default_factory=list)
    _copies: Dict[int, Tuple[Any, Any]] = field(default_factory=dict)
    _local: threading.local = field(default_factory=threading.local)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _thread: int = field(default_factory=threading.get_ident)
    _roots: Set[int] = field(default_factory=set)

    def open(self, kind: str, subject: Any) -> Optional[Record]:
        """Begin a record; ``None`` outside this trace, or when the innermost open record is of this very call."""
        stack: List[Record] = self._local.__dict__.setdefault("stack", [])
        parent = stack[-1] if stack else None
        if parent is not None and parent.subject is subject and parent.kind == kind:
            return None
        graph = self.get_graph()
        if not self._owns(graph):
            return None
        record = Record(kind, subject, graph, graph._name_stack or "", op_count(graph), parent)
        stack.append(record)
        self.records.append(record)
        return record

    def close(self, record: Optional[Record], outputs: Any = None) -> None:
        """End a record, and those inside it that an exception left open."""
        if record is None:
            return
        stack: List[Record] = self._local.stack
        while stack:
            top = stack.pop()
            top.end = op_count(top.graph)
            if top is record:
                break
        record.outputs = outputs

    def gradient_function(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """A stand-in for the tape's gradient function that notes which forward op each call is for."""

        def noted(op: str, attrs: Any, count: int, inputs: Any, outputs: Any, grads: Any, skip: Any, scope: str) -> Any:
            graph = self.get_graph()
            start = op_count(graph)
            result = original(op, attrs, count, inputs, outputs, grads, skip, scope)
            end = op_count(graph)
            if end > start:
                known = tuple(inputs or ()), tuple(outputs or ())
                self.gradients.append(GradientCall(graph, start, end, op, *known, scope or ""))
            return result

        return noted

    def stand_in(self, function: Any) -> Any:
        """What to call in place of a `tf.function`: inside this trace its untraced copy, elsewhere itself."""
        return self.copy_of(function) if self._owns(self.get_graph()) else function

    def copy_of(self, function: Any) -> Any:
        """The untraced copy of a `tf.function`, with the same options, one a trace; a copy is its own copy."""
        with self._lock:
            known = self._copies.get(id(function))
            if known is None:
                copy = function._clone(None)
                known = self._copies[id(function)] = (function, copy)
                self._copies[id(copy)] = (copy, copy)
            return known[1]

    def _owns(self, graph: Any) -> bool:
        """Whether `graph` is built for this trace: on its thread, or (replicas) by others in a graph seen there."""
        if not getattr(graph, "building_function", False):
            return False
        outer = getattr(graph, "outer_graph", None)
        while getattr(outer, "building_function", False):
            graph, outer = outer, getattr(outer, "outer_graph", None)
        if threading.get_ident() != self._thread:
            return not self._roots or id(graph) in self._roots
        self._roots.add(id(graph))
        return True


for _method in ("open", "close"):
    vars(Recorder)[_method].autograph_info__ = {}  # AutoGraph runs them as they are
