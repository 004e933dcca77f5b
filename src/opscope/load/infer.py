"""Shapes where a file has none (frozen graphs, stripped ones), as far as simple rules go; each op so filled is marked.

The rules are those of TensorFlow's shape functions (tensorflow/core/framework/common_shape_fns.cc) for common ops. What
has no rule, and what depends on it, stays unknown.
"""

from __future__ import annotations

from typing import Any, Dict, List, Sequence, Tuple

from ..graph.types import Shape, TensorType
from ..graph.vocabulary import READ
from ..program.body import Body
from ..program.decoding import Inferred
from ..program.layers import Known
from ..program.program import Program
from ..shapes.budget import Budget, shapes_told
from ..shapes.inference import InferenceContext
from ..shapes.rules import FILE_RULES
from ..shapes.values import Values
from .body_source import BodySource

_NO_EMPTY_PLACEHOLDER = 24
"""Before this GraphDef producer version a Placeholder's empty shape meant: unknown."""


def infer_shapes(program: Program, known: Known, producer: int) -> Program:
    """The program with unknown shapes filled in; `producer` is the GraphDef's version."""
    types: Dict[Tuple[str, Shape], TensorType] = {}
    budget = Budget(len(program.main) + sum(map(len, program.functions.values())))

    def inferred(body: Body, known: Known) -> Body:
        return _inferred(body, _Inference(body, known, producer, budget), types)

    main = inferred(program.main, known)
    return Program(main, {name: inferred(body, Known()) for name, body in program.functions.items()})


def _inferred(body: Body, context: "_Inference", types: Dict[Tuple[str, Shape], TensorType]) -> Body:
    distinct = {id(outputs): outputs for outputs in body.outputs}
    partial = {key for key, outputs in distinct.items() if any(output.shape is None for output in outputs)}
    unknown = [row for row, outputs in enumerate(body.outputs) if id(outputs) in partial]
    if not any(body.ops[row] in FILE_RULES or body.ops[row] in _READS for row in unknown):
        return body
    for row in _order(body, unknown):
        context.fill(row)
    if not context.changed:
        return body
    outputs, raw = list(body.outputs), list(body.raw_attrs)
    marked: Dict[int, Inferred] = {}
    for row in context.changed:
        outputs[row] = _typed(outputs[row], context.shapes[row], types)
        raw[row] = marked.setdefault(id(raw[row]), Inferred(raw[row]))
    return body.with_columns(outputs=outputs, raw_attrs=raw)


def _typed(
    outputs: Sequence[TensorType], shapes: Sequence[Shape], types: Dict[Tuple[str, Shape], TensorType]
) -> Tuple[TensorType, ...]:
    """The outputs with these shapes. The parts of a Split are one shape, which is looked up once."""
    distinct = {(dtype, id(shape)): (dtype, shape) for (dtype, _), shape in zip(outputs, shapes)}
    made = {key: types.setdefault(kind, TensorType(*kind)) for key, kind in distinct.items()}
    return tuple([made[dtype, id(shape)] for (dtype, _), shape in zip(outputs, shapes)])


_READS = frozenset({READ, "VarHandleOp"})
_OWN = _READS | {"Placeholder"}
"""Ops whose shapes depend on what is known beyond the graph."""


def _order(body: Body, rows: List[int]) -> List[int]:
    """The rows, producers first; loops are cut where they close. Most files are in such an order already."""
    starts, producers = body.edge_start, body.edge_node
    if all(max(producers[starts[row] : starts[row + 1]], default=-1) < row for row in rows if row >= body.args):
        return rows
    among = bytearray(len(body))
    for row in rows:
        among[row] = 1
    order: List[int] = []
    for start in rows:
        waiting = [start]
        while waiting:
            row = waiting[-1]
            if among[row] == 1:
                among[row] = 2
                waiting.extend(producer for producer, _ in body.inputs(row) if among[producer] == 1)
                continue
            waiting.pop()
            if among[row] == 2:
                among[row] = 3
                order.append(row)
    return order


class _Inference:
    """Works out the unknown shapes of one body, op by op."""

    def __init__(self, body: Body, known: Known, producer: int, budget: Budget) -> None:
        self._body, self._known, self._producer = body, known, producer
        self.shapes: Dict[int, List[Shape]] = {}
        self.changed: List[int] = []
        self._source = BodySource(body, self.shapes)
        self._values = Values(self._source, budget)
        self._told: Dict[Tuple[Any, ...], Sequence[Shape]] = {}

    def fill(self, row: int) -> None:
        """Work out the unknown shapes of one op."""
        new = self._shapes_of_outputs(InferenceContext(self._source, self._values, row, self._source.inputs(row)))
        if not new:
            return
        old = [output.shape for output in self._body.outputs[row]]
        merged = [shape if shape is not None else guess for shape, guess in zip(old, [*new, *[None] * len(old)])]
        if merged != old:
            self.shapes[row] = merged
            self.changed.append(row)

    def _shapes_of_outputs(self, at: InferenceContext) -> Sequence[Shape]:
        """What the op's rule tells; ops alike that are given the same shapes ask it once, unless it looks at values."""
        op = self._body.ops[at.row]
        if op in _OWN:
            return self._rule(op, at)
        shapes = tuple([self._source.shape(*edge) for edge in at.inputs])
        key = (op, id(self._body.raw_attrs[at.row]), at.outputs, shapes)
        known = self._told.get(key)
        if known is not None:
            return known
        told = self._rule(op, at)
        found = told if any(shape is not None for shape in told) else ()
        if not at.looked:
            self._told[key] = found
        return found

    def _rule(self, op: str, at: InferenceContext) -> List[Shape]:
        if op == READ and at.inputs and at.inputs[0][0] in self._known.handles:
            return [self._known.variables[self._known.handles[at.inputs[0][0]]].shape]
        if op == "Placeholder" and self._producer < _NO_EMPTY_PLACEHOLDER and at.attr_shape("shape") == ():
            return []
        rule = FILE_RULES.get(op)
        return shapes_told(rule, at) if rule is not None else []
