"""Finds the op of each execution in step statistics: by its name, its type, what it read, and the call in which it ran.

TensorFlow runs what its optimizers made of the graph (see `program.executed_names`), and it runs a function that was not inlined by
the names in that function's own body. Such a body runs while its call does: so each execution may be of the graph itself, or of the body of any
call that ran around it. If a trace is of several functions, it may be of any of them. Where names leave more than one op, its type and what it
read decide, or it is not attributed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Dict, List, NamedTuple, Optional, Sequence, Set

from ...graph.content import Content, content_of
from ...graph.graph import Graph
from ...graph.vocabulary import FUNCTION_RUNNERS
from ...program.executed_names import Names
from .step_runs import OpRun

UNKNOWN, ELSEWHERE = -1, -2
"""Instead of a row: no op is known, or the op is another function's."""
_FED = re.compile(r"_arg_(.+)_\d+_\d+\Z")
"""What a session puts in place of an op that is fed."""
_MOST_OPEN = 16
"""How many calls may run at once that an execution is looked for in. More would make made statistics take forever."""


@dataclass(frozen=True)
class RunRows:
    """Which op each execution is of."""

    rows: List[int]
    """For each execution the row of its op, `UNKNOWN` or `ELSEWHERE`."""
    around: Dict[int, int]
    """Executions of calls whose bodies ran within them -> how many such calls are around that one."""


class _Place(NamedTuple):
    """Where an execution may be: in one of the graphs, itself or the body of a call that is running."""

    graph: int
    """0 is the graph that is shown."""
    prefix: str
    run: int = -1
    """The execution of the call."""
    end: int = 0
    depth: int = 0


class _Candidate(NamedTuple):
    place: _Place
    row: int


def run_rows(
    graph: Graph, runs: Sequence[OpRun], others: Sequence[Graph] = (), *, of_functions: bool = False
) -> RunRows:
    """Find the ops of all executions, which are in the order in which they began.

    Args:
        graph: The graph that is shown.
        runs: The executions.
        others: The graphs of the other functions in the same trace.
        of_functions: The trace is of functions, so that ops which ran by themselves, eagerly, are in it too, under the name of their type.
    """
    finder = _Finder([graph, *others])
    outermost = [_Place(index, "") for index in range(1 + len(others))]
    running: List[_Place] = []
    found = RunRows([], {})
    on_host: Dict[str, Set[int]] = {}
    for index, run in enumerate(runs):
        if run.on_device:
            found.rows.append(UNKNOWN)
            continue
        running = [place for place in running if place.end >= run.start]
        inside = [place for place in running if place.end >= run.end]
        chosen = None
        if len(inside) <= _MOST_OPEN and not (of_functions and not run.op):
            chosen = finder.only_one(run, [*outermost, *inside])
        row = UNKNOWN if chosen is None else chosen.row if chosen.place.graph == 0 else ELSEWHERE
        found.rows.append(row)
        on_host.setdefault(run.name, set()).add(row)
        if chosen is not None:
            if chosen.place.run >= 0:
                found.around[chosen.place.run] = chosen.place.depth - 1
            if finder.is_call(chosen, run):
                prefix = finder.name(chosen) + "/"
                running.append(_Place(chosen.place.graph, prefix, index, run.end, chosen.place.depth + 1))
    for index, run in enumerate(runs):
        if run.on_device:  # it runs later than what launched it, so that no call is around it
            found.rows[index] = _of_kernel(run, on_host, finder)
    return found


def _of_kernel(run: OpRun, on_host: Dict[str, Set[int]], finder: "_Finder") -> int:
    """The op of a kernel: that of the host's executions of this name, if they are all of one op."""
    launched = on_host.get(run.name)
    if launched is not None:
        return next(iter(launched)) if len(launched) == 1 else UNKNOWN
    row = finder.row(0, run.name, run.op, "")
    return UNKNOWN if row is None else row


class _Finder:
    """Finds ops in several graphs."""

    def __init__(self, graphs: Sequence[Graph]) -> None:
        self._contents: List[Content] = [content_of(graph) for graph in graphs]
        self._names = [Names(graph) for graph in graphs]
        self._owners = [{group.owner for group in content.groups if group.owner >= 0} for content in self._contents]

    def row(self, graph: int, name: str, op: str, prefix: str) -> Optional[int]:
        """The row of an executed name in one place."""
        row = self._names[graph].find(name, op, prefix)
        fed = _FED.match(name) if row is None and not prefix else None
        return self._names[graph].find(fed.group(1), "") if fed else row

    def only_one(self, run: OpRun, places: Sequence[_Place]) -> Optional[_Candidate]:
        """The only op that an execution may be of; ``None`` if there is none, or more than one."""
        found = [
            _Candidate(place, row)
            for place in places
            for row in [self.row(place.graph, run.name, run.op, place.prefix)]
            if row is not None
        ]
        if len({(each.place.graph, each.row) for each in found}) > 1:
            # A name that is the op's own says more than one that a rule explains, and then what it is and what it read.
            found = [each for each in found if self._is_there(each, run)] or found
            found = [each for each in found if self._type(each) == run.op] or found
            if len(found) > 1 and run.inputs:
                found = [each for each in found if self._reads(each, run)] or found
        return found[0] if len({(each.place.graph, each.row) for each in found}) == 1 else None

    def is_call(self, found: _Candidate, run: OpRun) -> bool:
        """Whether an execution is that of a whole call or loop, not of one of the ops that inlining makes of it."""
        op = self._type(found)
        own_name = self.name(found) == found.place.prefix + run.name
        return own_name and found.row in self._owners[found.place.graph] and run.op in ("", op, *FUNCTION_RUNNERS)

    def name(self, found: _Candidate) -> str:
        """The full name of an op."""
        return self._contents[found.place.graph].table.names[found.row]

    def _type(self, found: _Candidate) -> str:
        return self._contents[found.place.graph].table.ops[found.row]

    def _is_there(self, found: _Candidate, run: OpRun) -> bool:
        return self._names[found.place.graph].is_there(run.name, run.op, found.place.prefix)

    def _reads(self, found: _Candidate, run: OpRun) -> bool:
        """Whether all that an execution read are inputs of the op."""
        place, table = found.place, self._contents[found.place.graph].table
        sources = {edge.node for edge in table.inputs(found.row)}
        return all(self.row(place.graph, name, "", place.prefix) in sources for name in run.inputs)
