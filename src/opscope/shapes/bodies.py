"""Where the bodies of calls and loops begin and end: which ops are their arguments, and which are their results."""

from __future__ import annotations

from typing import Dict, Iterator, List, NamedTuple, Optional, Set, Tuple

from ..graph.attrs import text_of, whole_of
from ..graph.content import content_of
from ..graph.graph import Graph
from ..graph.vocabulary import (
    ARGUMENT,
    CHOICE_PARTS,
    ENDS,
    LOOP_PARTS,
    RESULT,
    chain,
    is_body,
    is_called,
    is_of_dataset,
    loop_part,
)
from ..program.data_functions import BATCHED, CAPTURE, GIVEN


class BodyEnds(NamedTuple):
    """The arguments and results of one body."""

    arguments: Dict[int, int]
    """Row of an `_Arg` -> the number of the argument."""
    results: Dict[int, int]
    """Number of a result -> the row of its `_Retval`."""


class Bodies:
    """Looks up the arguments and results of bodies.

    Make one for a graph and keep it: the first look-up walks all ops.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._table = content_of(graph).table
        self.loops: Dict[int, Dict[str, int]] = {}
        """Row of a loop op -> the groups of its ``cond`` and ``body``."""
        self.functions: Dict[int, int] = {}
        """Row of a call op -> the group of the function's body."""
        self.branches: Dict[int, List[int]] = {}
        """Row of an ``if`` or case op -> the groups of its branches, in the order in which its first input numbers them."""
        self._of_datasets: Set[int] = set()
        """The groups of functions that run for each element of a dataset."""
        groups = content_of(graph).groups
        for index, group in enumerate(groups):
            if group.owner < 0:  # as nearly all: no op runs them
                continue
            if is_called(group):
                self.functions[group.owner] = index
            elif loop_part(groups, index):
                self.loops.setdefault(group.owner, {})[group.kind] = index
            elif is_of_dataset(groups, index):
                self._of_datasets.add(index)
            elif group.kind in CHOICE_PARTS:
                self.branches.setdefault(group.owner, []).append(index)
        self._ends: Optional[Dict[int, BodyEnds]] = None
        self._home: Dict[int, Tuple[int, int]] = {}

    def ends(self, group: int) -> BodyEnds:
        """The arguments and results of the body whose group is `group`."""
        return self._all()[group]

    def argument(self, row: int) -> Optional[Tuple[int, int]]:
        """For an `_Arg` of a call, loop, branch or function of a dataset: the group of its body and its number. Else ``None``."""
        self._all()
        return self._home.get(row)

    def result(self, row: int, output: int) -> Optional[int]:
        """The `_Retval` whose value a call returns as its `output`; ``None`` when the op at `row` is not a call."""
        group = self.functions.get(row)
        return None if group is None else self.ends(group).results.get(output)

    def handed_on(self, row: int) -> bool:
        """Whether an argument always has the value that the call or loop was given.

        It does in a function, which runs once per call. In a loop it does only when the body returns the argument as it
        got it; otherwise the argument changes from one iteration to the next. Of a function that runs for each element of a
        dataset, only what it captured stays the same. An argument of a branch keeps what it was given, and so does that of
        a function shown by itself.
        """
        home = self.argument(row)
        if home is None or content_of(self._graph).groups[home[0]].kind not in LOOP_PARTS:
            return True
        if home[0] in self._of_datasets:
            return text_of(self._table.attrs(row), GIVEN) == CAPTURE
        parts = self.loops[content_of(self._graph).groups[home[0]].owner]
        if "body" not in parts:
            return False
        arguments, results = self.ends(parts["body"])
        seen: Set[int] = set()
        source = results.get(home[1])
        while source is not None and source not in seen and self._table.ops[source] in {RESULT, "Identity"}:
            seen.add(source)  # a damaged file may have identities that form a circle, or one without an input
            source = next((edge.node for edge in self._table.data_inputs(source)), None)
        return source is not None and arguments.get(source) == home[1]

    def given_whole(self, row: int) -> bool:
        """Whether an argument has the shape of what its input brings: not an element of a dataset, nor a batch of several calls'."""
        return row not in self._table.elements and text_of(self._table.attrs(row), GIVEN) != BATCHED

    def _all(self) -> Dict[int, BodyEnds]:
        """The ends of every body, found at the first call."""
        if self._ends is None:
            wanted = {group for parts in self.loops.values() for group in parts.values()} | set(self.functions.values())
            wanted.update(group for branches in self.branches.values() for group in branches)
            wanted |= self._of_datasets
            self._ends = {group: BodyEnds({}, {}) for group in wanted}
            for row, group in self._ended(wanted):
                # An end without a number (a damaged file) gets -1, which no call or loop asks for.
                index = whole_of(self._table.attrs(row), "index", -1)
                if self._table.ops[row] == ARGUMENT:
                    self._ends[group].arguments[row] = index
                    self._home[row] = (group, index)
                else:
                    self._ends[group].results[index] = row
        return self._ends

    def _ended(self, wanted: "set[int]") -> Iterator[Tuple[int, int]]:
        """Each `_Arg` and `_Retval` whose body is one of the wanted ones, with that body.

        An end belongs to the innermost body around it, whatever kind of body that is: what a branch in a loop returns
        is no result of the loop.
        """
        groups, place = content_of(self._graph).groups, content_of(self._graph).node_group
        for row, op in enumerate(self._table.ops):
            if op in ENDS:
                body = next((group for group in chain(groups, place[row]) if is_body(groups[group])), -1)
                if body in wanted:
                    yield row, body
