"""The story of a difference, from its lists: what a person would say, from coarse to fine."""

from __future__ import annotations

from typing import Iterable, Tuple

from .model import ADDED, CHANGED, Change, Delta, StoryEntry

QUIET = frozenset({"measured", "cost", "order"})
"""Changes that do not make two graphs different: what was measured or estimated, and the order in which a file lists its ops."""


def story_of(nodes: Iterable[Delta], groups: Iterable[Delta], variables: Iterable[Delta]) -> Tuple[StoryEntry, ...]:
    """One entry for each thing that differs."""
    lists = (("group", groups), ("variable", variables), ("op", nodes))
    return tuple([entry for what, deltas in lists for delta in deltas for entry in _entries(what, delta)])


def _entries(what: str, delta: Delta) -> Iterable[StoryEntry]:
    a, b = (() if name is None else (name,) for name in (delta.a, delta.b))
    if delta.status != CHANGED:
        yield StoryEntry("inserted" if delta.status == ADDED else "removed", what, a, b, int(what == "op"))
        return
    changes: Tuple[Change, ...] = tuple([change for change in delta.changes if change.what not in QUIET])
    if changes:
        yield StoryEntry("changed", what, a, b, int(what == "op"), len(changes), changes)
