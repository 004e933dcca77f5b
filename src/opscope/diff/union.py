"""Both graphs of a difference as one: all that `b` has, and in its place what only `a` has. What a drawing of the difference draws."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, NamedTuple, Sequence, Tuple

from ..errors import InputError
from ..graph.content import Content, content_of, with_content
from ..graph.graph import Graph
from ..graph.groups import Group, free_name
from ..graph.table import NodeTable
from ..graph.types import CONTROL
from .edited import CONSEQUENCES, is_edited
from .model import ADDED, CHANGED, REMOVED, inverse

if TYPE_CHECKING:
    from .difference import Difference
    from .model import Delta

_Wire = Tuple[int, int, int]
"""Producer, its output, consumer: rows of the union."""


class PlacesOfA(NamedTuple):
    """For each op, group and variable of `a` its row, its index or its number in the union."""

    ops: Sequence[int]
    groups: Sequence[int]
    variables: Sequence[int]


@dataclass(frozen=True)
class Union:
    """One graph of two, and what is only in one of them."""

    graph: Graph
    nodes: Mapping[int, str]
    """Row of an op that is not the same in both -> ``added``, ``removed`` or ``changed``."""
    groups: Mapping[int, str]
    """Group that is not the same in both, its inside not looked at -> the same."""
    wires: Mapping[_Wire, str]
    """Wire between ops of both graphs that only one of them has -> ``added`` or ``removed``. Wires of ops that only one graph has are not listed."""
    of_a: PlacesOfA
    """Where what `a` has is in the union."""
    of_b: Sequence[int]
    """Row of an op of `b` -> its row in the union. Groups and variables of `b` keep their numbers."""


def union(difference: "Difference", *, every_wire: bool = True) -> Union:
    """Both graphs as one.

    Without `every_wire`, wires that only `a` has between ops of both are no inputs: they are in `Content.wires_gone`, so that a drawing
    does not show them as if they were still there. Left out are the ops of `a` in whose place `b` has others that do the same, where one
    graph was made of the other; and then all such wires, since what they led to is elsewhere.

    Raises:
        InputError: a graph is not at hand, since the difference was read from JSON.
    """
    if difference.a is None or difference.b is None or difference.matches is None:
        raise InputError("a difference that was read from JSON has no graphs to draw; compare the two models again")
    return _Merging(difference, content_of(difference.a), content_of(difference.b), every_wire=every_wire).union()


class _Merging:
    """Puts the rows of `a` that `b` does not have between those of `b`, each behind what stands before it in `a`."""

    def __init__(self, difference: "Difference", a: Content, b: Content, *, every_wire: bool) -> None:
        assert difference.matches is not None
        self._difference, self._a, self._b = difference, a, b
        self._matches, self._every_wire = difference.matches, every_wire
        self._sides: Tuple[Content, Content] = (a, b)
        gone = [row for row, other in enumerate(self._matches.variables) if other < 0]
        self._alone = {row: place for place, row in enumerate(gone)}
        """The variables that only `a` has, numbered."""
        self._back = inverse(self._matches.nodes, len(b.table))
        conversion = difference.conversion
        self._done_elsewhere = frozenset() if every_wire or conversion is None else conversion.explained[0]
        """The ops of `a` that other ops of `b` do."""
        self._order = self._ordered()
        """Which side each row of the union is of (0: `a`, 1: `b`), and its row there."""
        places = {of: row for row, of in enumerate(self._order)}
        self._of_b = [places[1, row] for row in range(len(b.table))]
        self._of_a = [
            places.get((0, row), -1) if other < 0 else self._of_b[other]
            for row, other in enumerate(self._matches.nodes)
        ]
        if self._done_elsewhere and conversion is not None:
            self._place_those_done_elsewhere(conversion.stand_ins)
        self._groups, self._group_of_a = self._merged_groups()
        self._wires: Dict[_Wire, str] = {}

    def _place_those_done_elsewhere(self, stand_ins: Mapping[int, int]) -> None:
        """Lead from an op that is left out to what does its work; if nothing does, to what it takes, or else to what stands before it."""
        for row in sorted(self._done_elsewhere & stand_ins.keys()):
            if self._of_a[row] < 0:
                self._of_a[row] = self._of_b[stand_ins[row]]
        before = 0
        for row, place in enumerate(self._of_a):
            if place < 0:
                taken = [self._of_a[edge.node] for edge in self._a.table.data_inputs(row)]
                self._of_a[row] = next((each for each in taken if each >= 0), before)
            before = self._of_a[row]

    def _ordered(self) -> List[Tuple[int, int]]:
        behind: Dict[int, List[int]] = {}
        last = -1
        for row, other in enumerate(self._matches.nodes):
            if other >= 0:
                last = other
            elif row not in self._done_elsewhere:
                behind.setdefault(last, []).append(row)
        order = [(0, row) for row in behind.get(-1, ())]
        for row in range(len(self._b.table)):
            order.append((1, row))
            order += [(0, more) for more in behind.get(row, ())]
        return order

    def _merged_groups(self) -> Tuple[List[Group], List[int]]:
        """The groups of `b` with those that only `a` has behind them, and for each group of `a` which one it is."""
        groups = [replace(group, owner=self._row(1, group.owner)) for group in self._b.groups]
        taken = {group.path: 1 for group in groups}
        found: List[int] = []
        for index, group in enumerate(self._a.groups):
            other = self._matches.groups[index]
            if other < 0:
                parent = found[group.parent] if group.parent >= 0 else -1
                around = f"{groups[parent].path}/" if parent >= 0 else ""
                path = free_name(around + group.path.rpartition("/")[2], taken, "#")
                variables = tuple([self._variable(number) for number in group.variables])
                groups.append(
                    replace(group, path=path, parent=parent, owner=self._row(0, group.owner), variables=variables)
                )
                other = len(groups) - 1
            found.append(other)
        return groups, found

    def _row(self, side: int, row: int) -> int:
        """The row in the union of a row of one side; -1 for none."""
        return row if row < 0 else (self._of_a, self._of_b)[side][row]

    def _variable(self, number: int) -> int:
        """The number in the union of a variable of `a`."""
        other = self._matches.variables[number]
        return other if other >= 0 else len(self._b.variables) + self._alone[number]

    def union(self) -> Union:
        """The result, without costs and measurements: those of both graphs together are of neither."""
        b, difference = self._b, self._difference
        content = replace(
            b, table=self._table(), groups=tuple([replace(group, cost=None, measured=None) for group in self._groups]), node_group=self._homes(), variables=self._variables(),
            handles={**self._moved(0, "handles"), **self._moved(1, "handles")}, inputs=self._ports("inputs"),
            outputs=self._ports("outputs"), sources={**self._moved(0, "sources"), **self._moved(1, "sources")},
            dead=bytes([self._sides[side].dead[row] if self._sides[side].dead else 0 for side, row in self._order]),
            costs={}, measured={},
        )  # fmt: skip
        assert difference.a is not None
        assert difference.b is not None
        names = difference.a.name, difference.b.name
        graph = Graph(
            names[1] if names[0] == names[1] else " → ".join(names), content, producer=difference.b.producer, facts=difference.b.facts
        )  # fmt: skip
        nodes, groups = (
            (self._told_marks(), {}) if self._done_elsewhere else (self._marked_nodes(), self._marked_groups())
        )
        if not self._done_elsewhere:
            for row in self._told_rows(nodes):
                nodes.setdefault(row, CHANGED)
        of_a = PlacesOfA(
            self._of_a, self._group_of_a, [self._variable(number) for number in range(len(self._a.variables))]
        )
        marked = frozenset([self._groups[index].path for index, status in groups.items() if status == CHANGED])
        gone = () if self._every_wire or self._done_elsewhere else self._gone()
        shown = with_content(graph, marks=nodes, marked_groups=marked, wires_gone=gone)
        return Union(shown, nodes, groups, self._wires, of_a, self._of_b)

    def _marked_nodes(self) -> Dict[int, str]:
        """The ops that are marked. What only one graph has always is, also where ops were not compared: else it would seem to be in both."""
        found = {row: REMOVED for row, (side, _) in enumerate(self._order) if side == 0}
        found.update({self._of_b[row]: ADDED for row, other in enumerate(self._back) if other < 0})
        for delta in self._difference.nodes:
            if delta.status == CHANGED and is_edited(delta) and not self._follows(delta):
                found[self._of_b[delta.row_b]] = CHANGED
        return found

    def _marked_groups(self) -> Dict[int, str]:
        kept = set(self._matches.groups)
        found = {index: ADDED for index in range(len(self._b.groups)) if index not in kept}
        found.update({self._group_of_a[row]: REMOVED for row, other in enumerate(self._matches.groups) if other < 0})
        found.update(
            {delta.row_b: CHANGED for delta in self._difference.groups if delta.status == CHANGED and is_edited(delta)}
        )
        return found

    def _told_rows(self, marked: Mapping[int, str]) -> Iterator[int]:
        """The ops of the groups that are told as moved, renamed or put around others though no op in them is an edit.

        Without them such a layer would look like one that is the same in both.
        """
        places = {group.path: index for index, group in enumerate(self._b.groups)}
        members, children = self._b.members(), self._b.children()
        for entry in self._difference.story:
            if entry.what != "group" or not entry.cost or entry.kind not in ("moved", "renamed", "wrapped"):
                continue
            for path in entry.b:
                waiting, rows = [places[path]] if path in places else [], []
                while waiting:
                    group = waiting.pop()
                    rows += [self._of_b[row] for row in members[group]]
                    waiting += children[group]
                if not any(row in marked for row in rows):
                    yield from rows

    def _gone(self) -> Tuple[_Wire, ...]:
        """The tensors that only `a` hands from one op of both to another."""
        removed = [wire for wire, status in self._wires.items() if status == REMOVED and wire[1] != CONTROL]
        return tuple(wire for wire in removed if self._order[wire[0]][0] == 1)

    def _told_marks(self) -> Dict[int, str]:
        """The ops of which the story tells more than that the same op has another name there."""
        found: Dict[int, str] = {}
        names = [{name: row for row, name in enumerate(side.table.names)} for side in self._sides]
        for entry in self._difference.story:
            if entry.what == "op" and entry.kind != "converted":
                only = {"inserted": ADDED, "introduced": ADDED, "removed": REMOVED, "eliminated": REMOVED}.get(
                    entry.kind, CHANGED
                )
                rows = [self._row(1, names[1][name]) for name in entry.b]
                of_a = [names[0][name] for name in entry.a if only == REMOVED]
                rows += [self._row(0, row) for row in of_a if self._is_drawn_of_a(row)]
                found.update((row, only) for row in rows if found.get(row) != CHANGED)
        return found

    def _follows(self, delta: "Delta") -> bool:
        """Whether all that changed is that an op takes what was put in before it, or no longer takes what was removed."""
        if delta.status != CHANGED or {change.what for change in delta.changes if change.what not in CONSEQUENCES} != {
            "inputs"
        }:
            return False
        before = {(self._row(0, edge.node), edge.output) for edge in self._a.table.inputs(delta.row_a)}
        now = {(self._row(1, edge.node), edge.output) for edge in self._b.table.inputs(delta.row_b)}
        if before == now:  # the same inputs in another order
            return False
        return all(self._is_alone(row) for row, _ in now - before) or all(
            self._is_alone(row) for row, _ in before - now
        )

    def _is_alone(self, row: int) -> bool:
        """Whether only one of the graphs has this row of the union."""
        side, own = self._order[row]
        return (self._matches.nodes if side == 0 else self._back)[own] < 0

    def _table(self) -> NodeTable:
        tables = self._a.table, self._b.table
        starts, producers, outputs = array("q", [0]), array("i"), array("i")
        rows = [(tables[side], row) for side, row in self._order]
        for place, (side, row) in enumerate(self._order):
            for edge in self._edges(side, row, place):
                producers.append(edge[0])
                outputs.append(edge[1])
            starts.append(len(producers))
        return NodeTable(
            self._names(), [table.ops[row] for table, row in rows], starts, producers,
            outputs, [table.outputs[row] for table, row in rows],
            [table.raw_attrs[row] if table is tables[1] else table.attrs(row) for table, row in rows],
            [table.devices[row] for table, row in rows], tables[1].decode,
            {self._row(side, row): number for side in (0, 1) for row, number in tables[side].elements.items()
             if side or self._is_drawn_of_a(row)},
        )  # fmt: skip

    def _names(self) -> List[str]:
        """The names of the ops: those of `b`, and of `a` what is free beside them."""
        taken = dict.fromkeys(self._b.table.names, 1)
        return [
            self._b.table.names[row] if side else free_name(self._a.table.names[row], taken)
            for side, row in self._order
        ]

    def _edges(self, side: int, row: int, place: int) -> Sequence[Tuple[int, int]]:
        """The inputs of a row of the union. One that is in both graphs has what it took in `a` alone behind what it takes in `b`."""
        own = self._taken(side, row)
        if side == 0 or self._back[row] < 0:
            return own
        before = self._taken(0, self._back[row])
        if before == own:  # as nearly all are
            return own
        gone = [edge for edge in dict.fromkeys(before) if edge not in own]
        for edge in own:
            if edge not in before:
                self._wires[edge[0], edge[1], place] = ADDED
        for edge in gone:
            self._wires[edge[0], edge[1], place] = REMOVED
        gone = [edge for edge in gone if self._every_wire or self._order[edge[0]][0] == 0]
        data = [edge for edge in own if edge[1] != CONTROL] + [edge for edge in gone if edge[1] != CONTROL]
        return data + [edge for edge in (*own, *gone) if edge[1] == CONTROL]

    def _taken(self, side: int, row: int) -> List[Tuple[int, int]]:
        """What a row of one side takes: rows of the union, and which output of each."""
        table, rows = self._sides[side].table, (self._of_a, self._of_b)[side]
        edges = slice(table.edge_start[row], table.edge_start[row + 1])
        return [(rows[node], output) for node, output in zip(table.edge_node[edges], table.edge_output[edges])]

    def _homes(self) -> "array[int]":
        found = array("i")
        for side, row in self._order:
            group = self._sides[side].node_group[row]
            found.append(group if side or group < 0 else self._group_of_a[group])
        return found

    def _variables(self) -> Any:
        offset = len(self._b.variables)
        more = [replace(self._a.variables[row], id=offset + place) for row, place in self._alone.items()]
        return (*self._b.variables, *more)

    def _moved(self, side: int, column: str) -> Dict[int, Any]:
        """A sparse column of one side, by the rows of the union; of `a` what only `a` has."""
        values: Mapping[int, Any] = getattr(self._sides[side], column)
        return {
            self._row(side, row): value if side or column != "handles" else self._variable(value)
            for row, value in values.items()
            if side or self._is_drawn_of_a(row)
        }

    def _is_drawn_of_a(self, row: int) -> bool:
        """Whether an op of `a` has a row of its own."""
        return self._matches.nodes[row] < 0 and row not in self._done_elsewhere

    def _ports(self, what: str) -> Any:
        """The inputs or outputs of `b`, and those of `a` whose op `b` does not have."""
        return tuple(
            [
                port._replace(node=self._row(side, port.node))
                for side in (1, 0)
                for port in getattr(self._sides[side], what)
                if side or self._is_drawn_of_a(port.node)
            ]
        )
