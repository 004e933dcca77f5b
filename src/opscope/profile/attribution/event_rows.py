"""Finds which op of the graph each op event is an execution of, by its name and by the run of the function that it is in."""

from __future__ import annotations

from typing import Dict

from ...graph.content import content_of
from ...graph.graph import Graph
from ...program.executed_names import Names
from ..recordings.raw import OpEvent, Trace
from .dataset_runs import dataset_runs


class EventRows:
    """Finds the rows of op events, also inside functions that were not inlined.

    There an executed name counts from the function's body, so the name of the call has to be put before it. Which call
    it was follows from the run (the executor's step id) of the event and from the event that launched that run.

    A function of tf.data is run by the dataset's iterator, in threads of its own, and no event says who launched it. Which one it
    was follows from the names of all that ran: see `dataset_runs`.
    """

    def __init__(self, graph: Graph, names: Names, trace: Trace) -> None:
        self._graph = graph
        self._names = names
        self._trace = trace
        self._prefix: Dict[int, str] = {0: ""}  # run -> what to put before a name; 0: events outside any executor
        self._prefix.update(dataset_runs(graph, names, trace))

    def row(self, event: OpEvent) -> int:
        """The row of the op that an event is an execution of; -1 if no rule explains its name."""
        found = self._names.find(event.name, event.op, self._of(event.run))
        return -1 if found is None else found

    def _of(self, run: int) -> str:
        """What to put before the names in a run: the name of the call that launched it, and a ``/``."""
        if run not in self._prefix:
            self._prefix[run] = ""  # set before the recursion: in a damaged file, a run may launch itself
            caller = self._trace.callers.get(run)
            if caller is not None:
                event = self._trace.ops[caller]
                row = self.row(event)
                if row >= 0:
                    self._prefix[run] = content_of(self._graph).table.names[row] + "/"
                elif self._is_unwrapped(event.name):
                    self._prefix[run] = event.name + "/"
        return self._prefix[run]

    def _is_unwrapped(self, call: str) -> bool:
        """Whether the graph has the ops of a function in place of its call, as `without_sole_call` leaves it."""
        return any(name.startswith(f"{call}/") for name in content_of(self._graph).table.names)
