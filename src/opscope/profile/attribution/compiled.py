"""Attributes the time of code that XLA compiled (`jit_compile=True`) to the traced ops that were compiled.

TensorFlow 2.18 and newer report XLA's instructions. Each is attributed to the ops that it was made of. The function
takes more time than its instructions; the rest stays with the op that calls it, or is not attributed if the measured
function itself was compiled. Older versions report the function as one event: all its ops are then one fused group.
"""

from __future__ import annotations

from typing import Dict, Iterator, List, Optional, Set, Tuple

from ...graph.attrs import is_set
from ...graph.buffer_views import VIEWS
from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.vocabulary import COMPILED_MARK
from ...program.executed_names import Names
from ..recordings.raw import COMPILED, OpEvent, Trace
from .costliest import costliest


class Compiled:
    """Finds the ops that compiled instructions and functions were made of.

    `rows` has what was attributed by name so far.
    """

    def __init__(self, graph: Graph, names: Names, trace: Trace, rows: List[int]) -> None:
        self._graph = graph
        self._names = names
        self._ops = trace.ops
        self._modules = trace.modules
        self._rows = rows
        # Events with other events inside: if a call is among them, the work of its function was reported.
        self._around = {event.inside for event in trace.ops if event.inside >= 0}
        self._around |= {*trace.callers.values(), *trace.launchers.values()}
        self._launchers = trace.launchers
        self._callers: Dict[str, int] = {}
        """XLA module -> the event that ran it. Instructions on other threads lie inside no event, so they need this."""
        for event in trace.ops:
            if event.module and event.inside >= 0:
                self._callers.setdefault(event.module, event.inside)
        self._memo: Dict[Tuple[str, str, int], Tuple[int, ...]] = {}
        self._by_leaf: Optional[Dict[Tuple[str, str], List[int]]] = None

    def groups(self) -> Iterator[Tuple[int, int, Tuple[int, ...]]]:
        """For each event of compiled code: its index, the row that its time is put on (-1: none), all its members."""
        calls = {
            group.owner
            for group in content_of(self._graph).groups
            if group.owner >= 0 and is_set(content_of(self._graph).table.attrs(group.owner), COMPILED_MARK)
        }
        for index, event in enumerate(self._ops):
            if event.module or event.op == COMPILED or self._rows[index] in calls:
                members = self._members(index, event)
                if members is None:
                    continue
                yield index, costliest(self._graph, members) if members else -1, members

    def _members(self, index: int, event: OpEvent) -> Optional[Tuple[int, ...]]:
        """The ops that an event stands for.

        ``None`` for a call that keeps its time, since its instructions were reported.
        """
        if event.module:
            return self._of_instruction(index, event)
        if event.op == COMPILED:
            return () if index in self._around else self._inside(-1)
        return None if index in self._around else self._inside(self._rows[index]) or None

    def _of_instruction(self, index: int, event: OpEvent) -> Tuple[int, ...]:
        """The ops that an instruction was made of, as XLA's program notes them."""
        caller = self._caller(index, event)
        key = (event.module, event.name, caller)
        if key not in self._memo:
            prefix = f"{content_of(self._graph).table.names[caller]}/" if caller >= 0 else ""
            found: Set[int] = set()
            for name, op in self._modules.get(event.module, {}).get(event.name, ()):
                row = self._names.find(name, op, prefix)
                if row is None:
                    row = self._in_a_body(name, op, prefix)
                if row is not None:
                    found.add(row)
            self._memo[key] = tuple(sorted(found))
        return self._memo[key]

    def _in_a_body(self, name: str, op: str, prefix: str) -> Optional[int]:
        """An op inside a loop, branch or inner function. XLA names it as it is called there, without what is around.

        So the graph is searched for an op whose path ends so. If several do, it is not known which one is meant.
        """
        table = content_of(self._graph).table
        if self._by_leaf is None:
            self._by_leaf = {}
            for row, full in enumerate(table.names):
                self._by_leaf.setdefault((full.rpartition("/")[2], table.ops[row]), []).append(row)
        meant = [
            row
            for row in self._by_leaf.get((name.rpartition("/")[2], op), ())
            if table.names[row].startswith(prefix) and table.names[row].endswith(f"/{name}")
        ]
        return meant[0] if len(meant) == 1 else None

    def _caller(self, index: int, event: OpEvent) -> int:
        """The row of the op that calls the compiled function; -1 if the measured function itself was compiled."""
        launcher = self._launchers.get(index, self._callers.get(event.module, -1))
        index = event.inside if event.inside >= 0 else launcher
        while index >= 0 and self._ops[index].module:  # an instruction may lie inside another one
            index = self._ops[index].inside
        return self._rows[index] if index >= 0 else -1

    def _inside(self, call: int) -> Tuple[int, ...]:
        """The ops in a call's function that compute something, in table order; for -1, those of the whole graph."""
        graph, table = self._graph, content_of(self._graph).table
        below: List[bool] = []
        for group in content_of(graph).groups:
            below.append(call < 0 or group.owner == call or (group.parent >= 0 and below[group.parent]))
        below.append(call < 0)  # the last entry, index -1, is for ops in no group
        owners = {group.owner for group in content_of(graph).groups}
        return tuple(
            row
            for row, group in enumerate(content_of(graph).node_group)
            if below[group] and table.ops[row] not in VIEWS and row not in owners
        )
