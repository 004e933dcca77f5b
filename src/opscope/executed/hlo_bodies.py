"""Makes bodies of an XLA program's computations: a fusion calls the computation of what is fused in it, a loop its condition and its body.

So a program reads as a graph of TensorFlow does: `program.expand` puts each computation where it runs. Constants, parameters and
results have the types that TensorFlow has for them; every other op is an instruction, and its type is XLA's opcode.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ..errors import LoadError
from ..graph.hlo_opcodes import (
    CONDITIONAL,
    CONSTANT,
    FUSION,
    IN_CODE,
    NOTED_NAME,
    NOTED_TYPE,
    OPCODE,
    PARAMETER,
    PROGRAM_RESULT,
    TUPLE,
    TUPLE_ELEMENT,
    TUPLE_PART,
    WHILE,
    XLA_CALL,
)
from ..graph.types import TensorType
from ..graph.vocabulary import ARGUMENT, RESULT
from ..program.body import Body, Call
from ..program.data_functions import CAPTURE, ArgumentSource
from ..program.filled_columns import FilledColumns, MadeAt
from .hlo_literals import literal_summary
from .hlo_text import HloComputation, HloInstruction, HloModule
from .hlo_types import HloType, hlo_type

_LONGEST = 400
"""How many characters of an attribute are kept."""
_LEFT_OUT = frozenset({"frontend_attributes", "sharding", "calls", "parameter_replication"})


class TakenTensor(NamedTuple):
    """One tensor that a computation takes from outside."""

    name: str
    op: str
    type: TensorType
    attrs: Mapping[str, Any]
    parameter: int
    """The number of the parameter that it is in; -1 if none is, since the program does not read it."""


class _Value(NamedTuple):
    """What one instruction gives."""

    tensors: List[MadeAt]
    parts: Tuple[int, ...]
    """As `HloType.parts`."""


@dataclass
class _Columns(FilledColumns):
    """The columns of a computation, and which others its instructions run."""

    calls: List[Call] = field(default_factory=list)


class ModuleBodies:
    """Makes the bodies of one program. `prefix` begins the names of its computations, so that several programs can be in one library."""

    def __init__(self, module: HloModule, prefix: str) -> None:
        self._module, self._prefix = module, prefix
        self._types: Dict[str, HloType] = {}
        self.functions: Dict[str, Body] = {}
        """The computations that the entry runs: see `complete`."""

    def parameters(self) -> List[HloType]:
        """The types of the entry's parameters."""
        return [self._type(each.type) for _, each in self._parameters(self._computation(self._module.entry))]

    def results(self) -> Tuple[TensorType, ...]:
        """The types of the tensors that the entry gives."""
        entry = self._computation(self._module.entry)
        root = next(each for each in entry.instructions if each.name == entry.root)
        return self._type(root.type).tensors

    def entry(self, slots: Sequence[TakenTensor], *, is_main: bool, results: int) -> Tuple[Body, List[MadeAt]]:
        """The body of the entry, which takes `slots`; and where all tensors are made that it gives, of which `results` are those of the call."""
        computation = self._computation(self._module.entry)
        return self._body(computation, slots, is_main=is_main, results=0 if is_main else results)

    def complete(self, entry: Body) -> None:
        """Make the bodies of all computations that the entry runs, directly or through others."""
        waiting = [entry]
        while waiting:
            for call in waiting.pop().calls:
                for _, key in call.parts:
                    if key not in self.functions:
                        computation = self._computation(key[len(self._prefix) :])
                        body, _ = self._body(computation, self._slots(computation), is_main=False)
                        self.functions[key] = body
                        waiting.append(body)

    def _computation(self, name: str) -> HloComputation:
        found = self._module.computations.get(name)
        if found is None:
            raise LoadError(f"XLA's program cannot be read: it runs {name[:80]!r}, which is not in it")
        return found

    def _type(self, text: str) -> HloType:
        if text not in self._types:
            self._types[text] = hlo_type(text)
        return self._types[text]

    def _parameters(self, computation: HloComputation) -> List[Tuple[int, HloInstruction]]:
        """The parameters with their numbers, in the order of these."""
        found = []
        for each in computation.instructions:
            if each.opcode == PARAMETER:
                if not each.literal.strip().isdecimal():
                    raise LoadError(f"XLA's program cannot be read: parameter {each.name[:80]!r} has no number")
                found.append((int(each.literal), each))
        found.sort(key=lambda pair: pair[0])
        if [number for number, _ in found] != list(range(len(found))):
            raise LoadError(
                f"XLA's program cannot be read: the parameters of {computation.name[:80]!r} are not numbered"
            )
        return found

    def _slots(self, computation: HloComputation) -> List[TakenTensor]:
        """What a computation inside takes: each tensor of each parameter."""
        slots: List[TakenTensor] = []
        for number, each in self._parameters(computation):
            tensors = self._type(each.type).tensors
            for index, kind in enumerate(tensors):
                name = each.name if len(tensors) == 1 else f"{each.name}.{index}"
                slots.append(
                    TakenTensor(
                        name,
                        ARGUMENT,
                        kind,
                        {"T": kind.dtype, "index": len(slots), **({TUPLE_PART: index} if index else {})},
                        number,
                    )
                )
        return slots

    def _body(
        self, computation: HloComputation, slots: Sequence[TakenTensor], *, is_main: bool, results: Optional[int] = None
    ) -> Tuple[Body, List[MadeAt]]:
        """A body, which returns the first `results` of its tensors, or all; and where they all are made."""
        columns = _Columns()
        given: Dict[int, List[MadeAt]] = {}
        for slot in slots:
            # An argument has an edge to be overwritten by what the call passes.
            edges = [] if is_main else [(0, 0)]
            row = columns.add(
                slot.name,
                slot.op,
                edges,
                (slot.type,),
                {**slot.attrs, OPCODE: PARAMETER, **({IN_CODE: True} if slot.parameter < 0 else {})},
            )
            given.setdefault(slot.parameter, []).append((row, 0))
        taken = dict.fromkeys(columns.names)
        made: Dict[str, _Value] = {}
        for instruction in computation.instructions:
            kind = self._type(instruction.type)
            if instruction.opcode == PARAMETER:
                tensors = given.get(int(instruction.literal), [])
            else:
                tensors = self._instruction(
                    columns, instruction, kind, [made[name] for name in instruction.operands], taken
                )
            made[instruction.name] = _Value(tensors, kind.parts)
        tensors = made[computation.root].tensors
        returned = tensors[:results]
        for index, at in enumerate(returned):
            given_type = columns.outputs[at[0]][at[1]]
            name = f"{computation.root}.out{index}"
            columns.add(name, RESULT, [at], (), {"T": given_type.dtype, "index": index, OPCODE: PROGRAM_RESULT})
        body = Body(
            f"{self._prefix}{computation.name}", columns.names, columns.ops, columns.edge_start, columns.edge_node,
            columns.edge_output, columns.outputs, list(columns.attrs), [""] * len(columns.names),
            0 if is_main else len(slots), len(returned), tuple(columns.calls),
        )  # fmt: skip
        return body, tensors

    def _instruction(
        self,
        columns: _Columns,
        instruction: HloInstruction,
        kind: HloType,
        operands: "Sequence[_Value]",
        taken: Dict[str, None],
    ) -> List[MadeAt]:
        """Add one instruction; where its tensors are made."""
        inputs = [at for operand in operands for at in operand.tensors]
        if instruction.opcode == TUPLE_ELEMENT:
            inputs = _element(instruction, operands)
        if instruction.opcode in (TUPLE, TUPLE_ELEMENT) and len(inputs) != len(kind.tensors):
            raise LoadError(
                f"XLA's program cannot be read: {instruction.name[:80]!r} has another type than what it reads"
            )
        name = instruction.name
        while name in taken:  # an argument is called as in TensorFlow, and may be called like an instruction
            name += "~"
        taken[name] = None
        op = "Const" if instruction.opcode == CONSTANT else instruction.opcode
        row = columns.add(name, op, inputs, kind.tensors, self._attrs(instruction, kind))
        columns.calls.extend(self._call(row, instruction, [len(operand.tensors) for operand in operands]))
        return [(row, output) for output in range(len(kind.tensors))]

    def _attrs(self, instruction: HloInstruction, kind: HloType) -> Dict[str, Any]:
        """What the instruction says of itself."""
        attrs: Dict[str, Any] = {OPCODE: instruction.opcode}
        if instruction.opcode == CONSTANT:
            attrs["dtype"] = kind.tensors[0].dtype if kind.tensors else "opaque"
            attrs["value"] = literal_summary(instruction.literal, kind)
        if any(kind.layouts):
            attrs["layout"] = kind.layouts[0] if len(kind.layouts) == 1 else list(kind.layouts)
        for key, value in instruction.attributes.items():
            if (
                key not in _LEFT_OUT
                and not key.endswith(("computation", "computations"))
                and key not in ("condition", "body")
            ):
                attrs[key] = value[:_LONGEST]
        applied = self._module.computations.get(attrs.get("to_apply", "").lstrip("%"))
        if applied is not None and instruction.opcode != XLA_CALL:  # what a reduction combines two elements with
            attrs["to_apply"] = next(each.opcode for each in applied.instructions if each.name == applied.root)
        if instruction.op_name:
            attrs[NOTED_TYPE], attrs[NOTED_NAME] = instruction.op_type, instruction.op_name
        return attrs

    def _call(self, row: int, instruction: HloInstruction, sizes: Sequence[int]) -> Iterator[Call]:
        """The computations that an instruction runs as such. `sizes` has how many tensors each operand has."""
        opcode = instruction.opcode
        keys = {FUSION: ("calls",), XLA_CALL: ("to_apply",), WHILE: ("condition", "body")}.get(opcode, ())
        names = instruction.called(*keys)
        takes = sum(sizes)
        if opcode == CONDITIONAL:
            names = instruction.called("branch_computations", "true_computation", "false_computation")
        if not names:
            return
        parts = tuple(f"{self._prefix}{name}" for name in names)
        wanted = [
            sum(len(self._type(each.type).tensors) for _, each in self._parameters(self._computation(name)))
            for name in names
        ]
        if opcode == CONDITIONAL:
            roles = (
                ("then", "else")
                if "true_computation" in instruction.attributes
                else tuple(f"branch_{index}" for index in range(len(parts)))
            )
            starts = [sum(sizes[: index + 1]) for index in range(len(parts))]
            if len(sizes) != len(parts) + 1 or list(sizes[1:]) != wanted:
                raise _unfit(instruction)
            feeds = tuple(
                tuple(ArgumentSource(CAPTURE, data=start + index) for index in range(count))
                for start, count in zip(starts, wanted)
            )
            yield Call(row, "if", tuple(zip(roles, parts)), 1, feeds)
            return
        if any(count != takes for count in wanted) or len(parts) != len(keys):
            raise _unfit(instruction)
        if opcode == WHILE:
            yield Call(row, "while", (("cond", parts[0]), ("body", parts[1])))
        else:
            yield Call(row, "function", (("", parts[0]),))


def _element(instruction: HloInstruction, operands: Sequence[_Value]) -> List[MadeAt]:
    """The tensors of the element that a ``get-tuple-element`` takes."""
    index, parts = instruction.attributes.get("index", ""), operands[0].parts if len(operands) == 1 else ()
    if not index.isdecimal() or len(index) > 9 or int(index) + 1 >= len(parts):
        raise LoadError(f"XLA's program cannot be read: {instruction.name[:80]!r} takes an element that is not there")
    return operands[0].tensors[parts[int(index)] : parts[int(index) + 1]]


def _unfit(instruction: HloInstruction) -> LoadError:
    return LoadError(
        f"XLA's program cannot be read: {instruction.name[:80]!r} runs computations that take something else"
    )
