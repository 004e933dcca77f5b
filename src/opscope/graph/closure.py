"""The transitive closure of a relation, from some things on."""

from __future__ import annotations

from typing import Iterable, Mapping, Set, TypeVar

_T = TypeVar("_T")


def all_reached(start: Iterable[_T], leading: Mapping[_T, Iterable[_T]]) -> Set[_T]:
    """`start`, and all that one comes to from there; `leading` is a thing -> those that it leads to at once. Circles do no harm."""
    found = set(start)
    waiting = list(found)
    while waiting:
        for other in leading.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found
