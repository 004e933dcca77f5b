"""Numbers for the structure of groups and of ops: equal structures have equal numbers, in whichever of the two graphs."""

from __future__ import annotations

from typing import Any, Dict, List, Sequence, Tuple

from ..sides import GraphSide, Numbers

StructureNumbers = Dict[Tuple[Any, ...], int]


class Fingerprints:
    """The structures of one graph. `known` is shared by both graphs, so that a number means the same in both."""

    def __init__(self, side: GraphSide, known: StructureNumbers, settings: Numbers) -> None:
        self.side = side
        self.known = known
        self.children = side.content.children()
        self.members = side.content.members()
        self.labels = [self._number("op", *key) for key in zip(side.table.ops, side.attrs, side.types)]
        """For each op its type, attributes and the types of its outputs."""
        self.sizes = [len(rows) for rows in self.members]
        """For each group how many ops it holds, inner ones included; last the top of the graph."""
        self.exact: List[int] = []
        """For each group the structure of all that is in it, but for names."""
        self.plain: List[int] = []
        """The same without the shapes and dtypes of outputs."""
        self.bare: List[int] = []
        """Types of ops and classes of groups only."""
        self._number_groups(settings)

    def within(self, group: int) -> List[int]:
        """The ops in a group, inner ones included."""
        found: List[int] = []
        waiting = [group]
        while waiting:
            here = waiting.pop()
            found += self.members[here]
            waiting += self.children[here]
        return found

    def _number(self, *key: Any) -> int:
        return self.known.setdefault(key, len(self.known))

    def _number_groups(self, settings: Numbers) -> None:
        side, count = self.side, len(self.side.groups)
        self.exact, self.plain, self.bare = [0] * count, [0] * count, [0] * count
        ranks = [0] * len(side.table)
        for rows in self.members[:-1]:
            for rank, row in enumerate(rows):
                ranks[row] = rank
        for index in range(count - 1, -1, -1):  # children come after their parents
            group, inner, rows = side.groups[index], self.children[index], self.members[index]
            self.sizes[group.parent] += self.sizes[index]
            what = (group.kind, group.cls, settings.of(dict(group.settings)) if group.settings else -1)
            ops = [side.table.ops[row] for row in rows]
            wires = self._wires(index, rows, ranks)
            self.exact[index] = self._number(
                0, what, *[self.labels[row] for row in rows], wires, *[self.exact[child] for child in inner]
            )
            attrs = [side.attrs[row] for row in rows]
            self.plain[index] = self._number(1, what, *zip(ops, attrs), *[self.plain[child] for child in inner])
            self.bare[index] = self._number(2, what[:2], *ops, *[self.bare[child] for child in inner])

    def _wires(self, index: int, rows: Sequence[int], ranks: Sequence[int]) -> Tuple[int, ...]:
        """The inputs of a group's own ops: which of its own ops makes each, and which output of it; -1 for any other."""
        table, homes = self.side.table, self.side.group_of
        starts, producers, outputs = table.edge_start, table.edge_node, table.edge_output
        found = []
        for row in rows:
            for edge in range(starts[row], starts[row + 1]):
                producer = producers[edge]
                found.append(ranks[producer] if homes[producer] == index else -1)
                found.append(outputs[edge])
        return tuple(found)


class Contexts:
    """The neighbourhoods of single ops, each looked at when it is asked for: most ops of two large graphs never are.

    The context of an op at distance n is its label with the contexts at distance n - 1 of what it takes, in order, and of what
    takes it, as a multiset: n rounds of Weisfeiler and Lehman's refinement, without names.
    """

    def __init__(self, prints: Fingerprints) -> None:
        self.prints = prints
        self.table = prints.side.table
        self.users = prints.side.users
        self._found: List[Dict[int, int]] = [{}, {}, {}]

    def of(self, row: int, distance: int) -> int:
        """The number of an op's neighbourhood at a distance of 0, 1 or 2."""
        if not distance:
            return self.prints.labels[row]
        known = self._found[distance]
        if row not in known:
            known[row] = self._number(row, distance)
        return known[row]

    def _number(self, row: int, distance: int) -> int:
        inputs = [(self.of(edge.node, distance - 1), edge.output) for edge in self.table.inputs(row)]
        users = sorted(
            (self.of(user, distance - 1), edge - self.table.edge_start[user], self.table.edge_output[edge])
            for user, edge in self.users.rows(row)
        )
        known = self.prints.known
        return known.setdefault((3, distance, self.prints.labels[row], *inputs, -1, *users), len(known))
