"""Works out the shapes that a file does not tell (a frozen graph tells few), and marks the ops that got some.

The mark is `decoding.Inferred`.

The rules are those of TensorFlow's shape functions (tensorflow/core/framework/common_shape_fns.cc) for common ops. The
shape of an op without a rule stays unknown, and so does what depends on it.
"""

from __future__ import annotations

from typing import Any, Dict, List, Sequence, Tuple

from ..graph.edges import edge_users, rises
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

_EMPTY_SHAPE_IS_SCALAR = 24
"""From this version of GraphDef on, the attribute ``shape: []`` of a Placeholder means a scalar. In older ones it means
an unknown shape."""


def infer_shapes(program: Program, known: Known, version: int) -> Program:
    """The program with unknown shapes filled in. `version` is the GraphDef's, in which it is called `versions.producer`.

    The rows of variables in `known` are those of the main graph, so a function's body gets none of them.
    """
    types: Dict[Tuple[str, Shape], TensorType] = {}
    budget = Budget(len(program.main) + sum(map(len, program.functions.values())))

    def inferred(body: Body, known: Known) -> Body:
        return _inferred(body, _Inference(body, known, version, budget), types)

    main = inferred(program.main, known)
    return Program(main, {name: inferred(body, Known()) for name, body in program.functions.items()})


def _inferred(body: Body, context: "_Inference", types: Dict[Tuple[str, Shape], TensorType]) -> Body:
    """One body with unknown shapes filled in; the same body if nothing could be found out."""
    # Many rows share one tuple of types, and each distinct tuple is looked at once. Most often nothing is left to do: a
    # SavedModel has all the shapes that TensorFlow knows.
    distinct = {id(outputs): outputs for outputs in body.outputs}
    partial = {key for key, outputs in distinct.items() if any(output.shape is None for output in outputs)}
    unknown = [row for row, outputs in enumerate(body.outputs) if id(outputs) in partial]
    if not any(body.ops[row] in FILE_RULES or body.ops[row] in _READS for row in unknown):
        return body
    for row in _order(body, unknown):
        context.infer_op(row)
    if not context.changed:
        return body
    outputs, raw = list(body.outputs), list(body.raw_attrs)
    marked: Dict[int, Inferred] = {}  # ops that shared a NodeDef share its mark
    for row in context.changed:
        outputs[row] = _typed(outputs[row], context.shapes[row], types)
        raw[row] = marked.setdefault(id(raw[row]), Inferred(raw[row]))
    return body.with_columns(outputs=outputs, raw_attrs=raw)


def _typed(
    outputs: Sequence[TensorType], shapes: Sequence[Shape], types: Dict[Tuple[str, Shape], TensorType]
) -> Tuple[TensorType, ...]:
    """The outputs with these shapes; equal types are one object, by way of `types`.

    A Split may have thousands of outputs with the very same shape object: that is looked up once.
    """
    distinct = {(dtype, id(shape)): (dtype, shape) for (dtype, _), shape in zip(outputs, shapes)}
    made = {key: types.setdefault(kind, TensorType(*kind)) for key, kind in distinct.items()}
    return tuple([made[dtype, id(shape)] for (dtype, _), shape in zip(outputs, shapes)])


_READS = frozenset({READ, "VarHandleOp"})
_OWN = _READS | {"Placeholder"}
"""Ops whose shapes depend on more than attributes and inputs: on the model's variables, on the file's version."""


def _order(body: Body, rows: List[int]) -> List[int]:
    """The rows, each after those among them that it has inputs from. A loop of TensorFlow 1 allows that not for all.

    Most files are in such an order already. Otherwise this is a depth-first search that keeps its own stack.
    """
    starts, producers = body.edge_start, body.edge_node
    if rises(producers, edge_users(starts)):
        return rows
    # The arguments of a function do not count: their edges only keep a place for what a call passes.
    if all(max(producers[starts[row] : starts[row + 1]], default=-1) < row for row in rows if row >= body.args):
        return rows
    among = bytearray(len(body))  # 0: not one of `rows`, 1: not seen yet, 2: its inputs come first, 3: in `order`
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
    """Works out the unknown shapes of one body, op by op.

    `shapes` gets the shapes of each op for which something was found, and `changed` its row.
    """

    def __init__(self, body: Body, known: Known, version: int, budget: Budget) -> None:
        self._body, self._known, self._version = body, known, version
        self.shapes: Dict[int, List[Shape]] = {}
        self.changed: List[int] = []
        self._source = BodySource(body, self.shapes)
        self._values = Values(self._source, budget)
        # Op type, identity of the attributes, number of outputs, input shapes -> what the rule said.
        self._told: Dict[Tuple[Any, ...], Sequence[Shape]] = {}

    def infer_op(self, row: int) -> None:
        """Work out the unknown shapes of one op. What the file says stays, even if the rule says otherwise."""
        new = self._shapes_of_outputs(row)
        if not new:
            return
        old = [output.shape for output in self._body.outputs[row]]
        merged = [shape if shape is not None else guess for shape, guess in zip(old, [*new, *[None] * len(old)])]
        if merged != old:
            self.shapes[row] = merged
            self.changed.append(row)

    def _shapes_of_outputs(self, row: int) -> Sequence[Shape]:
        """What the op's rule says of its outputs; empty if nothing.

        For ops of one type with the same attributes and the same input shapes the rule is asked once. That does not hold
        for a rule that looked at the values of inputs (`InferenceContext.looked`): Reshape's output depends on them.
        """
        op, inputs, shape = self._body.ops[row], self._source.inputs(row), self._source.shape
        if op in _OWN:
            return self._rule(op, InferenceContext(self._source, self._values, row, inputs))
        shapes = tuple([shape(producer, output) for producer, output in inputs])
        key = (op, id(self._body.raw_attrs[row]), self._source.outputs(row), shapes)
        known = self._told.get(key)
        if known is not None:
            return known
        at = InferenceContext(self._source, self._values, row, inputs)
        told = self._rule(op, at)
        found = told if any(shape is not None for shape in told) else ()
        if not at.looked:
            self._told[key] = found
        return found

    def _rule(self, op: str, at: InferenceContext) -> List[Shape]:
        """Ask the rule for an op type, or what is known beyond rules: a read has the shape of its variable."""
        if op == READ and at.inputs and at.inputs[0][0] in self._known.handles:
            return [self._known.variables[self._known.handles[at.inputs[0][0]]].shape]
        if op == "Placeholder" and self._version < _EMPTY_SHAPE_IS_SCALAR and at.attr_shape("shape") == ():
            return []
        rule = FILE_RULES.get(op)
        return shapes_told(rule, at) if rule is not None else []
