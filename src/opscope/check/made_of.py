"""`MadeOf`: which tensors a tensor is made of, through calls, branches and loops.

An op's own edges end at the border of a body. Here they go on: a call's result is made of what its function returns, and an argument of
what the call passes, in a loop also of what the iteration before returned.
"""

from __future__ import annotations

from typing import Dict, Iterable, Iterator, List

from ..graph.table import NodeTable
from ..graph.vocabulary import ARGUMENT
from ..shapes.bodies import Bodies
from ..shapes.inference import At

SHAPE_ONLY = frozenset(
    {"Shape", "ShapeN", "Size", "Rank", "VariableShape", "ZerosLike", "OnesLike", "BroadcastGradientArgs"}
)
"""Ops whose results hold nothing of the values of their inputs."""


class MadeOf:
    """Follows tensors backwards. A tensor is the row of the op that makes it, and which of the op's outputs it is."""

    def __init__(self, table: NodeTable, bodies: Bodies) -> None:
        self.bodies = bodies
        self._table = table
        loops = self.bodies.loops
        self._loop_bodies = {group: parts.get("body") for parts in loops.values() for group in parts.values()}
        """The group of each condition and body of a loop -> that of the loop's body."""

    def __call__(self, tensor: At) -> Iterator[At]:
        """The tensors whose values this one is directly made of. That a result depends on a condition counts for branches, not for loops."""
        row, output = tensor
        bodies, data = self.bodies, self._data
        op = self._table.ops[row]
        if op in SHAPE_ONLY:
            return
        if row in bodies.functions:
            yield from self._returned((bodies.functions[row],), output)
        elif row in bodies.branches:
            yield from self._returned(bodies.branches[row], output)
            yield from data(row)[:1]
        elif row in bodies.loops:
            yield from self._returned((group for part, group in bodies.loops[row].items() if part == "body"), output)
            yield from data(row)[output : output + 1]  # for no iteration at all
        else:
            if op == ARGUMENT:
                yield from self._of_last_iteration(row)
            yield from data(row)

    def all_of(self, tensors: Iterable[At]) -> "Dict[At, List[At]]":
        """Every tensor that the given ones are made of, themselves included -> those of them that are directly made of it."""
        users: Dict[At, List[At]] = {tensor: [] for tensor in tensors}
        waiting = list(users)
        while waiting:
            tensor = waiting.pop()
            for source in self(tensor):
                if source not in users:
                    users[source] = []
                    waiting.append(source)
                users[source].append(tensor)
        return users

    def _data(self, row: int) -> List[At]:
        return [(edge.node, edge.output) for edge in self._table.data_inputs(row)]

    def _returned(self, groups: Iterable[int], output: int) -> Iterator[At]:
        """The result number `output` of each of these bodies."""
        for group in groups:
            result = self.bodies.ends(group).results.get(output)
            if result is not None:
                yield result, 0

    def _of_last_iteration(self, argument: int) -> Iterator[At]:
        """Of an argument of a loop's condition or body: what the body returned in the iteration before."""
        home = self.bodies.argument(argument)
        body = self._loop_bodies.get(home[0]) if home is not None else None
        if home is not None and body is not None:
            yield from self._returned((body,), home[1])
