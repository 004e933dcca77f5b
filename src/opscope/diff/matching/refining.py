"""Looks for a cheaper way to match the few ops about which the other steps may be wrong: those that are not the same on both sides.

All ways are tried, by branch and bound, so that of a small graph the result is the cheapest there is.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple

from ...graph.types import CONTROL
from ..comparing import changed
from ..rewired_inputs import Rewired, rewired_controls, rewired_data
from .pairs import Pairs

MOST_ROWS = 7
"""How many ops of a side are tried: there are 130,922 ways to match 7 with 7, of which the bound leaves few."""
MOST_WAYS = 4_000
"""How many ways are looked at to their end; then the best so far has to do."""


def refine(pairs: Pairs) -> None:
    """Match the ops that are not the same so that it costs least, as far as they are few enough."""
    costs = Costs(pairs)
    rows = [row for row, other in enumerate(pairs.nodes) if _is_open(pairs, costs, row, other)]
    others = [row for row, other in enumerate(pairs.nodes_back) if other < 0 and _has_home(pairs, 1, row)]
    others += [pairs.nodes[row] for row in rows if pairs.nodes[row] >= 0]
    if len(pairs.nodes) <= MOST_ROWS >= len(pairs.nodes_back):  # the whole graph is small
        rows, others = list(range(len(pairs.nodes))), list(range(len(pairs.nodes_back)))
    if 0 < len(rows) <= MOST_ROWS and 0 < len(others) <= MOST_ROWS:
        _Search(pairs, costs, rows, sorted(others)).run()


def _is_open(pairs: Pairs, costs: "Costs", row: int, other: int) -> bool:
    """Whether an op may have another counterpart: it has none, or it costs something to change it into the one that it has."""
    if other < 0:
        return _has_home(pairs, 0, row)
    if costs.is_equal(row, other) or _is_identified(pairs, costs, row, other):
        return False
    return pairs.same_home(row, other) and costs.pair(row, other) + costs.wires(row, other) > 0


def _is_identified(pairs: Pairs, costs: "Costs", row: int, other: int) -> bool:
    """Whether two ops are the same one of the same layer, whatever they take: a layer that was moved along the data keeps its ops."""
    home = pairs.a.group_of[row]
    return home >= 0 and pairs.a.groups[home].is_call and pairs.same_home(row, other) and not costs.pair(row, other)


def _has_home(pairs: Pairs, side: int, row: int) -> bool:
    """Whether the group around an op is on both sides: else the op is told, and paid, with the group."""
    home = (pairs.a, pairs.b)[side].group_of[row]
    return home < 0 or (pairs.groups, pairs.groups_back)[side][home] >= 0


class Costs:
    """How many edits it takes to change one op into another."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs
        self._pairs: Dict[Tuple[int, int], int] = {}

    def is_equal(self, row: int, other: int) -> bool:
        """Whether nothing has to be changed, as a quick look tells that nearly all ops pass."""
        a, b = self.pairs.a, self.pairs.b
        return (
            a.table.names[row] == b.table.names[other]
            and a.table.ops[row] == b.table.ops[other]
            and a.attrs[row] == b.attrs[other]
            and a.types[row] == b.types[other]
            and [self.pairs.nodes[node] for node in a.inputs(row)[0]] == b.inputs(other)[0]
            and a.inputs(row)[1] == b.inputs(other)[1]
        )

    def pair(self, row: int, other: int) -> int:
        """The edits of the op itself."""
        if (row, other) not in self._pairs:
            self._pairs[row, other] = self._pair(row, other)
        return self._pairs[row, other]

    def _pair(self, row: int, other: int) -> int:
        a, b = self.pairs.a, self.pairs.b
        one, two = a.table, b.table
        is_renamed = one.names[row] != two.names[other]
        attrs = len(list(changed("attrs", one.attrs(row), two.attrs(other)))) if a.attrs[row] != b.attrs[other] else 0
        is_other = one.ops[row] != two.ops[other]
        return (
            is_renamed
            + is_other
            + attrs
            + (one.devices[row] != two.devices[other])
            + (not is_other and not attrs and a.types[row] != b.types[other] and self._takes_equal(row, other))
            + (not self.pairs.same_home(row, other))
        )

    def _takes_equal(self, row: int, other: int) -> bool:
        """Whether the inputs of two ops have equal types, so that those of their outputs differ by themselves."""
        a, b = self.pairs.a, self.pairs.b
        return [a.types[node] for node in a.inputs(row)[0]] == [b.types[node] for node in b.inputs(other)[0]]

    def wires(self, row: int, other: int) -> int:
        """The inputs that come from elsewhere although both producers are on both sides."""
        a, b = self.pairs.a, self.pairs.b
        (nodes, outputs), (other_nodes, other_outputs) = a.inputs(row), b.inputs(other)
        there = [self.pairs.nodes[node] for node in nodes]
        if there == other_nodes and outputs == other_outputs:
            return 0
        count = 0
        for is_control in (False, True):
            one = [slot for slot, output in enumerate(outputs) if (output == CONTROL) == is_control]
            two = [slot for slot, output in enumerate(other_outputs) if (output == CONTROL) == is_control]
            keys = [None if there[slot] < 0 else (there[slot], outputs[slot]) for slot in one]
            other_keys = [
                None if self.pairs.nodes_back[other_nodes[slot]] < 0 else (other_nodes[slot], other_outputs[slot])
                for slot in two
            ]
            for found in (rewired_controls if is_control else rewired_data)(keys, other_keys):
                is_kept = found.a is None or keys[found.a] is not None
                is_kept = is_kept and (found.b is None or other_keys[found.b] is not None)
                count += is_kept and not self._is_shifted(keys, other_keys, found)
        return count

    def _is_shifted(self, keys: Sequence[Any], other_keys: Sequence[Any], found: Rewired) -> bool:
        """Whether both inputs are of one op, whose outputs are numbered anew since it has more or fewer."""
        if found.a is None or found.b is None or keys[found.a][0] != other_keys[found.b][0]:
            return False
        source = keys[found.a][0]
        outputs = self.pairs.a.table.outputs[self.pairs.nodes_back[source]], self.pairs.b.table.outputs[source]
        return len(outputs[0]) != len(outputs[1])


class _Search:
    """Tries the ways to match some ops of `a` with some of `b`."""

    def __init__(self, pairs: Pairs, costs: Costs, rows: List[int], others: List[int]) -> None:
        self.pairs = pairs
        self.costs = costs
        self.rows = rows
        self.others = others
        self.touched = self._touched()
        self.ways = 0
        self.best: List[int] = [pairs.nodes[row] for row in rows]
        self.least = self._total()

    def run(self) -> None:
        """Find the cheapest way, and match the ops so."""
        for row in self.rows:
            if self.pairs.nodes[row] >= 0:
                self.pairs.part_nodes(row)
        self._try(0, 0)
        for row, other in zip(self.rows, self.best):
            if other >= 0:
                self.pairs.join_nodes(row, other)

    def _touched(self) -> List[int]:
        """The ops of `a` whose inputs the choice may concern: those chosen, and what uses them or their counterparts."""
        users = {user for row in self.rows for user in self.pairs.a.users[row]}
        back = {self.pairs.nodes_back[user] for row in self.others for user in self.pairs.b.users[row]}
        return sorted({*self.rows, *users, *back} - {-1})

    def _total(self) -> int:
        """What the way costs that `Pairs` has now."""
        nodes = self.pairs.nodes
        kept = [(row, nodes[row]) for row in self.rows if nodes[row] >= 0]
        alone = len(self.rows) + len(self.others) - 2 * len(kept)
        wires = sum([self.costs.wires(row, nodes[row]) for row in self.touched if nodes[row] >= 0])
        return alone + wires + sum([self.costs.pair(*pair) for pair in kept])

    def _try(self, place: int, so_far: int) -> None:
        """Try all counterparts of the ops from this place on; `so_far` is what the ops before it cost at least."""
        if self.ways >= MOST_WAYS:
            return
        if place == len(self.rows):
            self.ways += 1
            total = self._total()
            if total < self.least:
                self.least, self.best = total, [self.pairs.nodes[row] for row in self.rows]
            return
        row = self.rows[place]
        for cost, other in self._choices(row):
            if so_far + cost + self._surely_alone(place + 1, other) >= self.least:
                continue
            if other is None:
                self._try(place + 1, so_far + cost)
            else:
                self.pairs.join_nodes(row, other)
                self._try(place + 1, so_far + cost)
                self.pairs.part_nodes(row)

    def _choices(self, row: int) -> Sequence[Tuple[int, Optional[int]]]:
        """The counterparts that an op may get, the cheapest first; last of equal ones that it gets none."""
        found: List[Tuple[int, Optional[int]]] = [
            (self.costs.pair(row, other), other) for other in self.others if self.pairs.nodes_back[other] < 0
        ]
        return sorted([*found, (1, None)], key=lambda choice: (choice[0], choice[1] is None, choice[1] or 0))

    def _surely_alone(self, place: int, other: Optional[int]) -> int:
        """How many ops of `b` must stay without a counterpart, since fewer of `a` are left."""
        free = sum([self.pairs.nodes_back[each] < 0 for each in self.others]) - (other is not None)
        return max(0, free - (len(self.rows) - place))
