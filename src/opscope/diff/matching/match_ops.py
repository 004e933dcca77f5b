"""Matches the ops of two graphs: those of matched groups with each other, then the rest by name, by neighbourhood, by neighbours.

Only a name makes two ops of groups that do not correspond the same op: else the ops of an inserted layer would be taken for some that
were removed elsewhere.
"""

from __future__ import annotations

from typing import Dict, Hashable, Iterator, List, Sequence, Tuple

from .alignment import aligned
from .equal_keys import by_key, equal_keys, only_ones
from .fingerprints import Contexts, Fingerprints
from .pairs import Pairs
from .stems import stem

_SAME_TYPE, _SAME_LABEL, _SAME_CONTEXT = 2.0, 1.0, 1.5
"""What two ops of matched groups are worth to each other: of one type; with equal attributes and outputs; for each distance to
which their neighbourhoods are equal."""
_MOST_OF = 0.8
"""So much of a scope has to be found without it, to say that the scope was put around it."""
_SAME_NAME, _SAME_LEAF, _ONLY_NAME = 0.8, 0.4, 0.5
"""What a name adds, or its last part; and what it is worth alone, where the type of an op changed."""


class OpMatcher:
    """Fills `Pairs.nodes`."""

    def __init__(self, pairs: Pairs, a: Fingerprints, b: Fingerprints) -> None:
        self.pairs = pairs
        self.prints = (a, b)
        self.names = (a.side.table.names, b.side.table.names)
        self.types = (a.side.table.ops, b.side.table.ops)
        self.contexts = (Contexts(a), Contexts(b))

    def match(self) -> None:
        """Match all ops that have a counterpart."""
        self._handles()
        for group, other in enumerate(self.pairs.groups[:-1]):
            if other >= 0:
                self._members(group, other)
        self._neighbours()  # what is in no group has names of little use: what its users take tells more
        self._members(-1, -1)
        self._same_names()
        self._same_contexts()
        self._neighbours()
        self._scoped()

    def _scoped(self) -> None:
        """Match the ops of a scope that only one side has with those that lie where it is on the other: it was put around them, or taken away.

        Only if nearly all of it is found there: else the ops of an inserted scope would be taken for some that were removed.
        """
        for side in (0, 1):
            children = self.prints[side].side.content.children()
            for scope, home in self._homes_of_scopes(side).items():
                inside = [row for row in self._inside(side, scope, children) if self._is_free(side, row)]
                there = [row for row in self.prints[1 - side].members[home] if self._is_free(1 - side, row)]
                if not inside or len(there) < _MOST_OF * len(inside):
                    continue
                pairs = list(self._aligned(there, inside) if side else self._aligned(inside, there))
                alike = [pair for pair in pairs if self._key(0, pair[0]) == self._key(1, pair[1])]
                if len(alike) >= _MOST_OF * len(inside):
                    for row, other in pairs:
                        self.pairs.join_nodes(row, other)

    def _homes_of_scopes(self, side: int) -> Dict[int, int]:
        """The outermost scopes that only one side has -> the group of the other side that they would lie in; -1 for the top."""
        groups, match = self.prints[side].side.groups, (self.pairs.groups, self.pairs.groups_back)[side]
        return {
            index: match[group.parent] if group.parent >= 0 else -1
            for index, group in enumerate(groups)
            if match[index] < 0 and not group.is_call and (group.parent < 0 or match[group.parent] >= 0)
        }

    def _inside(self, side: int, scope: int, children: Sequence[Sequence[int]]) -> List[int]:
        """The ops in a scope and in the scopes inside it, in their order."""
        waiting, rows = [scope], []
        while waiting:
            group = waiting.pop()
            rows += self.prints[side].members[group]
            waiting += children[group]
        return sorted(rows)

    def _is_free(self, side: int, row: int) -> bool:
        return (self.pairs.nodes, self.pairs.nodes_back)[side][row] < 0

    def _handles(self) -> None:
        """Match the ops that give the handles of variables which correspond: their names are of little use."""
        one, two = [_first_handles(print_) for print_ in self.prints]
        for number, row in one.items():
            other = two.get(self.pairs.variables[number], -1)
            if other >= 0 and self.types[0][row] == self.types[1][other] and self.pairs.same_home(row, other):
                self.pairs.join_nodes(row, other)

    def _members(self, group: int, other: int) -> None:
        """Match the own ops of two groups that are matched."""
        one = [row for row in self.prints[0].members[group] if self.pairs.nodes[row] < 0]
        two = [row for row in self.prints[1].members[other] if self.pairs.nodes_back[row] < 0]
        if len(one) == len(two) and self._all_same(one, two):
            pairs: Sequence[Tuple[int, int]] = list(zip(one, two))
        else:
            pairs = list(self._aligned(one, two))
        for row, there in pairs:
            self.pairs.join_nodes(row, there)

    def _all_same(self, one: Sequence[int], two: Sequence[int]) -> bool:
        labels, other_labels = self.prints[0].labels, self.prints[1].labels
        return all(
            labels[row] == other_labels[other] and self._leaf(0, row) == self._leaf(1, other)
            for row, other in zip(one, two)
        )

    def _leaf(self, side: int, row: int) -> str:
        return self.names[side][row].rpartition("/")[2]

    def _aligned(self, one: List[int], two: List[int]) -> Iterator[Tuple[int, int]]:
        """The ops of two groups that correspond: in their order as far as that goes, then by name or neighbourhood in any order."""
        start, most = 0, min(len(one), len(two))
        while start < most and self._all_same([one[start]], [two[start]]):
            yield one[start], two[start]
            start += 1
        end = 0
        while end < most - start and self._all_same([one[-1 - end]], [two[-1 - end]]):
            yield one[-1 - end], two[-1 - end]
            end += 1
        one, two = one[start : len(one) - end], two[start : len(two) - end]
        found = aligned(one, two, self._worth, self._key)
        yield from found
        taken, other_taken = {row for row, _ in found}, {column for _, column in found}
        left = [row for row in one if row not in taken]
        other_left = [row for row in two if row not in other_taken]
        match = equal_keys([self._key(0, row) for row in left], [self._key(1, row) for row in other_left])
        yield from [(left[place], other_left[other]) for place, other in enumerate(match) if other >= 0]

    def _key(self, side: int, row: int) -> Tuple[str, int]:
        return self._leaf(side, row), self.prints[side].labels[row]

    def _worth(self, row: int, other: int) -> float:
        """What it is worth to match two ops; 0 if neither type nor name is the same."""
        same_name = self.names[0][row] == self.names[1][other]
        if self.types[0][row] != self.types[1][other]:
            return _ONLY_NAME if same_name else 0.0
        value = _SAME_TYPE
        if same_name:
            value += _SAME_NAME
        elif self._leaf(0, row) == self._leaf(1, other):
            value += _SAME_LEAF
        elif stem(self._leaf(0, row)) == stem(self._leaf(1, other)):
            value += _SAME_LEAF / 4
        for distance, more in enumerate((_SAME_LABEL, _SAME_CONTEXT, _SAME_CONTEXT)):
            if self.contexts[0].of(row, distance) != self.contexts[1].of(other, distance):
                break
            value += more
        return value

    def _same_names(self) -> None:
        """Match what has one name and type and lies in groups that do not correspond."""
        one, two = self.pairs.free()
        keys = [
            [(self.names[side][row], self.types[side][row]) for row in rows] for side, rows in enumerate((one, two))
        ]
        for place, other in enumerate(equal_keys(*keys)):
            if other >= 0:
                self.pairs.join_nodes(one[place], two[other])

    def _same_contexts(self) -> None:
        """Match what is alone with its neighbourhood, the widest first."""
        for distance in (2, 1):
            rows = self.pairs.free()
            keys = [by_key(rows[side], self._keys(side, rows[side], distance)) for side in (0, 1)]
            for row, other in only_ones(*keys):
                if self.pairs.same_home(row, other):
                    self.pairs.join_nodes(row, other)

    def _keys(self, side: int, rows: Sequence[int], distance: int) -> List[Hashable]:
        return [self.contexts[side].of(row, distance) for row in rows]

    def _neighbours(self) -> None:
        """Match what is free next to a matched pair: the only one of its type at that input, or among those that use that output.

        Each new pair may tell of others, so they are looked at in turn.
        """
        one, _ = self.pairs.free()
        if not one:
            return
        tables = [print_.side.table for print_ in self.prints]
        waiting = sorted(
            {
                near
                for row in one
                for near in (*[edge.node for edge in tables[0].inputs(row)], *self.prints[0].side.users[row])
                if self.pairs.nodes[near] >= 0
            },
            reverse=True,
        )
        while waiting:
            row = waiting.pop()
            if self.pairs.nodes[row] < 0:
                continue
            for pair in self._around(row, self.pairs.nodes[row]):
                is_free = self.pairs.nodes[pair[0]] < 0 > self.pairs.nodes_back[pair[1]]
                if is_free and self.pairs.same_home(*pair):
                    self.pairs.join_nodes(*pair)
                    waiting += [pair[0], row]

    def _around(self, row: int, other: int) -> List[Tuple[int, int]]:
        """Free ops next to two matched ones that can only be each other's counterpart."""
        near = [self._takers(0, row, self.pairs.nodes), self._takers(1, other, self.pairs.nodes_back)]
        made = [self._makers(0, row, self.pairs.nodes), self._makers(1, other, self.pairs.nodes_back)]
        return [*only_ones(*near), *only_ones(*made)]

    def _takers(self, side: int, row: int, match: Sequence[int]) -> Dict[Hashable, List[int]]:
        """The free ops that use an op, by their type and by which output they take as which input."""
        table, found = self.prints[side].side.table, {}  # type: ignore[var-annotated]
        for user, edge in self.prints[side].side.users.rows(row):
            if match[user] < 0:
                key = (table.ops[user], edge - table.edge_start[user], table.edge_output[edge])
                found.setdefault(key, []).append(user)
        return found

    def _makers(self, side: int, row: int, match: Sequence[int]) -> Dict[Hashable, List[int]]:
        """The free ops that an op uses, by their type and by which input they are."""
        table, found = self.prints[side].side.table, {}  # type: ignore[var-annotated]
        for slot, edge in enumerate(table.inputs(row)):
            if match[edge.node] < 0:
                found.setdefault((table.ops[edge.node], slot, edge.output), []).append(edge.node)
        return found


def _first_handles(prints: Fingerprints) -> Dict[int, int]:
    """Number of a variable -> the op that gives its handle and is given none, where there is exactly one."""
    table, found = prints.side.table, {}  # type: ignore[var-annotated]
    for row, number in prints.side.content.handles.items():
        if table.edge_start[row] == table.edge_start[row + 1]:
            found.setdefault(number, []).append(row)
    return {number: rows[0] for number, rows in found.items() if len(rows) == 1}
