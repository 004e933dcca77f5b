"""Puts together what is one thing to a reader: ops and scopes that one layer has more, and what stands in the place of something else."""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, List, Optional, Sequence, Set, Tuple

from ..model import StoryEntry
from .evidence import Evidence

_SIDED = {"removed": 0, "inserted": 1}


def told_together(evidence: Evidence, told: Sequence[StoryEntry]) -> List[StoryEntry]:
    """The entries, those that are about one thing put together. What they cost together does not change."""
    return _replacements(evidence, _by_layer(evidence, _of_same_groups(told)))


def _of_same_groups(told: Sequence[StoryEntry]) -> List[StoryEntry]:
    """Changes of the same layers are told in one line: another setting, and the order of the layers inside that it stands for."""
    found: List[StoryEntry] = []
    places: Dict[Tuple[Tuple[str, ...], Tuple[str, ...]], int] = {}
    for entry in told:
        if (entry.kind, entry.what) != ("changed", "group"):
            found.append(entry)
        elif (entry.a, entry.b) in places:
            place = places[entry.a, entry.b]
            first = found[place]
            changes = (*entry.changes, *first.changes)
            named = tuple([change for change in changes if change.what != "source"])
            found[place] = replace(first, changes=named or changes, cost=first.cost + entry.cost)
        else:
            places[entry.a, entry.b] = len(found)
            found.append(entry)
    return found


def _by_layer(evidence: Evidence, told: Sequence[StoryEntry]) -> List[StoryEntry]:
    """Ops that a layer has more or fewer are told with it, and with them the scopes of ops."""
    parts: Dict[Tuple[str, int], List[StoryEntry]] = {}
    for entry in told:
        layer = _layer(evidence, entry)
        if layer >= 0:
            parts.setdefault((entry.kind, layer), []).append(entry)
    found = [entry for entry in told if _layer(evidence, entry) < 0]
    for (kind, layer), entries in parts.items():
        if any(entry.what == "op" for entry in entries):
            found.append(_together(evidence, _SIDED[kind], layer, entries))
        else:
            found += entries
    return found


def _layer(evidence: Evidence, entry: StoryEntry) -> int:
    """The layer on both sides that all ops or scopes of an entry are in, on the side that has them; -1 if there is not the one."""
    side = _SIDED.get(entry.kind)
    if side is None or entry.what not in ("op", "group"):
        return -1
    this, names = evidence.sides[side], (entry.a, entry.b)[side]
    homes: Set[int] = set()
    for name in names:
        if entry.what == "op":
            group = this.group_of[this.table.index(name)]
        else:
            index = evidence.names[side][name]
            if this.groups[index].is_call:
                return -1
            group = this.groups[index].parent
        while group >= 0 and not this.groups[group].is_call:
            group = this.groups[group].parent
        homes.add(group)
    layer = homes.pop() if len(homes) == 1 else -1
    return layer if layer >= 0 and evidence.groups[side][layer] >= 0 else -1


def _together(evidence: Evidence, side: int, layer: int, entries: Sequence[StoryEntry]) -> StoryEntry:
    this = evidence.sides[side]
    rows = sorted({row for entry in entries for row in _rows(evidence, side, entry)})
    names = tuple([this.table.names[row] for row in rows])
    types = {this.table.ops[row] for row in rows}
    label = types.pop() if len(types) == 1 else ""
    return StoryEntry(
        entries[0].kind, "op", () if side else names, names if side else (), len(rows), sum(entry.cost for entry in entries),
        labels=("", label) if side else (label, ""), name=f"{evidence.label(side, layer)} {evidence.path(side, layer)}",
    )  # fmt: skip


def _rows(evidence: Evidence, side: int, entry: StoryEntry) -> List[int]:
    """The ops of one side that an entry is about, those in its groups included."""
    this, names = evidence.sides[side], (entry.a, entry.b)[side]
    if entry.what == "op":
        return [this.table.index(name) for name in names]
    waiting, rows = [evidence.names[side][name] for name in names], []
    while waiting:
        group = waiting.pop()
        rows += evidence.members[side][group]
        waiting += evidence.children[side][group]
    return rows


def _replacements(evidence: Evidence, told: Sequence[StoryEntry]) -> List[StoryEntry]:
    """What was removed and what was inserted where the same op takes the one's result that took the other's: one replaces the other."""
    owners: Tuple[Dict[str, int], Dict[str, int]] = ({}, {})
    for place, entry in enumerate(told):
        side = _SIDED.get(entry.kind)
        if side is not None and entry.what in ("op", "group") and _home(evidence, side, entry) is not None:
            rows = _rows(evidence, side, entry)
            owners[side].update((evidence.sides[side].table.names[row], place) for row in rows)
    links: Dict[int, Set[int]] = {}
    back: Dict[int, Set[int]] = {}
    for wire in evidence.lists.edges:
        if wire.a is not None and wire.b is not None:
            one, two = owners[0].get(wire.a.source), owners[1].get(wire.b.source)
            if one is not None and two is not None and _same_place(evidence, told[one], told[two]):
                links.setdefault(one, set()).add(two)
                back.setdefault(two, set()).add(one)
    pairs = {
        one: next(iter(others)) for one, others in links.items() if len(others) == 1 == len(back[next(iter(others))])
    }
    gone = {*pairs, *pairs.values()}
    found = [entry for place, entry in enumerate(told) if place not in gone]
    return [*(_replacement(told[one], told[two]) for one, two in pairs.items()), *found]


def _home(evidence: Evidence, side: int, entry: StoryEntry) -> Optional[int]:
    """The group that all of an entry lies in, -1 for the top; ``None`` if it lies in several."""
    this, names = evidence.sides[side], (entry.a, entry.b)[side]
    if entry.what == "op":
        homes = {this.group_of[this.table.index(name)] for name in names}
    else:
        homes = {this.groups[evidence.names[side][name]].parent for name in names[:1]} if len(names) == 1 else set()
    return homes.pop() if len(homes) == 1 else None


def _same_place(evidence: Evidence, one: StoryEntry, two: StoryEntry) -> bool:
    here, there = _home(evidence, 0, one), _home(evidence, 1, two)
    return here is not None and there is not None and evidence.groups[0][here] == there and (here < 0) == (there < 0)


def _replacement(one: StoryEntry, two: StoryEntry) -> StoryEntry:
    what = "group" if "group" in (one.what, two.what) else "op"
    labels = (one.labels[0] or _plural(one), two.labels[1] or _plural(two))
    return replace(
        two, kind="replaced", what=what, a=one.a, b=two.b, ops=one.ops + two.ops, cost=one.cost + two.cost, labels=labels, name=""
    )  # fmt: skip


def _plural(entry: StoryEntry) -> str:
    return entry.what if len(entry.a or entry.b) == 1 else f"{entry.what}s"
