"""What is told of names: which were given on purpose, which only got another number, which follow from the group's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from ..comparing import segment
from ..matching.stems import full_stem, is_counted, is_counted_op
from ..model import StoryEntry
from .evidence import Evidence
from .told_sharing import unshared

if TYPE_CHECKING:
    from ...graph.groups import Group


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
    made_up = MadeUpNames(evidence)
    is_shifted = any(entry.kind in _STRUCTURAL for entry in told) or any(map(any, _one_sided(evidence)))
    for found, what in ((_groups(evidence), "group"), (_ops(evidence), "op")):
        numbers: _RowPairs = []
        for renamed, rows in found.items():
            if full_stem(renamed.a) == full_stem(renamed.b):
                numbers += [pair for pair in rows if not made_up.differ(what, *pair)]
                continue
            own = unshared(evidence, rows) if what == "group" else {}
            yield from own.values()
            kept = [pair for pair in rows if pair not in own]
            if kept:
                yield _entry(evidence, what, kept, 1)
        if numbers:
            yield _entry(evidence, what, sorted(numbers), int(not is_shifted))
            is_shifted = True


class MadeUpNames:
    """Tells of names in which only numbers differ whether Keras and TensorFlow made both of them up: those make no difference.

    They depend on what else was made in the process: one model built twice has a `dense` and a `dense_1`.
    """

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._stems = {
            full_stem(two.name)
            for row, other in enumerate(evidence.groups[0][:-1])
            if other >= 0
            for one, two in [(evidence.sides[0].groups[row], evidence.sides[1].groups[other])]
            if one.name != two.name and self._is_layer(one) and self._is_layer(two)
        }
        """The names, numbers aside, of the layers that were counted otherwise."""

    def differ(self, what: str, row: int, other: int) -> bool:
        """Whether no more than such numbers differ in the names of two groups or ops that correspond."""
        if what == "group":
            one, two = self._evidence.sides[0].groups[row], self._evidence.sides[1].groups[other]
            is_same = one.name == two.name or (self._is_layer(one) and self._is_layer(two))
            return is_same and self._parts_differ(one.path.rpartition("/")[0], two.path.rpartition("/")[0])
        one_name, two_name = [side.table.names[each] for side, each in zip(self._evidence.sides, (row, other))]
        ops = [side.table.ops[each] for side, each in zip(self._evidence.sides, (row, other))]
        is_made_up = is_counted_op(one_name, ops[0]) and is_counted_op(two_name, ops[1])
        if is_made_up or _same_leaf(one_name, two_name):
            return self._parts_differ(one_name.rpartition("/")[0], two_name.rpartition("/")[0])
        return self._parts_differ(one_name, two_name)

    def _is_layer(self, group: "Group") -> bool:
        return group.is_call and is_counted(group.name, group.cls or "")

    def _parts_differ(self, one: str, two: str) -> bool:
        """Whether all parts are the same but for the numbers of such layers."""
        parts, others = one.split("/"), two.split("/")
        return len(parts) == len(others) and all(
            part == other or (full_stem(part) == full_stem(other) and full_stem(part) in self._stems)
            for part, other in zip(parts, others)
        )


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
