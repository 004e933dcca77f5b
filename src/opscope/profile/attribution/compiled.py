"""Attributes the time of code that XLA compiled (`jit_compile=True`) to the traced ops that were compiled.

TensorFlow 2.18 and newer report XLA's instructions. Each is attributed to the ops that it was made of; in a graph of what
ran, to the instruction of that name. The function takes more time than its instructions; the rest stays with the op that
calls it, or is not attributed if the measured function itself was compiled. An instruction may do its work on other threads after its event ended: how long it took is then not known, and
neither is the time of the ops that it was made of. Older versions report the function as one
event. Its time is then that of the whole program, and of no op in it: it stays with the op that calls the function, or is
not attributed.
"""

from __future__ import annotations

from typing import Dict, FrozenSet, Iterator, List, NamedTuple, Optional, Set, Tuple

from ...graph.attrs import is_set
from ...graph.buffer_views import VIEWS
from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.hlo_opcodes import OPCODE, PARAMETER, PROGRAM_RESULT
from ...graph.vocabulary import COMPILED_MARK, FUNCTION_CALLS
from ...program.executed_names import Names
from ..recordings.raw import COMPILED, OpEvent, Trace
from .costliest import costliest
from .ran_instructions import RanInstructions


class CompiledEvent(NamedTuple):
    """What one event of compiled code was brought home to."""

    event: int
    """Its number among the op events."""
    row: int
    """The row that its time is put on; -1 for none."""
    members: Tuple[int, ...] = ()
    """The ops whose time it is, all together."""
    is_whole: bool = False
    """Whether it is the one event of a whole program: `members` are then the ops of that program."""
    function: str = ""
    """The compiled function, or its call, where the event is no time of an op since work of `members` outlasts its events."""


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
        self._outlasting = trace.outlasting
        self._ran = RanInstructions(graph)
        self._members: Dict[str, Tuple[int, ...]] = {}
        self._memo: Dict[Tuple[str, str, int], Tuple[int, ...]] = {}
        self._by_leaf: Optional[Dict[Tuple[str, str], List[int]]] = None

    def events(self) -> Iterator[CompiledEvent]:
        """What each event of compiled code is brought home to, but for calls that keep what their instructions leave."""
        calls = self._calls()
        untimed = self.untimed()
        for index, event in enumerate(self._ops):
            row = self._rows[index]
            if event.module:
                members = self._of_instruction(index, event)
                row = costliest(self._graph, members) if members else -1
                if row in untimed or (event.module, event.name) in self._outlasting:
                    yield CompiledEvent(index, -1, members, function=self._function(index, event))
                else:
                    yield CompiledEvent(index, row, members)
            elif event.op == COMPILED:
                # Where instructions were reported, this is what they leave of the measured function.
                is_whole = index not in self._around
                yield CompiledEvent(index, -1, self._inside("") if is_whole else (), is_whole)
            elif row in calls and index not in self._around:
                members = self._inside(f"{content_of(self._graph).table.names[row]}/")
                if members:
                    yield CompiledEvent(index, row, members, is_whole=True)

    def untimed(self) -> FrozenSet[int]:
        """The ops of which some work outlasts its events, so that their times are not known."""
        return frozenset(
            row
            for index, event in enumerate(self._ops)
            if event.module and (event.module, event.name) in self._outlasting
            for row in self._of_instruction(index, event)
        )

    def _function(self, index: int, event: OpEvent) -> str:
        """What the function is called that an instruction ran in: as the event around it is."""
        around = self._around_instruction(index, event)
        return self._ops[around].name if around >= 0 else event.module

    def _of_instruction(self, index: int, event: OpEvent) -> Tuple[int, ...]:
        """The ops that an instruction was made of, as XLA's program notes them; or itself, if the graph is of instructions."""
        caller = self._caller(index, event)
        key = (event.module, event.name, caller)
        if key not in self._memo:
            prefix = f"{content_of(self._graph).table.names[caller]}/" if caller >= 0 else ""
            origins = self._modules.get(event.module, {}).get(event.name, ())
            if self._ran.has_program(prefix):
                row = self._ran.row(event.name, origins, prefix)
                self._memo[key] = () if row is None else (row,)
                return self._memo[key]
            found: Set[int] = set()
            for name, op in origins:
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
        index = self._around_instruction(index, event)
        return self._rows[index] if index >= 0 else -1

    def _around_instruction(self, index: int, event: OpEvent) -> int:
        """The event that ran the program of an instruction; -1 if there is none."""
        launcher = self._launchers.get(index, self._callers.get(event.module, -1))
        index = event.inside if event.inside >= 0 else launcher
        while index >= 0 and self._ops[index].module:  # an instruction may lie inside another one
            index = self._ops[index].inside
        return index

    def _calls(self) -> Set[int]:
        """The rows with an event that call a function which XLA compiles."""
        table = content_of(self._graph).table
        owners = {group.owner for group in content_of(self._graph).groups}
        called = [row for row in set(self._rows) if row >= 0 and (row in owners or table.ops[row] in FUNCTION_CALLS)]
        return {row for row in called if is_set(table.attrs(row), COMPILED_MARK)}

    def _inside(self, prefix: str) -> Tuple[int, ...]:
        """The ops that compute something, in table order, of those whose names begin with `prefix`, as in a call's function."""
        if prefix not in self._members:
            self._members[prefix] = tuple(self._computing(prefix))
        return self._members[prefix]

    def _computing(self, prefix: str) -> Iterator[int]:
        table = content_of(self._graph).table
        owners = {group.owner for group in content_of(self._graph).groups}
        return (
            row
            for row, name in enumerate(table.names)
            if name.startswith(prefix)
            and table.ops[row] not in VIEWS
            and row not in owners
            and table.attrs(row).get(OPCODE) not in (PARAMETER, PROGRAM_RESULT)
        )
