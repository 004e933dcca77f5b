"""What is told of groups: inserted and removed ones, other numbers of repeats, wrappers, moves."""

from __future__ import annotations

from typing import Dict, Iterator, List, NamedTuple, Tuple

from ..matching.fingerprints import Fingerprints
from ..matching.names import stem
from ..model import StoryEntry
from .scene import Scene

_GONE = ("removed", "inserted")
_AROUND = ("unwrapped", "wrapped")


class Copies(NamedTuple):
    """Groups without a counterpart that are equal in structure and lie in one group."""

    home: int
    structure: int
    stem: str


def group_entries(scene: Scene, prints: Tuple[Fingerprints, Fingerprints]) -> Iterator[StoryEntry]:
    """All that is told of whole groups."""
    for side in (0, 1):
        yield from _alone(scene, prints, side)
        yield from _wrappers(scene, side)
    yield from _moved(scene)


def _alone(scene: Scene, prints: Tuple[Fingerprints, Fingerprints], side: int) -> Iterator[StoryEntry]:
    """Groups that were removed or added with all that is in them; copies of a repeat together."""
    tops = [
        group
        for group in range(len(scene.sides[side].groups))
        if scene.is_alone(side, group) and _is_outermost(scene, side, group) and not scene.is_replaced(side, group)
    ]
    copies: Dict[Copies, List[int]] = {}
    caused: Dict[int, List[int]] = {}
    for group in tops:
        cause = _cause(scene, side, group)
        if cause >= 0:
            caused.setdefault(cause, []).append(group)
            continue
        found = scene.sides[side].groups[group]
        copies.setdefault(Copies(found.parent, prints[side].plain[group], stem(found.name)), []).append(group)
    for key, groups in copies.items():
        counts = _counts(scene, prints, side, key)
        more = [other for group in groups for other in caused.pop(group, ())]
        if counts is None:
            for group in groups:
                yield _entry(scene, side, [group], more if len(groups) == 1 else [])
            if len(groups) > 1 and more:
                caused[groups[0]] = more
        else:
            yield _entry(scene, side, groups, more, counts)
    for groups in caused.values():
        yield _entry(scene, side, groups, [], cost=0)


def _is_outermost(scene: Scene, side: int, group: int) -> bool:
    """Whether the group around is on both sides, so that what was added or removed is not a part of something larger that was."""
    parent = scene.sides[side].groups[group].parent
    return parent < 0 or scene.groups[side][parent] >= 0


def _entry(
    scene: Scene, side: int, groups: List[int], more: List[int], counts: Tuple[int, int] = (0, 0), cost: int = 1
) -> StoryEntry:
    paths = tuple([scene.path(side, group) for group in (*groups, *more)])
    ops = sum([scene.sizes[side][group] for group in (*groups, *more)])
    label = scene.label(side, groups[0])
    return StoryEntry(
        "repeated" if any(counts) else _GONE[side], "group", () if side else paths, paths if side else (), ops, cost, (), *counts,
        (label if not side or any(counts) else "", label if side or any(counts) else ""),
    )  # fmt: skip


def _counts(
    scene: Scene, prints: Tuple[Fingerprints, Fingerprints], side: int, key: Copies
) -> "Tuple[int, int] | None":
    """How many copies each side has, of a structure that repeats on both; ``None`` if it does not."""
    home = scene.home(side, key.home)
    homes = (home, scene.groups[0][home]) if not side else (scene.groups[1][home], home)
    if home != key.home:
        return None
    found = [
        sum(prints[each].plain[child] == key.structure for child in scene.children[each][homes[each]])
        for each in (0, 1)
    ]
    least, most = found[1 - side], found[side]
    return (found[0], found[1]) if least < most and (least >= 2 or (least == 1 and most >= 3)) else None


def _cause(scene: Scene, side: int, group: int) -> int:
    """The group that was removed or added with whose gradients or updates this one is; -1 if there is none."""
    groups, named = scene.sides[side].groups, scene.layers[side][group]
    if not scene.is_alone(side, named) or named == group:
        return -1
    while scene.is_alone(side, groups[named].parent):
        named = groups[named].parent
    return named


def _wrappers(scene: Scene, side: int) -> Iterator[StoryEntry]:
    """Groups that only one side has, around what both have."""
    groups = scene.sides[side].groups
    for group, found in enumerate(groups):
        if scene.groups[side][group] >= 0 or scene.is_alone(side, group):
            continue
        inner = list(_outermost_kept(scene, side, group))
        wrapped = [child for child in inner if _stayed(scene, side, child)]
        paths = tuple([scene.path(1 - side, scene.groups[side][child]) for child in wrapped])
        kept_ops = sum(scene.nodes[side][row] >= 0 for row in scene.members[side][group])
        own = (scene.path(side, group),)
        kind = _AROUND[side] if wrapped or kept_ops else _GONE[side]
        if kind == _GONE[side] and not _is_outermost(scene, side, group):
            continue
        a, b = (paths, own) if side else (own, paths)
        label = found.cls or found.kind
        yield StoryEntry(
            kind, "group", () if kind == "inserted" else a, () if kind == "removed" else b, scene.sizes[side][group], 1,
            labels=("", label) if side else (label, ""),
        )  # fmt: skip


def _outermost_kept(scene: Scene, side: int, group: int) -> Iterator[int]:
    """The groups in a group that have a counterpart, and lie in no other such group."""
    waiting = list(reversed(scene.children[side][group]))
    while waiting:
        here = waiting.pop()
        if scene.groups[side][here] >= 0:
            yield here
        else:
            waiting.extend(reversed(scene.children[side][here]))


def _stayed(scene: Scene, side: int, group: int) -> bool:
    """Whether a group lies where its counterpart lies, groups of one side aside."""
    other = scene.groups[side][group]
    pair = (other, group) if side else (group, other)
    return scene.same_home(scene.sides[0].groups[pair[0]].parent, scene.sides[1].groups[pair[1]].parent)


def _moved(scene: Scene) -> Iterator[StoryEntry]:
    """Groups that lie in another group now."""
    for group, other in enumerate(scene.groups[0][:-1]):
        if other >= 0 and not _stayed(scene, 0, group):
            yield StoryEntry(
                "moved", "group", (scene.path(0, group),), (scene.path(1, other),), scene.sizes[1][other], 1,
                labels=(scene.label(0, group), scene.label(1, other)),
            )  # fmt: skip
