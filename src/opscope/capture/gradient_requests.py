"""Puts what was recorded of gradient calls and optimizers into plain facts: who asks for which gradients, and who gets none."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Optional, Tuple

from ..graph.gradient_facts import (
    AppliedGradient,
    AppliedGradients,
    AskedGradient,
    AskedSource,
    GradientFacts,
    TensorName,
)
from ..graph.types import Source
from .annotate import Describer
from .annotate.site import is_gradient_function
from .kinds import is_variable
from .notes import APPLY, GRADIENT, Record, Traced
from .seams import function_graphs, tensorflow


def gradient_facts(traced: Traced, describe: Describer) -> GradientFacts:
    """What the traced function asks for and applies. Call it last: a variable that nobody has asked for by then is not in the graph."""
    root = traced.concrete.graph
    bodies = {id(root): ""}
    for name, graph in function_graphs(root).items():
        bodies.setdefault(id(graph), name)
    told = _Telling(bodies, describe)
    records = traced.notes.records
    outer = [
        record
        for at, record in enumerate(records)
        if record.end >= 0
        and id(record.graph) in bodies
        and not any(traced.notes.is_inside(at, kind) for kind in (GRADIENT, APPLY))
    ]
    asked = [told.asked(record) for record in outer if record.kind == GRADIENT]
    applied = [told.applied(record) for record in outer if record.kind == APPLY]
    return GradientFacts(tuple(call for call in asked if call is not None), tuple(applied))


class _Telling:
    """Writes records as facts."""

    def __init__(self, bodies: Dict[int, str], describe: Describer) -> None:
        self._bodies = bodies
        self._describe = describe

    def asked(self, record: Record) -> Optional[AskedGradient]:
        """A gradient call; ``None`` if what it returned does not fit what it was asked, as where it failed."""
        sources, results = _flat(record.sources), _flat(record.outputs)
        if len(sources) != len(results) or is_gradient_function(record.graph):
            return None
        given = tuple(
            self._source(source, gradient) for source, gradient in zip(sources, results) if source is not None
        )
        targets = tuple(name for leaf in _flat(record.target) for name in self._names(leaf))
        return AskedGradient(self._line(record), targets, given)

    def applied(self, record: Record) -> AppliedGradients:
        """A call of an optimizer."""
        pairs: List[AppliedGradient] = []
        for gradient, variable in zip(_flat(record.target), _flat(record.sources)):
            for name in list(self._names(gradient))[:1]:
                pairs.append(AppliedGradient(*self._variable(variable), name))
        return AppliedGradients(self._line(record), tuple(pairs))

    def _line(self, record: Record) -> Optional[Source]:
        sources = self._describe.sources
        return None if sources is None or record.stack is None else sources.of_stack(record.stack)

    def _source(self, source: Any, gradient: Any) -> AskedSource:
        result = next(self._names(gradient), None)
        if is_variable(source):
            number, path = self._variable(source)
            return AskedSource(number, path, None, result, bool(getattr(source, "trainable", True)))
        return AskedSource(-1, "", next(self._names(source), None), result)

    def _variable(self, variable: Any) -> Tuple[int, str]:
        variables = self._describe.variables
        return variables.known_number(variable), variables.path(variable)

    def _names(self, value: Any) -> Iterator[TensorName]:
        """The tensors of a value that is one or is made of some; none for a variable."""
        if value is None or is_variable(value):
            return
        tf = tensorflow()
        for leaf in tf.nest.flatten(value, expand_composites=True):
            if isinstance(leaf, tf.Tensor) and id(getattr(leaf, "graph", None)) in self._bodies:
                yield TensorName(self._bodies[id(leaf.graph)], leaf.op.name, leaf.value_index)


def _flat(value: Any) -> List[Any]:
    """The leaves of a nest; a composite tensor, such as the gradient of a gather, is one."""
    return list(tensorflow().nest.flatten(value))
