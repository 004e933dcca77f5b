"""Which of the exact changes each entry of a story tells of, so that a reader finds them below it."""

from __future__ import annotations

from itertools import islice
from typing import Dict, Iterator, List, NamedTuple, Sequence, Tuple

from ..errors import InputError
from ..graph.content import Content, content_of
from ..graph.vocabulary import chain
from .difference import Difference
from .edited import is_edited
from .model import ADDED, CHANGED, CONVERTING, REMOVED, Delta, StoryEntry

_WHOLE = frozenset({"inserted", "removed", "replaced", "repeated", "wrapped", "unwrapped"})
"""Entries that tell of all that only one side has in their groups."""
_ELSEWHERE = frozenset({"renamed", "moved", "wrapped", "unwrapped"})
"""Entries of groups that are called otherwise or lie elsewhere: what is in them has other names and places, which is no change of its own."""


class ExactChange(NamedTuple):
    """One op, group or variable that is not the same."""

    what: str
    """``op``, ``group`` or ``variable``."""
    delta: Delta


class ExactBelow(NamedTuple):
    """All exact changes, in the order of the lists: groups, ops, variables."""

    changes: Sequence[ExactChange]
    below: Sequence[Sequence[int]]
    """For each entry of the story the numbers of those that it tells of. One change may stand below two entries, as of a layer that was renamed and set otherwise."""
    others: Sequence[int]
    """The numbers of those that no entry tells of: they follow from others."""


def exact_below(difference: Difference) -> ExactBelow:
    """The exact changes below each entry of the story.

    Raises:
        InputError: a graph is not at hand, since the difference was read from JSON.
    """
    if difference.a is None or difference.b is None:
        raise InputError("a difference that was read from JSON has no graphs to show; compare the two models again")
    lists = (("group", difference.groups), ("op", difference.nodes), ("variable", difference.variables))
    changes = [ExactChange(what, delta) for what, deltas in lists for delta in deltas]
    finder = _Finder(difference.story, (content_of(difference.a), content_of(difference.b)))
    below: List[List[int]] = [[] for _ in difference.story]
    others: List[int] = []
    for number, change in enumerate(changes):
        found = finder.entries(change)
        for entry in found:
            below[entry].append(number)
        if not found:
            others.append(number)
    return ExactBelow(changes, below, others)


class _Finder:
    """Finds the entries that tell of a change: those that name it, else the innermost group around it that one tells of as a whole."""

    def __init__(self, story: Sequence[StoryEntry], sides: Tuple[Content, Content]) -> None:
        self._story, self._sides = story, sides
        self._naming: Dict[Tuple[str, int, str], List[int]] = {}
        for number, entry in enumerate(story):
            for side, names in enumerate((entry.a, entry.b)):
                for name in dict.fromkeys(names):
                    self._naming.setdefault((entry.what, side, name), []).append(number)
        self._holders = [_holders(content) for content in sides]

    def entries(self, change: ExactChange) -> List[int]:
        """The numbers of the entries."""
        sides = [side for side, missing in ((1, REMOVED), (0, ADDED)) if change.delta.status != missing]
        names = [(side, (change.delta.a, change.delta.b)[side] or "") for side in sides]
        named = [number for side, name in names for number in self._naming.get((change.what, side, name), ())]
        around = (number for side in sides for number in self._around(change, side))
        return list(dict.fromkeys(named)) or list(islice(around, 1))

    def _around(self, change: ExactChange, side: int) -> Iterator[int]:
        content = self._sides[side]
        for index in chain(content.groups, self._home(change, side)):
            for number in self._naming.get(("group", side, content.groups[index].path), ()):
                if _tells(self._story[number], change.delta):
                    yield number

    def _home(self, change: ExactChange, side: int) -> int:
        """The innermost group that a change lies in."""
        row = change.delta.row_b if side else change.delta.row_a
        if change.what == "op":
            return self._sides[side].node_group[row]
        if change.what == "group":
            return self._sides[side].groups[row].parent
        return self._holders[side].get(row, -1)


def _tells(entry: StoryEntry, delta: Delta) -> bool:
    """Whether an entry of a group tells of a change of something in it."""
    if entry.kind in CONVERTING:
        return True
    if delta.status != CHANGED:
        return entry.kind in _WHOLE
    return entry.kind in ("changed", "replaced") or (entry.kind in _ELSEWHERE and not is_edited(delta))


def _holders(content: Content) -> Dict[int, int]:
    """Number of a variable -> the innermost group that has it."""
    found: Dict[int, int] = {}
    for index, group in enumerate(content.groups):  # inner groups come after those around them
        found.update(dict.fromkeys(group.variables, index))
    return found
