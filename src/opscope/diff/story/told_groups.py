"""What is told of groups: inserted and removed ones, other numbers of repeats, wrappers, moves."""

from __future__ import annotations

from typing import Dict, Iterator, List, NamedTuple, Tuple

from ..matching.fingerprints import Fingerprints
from ..matching.stems import letters
from ..model import StoryEntry
from .evidence import Evidence

_GONE = ("removed", "inserted")
_AROUND = ("unwrapped", "wrapped")


class _Copies(NamedTuple):
    """Groups without a counterpart that are equal in structure and lie in one group."""

    home: int
    structure: int
    letters: str


def group_entries(evidence: Evidence, prints: Tuple[Fingerprints, Fingerprints]) -> Iterator[StoryEntry]:
    """All that is told of whole groups."""
    for side in (0, 1):
        yield from _alone(evidence, prints, side)
        yield from _wrappers(evidence, side)
    yield from _moved(evidence)


def _alone(evidence: Evidence, prints: Tuple[Fingerprints, Fingerprints], side: int) -> Iterator[StoryEntry]:
    """Groups that were removed or added with all that is in them; copies of a repeat together."""
    tops = [
        group
        for group in range(len(evidence.sides[side].groups))
        if evidence.is_alone(side, group)
        and _is_outermost(evidence, side, group)
        and not evidence.is_replaced(side, group)
    ]
    copies: Dict[_Copies, List[int]] = {}
    caused: Dict[int, List[int]] = {}
    alike: Dict[Tuple[int, str], List[Tuple[List[int], List[int]]]] = {}
    for group in tops:
        cause = _cause(evidence, side, group)
        if cause >= 0:
            caused.setdefault(cause, []).append(group)
            continue
        found = evidence.sides[side].groups[group]
        copies.setdefault(_Copies(found.parent, prints[side].plain[group], letters(found.name)), []).append(group)
    for key, groups in copies.items():
        counts = _counts(evidence, prints, side, key)
        more = [other for group in groups for other in caused.pop(group, ())]
        if counts is None:
            alike.setdefault((key.structure, key.letters), []).append((groups, more))
        else:
            yield _entry(evidence, side, groups, more, counts)
    for parts in alike.values():  # the same group in many others is told once
        groups = [group for some, _ in parts for group in some]
        yield _entry(evidence, side, groups, [group for _, more in parts for group in more], cost=len(groups))
    for groups in caused.values():
        yield _entry(evidence, side, groups, [], cost=0)


def _is_outermost(evidence: Evidence, side: int, group: int) -> bool:
    """Whether the group around is on both sides, so that what was added or removed is not a part of something larger that was."""
    parent = evidence.sides[side].groups[group].parent
    return parent < 0 or evidence.groups[side][parent] >= 0


def _entry(
    evidence: Evidence, side: int, groups: List[int], more: List[int], counts: Tuple[int, int] = (0, 0), cost: int = 1
) -> StoryEntry:
    paths = tuple([evidence.path(side, group) for group in (*groups, *more)])
    ops = sum([evidence.sizes[side][group] for group in (*groups, *more)])
    label = evidence.label(side, groups[0])
    return StoryEntry(
        "repeated" if any(counts) else _GONE[side], "group", () if side else paths, paths if side else (), ops, cost, (), *counts,
        (label if not side or any(counts) else "", label if side or any(counts) else ""),
    )  # fmt: skip


def _counts(
    evidence: Evidence, prints: Tuple[Fingerprints, Fingerprints], side: int, key: _Copies
) -> "Tuple[int, int] | None":
    """How many copies each side has, of a structure that repeats on both; ``None`` if it does not."""
    home = evidence.home(side, key.home)
    homes = (home, evidence.groups[0][home]) if not side else (evidence.groups[1][home], home)
    if home != key.home:
        return None
    found = [
        sum(
            prints[each].plain[child] == key.structure
            and letters(evidence.sides[each].groups[child].name) == key.letters
            for child in evidence.children[each][homes[each]]
        )
        for each in (0, 1)
    ]
    least, most = found[1 - side], found[side]
    return (found[0], found[1]) if least < most and (least >= 2 or (least == 1 and most >= 3)) else None


def _cause(evidence: Evidence, side: int, group: int) -> int:
    """The group that was removed or added with whose gradients or updates this one is; -1 if there is none."""
    groups, named = evidence.sides[side].groups, evidence.layers[side][group]
    if not evidence.is_alone(side, named) or named == group:
        return -1
    while evidence.is_alone(side, groups[named].parent):
        named = groups[named].parent
    return named


def _wrappers(evidence: Evidence, side: int) -> Iterator[StoryEntry]:
    """Groups that only one side has, around what both have."""
    groups = evidence.sides[side].groups
    for group, found in enumerate(groups):
        if evidence.groups[side][group] >= 0 or evidence.is_alone(side, group):
            continue
        inner = list(_outermost_kept(evidence, side, group))
        wrapped = [child for child in inner if _stayed(evidence, side, child)]
        paths = tuple([evidence.path(1 - side, evidence.groups[side][child]) for child in wrapped])
        kept_ops = sum(evidence.nodes[side][row] >= 0 for row in evidence.members[side][group])
        own = (evidence.path(side, group),)
        kind = _AROUND[side] if wrapped or kept_ops else _GONE[side]
        if kind == _GONE[side] and not _is_outermost(evidence, side, group):
            continue
        a, b = (paths, own) if side else (own, paths)
        label = found.cls or found.kind
        yield StoryEntry(
            kind, "group", () if kind == "inserted" else a, () if kind == "removed" else b, evidence.sizes[side][group], 1,
            labels=("", label) if side else (label, ""),
        )  # fmt: skip


def _outermost_kept(evidence: Evidence, side: int, group: int) -> Iterator[int]:
    """The groups in a group that have a counterpart, and lie in no other such group."""
    waiting = list(reversed(evidence.children[side][group]))
    while waiting:
        here = waiting.pop()
        if evidence.groups[side][here] >= 0:
            yield here
        else:
            waiting.extend(reversed(evidence.children[side][here]))


def _stayed(evidence: Evidence, side: int, group: int) -> bool:
    """Whether a group lies where its counterpart lies, groups of one side aside."""
    other = evidence.groups[side][group]
    pair = (other, group) if side else (group, other)
    return evidence.same_home(evidence.sides[0].groups[pair[0]].parent, evidence.sides[1].groups[pair[1]].parent)


def _moved(evidence: Evidence) -> Iterator[StoryEntry]:
    """Groups that lie in another group now."""
    for group, other in enumerate(evidence.groups[0][:-1]):
        if other >= 0 and not _stayed(evidence, 0, group):
            yield StoryEntry(
                "moved", "group", (evidence.path(0, group),), (evidence.path(1, other),), evidence.sizes[1][other], 1,
                labels=(evidence.label(0, group), evidence.label(1, other)),
            )  # fmt: skip
