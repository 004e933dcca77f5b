"""What is told of names: which were given on purpose, which only got another number, which follow from the group's."""

from __future__ import annotations

from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from ..comparing import segment
from ..matching.names import stem
from ..model import StoryEntry
from .scene import Scene


class Renamed(NamedTuple):
    """A part of a name, in `a` and in `b`."""

    what: str
    a: str
    b: str

    @property
    def is_number(self) -> bool:
        """Whether only the number changed that makes a name unique."""
        return stem(self.a) == stem(self.b)


def rename_entries(scene: Scene, told: Sequence[StoryEntry]) -> Iterator[StoryEntry]:
    """All renames: one entry for each pair of names, however many groups or ops have them; numbers that shifted together are one."""
    groups = _groups(scene)
    yield from _entries(scene, groups, _stems(told))
    yield from _entries(scene, _ops(scene), _op_stems(scene))


def _stems(told: Sequence[StoryEntry]) -> Set[str]:
    """The names, without their numbers, of what was inserted, removed or moved: the numbers behind it shift."""
    return {stem(path.rpartition("/")[2]) for entry in told for path in (*entry.a, *entry.b)}


def _op_stems(scene: Scene) -> Set[str]:
    return {stem(name.rpartition("/")[2]) for names in scene.one_sided for name in names}


def _entries(scene: Scene, found: Dict[Renamed, List[Tuple[int, int]]], shifting: Set[str]) -> Iterator[StoryEntry]:
    merged: Dict[Tuple[str, str, str], List[Tuple[int, int]]] = {}
    for renamed, rows in found.items():
        key = (renamed.what, stem(renamed.a), "") if renamed.is_number else renamed
        merged.setdefault(key, []).extend(rows)
    for (what, name, new_name), rows in merged.items():
        names = [_names(scene, what, row, other) for row, other in rows]
        follows = not new_name and name.rpartition("/")[2] in shifting
        ops = len(rows) if what == "op" else sum(scene.sizes[1][other] for _, other in rows)
        labels = _labels(scene, what, *rows[0])
        yield StoryEntry(
            "renamed", what, tuple([one for one, _ in names]), tuple([two for _, two in names]), ops, int(not follows), labels=labels
        )  # fmt: skip


def _names(scene: Scene, what: str, row: int, other: int) -> Tuple[str, str]:
    if what == "group":
        return scene.path(0, row), scene.path(1, other)
    return scene.sides[0].table.names[row], scene.sides[1].table.names[other]


def _labels(scene: Scene, what: str, row: int, other: int) -> Tuple[str, str]:
    if what == "group":
        return scene.label(0, row), scene.label(1, other)
    return scene.sides[0].table.ops[row], scene.sides[1].table.ops[other]


def _groups(scene: Scene) -> Dict[Renamed, List[Tuple[int, int]]]:
    found: Dict[Renamed, List[Tuple[int, int]]] = {}
    for delta in scene.lists.groups:
        if delta.row_a < 0 or delta.row_b < 0:
            continue
        one, two = scene.sides[0].groups[delta.row_a], scene.sides[1].groups[delta.row_b]
        names = (one.name, two.name)
        if one.name == two.name:
            names = segment(scene.sides[0].groups, delta.row_a), segment(scene.sides[1].groups, delta.row_b)
        if names[0] != names[1]:
            found.setdefault(Renamed("group", *names), []).append((delta.row_a, delta.row_b))
    return found


def _ops(scene: Scene) -> Dict[Renamed, List[Tuple[int, int]]]:
    """The renames of ops that do not follow from what happened to the groups around them."""
    found: Dict[Renamed, List[Tuple[int, int]]] = {}
    for delta in scene.lists.nodes:
        if delta.row_a < 0 or delta.row_b < 0 or delta.a == delta.b:
            continue
        part = renamed_part(str(delta.a), str(delta.b))
        homes = [side.content.group_path(row) for side, row in zip(scene.sides, (delta.row_a, delta.row_b))]
        if part is not None and not (homes[0] != homes[1] and _same_leaf(delta.a, delta.b)):
            found.setdefault(Renamed("op", *part), []).append((delta.row_a, delta.row_b))
    return found


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
