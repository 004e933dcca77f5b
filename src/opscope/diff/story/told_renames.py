"""What is told of names: which were given on purpose, which only got another number, which follow from the group's."""

from __future__ import annotations

from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from ..comparing import segment
from ..matching.stems import full_stem
from ..model import StoryEntry
from .evidence import Evidence


class Renamed(NamedTuple):
    """A part of a name, in `a` and in `b`."""

    what: str
    a: str
    b: str


_STRUCTURAL = frozenset({"inserted", "removed", "repeated", "wrapped", "unwrapped", "moved"})
"""What shifts the numbers that make names unique."""
_RowPairs = List[Tuple[int, int]]


def rename_entries(evidence: Evidence, told: Sequence[StoryEntry]) -> Iterator[StoryEntry]:
    """All renames: one entry for each pair of names, however many groups or ops have them.

    Names in which only the numbers differ that make them unique are one entry. They cost nothing where something was inserted, removed or
    renamed, since numbers then shift.
    """
    is_shifted = any(entry.kind in _STRUCTURAL for entry in told) or any(map(any, _one_sided(evidence)))
    for found, what in ((_groups(evidence), "group"), (_ops(evidence), "op")):
        numbers: _RowPairs = []
        for renamed, rows in found.items():
            if full_stem(renamed.a) == full_stem(renamed.b):
                numbers += rows
            else:
                yield _entry(evidence, what, rows, 1)
        if numbers:
            yield _entry(evidence, what, sorted(numbers), int(not is_shifted))
            is_shifted = True


def _one_sided(evidence: Evidence) -> List[List[bool]]:
    return [
        [other < 0 for other in match] for match in (*evidence.nodes, evidence.groups[0][:-1], evidence.groups[1][:-1])
    ]


def _entry(evidence: Evidence, what: str, rows: _RowPairs, cost: int) -> StoryEntry:
    names = [_names(evidence, what, row, other) for row, other in rows]
    ops = len(rows) if what == "op" else sum(evidence.sizes[1][other] for _, other in rows)
    one, two = tuple([name for name, _ in names]), tuple([name for _, name in names])
    return StoryEntry("renamed", what, one, two, ops, cost, labels=_labels(evidence, what, *rows[0]))


def _names(evidence: Evidence, what: str, row: int, other: int) -> Tuple[str, str]:
    if what == "group":
        return evidence.path(0, row), evidence.path(1, other)
    return evidence.sides[0].table.names[row], evidence.sides[1].table.names[other]


def _labels(evidence: Evidence, what: str, row: int, other: int) -> Tuple[str, str]:
    if what == "group":
        return evidence.label(0, row), evidence.label(1, other)
    return evidence.sides[0].table.ops[row], evidence.sides[1].table.ops[other]


def _groups(evidence: Evidence) -> Dict[Renamed, List[Tuple[int, int]]]:
    found: Dict[Renamed, List[Tuple[int, int]]] = {}
    for delta in evidence.lists.groups:
        if delta.change("name") is None and delta.change("path") is None:
            continue
        one, two = evidence.sides[0].groups[delta.row_a], evidence.sides[1].groups[delta.row_b]
        names = (one.name, two.name)
        if one.name == two.name:
            names = segment(evidence.sides[0].groups, delta.row_a), segment(evidence.sides[1].groups, delta.row_b)
        if names[0] != names[1]:
            found.setdefault(Renamed("group", *names), []).append((delta.row_a, delta.row_b))
    return found


def _ops(evidence: Evidence) -> Dict[Renamed, List[Tuple[int, int]]]:
    """The renames of ops that do not follow from what happened to the groups around them."""
    found: Dict[Renamed, List[Tuple[int, int]]] = {}
    for delta in evidence.lists.nodes:
        if delta.change("name") is None:
            continue
        part = renamed_part(str(delta.a), str(delta.b))
        homes = [side.content.group_path(row) for side, row in zip(evidence.sides, (delta.row_a, delta.row_b))]
        if part is None or (homes[0] != homes[1] and _same_leaf(delta.a, delta.b)) or _follows(evidence, *part):
            continue
        found.setdefault(Renamed("op", *part), []).append((delta.row_a, delta.row_b))
    return found


def _follows(evidence: Evidence, one: str, two: str) -> bool:
    """Whether a part of an op's name differs as groups around it do: one was renamed, or is around it on one side only, or both.

    Numbers aside, since each scope of a name gets one of its own.
    """
    parts, others = [[full_stem(part) for part in name.split("/") if part] for name in (one, two)]
    renamed = evidence.renamed_stems
    if len(parts) == len(others):
        differing = {pair for pair in zip(parts, others) if pair[0] != pair[1]}
        return bool(differing) and differing <= renamed
    shorter, rest = parts, others
    if len(shorter) > len(rest):
        shorter, rest, renamed = others, parts, {(new, old) for old, new in renamed}
    for part in shorter:
        found = next((other for other in rest if part == other or (part, other) in renamed), None)
        if found is None:
            return False
        rest.remove(found)
    return set(rest) <= evidence.one_sided_stems


def _same_leaf(one: Optional[str], two: Optional[str]) -> bool:
    return one is not None and two is not None and one.rpartition("/")[2] == two.rpartition("/")[2]


def renamed_part(one: str, two: str) -> Optional[Tuple[str, str]]:
    """The part in which two names differ, in whole components; ``None`` if they do not.

    >>> renamed_part("model/dense/MatMul", "net/dense/MatMul"), renamed_part("a/x", "a/y"), renamed_part("a", "a")
    (('model', 'net'), ('x', 'y'), None)
    """
    if one == two:
        return None
    parts, others = one.split("/"), two.split("/")
    while parts and others and parts[-1] == others[-1]:
        parts, others = parts[:-1], others[:-1]
    start = 0
    while start < min(len(parts), len(others)) and parts[start] == others[start]:
        start += 1
    return "/".join(parts[start:]), "/".join(others[start:])
