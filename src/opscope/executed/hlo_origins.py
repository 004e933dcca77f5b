"""Which written ops the instructions of compiled functions were made of, as XLA notes it.

XLA notes one op by its name inside the function, and its type. A name is taken only if there is an op of it and of that type: as it
is (``head/BiasAdd``); in a loop or branch, whose part XLA leaves out (``loop/arc`` is ``loop/body/loop/arc``), if only one op can be
meant; with the number that an op gets whose result is called like it (``tanh_0``); and each of several names that are joined
(``tanh_0;PartitionedCall/tanh_0``). Constants are shared between instructions, so what they note may be of another one.
"""

from __future__ import annotations

import re
from typing import Dict, List, NamedTuple, Optional, Sequence, Set, Tuple

from ..graph.attrs import is_set, text_of
from ..graph.buffer_views import VIEWS
from ..graph.content import Content
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
    WHILE,
    XLA_CALL,
)
from ..graph.vocabulary import BRANCHES, CONSTANTS, LOOPS, RESULT, chain
from ..graph.what_ran import Outcome
from .op_origins import FoundOrigin

_NUMBERED = re.compile(r"_\d+\Z")
_ROUTING = frozenset({PARAMETER, PROGRAM_RESULT, TUPLE, TUPLE_ELEMENT})
"""What hands tensors on."""
_SPREAD = frozenset({"broadcast", "iota"})
"""What makes large constants of small ones."""
LAYING_OUT = frozenset({"copy", "transpose", "bitcast", "reshape"})
"""What XLA puts beside an instruction where tensors lie otherwise in memory; it notes the same op then."""
_ARRANGING = VIEWS | {"Transpose", "ConjugateTranspose"}
"""Ops whose work such an instruction may be."""
MOVING = frozenset(
    {
        "copy",
        "transpose",
        "bitcast",
        "bitcast-convert",
        "reshape",
        "broadcast",
        "convert",
        "slice",
        "pad",
        "concatenate",
        "reverse",
        "iota",
    }
)
"""Instructions that only arrange or convert what there is. Without a note XLA inserted them."""


class CompiledRegion(NamedTuple):
    """One place where a compiled program runs."""

    call: int
    """The written op that calls the function; -1 if the traced function itself was compiled."""
    prefix: str
    """What the names of the function's ops begin with."""
    rows: Sequence[int]
    """The executed rows of the program."""
    inside: Sequence[int]
    """The written ops of the function."""


class Instructions:
    """The executed table of one region, and what its instructions note."""

    def __init__(self, written: Content, executed: Content, region: CompiledRegion, arguments: Dict[int, int]) -> None:
        self._written, self._executed, self._region = written, executed, region
        self.arguments = arguments
        """The written op of each argument of the program."""
        table = written.table
        self._rows = {table.names[row]: row for row in region.inside}
        self._leaves: Dict[Tuple[str, str], List[int]] = {}
        for row in region.inside:
            self._leaves.setdefault((table.names[row].rpartition("/")[2], table.ops[row]), []).append(row)
        self._given = {port.node for port in written.outputs} | {
            edge.node for row in region.inside if table.ops[row] == RESULT for edge in table.data_inputs(row)
        }
        self._attrs = {row: executed.table.attrs(row) for row in region.rows}
        self.opcode = {row: text_of(attrs, OPCODE) for row, attrs in self._attrs.items()}
        self.members: Dict[int, List[int]] = {}
        """A fusion, or what runs other computations -> the rows in these, at any depth."""
        self.kernel: Dict[int, int] = {}
        """Row -> the outermost fusion that it is a part of, or itself."""
        self.readers: Dict[int, List[int]] = {}
        """Row -> those that read what it gives."""
        for row in region.rows:
            for edge in executed.table.data_inputs(row):
                self.readers.setdefault(edge.node, []).append(row)
        self._walk()
        self.noted = {row: self._noted(row) for row in region.rows}
        """Row -> the written ops that it notes itself."""
        computed = {
            op for row, ops in self.noted.items() if self.opcode[row] not in LAYING_OUT | {FUSION} for op in ops
        }
        for row, ops in self.noted.items():
            if self.opcode[row] in LAYING_OUT:  # it is beside the op, and does not do its work
                self.noted[row] = tuple(op for op in ops if op not in computed and table.ops[op] in _ARRANGING)

    def _walk(self) -> None:
        owners: Dict[
            int, List[int]
        ] = {}  # group -> the instructions whose computations it lies in, from the inside out
        groups = self._executed.groups
        for row in self._region.rows:
            home = self._executed.node_group[row]
            if home not in owners:
                owners[home] = list(
                    dict.fromkeys(
                        groups[each].owner for each in chain(groups, home) if groups[each].owner in self.opcode
                    )
                )
            self.kernel[row] = row
            for owner in owners[home]:
                self.members.setdefault(owner, []).append(row)
                if self.opcode[owner] == FUSION:
                    self.kernel[row] = owner

    def _noted(self, row: int) -> Tuple[int, ...]:
        opcode = self.opcode[row]
        if opcode in _ROUTING or self._executed.table.ops[row] in CONSTANTS or self.is_spread_constant(row):
            return ()
        return self._meant(text_of(self._attrs[row], NOTED_NAME), text_of(self._attrs[row], NOTED_TYPE))

    def _meant(self, note: str, op: str) -> Tuple[int, ...]:
        """The written ops that a note means, of whose names several may be joined: by ``;``, up to TensorFlow 2.14 by ``.``."""
        for parts in ([note], note.split(";"), note.split(".")):
            found = [self._row(part, op) for part in parts if part]
            known = tuple(dict.fromkeys(each for each in found if each is not None))
            if known:
                return known
        return ()

    def is_spread_constant(self, row: int) -> bool:
        """Whether an instruction makes a large constant of a small one, perhaps one that is handed to a fusion."""
        if self.opcode[row] not in _SPREAD:
            return False
        table = self._executed.table
        while self.opcode.get(row) in _SPREAD or self._is_fused_argument(row):
            edges = table.data_inputs(row)
            if not edges:
                return self.opcode[row] == "iota"
            row = edges[0].node
        return table.ops[row] in CONSTANTS

    def _is_fused_argument(self, row: int) -> bool:
        home = self._executed.node_group[row]
        owner = self._executed.groups[home].owner if home >= 0 else -1
        return self.opcode.get(row) == PARAMETER and self.opcode.get(owner) == FUSION

    def _row(self, name: str, op: str) -> Optional[int]:
        """The written op that a note means; ``None`` if none is, or if several may be."""
        ops = self._written.table.ops
        exact = self._rows.get(self._region.prefix + name)
        if exact is not None and ops[exact] == op:
            return exact
        for candidate in (name, _NUMBERED.sub("", name)):
            found = self._rows.get(self._region.prefix + candidate)
            if found is not None and ops[found] == op and (candidate == name or found in self._given):
                return found
            meant = [
                row
                for row in self._leaves.get((candidate.rpartition("/")[2], op), ())
                if self._written.table.names[row].endswith(f"/{candidate}")
                and (candidate == name or row in self._given)
            ]
            if len(meant) == 1:
                return meant[0]
        return None

    def is_constant(self, row: int) -> bool:
        """Whether a row is a constant, or makes a large one of it."""
        return self.opcode.get(row) == CONSTANT or (row in self.opcode and self.is_spread_constant(row))

    def noted_or_given(self, row: int) -> Tuple[int, ...]:
        """The written ops that a row notes; of an argument of the program, the one that it is."""
        return (self.arguments[row],) if row in self.arguments else self.noted.get(row, ())

    def is_in_code(self, row: int) -> bool:
        """Whether the value of an argument became a part of the code."""
        return is_set(self._attrs[row], IN_CODE)

    def made_of(self, row: int) -> Tuple[int, ...]:
        """All written ops that an instruction was made of: of a fusion, those of all that is fused in it."""
        opcode = self.opcode[row]
        if opcode == FUSION:
            found = dict.fromkeys(each for member in self.members.get(row, ()) for each in self.noted[member])
            return tuple(found) or self.noted[row]
        if opcode in (WHILE, XLA_CALL, CONDITIONAL):
            return self._flow(row)
        return self.noted[row]

    def _flow(self, row: int) -> Tuple[int, ...]:
        """The loop or branch that an instruction is: by its own note, or, as TensorFlow 2.4 notes none, by that of who takes its results."""
        ops = self._written.table.ops
        wanted = BRANCHES if self.opcode[row] == CONDITIONAL else LOOPS
        own = tuple(each for each in self.noted[row] if ops[each] in wanted)
        if own or self.opcode[row] == XLA_CALL:
            return own
        found: Set[int] = set()
        for reader in self.readers.get(row, ()):
            attrs = self._attrs[reader]
            if self.opcode[reader] == TUPLE_ELEMENT:
                meant = self._meant(text_of(attrs, NOTED_NAME), text_of(attrs, NOTED_TYPE))
                found.update(each for each in meant if ops[each] in wanted)
        return tuple(found) if len(found) == 1 else ()


def instruction_origins(instructions: Instructions) -> Dict[int, FoundOrigin]:
    """The origin of each row of a region."""
    arguments = instructions.arguments
    found: Dict[int, FoundOrigin] = {}
    made = {row: instructions.made_of(row) for row in instructions.opcode}
    for row, opcode in instructions.opcode.items():
        if row in arguments:
            kind = Outcome.FOLDED if instructions.is_in_code(row) else Outcome.SAME
            found[row] = FoundOrigin(kind, (arguments[row],), arguments[row])
        elif opcode in _ROUTING:
            found[row] = FoundOrigin(Outcome.INSERTED)
        elif opcode == CONSTANT or instructions.is_spread_constant(row):
            found[row] = FoundOrigin(Outcome.FOLDED)
        elif made[row]:
            found[row] = FoundOrigin(_kind(instructions, made, row), made[row])
        elif opcode in MOVING or (opcode == FUSION and _only_moves(instructions, row)):
            found[row] = FoundOrigin(Outcome.INSERTED)
        else:
            found[row] = FoundOrigin(Outcome.UNKNOWN)
    return found


def _kind(instructions: Instructions, made: Dict[int, Tuple[int, ...]], row: int) -> str:
    if instructions.opcode[row] in (WHILE, XLA_CALL, CONDITIONAL):
        return Outcome.LOWERED
    return Outcome.FUSED if len(made[instructions.kernel[row]]) > 1 else Outcome.KERNEL


def _only_moves(instructions: Instructions, row: int) -> bool:
    """Whether all that is fused only arranges what there is."""
    passive = MOVING | _ROUTING | {CONSTANT}
    return all(instructions.opcode[member] in passive for member in instructions.members.get(row, ()))
