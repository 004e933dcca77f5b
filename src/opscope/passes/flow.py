"""Finds the op that really makes a tensor, behind identities, arguments, results and calls, which only pass it on."""

from __future__ import annotations

from typing import AbstractSet, Dict, Iterator, List, Sequence, Tuple

from ..graph.attrs import text_of, whole_of
from ..graph.content import content_of
from ..graph.graph import Graph
from ..graph.hlo_opcodes import EACH_PASSED
from ..graph.types import CONTROL
from ..graph.view import WIRE
from ..graph.vocabulary import ARGUMENT, RESULT, is_body, is_called, is_of_dataset, loop_part
from ..program.data_functions import CAPTURE, GIVEN, STATE, ResultUse, returned

TensorRef = Tuple[int, int]
"""An op's row in the table and which of its outputs."""


def bodies(graph: Graph) -> List[int]:
    """For each op the group of the innermost function, branch, or part of a loop that it lies in; -1 for none."""
    inner: List[int] = []
    for index, group in enumerate(content_of(graph).groups):
        inner.append(index if is_body(group) else inner[group.parent] if group.parent >= 0 else -1)
    return [inner[group] if group >= 0 else -1 for group in content_of(graph).node_group]


def ends_of_bodies(graph: Graph, op: str) -> Dict[int, List[int]]:
    """Group of a body -> the rows of its ops of type `op` (`_Arg` or `_Retval`), in the order of their numbers."""
    table, found = content_of(graph).table, {}  # type: ignore[var-annotated]
    if op not in table.ops:
        return {}
    rows = [row for row, kind in enumerate(table.ops) if kind == op]
    body = bodies(graph)
    for row in rows:
        found.setdefault(body[row], []).append((whole_of(table.attrs(row), "index"), row))
    return {group: [row for _, row in sorted(pairs)] for group, pairs in found.items() if group >= 0}


class Flow:
    """Follows tensors back through calls and every op whose role is `WIRE`.

    It stops at a loop, a branch or an op that runs functions for a dataset: their outputs are their own, except for a loop
    variable that the body never changes.
    In a loop's condition, an argument leads to the argument of the body that stands for the same variable: only that is
    drawn.

    What was found is remembered, unless `remember` is off. Turn it off while ops still become wires or cease to be
    wires.
    """

    def __init__(self, graph: Graph, roles: Sequence[int], *, remember: bool = True) -> None:
        self._table = content_of(graph).table
        self._roles = roles
        self._memo: Dict[TensorRef, TensorRef] = {}
        self._remember = remember
        self.args = ends_of_bodies(graph, ARGUMENT)
        self.results = ends_of_bodies(graph, RESULT)
        self.loops: Dict[int, int] = {}
        """Row of a loop op -> the group of its body."""
        self.datasets: Dict[int, List[int]] = {}
        """Row of an op that runs functions for a dataset -> the groups of these functions."""
        self._calls: Dict[int, List[int]] = {}  # row of a call -> the `_Retval`s of its function
        self._roles_of: Dict[int, str] = {}  # group of a function of a dataset -> the attribute that names the function
        self._runs: AbstractSet[int] = frozenset()  # the calls and loops: what their outputs are, is told in a body
        self._conds: Dict[int, int] = {}  # `_Arg` of a loop's condition -> `_Arg` of its body for the same variable
        self._link(graph)

    def _link(self, graph: Graph) -> None:
        conds: Dict[int, int] = {}
        groups = content_of(graph).groups
        for index, group in enumerate(groups):
            if group.owner < 0:
                continue
            part = loop_part(groups, index)
            if part == "body":
                self.loops[group.owner] = index
            elif part == "cond":
                conds[group.owner] = index
            elif is_of_dataset(groups, index):
                self.datasets.setdefault(group.owner, []).append(index)
                self._roles_of[index] = group.name
            elif is_called(group):
                self._calls[group.owner] = self.results.get(index, [])
        # Both parts of a loop take all its variables, in the same order.
        for owner, cond in conds.items():
            inside = self.args.get(self.loops.get(owner, -1), [])
            self._conds.update(zip(self.args.get(cond, []), inside))
        self._runs = self._calls.keys() | self.loops.keys()

    def varies(self, argument: int) -> bool:
        """Whether an argument of a function of a dataset is another value for each element, and not one that it captured."""
        return text_of(self._table.attrs(argument), GIVEN) != CAPTURE

    def given(self, owner: int, body: int) -> ResultUse:
        """Where the results of a function of a dataset go."""
        states = sum(text_of(self._table.attrs(row), GIVEN) == STATE for row in self.args.get(body, ()))
        return returned(self._table.ops[owner], self._roles_of[body], states)

    def ways_back(self) -> Iterator[Tuple[int, int]]:
        """For each variable of a loop, and each state of a function of a dataset: the argument, and the result that is its next value."""
        for body in sorted(self.loops.values()):
            yield from zip(self.args.get(body, ()), self.results.get(body, ()))
        for owner, bodies_of in sorted(self.datasets.items()):
            for body in bodies_of:
                states = self.given(owner, body).next_state
                yield from zip(self.args.get(body, ())[:states], self.results.get(body, ()))

    def taken(self, node: int) -> List[TensorRef]:
        """What an op takes: for each of its data inputs the op, and which of its outputs, that really makes the tensor."""
        producers, outputs = self._table.edge_node, self._table.edge_output
        roles, runs = self._roles, self._runs
        edges = range(self._table.edge_start[node], self._table.edge_start[node + 1])
        return [
            # Most ops make their tensors themselves, as `source` would say of each at the price of a call.
            (node, outputs[edge]) if roles[node] != WIRE and node not in runs else self.source(node, outputs[edge])
            for edge in edges
            if outputs[edge] != CONTROL
            for node in [producers[edge]]
        ]

    def source(self, node: int, output: int) -> TensorRef:
        """The op, and which of its outputs, that really makes this tensor."""
        first = (node, output)
        if self._roles[node] != WIRE and node not in self._runs:  # most ops make their tensors themselves
            return first
        found = self._memo.get(first)
        if found is not None:
            return found
        here = self._step(node, output)
        if here == first:
            return here
        path = {first, here}
        while True:
            further = self._step(*here)
            if further == here or further in path:  # arrived, or going round in circles: a damaged file may have one
                break
            here = further
            path.add(here)
        if self._remember:
            self._memo.update((passed, here) for passed in path if passed != here)
        return here

    def _step(self, node: int, output: int) -> TensorRef:
        """One step back; the same tensor when there is nothing to see through."""
        results = self._calls.get(node)
        if results is not None:
            return (results[output], 0) if 0 <= output < len(results) else (node, output)
        body = self.loops.get(node)
        if body is not None:
            return self._around(node, output, body)
        if self._roles[node] != WIRE:
            return (node, output)
        if node in self._conds:
            return (self._conds[node], 0)
        return self._passed(node, output)

    def _around(self, node: int, output: int, body: int) -> TensorRef:
        """For an output of a loop that the body never changes: the body's argument, a wire that leads outside."""
        args = self.args.get(body, ())
        if 0 <= output < len(args) and self._roles[args[output]] == WIRE:
            return (args[output], 0)
        return (node, output)

    def _passed(self, node: int, output: int) -> TensorRef:
        """The input that a wire passes on: the first one, or of an `IdentityN` or tuple the one with the output's number."""
        table = self._table
        start, end = table.edge_start[node], table.edge_start[node + 1]
        row = start + (output if table.ops[node] in EACH_PASSED else 0)
        if row >= end or table.edge_output[row] == CONTROL:
            return (node, output)
        return (table.edge_node[row], table.edge_output[row])
