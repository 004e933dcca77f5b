"""The data edges of a body in both directions: which rows each row takes tensors from, and which rows use it."""

from __future__ import annotations

from typing import (
    AbstractSet,
    Callable,
    Dict,
    Hashable,
    Iterable,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Set,
    Tuple,
    TypeVar,
)

from ...graph.types import CONTROL
from ...program.body import Body

_T = TypeVar("_T", bound=Hashable)


class DataEdges(NamedTuple):
    """For each row the rows whose tensors it takes, and the rows that take its tensors. Control edges do not count."""

    inputs: List[Tuple[int, ...]]
    users: List[List[int]]

    def in_order(self) -> List[int]:
        """All rows, each after the rows whose tensors it takes. Rows of a circle, which only a flat loop has, come last."""
        missing = [len(sources) for sources in self.inputs]
        order = [row for row, count in enumerate(missing) if not count]
        for row in order:  # the list grows during the loop, which then goes on to the new rows
            for user in self.users[row]:
                missing[user] -= 1
                if not missing[user]:
                    order.append(user)
        if len(order) < len(missing):
            placed = set(order)
            order.extend(row for row in range(len(missing)) if row not in placed)
        return order

    def before(self, rows: Iterable[int]) -> bytearray:
        """1 for each of `rows` and for every row that they need, directly or through others."""
        return led_to(rows, self.inputs, None)

    def after(self, rows: Iterable[int], barred: bytearray) -> bytearray:
        """1 for each of `rows` and for every row that needs them, directly or through others.

        The rows with 1 in `barred` are never entered, so what can only be reached through them gets 0 as well.
        """
        return led_to(rows, self.users, barred)

    def feeding(self, rows: AbstractSet[int], may_feed: Callable[[int], bool]) -> Set[int]:
        """The rows that only feed `rows`: all that use such a row is among `rows`, or is such a row itself.

        Of a row for which `may_feed` is false neither that row is found, nor what only feeds it.
        """
        found: Set[int] = set()
        unknown: Dict[int, int] = {}
        """Row -> how many of its uses are not known to be by `rows` or by what feeds them."""
        waiting = list(rows)
        for user in waiting:  # the list grows during the loop, which then goes on to the new rows
            for row in self.inputs[user]:
                unknown[row] = unknown.get(row, len(self.users[row])) - 1
                if not unknown[row] and row not in rows and may_feed(row):
                    found.add(row)
                    waiting.append(row)
        return found


def later_of(body: Body) -> List[List[int]]:
    """For each row the rows that wait for it: those that take its tensors, and those that a control edge makes wait."""
    later: List[List[int]] = [[] for _ in range(len(body))]
    for row in range(body.args, len(body)):
        for source, _ in body.inputs(row):
            later[source].append(row)
    return later


def flow_of(body: Body) -> DataEdges:
    """The data edges of a body. Its arguments have no inputs here, since those come from the caller."""
    node, output, start = body.edge_node, body.edge_output, body.edge_start
    inputs = [
        ()
        if row < body.args
        else tuple(node[edge] for edge in range(start[row], start[row + 1]) if output[edge] != CONTROL)
        for row in range(len(body))
    ]
    users: List[List[int]] = [[] for _ in inputs]
    for row, sources in enumerate(inputs):
        for source in sources:
            users[source].append(row)
    return DataEdges(inputs, users)


def led_to(starts: Iterable[int], edges: Sequence[Sequence[int]], barred: Optional[bytearray] = None) -> bytearray:
    """1 for every row that can be reached from `starts` along `edges` without entering a barred row."""
    closed = barred or bytearray(len(edges))
    seen = bytearray(len(edges))
    waiting = [row for row in starts if not closed[row]]
    for row in waiting:
        seen[row] = 1
    while waiting:
        for row in edges[waiting.pop()]:
            if not seen[row] and not closed[row]:
                seen[row] = 1
                waiting.append(row)
    return seen


def next_ones_first(starts: Iterable[_T], next_ones: Callable[[_T], Iterable[_T]]) -> List[_T]:
    """All that `starts` lead to, each after its `next_ones`, but for circles: a depth-first search without recursion."""
    order: List[_T] = []
    seen: Set[_T] = set()
    for start in starts:
        waiting = [(start, False)]
        while waiting:
            one, done = waiting.pop()
            if done:
                order.append(one)
            elif one not in seen:
                seen.add(one)
                waiting.append((one, True))
                waiting.extend((each, False) for each in next_ones(one) if each not in seen)
    return order
