"""A difference for the page: the story, below each entry the exact changes with what they are on both sides, and where they stand in the drawing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Sequence, Tuple

from ...diff.exact_below import exact_below
from ...diff.measured_figures import time_sentences
from ...diff.model import ADDED, CHANGED, REMOVED
from ...diff.whole_values import whole_value_lines
from ...graph.content import content_of
from ...layout.scene.compared import SIGNS
from ...passes.group_sizes import group_sizes
from ..told_difference.difference_words import status_of
from .nodes_and_groups import Pool

if TYPE_CHECKING:
    from ...diff.difference import Difference
    from ...diff.exact_below import ExactBelow, ExactChange
    from ...diff.model import Change, Delta, StoryEntry
    from ...diff.union import Union
    from .container import PageColumns
    from .nodes_and_groups import Pools

STATUSES = (ADDED, REMOVED, CHANGED)
"""What `d.status`, `dn.status` and `dg.status` count; the viewer has the same order."""
WHATS = ("op", "group", "variable")
"""What `d.what` counts; the viewer has the same order."""


@dataclass(frozen=True)
class ComparedGraphs:
    """A difference, both its graphs as one, and what the page says of all of it."""

    difference: "Difference"
    union: "Union"
    about: str
    """A line on both."""
    told: Mapping[str, Any]
    """What the header has as it is: the verdict, figures, the two graphs."""


def add_difference(compared: ComparedGraphs, columns: "PageColumns", pools: "Pools") -> Dict[str, Any]:
    """Add the columns `d.*` (a row for each exact change), `dn.*` and `dg.*` (marked ops and groups) and `dg.first`, `dg.second` (a row for each group); return what the header has."""
    difference, union = compared.difference, compared.union
    exact, places = exact_below(difference), _Places(difference, union)
    changes = _exact_columns(exact, places, columns, pools)
    _mark_columns("dn", union.nodes, columns)
    _mark_columns("dg", {**places.told_groups(), **union.groups}, columns)
    for name, sizes in zip(("dg.first", "dg.second"), places.group_sizes()):
        columns.ints(name, sizes)
    # What follows from other changes comes last, so that what was done is counted from 1 without gaps.
    told = sorted(zip(difference.story, exact.below), key=lambda pair: not pair[0].cost)
    columns.ints("d.below", [number for numbers in (*[below for _, below in told], exact.others) for number in numbers])
    story = [{**_entry(entry), "place": places.of_entry(entry), "below": len(below)} for entry, below in told]
    return {
        **compared.told,
        "signs": SIGNS,
        "story": story,
        "others": len(exact.others),
        "changes": changes,
        "leftOut": len(places.left_out),
        "times": places.told_times(),
    }


def _exact_columns(exact: "ExactBelow", places: "_Places", columns: "PageColumns", pools: "Pools") -> List[Any]:
    """Add the columns of the exact changes; return the lists of changes that `d.changes` counts."""
    texts: Pool[str] = Pool()
    texts("[]")  # so that 0 is what was added or removed
    columns.ints("d.what", [WHATS.index(change.what) for change in exact.changes])
    columns.ints("d.status", [STATUSES.index(change.delta.status) for change in exact.changes])
    columns.ints("d.row", [places.row(change.what, change.delta) for change in exact.changes])
    columns.ints("d.was", [pools.strings(places.name_in_a(change)) for change in exact.changes])
    columns.ints("d.changes", [texts(_changes_text(change.delta.changes)) for change in exact.changes])
    columns.ints("d.holder", [places.holder(change) for change in exact.changes])
    return [json.loads(text) for text in texts.values]


def _mark_columns(prefix: str, marks: Mapping[int, str], columns: "PageColumns") -> None:
    rows = sorted(marks)
    columns.deltas(f"{prefix}.row", rows)
    columns.ints(f"{prefix}.status", [STATUSES.index(marks[row]) for row in rows])


def _entry(entry: "StoryEntry") -> Dict[str, Any]:
    changes = [_change(change) for change in entry.changes]
    return {
        "kind": entry.kind,
        "status": status_of(entry),
        "words": entry.words,
        "cost": entry.cost,
        "changes": changes,
    }


def _changes_text(changes: "Sequence[Change]") -> str:
    """Changes as JSON text: what changed, and its value in each graph as lines of text; ``None`` where that has none."""
    return json.dumps([_change(change) for change in changes], ensure_ascii=False) if changes else "[]"


def _change(change: "Change") -> Tuple[str, Optional[List[str]], Optional[List[str]]]:
    a, b = whole_value_lines(change)
    return change.what, None if change.absent == "a" else a, None if change.absent == "b" else b


class _Places:
    """Where things of the two graphs are in the page, which has the rows of both as one."""

    def __init__(self, difference: "Difference", union: "Union") -> None:
        self._difference, self._union = difference, union
        assert difference.matches is not None
        of_second = set(union.of_b)
        self.left_out = frozenset(
            [
                row
                for row, other in enumerate(difference.matches.nodes)
                if other < 0 and union.of_a.ops[row] in of_second
            ]
        )
        """The ops of the first graph that are not drawn, since ops of the second do their work."""
        assert difference.a is not None
        assert difference.b is not None
        sides = (content_of(difference.a), content_of(difference.b))
        self._shown = content_of(union.graph)
        self._variables = [
            {variable.object_path: number for number, variable in enumerate(content.variables)} for content in sides
        ]
        self._rows = [{name: row for row, name in enumerate(content.table.names)} for content in sides]
        self._groups = [{group.path: index for index, group in enumerate(content.groups)} for content in sides]
        self._holders: Dict[int, int] = {}
        for index, group in enumerate(self._shown.groups):  # inner groups come after those around them
            self._holders.update(dict.fromkeys(group.variables, index))
        self._handles = {number: row for row, number in reversed(list(self._shown.handles.items()))}

    def row(self, what: str, delta: "Delta") -> int:
        """The row of the op, the index of the group, the number of the variable; -1 of an op that is not drawn, as others do its work."""
        if what == "op" and delta.status == REMOVED and delta.row_a in self.left_out:
            return -1
        return self._shown_at(
            what, 0 if delta.status == REMOVED else 1, delta.row_a if delta.status == REMOVED else delta.row_b
        )

    def _shown_at(self, what: str, side: int, row: int) -> int:
        of_a, of_b = self._union.of_a, self._union.of_b
        if what == "op":
            return of_b[row] if side else of_a.ops[row]
        return row if side else (of_a.groups if what == "group" else of_a.variables)[row]

    def name_in_a(self, change: "ExactChange") -> str:
        """What the first graph calls it, where the page calls it otherwise or does not have it; else empty."""
        name, row = change.delta.a or "", self.row(change.what, change.delta)
        return "" if row >= 0 and name == self._name(change.what, row) else name

    def _name(self, what: str, row: int) -> str:
        if what == "op":
            return self._shown.table.names[row]
        return self._shown.groups[row].path if what == "group" else self._shown.variables[row].object_path

    def holder(self, change: "ExactChange") -> int:
        """Of a variable the innermost group that has it, -1 if none does; of an op that is not drawn one that does its work; of others -1."""
        if change.what == "op" and self.row("op", change.delta) < 0:
            return self._union.of_a.ops[change.delta.row_a]
        return self._holders.get(self.row(change.what, change.delta), -1) if change.what == "variable" else -1

    def group_sizes(self) -> List[List[int]]:
        """For the first and the second graph how many ops each group has there, at any depth: what was moved lies elsewhere in the first."""
        assert self._difference.a is not None
        assert self._difference.b is not None
        found = [[0] * len(self._shown.groups) for _ in range(2)]
        for side, graph in enumerate((self._difference.a, self._difference.b)):
            for index, size in enumerate(group_sizes(graph)):
                found[side][self._shown_at("group", side, index)] = size
        return found

    def told_groups(self) -> Dict[int, str]:
        """The groups that the story says something of, such as that one was renamed, which alone is no change of what it does."""
        named = [
            (side, path)
            for entry in self._difference.story
            if entry.what == "group" and entry.cost and entry.kind != "repeated"
            for side, paths in ((0, entry.a), (1, entry.b))
            for path in paths
        ]
        found = [(self._groups[side].get(path), side) for side, path in named]
        return {self._shown_at("group", side, index): CHANGED for index, side in found if index is not None}

    def told_times(self) -> List[Tuple[int, str]]:
        """Of the layers that both graphs have times of: the group, and what may be said of them."""
        told = [(self._groups[1].get(path), words) for path, words in time_sentences(self._difference).items()]
        return [(self._shown_at("group", 1, index), words) for index, words in told if index is not None]

    def of_entry(self, entry: "StoryEntry") -> Optional[Tuple[str, int]]:
        """The op or group that an entry leads to; ``None`` if it tells of nothing that is drawn."""
        for side, names in ((1, entry.b), (0, entry.a)):
            for name in names:
                found = self._place(entry.what, side, name)
                if found is not None:
                    return found
        return None

    def _place(self, what: str, side: int, name: str) -> Optional[Tuple[str, int]]:
        if what == "group":
            index = self._groups[side].get(name)
            return None if index is None else ("group", self._shown_at("group", side, index))
        if what == "variable":
            number = self._variables[side].get(name)
            return None if number is None else self._of_variable(self._shown_at("variable", side, number))
        # An output of the graph is told as ``name = op:0``.
        row = self._rows[side].get(name.rpartition(" = ")[2].rpartition(":")[0] if what == "output" else name)
        return None if row is None else ("op", self._shown_at("op", side, row))

    def _of_variable(self, number: int) -> Optional[Tuple[str, int]]:
        if number in self._holders:
            return "group", self._holders[number]
        return ("op", self._handles[number]) if number in self._handles else None
