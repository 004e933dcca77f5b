"""What fusing, folding, merging and deleting spared a step, as far as the graph and its shapes tell it for certain.

A fused kernel is started once for all of its members, and the tensors that only its members read are not made: they are neither
written nor read. Nothing here is measured, and nothing is guessed. Ops in loops and branches are left out, since they may not run at
all, and so are tensors of unknown size: the figures are lower bounds.
"""

from __future__ import annotations

from typing import Dict, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from ..cost.op import element_bytes
from ..graph.buffer_views import VIEWS
from ..graph.content import Content
from ..graph.hlo_opcodes import FUSION
from ..graph.table import Consumers
from ..graph.types import Edge, TensorType
from ..graph.vocabulary import FLOW_PARTS, SWITCHES, chain
from ..graph.what_ran import Outcome, Savings
from .fates import Became

_RESHAPED = frozenset({"Identity", "Reshape", "Squeeze", "ExpandDims", "StopGradient", "PreventGradient"})
"""Ops that hand on the tensor which is their first input: who reads theirs, reads that one."""
_NOT_READING = frozenset({Outcome.DELETED, Outcome.FOLDED, Outcome.MERGED})
"""What became of ops that read nothing when it runs."""


def savings(written: Content, executed: Content, fates: Sequence[Became]) -> Savings:
    """What was spared of `written`, whose ops became `fates`."""
    if SWITCHES & set(written.table.ops):
        return Savings()  # branches of TensorFlow 1, which are in no group: what does not run in a step is not known
    found = _Spared(written, executed, fates)
    return Savings(
        kernels=sum([len(members) - 1 for members in found.kernels.values()]),
        bytes=sum([found.bytes_of(row) for members in found.kernels.values() for row in members]),
        folded=found.count(Outcome.FOLDED),
        merged=found.count(Outcome.MERGED),
        deleted=found.count(Outcome.DELETED),
    )


class _Spared:
    """Looks the savings of one graph up."""

    def __init__(self, written: Content, executed: Content, fates: Sequence[Became]) -> None:
        self._written, self._fates = written, fates
        self._readers: Consumers = written.table.consumers()
        self._given = {Edge(port.node, port.output) for port in written.outputs}
        self._merged_into: Set[int] = {row for fate in fates if fate.kind == Outcome.MERGED for row in fate.rows}
        self._around = _fusions(executed)
        self._kernel: Dict[int, int] = {}
        """A written op that one kernel computes, with others or alone -> that kernel."""
        self.kernels: Dict[int, List[int]] = {}
        """Each kernel -> the written ops that it computes, and that no other one does."""
        for row, fate in enumerate(fates):
            ran = {self._around.get(each, each) for each in fate.rows}
            if fate.kind == Outcome.FUSED and len(ran) == 1 and self._runs(row):
                self._kernel[row] = ran.pop()
                self.kernels.setdefault(self._kernel[row], []).append(row)

    def count(self, kind: str) -> int:
        """How many ops with this fate would have computed or moved something in each step."""
        return sum([fate.kind == kind and self._runs(row) for row, fate in enumerate(self._fates)])

    def _runs(self, row: int) -> bool:
        """Whether an op would do some work, once in each step."""
        content = self._written
        groups = chain(content.groups, content.node_group[row])
        return content.table.ops[row] not in VIEWS and not any(
            content.groups[each].kind in FLOW_PARTS for each in groups
        )

    def bytes_of(self, row: int) -> int:
        """The bytes of an op's results that nobody but its kernel reads: of each a write, and a read for each reader."""
        if self._merged_into.intersection(self._fates[row].rows):
            return 0  # an equal op's readers read this one's result
        spared = 0
        for output, kind in enumerate(self._written.table.outputs[row]):
            readers = self._kernels_that_read(Edge(row, output))
            if set(readers.values()) == {self._kernel[row]}:
                spared += _size(kind) * (1 + len(readers))
        return spared

    def _kernels_that_read(self, tensor: Edge) -> Dict[int, int]:
        """Each op that reads a tensor, also in another shape -> its kernel; -1 where that is not known, and for the caller."""
        found: Dict[int, int] = {}
        seen: Set[Edge] = set()
        waiting = [tensor]
        while waiting:
            edge = waiting.pop()
            if edge in seen:
                continue
            seen.add(edge)
            if edge in self._given:
                found[-1] = -1
            for reader, first in self._reading(edge):
                if first and self._written.table.ops[reader] in _RESHAPED:
                    waiting.append(Edge(reader, 0))
                elif self._fates[reader].kind not in _NOT_READING:
                    found[reader] = self._kernel.get(reader, -1)
        return found

    def _reading(self, tensor: Edge) -> Iterator[Tuple[int, bool]]:
        """Who reads a tensor, and whether it is the reader's first input."""
        table = self._written.table
        for reader, edge in self._readers.rows(tensor.node):
            if table.edge_output[edge] == tensor.output:
                yield reader, edge == table.edge_start[reader]


def _fusions(executed: Content) -> Mapping[int, int]:
    """Each instruction in a fusion of XLA -> the outermost fusion around it, which is one kernel."""
    found: Dict[int, int] = {}
    for row, home in enumerate(executed.node_group):
        owners = [executed.groups[each].owner for each in chain(executed.groups, home)]
        around: Optional[int] = next(
            (owner for owner in reversed(owners) if owner >= 0 and executed.table.ops[owner] == FUSION), None
        )
        if around is not None:
            found[row] = around
    return found


def _size(kind: TensorType) -> int:
    """The bytes of a tensor; 0 where they are not known."""
    size = element_bytes(kind.dtype)
    if size is None or kind.shape is None:
        return 0
    for length in kind.shape:
        size *= length or 0  # an unknown one: no bound is known
    return size
