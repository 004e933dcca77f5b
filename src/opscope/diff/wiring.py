"""Which inputs of an op are not the same."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any, Hashable, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from .model import ADDED, CHANGED, REMOVED, Delta, Wire, WireDelta

Inputs = Sequence[Mapping[str, Any]]


class Rewired(NamedTuple):
    """An input that is not the same, by its slot on each side; ``None`` where that side has none."""

    a: Optional[int]
    b: Optional[int]


def rewired(one: Sequence[Hashable], two: Sequence[Hashable]) -> List[Rewired]:
    """The data inputs that are not the same.

    Each input of an op means something of its own, so they are compared one by one. Only if an op has more or fewer than before, as a
    concatenation may, they are aligned as lines of a text are (Myers 1986 finds the shortest script; for lists as short as these,
    Ratcliff and Obershelp's in the standard library does as well).

    >>> rewired("pq", "qp"), rewired("pqr", "qr")
    ([Rewired(a=0, b=0), Rewired(a=1, b=1)], [Rewired(a=0, b=None)])
    """
    if len(one) == len(two):
        return [Rewired(slot, slot) for slot, (a, b) in enumerate(zip(one, two)) if a != b]
    found: List[Rewired] = []
    for tag, start, end, first, last in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if tag != "equal":
            both = min(end - start, last - first)
            found += [Rewired(start + step, first + step) for step in range(both)]
            found += [Rewired(slot, None) for slot in range(start + both, end)]
            found += [Rewired(None, slot) for slot in range(first + both, last)]
    return found


def rewired_controls(one: Sequence[Hashable], two: Sequence[Hashable]) -> List[Rewired]:
    """The control inputs that only one side has: their order means nothing."""
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


def wire_deltas(delta: Delta, renamed: Mapping[str, str]) -> Iterator[WireDelta]:
    """The inputs of a matched op that are not the same. `renamed` has what ops of `a` are called in `b`, where they have a counterpart."""
    change = delta.change("inputs")
    if change is None or delta.a is None or delta.b is None:
        return
    data, controls = _split(change.a), _split(change.b)
    for one, two, compare in ((data[0], controls[0], rewired), (data[1], controls[1], rewired_controls)):
        keys = [_key(renamed.get(edge["node"]), edge) for _, edge in one]
        other_keys = [_key(edge["node"], edge) for _, edge in two]
        for pair in compare(keys, other_keys):
            a = None if pair.a is None else _wire(delta.a, *one[pair.a])
            b = None if pair.b is None else _wire(delta.b, *two[pair.b])
            yield WireDelta(CHANGED if a and b else ADDED if b else REMOVED, a, b)


def _key(source: Optional[str], edge: Mapping[str, Any]) -> Hashable:
    """What an input is compared by; that of a source without a counterpart is like no other."""
    return None if source is None else (source, edge["output"], edge.get("element"))


def _split(inputs: Inputs) -> Tuple[List[Tuple[int, Mapping[str, Any]]], List[Tuple[int, Mapping[str, Any]]]]:
    """The data inputs and the control inputs, each with its slot."""
    numbered = list(enumerate(inputs))
    return [pair for pair in numbered if not pair[1]["control"]], [pair for pair in numbered if pair[1]["control"]]


def _wire(node: str, slot: int, edge: Mapping[str, Any]) -> Wire:
    return Wire(node, slot, edge["node"], edge["output"])
