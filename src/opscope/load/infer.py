"""Works out the shapes that a file does not tell (a frozen graph tells few), and marks the ops that got some.

The mark is `decoding.Inferred`.

The rules are those of TensorFlow's shape functions (tensorflow/core/framework/common_shape_fns.cc) for common ops. The
shape of an op without a rule stays unknown, and so does what depends on it.
"""

from __future__ import annotations

from itertools import compress, count
from typing import Dict, Hashable, List, Sequence, Tuple

from ..graph.edges import edge_users, rises
from ..graph.op_kinds import op_kinds
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
    distinct = dict(zip(map(id, body.outputs), body.outputs))
    partial = {key for key, outputs in distinct.items() if any(output.shape is None for output in outputs)}
    unknown = list(compress(count(), map(partial.__contains__, map(id, body.outputs))))
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
"""Ops whose shapes may be told by the model's variables."""


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
        self.shapes: Dict[int, Sequence[Shape]] = {}
        self.changed: List[int] = []
        self._source = BodySource(body, self.shapes)
        self._values = Values(self._source, budget)
        self._kinds = op_kinds(body.ops, body.outputs, body.raw_attrs, body.edge_start, body.edge_output)
        self._numbers = list(map(id, body.outputs))
        """For each op a number for all that a rule of its users may see of it: types, inferred shapes, which variable's handle it is."""
        self._numbered: Dict[Hashable, int] = {}
        """What those numbers stand for that are not the identity of types: they are below 0."""
        for row, variable in known.handles.items():
            self._number(row, known.variables[variable].shape)
        self._told: Dict[Tuple[int, ...], Tuple[Shape, ...]] = {}
        """The kind of an op and the numbers of its producers -> its shapes; empty if nothing was found."""

    def infer_op(self, row: int) -> None:
        """Work out the unknown shapes of one op. What the file says stays, even if the rule says otherwise.

        For ops of one kind with equal inputs the rule is asked once. That does not hold for a rule that looked at the values
        of inputs (`InferenceContext.looked`): Reshape's output depends on them.
        """
        starts, numbers = self._body.edge_start, self._numbers
        producers = self._body.edge_node[starts[row] : starts[row + 1]]
        key = (self._kinds[row], *map(numbers.__getitem__, producers))
        found = self._told.get(key)
        if found is None:
            at = InferenceContext(self._source, self._values, row, self._source.inputs(row))
            found = self._completed(row, self._rule(self._body.ops[row], at))
            if not at.looked:
                self._told[key] = found
        if found:
            self.shapes[row] = found
            self.changed.append(row)
            self._number(row, found)

    def _number(self, row: int, found: Hashable) -> None:
        """Give an op another number, since something was found that its types do not tell."""
        key = (self._numbers[row], found)
        self._numbers[row] = self._numbered.setdefault(key, -1 - len(self._numbered))

    def _completed(self, row: int, told: Sequence[Shape]) -> Tuple[Shape, ...]:
        """The shapes of an op's outputs, the unknown ones as a rule has `told` them; empty if nothing is new."""
        old = [output.shape for output in self._body.outputs[row]]
        guesses = [*told, *[None] * len(old)]
        merged = [shape if shape is not None else guess for shape, guess in zip(old, guesses)]
        return tuple(merged) if merged != old else ()

    def _rule(self, op: str, at: InferenceContext) -> List[Shape]:
        """Ask the rule for an op type, or what is known beyond rules: a read has the shape of its variable."""
        if op == READ and at.inputs and at.inputs[0][0] in self._known.handles:
            return [self._known.variables[self._known.handles[at.inputs[0][0]]].shape]
        if op == "Placeholder" and self._version < _EMPTY_SHAPE_IS_SCALAR and at.attr_shape("shape") == ():
            return []
        rule = FILE_RULES.get(op)
        return shapes_told(rule, at) if rule is not None else []
