"""Shapes where a file has none (frozen graphs, stripped ones), as far as simple rules go; each op so filled is marked.

The rules are those of TensorFlow's shape functions (tensorflow/core/framework/common_shape_fns.cc) for common ops. What
has no rule, and what depends on it, stays unknown.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence, Tuple

from ..graph.types import CONTROL, Shape, TensorType
from ..shapes.budget import FAILURES, MOST_DEPTH, MOST_ELEMENTS, Budget, shapes_told
from ..shapes.place import Context, Value
from ..shapes.rules import RULES
from ..shapes.value_rules import VALUES
from .attrs import Inferred
from .body import Body
from .graphdef import Program
from .layers import Known
from .outputs import shape_of

_NO_EMPTY_PLACEHOLDER = 24
"""Before this GraphDef producer version a Placeholder's empty shape meant: unknown."""


def infer_shapes(program: Program, known: Known, producer: int) -> Program:
    """The program with unknown shapes filled in; `producer` is the GraphDef's version."""
    types: Dict[Tuple[str, Shape], TensorType] = {}
    budget = Budget(len(program.main) + sum(map(len, program.functions.values())))

    def inferred(body: Body, known: Known) -> Body:
        return _inferred(body, _BodyContext(body, known, producer, budget), types)

    main = inferred(program.main, known)
    return Program(main, {name: inferred(body, Known()) for name, body in program.functions.items()})


def _inferred(body: Body, context: "_BodyContext", types: Dict[Tuple[str, Shape], TensorType]) -> Body:
    distinct = {id(outputs): outputs for outputs in body.outputs}
    partial = {key for key, outputs in distinct.items() if any(output.shape is None for output in outputs)}
    unknown = [row for row, outputs in enumerate(body.outputs) if id(outputs) in partial]
    if not any(body.ops[row] in RULES or body.ops[row] in _READS for row in unknown):
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
    made: Dict[Tuple[str, int], TensorType] = {}
    for output, shape in zip(outputs, shapes):
        if (output.dtype, id(shape)) not in made:
            made[output.dtype, id(shape)] = types.setdefault((output.dtype, shape), TensorType(output.dtype, shape))
    return tuple([made[output.dtype, id(shape)] for output, shape in zip(outputs, shapes)])


_READS = frozenset({"ReadVariableOp", "VarHandleOp"})
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


class _BodyContext(Context):
    """What a rule may ask about the op it is for."""

    def __init__(self, body: Body, known: Known, producer: int, budget: Budget) -> None:
        self._body, self._known, self._producer = body, known, producer
        self._budget = budget
        self.shapes: Dict[int, List[Shape]] = {}
        self.changed: List[int] = []
        self._values: Dict[Tuple[int, int], Value] = {}
        self._looked = 0
        """How often a rule has looked at a value."""
        self._told: Dict[Tuple[Any, ...], Sequence[Shape]] = {}
        self._row = 0
        self._inputs: List[Tuple[int, int]] = []

    def fill(self, row: int) -> None:
        """Work out the unknown shapes of one op."""
        self._at(row)
        new = self._shapes_of_outputs(row)
        if not new:
            return
        old = [output.shape for output in self._body.outputs[row]]
        merged = [shape if shape is not None else guess for shape, guess in zip(old, [*new, *[None] * len(old)])]
        if merged != old:
            self.shapes[row] = merged
            self.changed.append(row)

    def _at(self, row: int) -> None:
        self._row = row
        self._inputs = [edge for edge in self._body.inputs(row) if edge[1] != CONTROL]

    def _shapes_of_outputs(self, row: int) -> Sequence[Shape]:
        """What the op's rule tells; ops alike that are given the same shapes ask it once, unless it looks at values."""
        op, raw = self._body.ops[row], self._body.raw_attrs[row]
        if op in _OWN:
            return self._rule(op)
        key = (op, id(raw), len(self._body.outputs[row]), tuple([self._shape_of(*edge) for edge in self._inputs]))
        known = self._told.get(key)
        if known is not None:
            return known
        values = self._looked
        shapes = self._rule(op)
        found = shapes if any(shape is not None for shape in shapes) else ()
        if values == self._looked:
            self._told[key] = found
        return found

    def _rule(self, op: str) -> List[Shape]:
        if op == "ReadVariableOp" and self._inputs and self._inputs[0][0] in self._known.handles:
            return [self._known.variables[self._known.handles[self._inputs[0][0]]].shape]
        if op == "Placeholder" and self._producer < _NO_EMPTY_PLACEHOLDER and self.attr_shape("shape") == ():
            return []
        rule = RULES.get(op)
        return shapes_told(rule, self) if rule is not None else []

    @property
    def count(self) -> int:
        return len(self._inputs)

    @property
    def outputs(self) -> int:
        return len(self._body.outputs[self._row])

    def shape(self, index: int) -> Shape:
        if not -len(self._inputs) <= index < len(self._inputs):
            return None
        return self._shape_of(*self._inputs[index])

    def _shape_of(self, row: int, output: int) -> Shape:
        shapes = self.shapes.get(row)
        if shapes is not None:
            return shapes[output] if output < len(shapes) else None
        types = self._body.outputs[row]
        return types[output].shape if output < len(types) else None

    def attr(self, name: str) -> Any:
        raw = self._body.raw_attrs[self._row]
        if isinstance(raw, Mapping) or name not in raw.attr:
            return None
        return raw.attr[name]

    def attr_shape(self, name: str) -> Shape:
        value = self.attr(name)
        return shape_of(value.shape) if value is not None and value.HasField("shape") else None

    def tensor_shape(self, name: str) -> Shape:
        value = self.attr(name)
        return shape_of(value.tensor.tensor_shape) if value is not None and value.HasField("tensor") else None

    def flag(self, name: str) -> bool:
        value = self.attr(name)
        return bool(value.b) if value is not None else False

    def number(self, name: str, default: int = 0) -> int:
        value = self.attr(name)
        return int(value.i) if value is not None else default

    def text(self, name: str, default: str) -> str:
        value = self.attr(name)
        return value.s.decode("utf-8", "replace") if value is not None and value.s else default

    def numbers(self, name: str) -> List[int]:
        value = self.attr(name)
        return list(value.list.i[:MOST_ELEMENTS]) if value is not None else []

    def value(self, index: int) -> Value:
        self._looked += 1
        if not -len(self._inputs) <= index < len(self._inputs):
            return None
        edge = self._inputs[index]
        if edge not in self._values:
            self._values[edge] = None
            here = self._row, self._inputs
            self._values[edge] = self._work_out(*edge)
            self._row, self._inputs = here
        return self._values[edge]

    def _work_out(self, row: int, output: int) -> Value:
        rule = VALUES.get(self._body.ops[row]) if output == 0 else None
        if rule is None or self._depth >= MOST_DEPTH:
            return None
        self._at(row)
        self._depth += 1
        try:
            self._budget.spend(1 + self.count)
            value = rule(self)
            self._budget.spend(len(value or ()))
        except FAILURES:
            return None
        finally:
            self._depth -= 1
        return value

    _depth = 0
