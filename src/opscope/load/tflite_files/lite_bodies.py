"""Makes a `Body` of a subgraph: its inputs, its operators in their order, and the constants each before the first that uses it."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Sequence, Tuple

from ...errors import LoadError
from ...graph.groups import free_name
from ...graph.types import TensorType
from ...graph.vocabulary import ARGUMENT, MISSING, RESULT
from ...program.body import Body, Call
from ...program.filled_columns import FilledColumns, MadeAt
from .calls import SubgraphCall, named_subgraphs, subgraph_call_of
from .constants import summary
from .flatbuffer import Bytes
from .lite_model import LiteBuffer, LiteModel, LiteOperator, LiteSubgraph, LiteTensor
from .lite_weights import Weights
from .tensor_facts import quantization
from .tensor_names import op_name, without_output

_PLACEHOLDER, _CONSTANT, _VARIABLE = "Placeholder", "Const", "VariableV2"
"""What the caller feeds, a constant, and a tensor that is kept from one run to the next, as TensorFlow calls such ops."""


class SubgraphReader:
    """Makes the body of one subgraph; as that of a function, or as the main graph, whose inputs the caller feeds."""

    def __init__(self, data: Bytes, model: LiteModel, number: int, names: Sequence[str], weights: Weights) -> None:
        self._data, self._model, self._names, self._weights = data, model, names, weights
        self._subgraph: LiteSubgraph = model.subgraphs[number]
        self._columns = FilledColumns()
        self._made: Dict[int, MadeAt] = {}
        """Tensor -> the op that has made it so far."""
        self._handles: Dict[int, int] = {}
        self._taken: Dict[str, int] = {}
        self._op_names: List[str] = []

    def body(self, *, is_main: bool, named: Iterable[int] = ()) -> Body:
        """The body. `named` are tensors that a signature names, which need be none that an operator takes or makes."""
        own = self._subgraph
        self._op_names = [free_name(self._op_name(each), self._taken) for each in own.operators]
        for index, number in enumerate(own.inputs):
            self._input(index, number, is_main=is_main)
        calls: List[Call] = []
        missing: Dict[int, Tuple[str, ...]] = {}
        closed: Dict[int, Tuple[str, ...]] = {}
        for name, operator in zip(self._op_names, own.operators):
            row = self._operator(name, operator)
            self._runs(row, operator, calls, missing, closed)
        results = [self._at(number) for number in own.outputs]
        for number in named:
            self._at(number)
        columns = self._columns
        if not is_main:
            for index, (number, at) in enumerate(zip(own.outputs, results)):
                kind = self._type(number)
                name = free_name(without_output(self._tensor(number).name) or RESULT, self._taken)
                columns.add(name, RESULT, [at], (), {"T": kind.dtype, "index": index})
        return Body(
            own.name, columns.names, columns.ops, columns.edge_start, columns.edge_node, columns.edge_output, columns.outputs,
            list(columns.attrs), [""] * len(columns.names), 0 if is_main else len(own.inputs), 0 if is_main else len(results),
            tuple(calls), missing, closed, handles=self._handles,
        )  # fmt: skip

    def place(self, number: int) -> MadeAt:
        """The op that makes a tensor which an operator of the subgraph takes or makes, or a signature names, once its body is made."""
        return self._made[number]

    def _tensor(self, number: int) -> LiteTensor:
        if not 0 <= number < len(self._subgraph.tensors):
            raise LoadError(
                f"tensor {number:,} of subgraph {self._subgraph.name[:80]!r}, which has {len(self._subgraph.tensors):,}; the file is damaged"
            )
        return self._subgraph.tensors[number]

    def _type(self, number: int) -> TensorType:
        tensor = self._tensor(number)
        return TensorType(tensor.dtype, tensor.shape)

    def _op_name(self, operator: LiteOperator) -> str:
        name = self._tensor(operator.outputs[0]).name if operator.outputs else ""
        return op_name(name, operator.op)

    def _input(self, index: int, number: int, *, is_main: bool) -> None:
        tensor, kind = self._tensor(number), self._type(number)
        name = free_name(without_output(tensor.name) or f"input_{index}", self._taken)
        shape = None if kind.shape is None else list(kind.shape)
        attrs: Dict[str, Any] = {"dtype": kind.dtype, "shape": shape} if is_main else {"T": kind.dtype, "index": index}
        # An argument has an edge to be overwritten by what the call passes.
        edges = [] if is_main else [(0, 0)]
        attrs = {**attrs, **quantization(tensor, "")}
        row = self._columns.add(name, _PLACEHOLDER if is_main else ARGUMENT, edges, (kind,), attrs)
        self._made[number] = (row, 0)

    def _at(self, number: int) -> MadeAt:
        """The op that makes a tensor; a constant is put here when it is first asked for."""
        found = self._made.get(number)
        if found is None:
            found = self._made[number] = (self._source(number), 0)
        return found

    def _source(self, number: int) -> int:
        """An op for a tensor that no operator made: a constant, one that is kept from run to run, or what the file lacks."""
        tensor, kind = self._tensor(number), self._type(number)
        name = free_name(self._weights.label(self._subgraph, number) or f"tensor_{number}", self._taken)
        buffer = self._buffer(tensor)
        if tensor.is_variable or buffer is None:
            op = _VARIABLE if tensor.is_variable else MISSING
            attrs: Dict[str, Any] = {"dtype": kind.dtype} if tensor.is_variable else {}
            row = self._columns.add(name, op, [], (kind,), {**attrs, **quantization(tensor, "")})
            if tensor.is_variable:
                self._handles[row] = self._weights.kept(self._subgraph, number)
            return row
        attrs = {"dtype": kind.dtype, "value": summary(self._data, tensor, buffer), "bytes": buffer.size}
        if tensor.is_sparse:
            attrs["sparse"] = True
        if ";" in tensor.name:
            attrs["tensor"] = tensor.name
        row = self._columns.add(name, _CONSTANT, [], (kind,), {**attrs, **quantization(tensor, "")})
        weight = self._weights.constant(self._subgraph, number)
        if weight is not None:
            self._handles[row] = weight
        return row

    def _buffer(self, tensor: LiteTensor) -> "LiteBuffer | None":
        """Where a constant's values are; ``None`` for a tensor that is none. A constant may have no elements, and so no bytes."""
        buffers = self._model.buffers
        found = buffers[tensor.buffer] if 0 < tensor.buffer < len(buffers) else None
        return found if found is not None and (found.size or (tensor.shape is not None and 0 in tensor.shape)) else None

    def _operator(self, name: str, operator: LiteOperator) -> int:
        inputs = [self._at(number) for number in operator.inputs if number >= 0]
        types = tuple(self._type(number) for number in operator.outputs)
        row = self._columns.add(name, operator.op, inputs, types, self._attrs(name, operator))
        for output, number in enumerate(operator.outputs):
            self._made[number] = (row, output)
        if operator.op == _HANDLE:
            self._handles[row] = self._weights.resource(operator)
        return row

    def _attrs(self, name: str, operator: LiteOperator) -> Dict[str, Any]:
        """OperatorOptions, and what is said of the results: the whole name where the op has a part of it, and quantisation."""
        found: Dict[str, Any] = {**operator.options.values, "op_version": operator.version}
        if operator.custom_bytes:
            found["custom_options_bytes"] = operator.custom_bytes
        omitted = [place for place, number in enumerate(operator.inputs) if number < 0]
        if omitted:
            found[OMITTED_INPUTS] = omitted
        for output, number in enumerate(operator.outputs):
            tensor, mark = self._tensor(number), f"_{output}" if output else ""
            if without_output(tensor.name) != name and tensor.name:
                found[f"tensor{mark}"] = tensor.name
            found.update(quantization(tensor, mark))
        return found

    def _runs(
        self,
        row: int,
        operator: LiteOperator,
        calls: List[Call],
        missing: Dict[int, Tuple[str, ...]],
        closed: Dict[int, Tuple[str, ...]],
    ) -> None:
        """Note the subgraphs that an operator runs."""
        named = named_subgraphs(operator)
        if not named:
            return
        lacking = tuple(f"subgraph {number}" for number in named if not 0 <= number < len(self._names))
        found = subgraph_call_of(operator)
        if lacking:
            missing[row] = lacking
        elif not found:
            closed[row] = tuple(self._names[number] for number in named)
        else:
            (call,) = found
            self._check(row, call)
            parts = tuple((role, self._names[number]) for role, number in call.parts)
            calls.append(Call(row, call.kind, parts, call.first_arg))

    def _check(self, row: int, call: SubgraphCall) -> None:
        """`LoadError` if a call passes more or fewer tensors than its subgraph takes."""
        given = self._columns.edge_start[row + 1] - self._columns.edge_start[row] - call.first_arg
        for _, number in call.parts:
            takes = len(self._model.subgraphs[number].inputs)
            if takes != given:
                raise LoadError(
                    f"operator {self._columns.names[row][:120]!r} passes {given} inputs to subgraph {self._names[number][:80]!r}, "
                    f"which takes {takes}; the file is damaged"
                )


_HANDLE = "VAR_HANDLE"
OMITTED_INPUTS = "omitted_inputs"
"""The attribute with the places of the inputs that an operator does without; the edges are those of the others."""
