"""What an executed node swallowed: the traced ops that Grappler fused into it.

A fused node keeps the name of one traced op. Its members are found by walking back from that op through traced ops
that ran nowhere else, up to the tensors that the fused node itself reads; and forward to an activation that was taken in.
"""

from __future__ import annotations

from typing import List, Optional, Set, Tuple

from ..cost.movement import VIEWS
from ..graph.graph import Graph
from ..graph.table import Consumers
from ..graph.types import CONTROL
from ..graph.vocabulary import ARGUMENT, FED
from .names import Names
from .raw import Optimised

_MOST = 8
"""A fused node swallows few ops; what goes on longer is no fusion."""
_NO_KERNELS = FED | {ARGUMENT, "Identity"}
"""Ops that are an Identity, or become one, without having been optimised away."""
_ACTIVATIONS = frozenset({"Relu", "Relu6", "Elu", "LeakyRelu", "Tanh", "Sigmoid"})
_PLAIN_PREFIXES = ("_MklNative", "_Mkl", "_")


def is_fusion(executed: str, traced: str) -> bool:
    """Whether the kernel is another than the traced op's own: ``_FusedConv2D`` named as a Relu, but not ``_MklConv2D``."""
    if executed == traced:
        return False
    if executed == "_UnaryOpsComposition":
        return True
    plain = executed
    for prefix in _PLAIN_PREFIXES:
        if executed.startswith(prefix):
            plain = executed[len(prefix) :]
            break
    return ("Fused" in executed and plain != traced) or plain.startswith(("PadWith", "FusedBatchNormEx"))


class Fusions:
    """Finds the members of fused nodes, given which rows ran under their own name."""

    def __init__(self, graph: Graph, optimised: Optional[Optimised], names: Names, ran: Set[int]) -> None:
        self._graph = graph
        self._table = graph.table
        self._optimised = optimised
        self._ran = set(ran)
        self._identities: Set[int] = set()
        self._consumers: Optional[Consumers] = None
        if optimised is not None:
            self._note(optimised, names)

    def _note(self, optimised: Optimised, names: Names) -> None:
        """Rows that survived optimisation ran, even if too cheap to be reported; those turned into Identity did not."""
        for name, op in optimised.ops.items():
            row = names.find(name, op)
            if row is None:
                continue
            if op == "Identity" and self._table.ops[row] not in _NO_KERNELS:
                self._identities.add(row)
            elif self._table.names[row] == name:
                self._ran.add(row)

    def members(self, row: int) -> Tuple[int, ...]:
        """All traced ops in the fused node named as the op at `row`, that op included, in table order."""
        found: List[int] = [row]
        waiting = [row]
        while waiting and len(found) <= _MOST:
            for source in self._swallowed(waiting.pop()):
                if source not in found:
                    found.append(source)
                    waiting.append(source)
        found.extend(self._activation(row))
        return tuple(sorted(set(found)))

    def _swallowed(self, row: int) -> List[int]:
        table, sources = self._table, []
        for edge in range(table.edge_start[row], table.edge_start[row + 1]):
            source = table.edge_node[edge]
            if table.edge_output[edge] != CONTROL and source not in self._ran and table.ops[source] not in VIEWS:
                sources.append(source)
        return sources

    def _activation(self, row: int) -> List[int]:
        """The op after a batch normalisation that became an Identity: its activation."""
        if not self._identities:
            return []
        if self._consumers is None:
            self._consumers = self._table.consumers()
        ops = self._table.ops
        return [reader for reader in self._consumers[row] if reader in self._identities and ops[reader] in _ACTIVATIONS]


def costliest(graph: Graph, members: Tuple[int, ...]) -> int:
    """The member with the most FLOPs (the last of equals): where a fused group's time sits."""
    costs = graph.content.costs

    def flops(row: int) -> Tuple[float, int]:
        cost = costs.get(row)
        return (cost.flops or 0.0 if cost else 0.0), row

    return max(members, key=flops)
