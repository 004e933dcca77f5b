"""What instructions read, past all that only hands tensors on: it tells of an instruction without a note whose work it does.

XLA notes nothing on some instructions that it writes anew, such as the convolution for the gradient of a kernel. But whoever reads its
result has a note: a product that was written to read a gradient and another tensor, and which now reads that tensor and one new
instruction, gets the gradient from this.
"""

from __future__ import annotations

from typing import Dict, FrozenSet, List, NamedTuple, Optional, Set, Tuple

from ..graph.content import Content
from ..graph.hlo_opcodes import FUSION, PARAMETER, PROGRAM_RESULT, TUPLE, TUPLE_ELEMENT, XLA_CALL
from .hlo_origins import LAYING_OUT, CompiledRegion, Instructions

_HANDING = frozenset({TUPLE, TUPLE_ELEMENT, PROGRAM_RESULT})
_OPENED = frozenset({FUSION, XLA_CALL})
"""What runs a computation once, as it is: one may look into it."""


class Instead(NamedTuple):
    """What an op reads in place of one that no instruction notes."""

    lost: int
    """The written op."""
    source: int
    """The row of the instruction."""


class Operands:
    """The sources of one region's instructions."""

    def __init__(self, executed: Content, region: CompiledRegion, instructions: Instructions) -> None:
        self._executed, self._instructions = executed, instructions
        self._results: Dict[int, List[int]] = {}
        for row in region.rows:
            owner = self._owner(row)
            if instructions.opcode[row] == PROGRAM_RESULT and instructions.opcode.get(owner) in _OPENED:
                self._results.setdefault(owner, []).append(row)
        self._made: Dict[int, List[int]] = {}
        for row, ops in instructions.noted.items():
            if instructions.opcode[row] not in _OPENED:
                for op in ops:
                    self._made.setdefault(op, []).append(row)

    def instead(self, op: int, reads: Set[int], equal: Dict[int, FrozenSet[int]]) -> Optional[Instead]:
        """What an op reads in place of the only one of its `reads` that none of what it reads now was made of.

        `equal` has for each of these the ops that give the same tensor.
        """
        own = set(self._made.get(op, ()))
        sources = {source for row in own for source in self._read(row)} - own
        standing: Set[int] = set()
        new = set(sources)
        for read in reads:
            found = {
                source for source in sources if equal[read].intersection(self._instructions.noted_or_given(source))
            }
            if found:
                standing.add(read)
                new -= found
        lost = reads - standing
        return Instead(lost.pop(), new.pop()) if len(lost) == len(new) == 1 else None

    def _read(self, row: int) -> Set[int]:
        """The rows that make what an instruction reads, constants left out."""
        found: Set[int] = set()
        for edge in self._executed.table.data_inputs(row):
            source = self._source(edge.node, edge.output)
            if not self._instructions.is_constant(source):
                found.add(source)
        return found

    def _source(self, row: int, output: int) -> int:
        """The row that really makes a tensor."""
        seen: Set[Tuple[int, int]] = set()
        while (row, output) not in seen:
            seen.add((row, output))
            step = self._step(row, output)
            if step is None:
                break
            row, output = step
        return row

    def _step(self, row: int, output: int) -> Optional[Tuple[int, int]]:
        opcode = self._instructions.opcode.get(row, "")
        edges = self._executed.table.data_inputs(row)
        if opcode in _OPENED and output < len(self._results.get(row, ())):
            return self._results[row][output], 0
        hands_on = opcode in _HANDING or (opcode in LAYING_OUT and not self._instructions.noted[row])
        if opcode == PARAMETER:
            hands_on = self._instructions.opcode.get(self._owner(row)) in _OPENED
        place = output if opcode == TUPLE else 0
        return tuple(edges[place]) if hands_on and place < len(edges) else None  # type: ignore[return-value]

    def _owner(self, row: int) -> int:
        home = self._executed.node_group[row]
        return self._executed.groups[home].owner if home >= 0 else -1
