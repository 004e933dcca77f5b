"""Which inputs of an op are not the same."""

from __future__ import annotations

from typing import AbstractSet, Any, Hashable, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from .model import ADDED, CHANGED, REMOVED, Delta, TakenInput, WireDelta

_Inputs = Sequence[Mapping[str, Any]]


class Rewired(NamedTuple):
    """An input that is not the same, by its slot on each side; ``None`` where that side has none."""

    a: Optional[int]
    b: Optional[int]


def rewired_data(one: Sequence[Hashable], two: Sequence[Hashable]) -> List[Rewired]:
    """The data inputs that are not the same. ``None`` is one whose source only that side has.

    Each input of an op means something of its own, so they are compared one by one. Only if an op has more or fewer than before, as a
    concatenation may, they are aligned as the lines of two texts are, by as few steps as can be (Wagner and Fischer 1974).

    >>> rewired_data("pq", "qp"), rewired_data("pqr", "qr")
    ([Rewired(a=0, b=0), Rewired(a=1, b=1)], [Rewired(a=0, b=None)])
    """
    if len(one) == len(two):
        return [Rewired(slot, slot) for slot, (a, b) in enumerate(zip(one, two)) if a != b or a is None]
    start, most = 0, min(len(one), len(two))
    while start < most and one[start] == two[start] is not None:
        start += 1
    end = 0
    while end < most - start and one[-1 - end] == two[-1 - end] is not None:
        end += 1
    rest, other_rest = one[start : len(one) - end], two[start : len(two) - end]
    steps = _aligned(rest, other_rest) if len(rest) * len(other_rest) <= _MOST_CELLS else _in_order(rest, other_rest)
    return [Rewired(_shifted(step.a, start), _shifted(step.b, start)) for step in steps]


_MOST_CELLS = 10_000
"""Longer lists of inputs than these are compared in their order."""


def _shifted(slot: Optional[int], start: int) -> Optional[int]:
    return None if slot is None else slot + start


def _in_order(one: Sequence[Hashable], two: Sequence[Hashable]) -> List[Rewired]:
    both = min(len(one), len(two))
    return [
        *[Rewired(slot, slot) for slot in range(both) if one[slot] != two[slot] or one[slot] is None],
        *[Rewired(slot, None) for slot in range(both, len(one))],
        *[Rewired(None, slot) for slot in range(both, len(two))],
    ]


def _aligned(one: Sequence[Hashable], two: Sequence[Hashable]) -> List[Rewired]:
    """The fewest steps; of equally few those that leave most sources alone which both sides have."""
    table: List[List[Tuple[int, int, Optional[Rewired]]]] = [
        [(0, 0, None)] * (len(two) + 1) for _ in range(len(one) + 1)
    ]
    for row in range(len(one), -1, -1):
        for column in range(len(two), -1, -1):
            ways: List[Tuple[int, int, Optional[Rewired]]] = []
            if row < len(one) and column < len(two):
                steps, price, _ = table[row + 1][column + 1]
                a, b = one[row], two[column]
                if a == b and a is not None:
                    ways.append((steps, price, None))
                else:
                    ways.append((steps + 1, price + (a is not None and b is not None), Rewired(row, column)))
            if row < len(one):
                steps, price, _ = table[row + 1][column]
                ways.append((steps + 1, price + (one[row] is not None), Rewired(row, None)))
            if column < len(two):
                steps, price, _ = table[row][column + 1]
                ways.append((steps + 1, price + (two[column] is not None), Rewired(None, column)))
            if ways:
                table[row][column] = min(ways, key=lambda way: way[:2])
    return _steps(table)


def _steps(table: Sequence[Sequence[Tuple[int, int, Optional[Rewired]]]]) -> List[Rewired]:
    found, row, column = [], 0, 0
    while row < len(table) - 1 or column < len(table[row]) - 1:
        step = table[row][column][2]
        if step is not None:
            found.append(step)
        row += step is None or step.a is not None
        column += step is None or step.b is not None
    return found


def rewired_controls(one: Sequence[Hashable], two: Sequence[Hashable]) -> List[Rewired]:
    """The control inputs that only one side has, ``None`` as above: their order means nothing."""
    left, added = list(enumerate(one)), []
    for slot, source in enumerate(two):
        found = next((pair for pair in left if pair[1] == source and source is not None), None)
        if found is None:
            added.append(slot)
        else:
            left.remove(found)
    both = min(len(left), len(added))
    return [
        *[Rewired(pair[0], slot) for pair, slot in zip(left, added)],
        *[Rewired(pair[0], None) for pair in left[both:]],
        *[Rewired(None, slot) for slot in added[both:]],
    ]


def wire_deltas(delta: Delta, renamed: Mapping[str, str], kept: AbstractSet[str]) -> Iterator[WireDelta]:
    """The inputs of a matched op that are not the same. `renamed` has what ops of `a` are called in `b`, where they have a counterpart, `kept` these names."""
    change = delta.change("inputs")
    if change is None or delta.a is None or delta.b is None:
        return
    data, controls = _split(change.a), _split(change.b)
    for one, two, compare in ((data[0], controls[0], rewired_data), (data[1], controls[1], rewired_controls)):
        keys = [_key(renamed.get(edge["node"]), edge) for _, edge in one]
        other_keys = [_key(edge["node"] if edge["node"] in kept else None, edge) for _, edge in two]
        for pair in compare(keys, other_keys):
            a = None if pair.a is None else _wire(delta.a, *one[pair.a])
            b = None if pair.b is None else _wire(delta.b, *two[pair.b])
            yield WireDelta(CHANGED if a and b else ADDED if b else REMOVED, a, b)


def _key(source: Optional[str], edge: Mapping[str, Any]) -> Hashable:
    """What an input is compared by; that of a source without a counterpart is like no other."""
    return None if source is None else (source, edge["output"], edge.get("element"))


def _split(inputs: _Inputs) -> Tuple[List[Tuple[int, Mapping[str, Any]]], List[Tuple[int, Mapping[str, Any]]]]:
    """The data inputs and the control inputs, each with its slot."""
    numbered = list(enumerate(inputs))
    return [pair for pair in numbered if not pair[1]["control"]], [pair for pair in numbered if pair[1]["control"]]


def _wire(node: str, slot: int, edge: Mapping[str, Any]) -> TakenInput:
    return TakenInput(node, slot, edge["node"], edge["output"])
