"""Takes notes while TensorFlow traces: how many ops a graph has when a call of a layer, tape or optimizer begins and ends."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Callable, ContextManager, Dict, Iterator, List, Optional, Set, Tuple

from .notes import APPLY, CALL, GRADIENT, GradientCall, Notes, Record, Strand, Turn
from .seams import call_stack, op_count, tensorflow

_PAIRS = "grads_and_vars"
"""What optimizers call the pairs that `apply_gradients` is given."""


@dataclass(eq=False)
class OpenRecord:
    """A `Record`, with its fields, while the call may still run; `end` and `outputs` are filled in when the call is over."""

    kind: str
    subject: Any
    graph: Any
    scope: str
    start: int
    parent: Optional["OpenRecord"]
    target: Any
    sources: Any
    strand: Optional[Strand]
    stack: Any = None
    end: int = -1
    outputs: Any = None


@dataclass
class Recorder:
    """Takes the notes of one trace.

    A distribution strategy traces each replica in a thread of its own, so each thread has its own stack of open calls and
    its own strand.
    """

    get_graph: Callable[[], Any]
    """Gives the graph to which TensorFlow is adding ops right now."""
    zero_gradients: bool = False
    """Whether what asks for gradients is to get zeros in place of ``None``."""
    _records: List[OpenRecord] = field(default_factory=list)
    _gradient_calls: List[GradientCall] = field(default_factory=list)
    _turns: List[Turn] = field(default_factory=list)
    _copies: Dict[int, Tuple[Any, Any]] = field(default_factory=dict)
    """By the identity of a `tf.function`: the function, which keeps it alive, and its copy."""
    _local: threading.local = field(default_factory=threading.local)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _thread: int = field(default_factory=threading.get_ident)
    _roots: Set[int] = field(default_factory=set)
    """The identities of the outermost graphs in which a hook has run in this recorder's own thread."""

    def open(self, kind: str, subject: Any, target: Any = None, sources: Any = None) -> Optional[OpenRecord]:
        """Begin a record; ``None`` if the graph being built is not of this trace, or if the call has a record already.

        A class may override ``__call__`` and call that of its base. Both are hooked, but it is one call.
        """
        stack = self._stack
        parent = stack[-1] if stack else None
        if parent is not None and parent.subject is subject and parent.kind == kind:
            return None
        graph = self.get_graph()
        if not self._owns(graph):
            return None
        # `_name_stack` is the name scope in which the next op would be made.
        scope = graph._name_stack or ""
        stack_here = call_stack() if kind in (GRADIENT, APPLY) else None
        record = OpenRecord(
            kind, subject, graph, scope, op_count(graph), parent, target, sources, self._strand, stack_here
        )
        stack.append(record)
        self._records.append(record)
        return record

    def close(self, record: Optional[OpenRecord], outputs: Any = None) -> None:
        """End a record, and any inside it that an exception left open."""
        if record is None:
            return
        stack = self._stack
        while stack:  # mostly `record` is the last one opened
            top = stack.pop()
            top.end = op_count(top.graph)
            if top is record:
                break
        record.outputs = outputs
        if record.kind == CALL and record.end == record.start:  # an op would tell the line
            record.stack = call_stack()

    def handed_back(self, gradients: Any, sources: Any) -> Any:
        """What a call of ``tape.gradient`` is to return: its result, or with `zero_gradients` zeros where that has ``None``."""
        if not self.zero_gradients:
            return gradients
        tf = tensorflow()
        known = tf.nest.flatten(gradients)
        filled = [
            _zeros_like(source) if gradient is None else gradient
            for gradient, source in zip(known, tf.nest.flatten(sources))
        ]
        return tf.nest.pack_sequence_as(gradients, filled) if len(filled) == len(known) else gradients

    def with_pairs(self, args: Any, kwargs: Any) -> Tuple[Any, Any]:
        """The arguments of an optimizer's `apply_gradients`, with a list in place of pairs that can be gone through only once."""
        if args and hasattr(args[0], "__next__"):
            return (list(args[0]), *args[1:]), kwargs
        if hasattr(kwargs.get(_PAIRS), "__next__"):
            return args, {**kwargs, _PAIRS: list(kwargs[_PAIRS])}
        return args, kwargs

    def updated(self, optimizer: Any, args: Any, kwargs: Any, pairs: bool) -> Tuple[Tuple[Any, ...], Tuple[Any, ...]]:
        """What a call of `apply_gradients` (`pairs` is true) or `apply` is given: gradients, and the variables to update with them.

        Neither if the arguments do not tell.
        """
        if pairs:
            given = args[0] if args else kwargs.get(_PAIRS)
            known = given if isinstance(given, (list, tuple)) else ()
            # A variable without a gradient is left as it is.
            whole = [
                pair for pair in known if isinstance(pair, (list, tuple)) and len(pair) > 1 and pair[0] is not None
            ]
            return tuple(pair[0] for pair in whole), tuple(pair[1] for pair in whole)
        gradients = args[0] if args else kwargs.get("grads", kwargs.get("gradients"))
        given = args[1] if len(args) > 1 else kwargs.get("trainable_variables")
        if given is None:  # those that the optimizer was built with
            given = vars(optimizer).get("_trainable_variables")
        variables = tuple(given) if isinstance(given, (list, tuple)) else ()
        known = tuple(gradients) if isinstance(gradients, (list, tuple)) else ()
        return known if len(known) == len(variables) else (), variables

    def notes(self) -> Notes:
        """All that was noted, when the trace is over."""
        position = {id(record): index for index, record in enumerate(self._records)}
        records = tuple(
            Record(
                record.kind, record.subject, record.graph, record.scope, record.start, record.end,
                position[id(record.parent)] if record.parent is not None else -1, record.outputs, record.target, record.sources,
                record.strand, record.stack,
            )
            for record in self._records
        )  # fmt: skip
        return Notes(records, tuple(self._gradient_calls), tuple(self._turns))

    def gradient_function(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """A stand-in for the function that the tape calls for the gradient of each forward op.

        It notes which ops the gradient is made of, and what is known of the forward op.
        """

        def noted(op: str, attrs: Any, count: int, inputs: Any, outputs: Any, grads: Any, skip: Any, scope: str) -> Any:
            with self._gradient(op, inputs, outputs, scope):
                return original(op, attrs, count, inputs, outputs, grads, skip, scope)

        return noted

    def backward_function(self, op: str, outputs: Any, original: Callable[..., Any]) -> Callable[..., Any]:
        """A stand-in for the function that makes the gradient of one forward op, as the tape was told of it.

        The tape asks its gradient function for the gradient of TensorFlow's own ops. For a `tf.custom_gradient`, or the call
        of a function, it is given another function at the time of the forward op, so we know all of the op's outputs.
        """
        if not self._owns(self.get_graph()):
            return original
        known = tuple(outputs or ())

        def noted(*grads: Any) -> Any:
            with self._gradient(op, (), known, is_given=True):
                return original(*grads)

        return noted

    def op_gradient(self, op: Any, original: Callable[..., Any]) -> Callable[..., Any]:
        """A stand-in for the function that makes the gradient of the op `op` when `tf.gradients` asks for it."""

        def noted(*grads: Any) -> Any:
            with self._gradient(op.type, (), op.outputs, is_given=_has_gradient_of_its_own(op)):
                return original(*grads)

        return noted

    @contextmanager
    def _gradient(
        self, op: str, inputs: Any, outputs: Any, scope: Optional[str] = None, is_given: bool = False
    ) -> Iterator[None]:
        """Inside, what is made is the gradient of a forward op of this type, of which these tensors are known."""
        graph = self.get_graph()
        start = op_count(graph)
        yield
        end = op_count(graph)
        if end > start:  # not every gradient makes ops: that of an Identity hands on what it is given
            known = tuple(inputs or ()), tuple(outputs or ())
            self._gradient_calls.append(
                GradientCall(graph, start, end, op, *known, scope or "", is_given, self._strand)
            )

    @property
    def _stack(self) -> List[OpenRecord]:
        """The calls that are open in this thread, the innermost last."""
        return self._local.__dict__.setdefault("stack", [])  # type: ignore[no-any-return]

    @property
    def _strand(self) -> Optional[Strand]:
        """The strand to which this thread's ops belong."""
        return getattr(self._local, "strand", None)

    def on_replicas(self, function: Callable[..., Any], number_of: Callable[[], int]) -> Callable[..., Any]:
        """A stand-in for a function that a strategy is about to run in a thread for each of its replicas.

        What a replica calls lies inside what is being called in this thread. `number_of` gives the number of the replica in
        whose thread it is called.
        """
        self._owns(self.get_graph())  # so that the replicas' threads are known to build a graph of this trace
        around, calls = self._strand, self._stack[-1:]

        def on_replica(*args: Any, **kwargs: Any) -> Any:
            self._local.stack, self._local.strand = list(calls), around
            with self.strand(number_of(), around):
                return function(*args, **kwargs)

        return on_replica

    def update(self, replica: int) -> ContextManager[None]:
        """A context in which what this thread makes updates the part of a variable that the replica has."""
        return self.strand(replica, self._strand)

    @contextmanager
    def strand(self, replica: int, around: Optional[Strand]) -> Iterator[None]:
        """Inside, what this thread makes is a strand of its own, begun by `around`. -1 is no replica."""
        before = self._strand
        self._begin(Strand(replica, around))
        try:
            yield
        finally:
            self._begin(before)

    @contextmanager
    def others_turn(self) -> Iterator[None]:
        """Inside, this thread waits, while the other replicas and the thread that began them make ops."""
        strand = self._strand
        self._turn(strand.around if strand is not None else None)
        try:
            yield
        finally:
            self._turn(strand)

    def merged(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A stand-in for what this thread's replica has the tracing thread do for all replicas.

        It belongs to no replica, but to the optimizer's step or the gradient that this replica is about.
        """
        around = self._strand

        def merged(*args: Any, **kwargs: Any) -> Any:
            with self.strand(-1, around):
                return function(*args, **kwargs)

        return merged

    def _begin(self, strand: Optional[Strand]) -> None:
        """From now on this thread's ops belong to `strand`."""
        self._local.strand = strand
        self._turn(strand)

    def _turn(self, strand: Optional[Strand]) -> None:
        """Note that the next ops of the graph are those of `strand`."""
        graph = self.get_graph()
        if self._owns(graph):
            self._turns.append(Turn(graph, op_count(graph), strand))

    def stand_in(self, function: Any) -> Any:
        """What to call instead of a `tf.function`: inside this trace its untraced copy, elsewhere itself."""
        return self.copy_of(function) if self._owns(self.get_graph()) else function

    def copy_of(self, function: Any) -> Any:
        """The untraced copy of a `tf.function`, with the same options. In one trace it is always the same copy.

        A function that is traced already would not be traced again, so no hook would see its calls. One that is not yet
        would keep our trace, and the user's object would not be as before.

        A copy is its own copy, since its calls come here too.
        """
        with self._lock:
            known = self._copies.get(id(function))
            if known is None:
                copy = function._clone(None)
                known = self._copies[id(function)] = (function, copy)
                self._copies[id(copy)] = (copy, copy)
            return known[1]

    def _owns(self, graph: Any) -> bool:
        """Whether `graph` is built for this trace.

        It is, if this thread builds it (another thread of the user's may trace something meanwhile), or if another thread
        builds it inside a graph that this thread began, as for replicas. Before a hook has run in this thread we know of
        no such graph, and a graph of any thread counts: the first call that a hook sees may be a replica's.
        """
        if not getattr(graph, "building_function", False):
            return False
        # Go out to the outermost graph that is being built: a loop's body has a graph inside that of the function.
        outer = getattr(graph, "outer_graph", None)
        while getattr(outer, "building_function", False):
            graph, outer = outer, getattr(outer, "outer_graph", None)
        if threading.get_ident() != self._thread:
            return not self._roots or id(graph) in self._roots
        self._roots.add(id(graph))
        return True


def _zeros_like(source: Any) -> Any:
    """Zeros for the gradient with respect to a variable or tensor, which is not read for them if its shape is known."""
    tf = tensorflow()
    shape = tf.TensorShape(source.shape)
    return tf.zeros(shape, source.dtype) if shape.is_fully_defined() else tf.zeros_like(source)


def _has_gradient_of_its_own(op: Any) -> bool:
    """Whether a function was given for the gradient of this op, by `tf.custom_gradient` or a graph's `gradient_override_map`."""
    try:
        return bool(op.get_attr("_gradient_op_type"))
    except ValueError:  # it has no such attribute
        return False


# AutoGraph does not rewrite a function with this attribute. (`tf.autograph.experimental.do_not_convert` would set it, but
# TensorFlow is not imported here, and it would put a wrapper around the method.)
for _method in ("open", "close", "handed_back", "with_pairs", "updated"):
    vars(Recorder)[_method].autograph_info__ = {}
