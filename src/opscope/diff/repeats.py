"""Puts together what the story says of the layers of blocks that are in one of the graphs more often: ``block ×6 → ×8``, not 14 layers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Dict, FrozenSet, Iterator, List, Mapping, Sequence, Set, Tuple

from ..graph.content import content_of, with_content
from ..graph.view import LACKING
from ..passes import prepared, repeats_folded
from ..passes.naming import BETWEEN, common_start, range_title
from .difference import sorted_lists
from .model import ADDED, REMOVED, StoryEntry
from .union import Union, union

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from .difference import Difference

_LEAST_ENTRIES = 2
"""Only so many entries of layers that are in one graph alone can be about blocks of them."""
_ONE_SIDED = ("inserted", "removed", "repeated")


@dataclass(frozen=True)
class _Block:
    """Parts of one structure, some of which only one graph has."""

    name: str
    counts: Tuple[int, int]
    """How many there are in `a` and in `b`."""
    alone: Mapping[str, FrozenSet[int]]
    """``added`` and ``removed`` -> the ops of the parts that only one graph has, as rows of the union."""


def with_repeats(difference: "Difference") -> "Difference":
    """The difference with one entry for each block whose number of copies changed, in place of those of the layers and ops in it."""
    sided = [entry for entry in difference.story if entry.kind in _ONE_SIDED and entry.what == "group"]
    if len(sided) < _LEAST_ENTRIES or difference.conversion is not None:
        return difference
    both = union(difference)
    story = list(difference.story)
    for block in _blocks(both):
        story = _told(both, block, story)
    return sorted_lists(replace(difference, story=tuple(story)))


def _blocks(both: Union) -> Iterator[_Block]:
    """The parts of one structure of which one graph has more, the largest first."""
    plain: "Graph" = with_content(both.graph, marks={})
    folded = content_of(repeats_folded(prepared(plain)))
    found: List[_Block] = []
    for stack in folded.view.stacks.values():
        copies = [frozenset(row for row in copy if row != LACKING) for copy in stack.copies]
        kinds = [_kind(both, copy) for copy in copies]
        kept, added, removed = (kinds.count(kind) for kind in ("", ADDED, REMOVED))
        if kept and added != removed:
            alone = {
                kind: frozenset().union(*[copy for copy, each in zip(copies, kinds) if each == kind])
                for kind in (ADDED, REMOVED)
            }
            found.append(_Block(_title(stack.names, stack.places), (kept + removed, kept + added), alone))
    return iter(sorted(found, key=lambda block: -sum(map(len, block.alone.values()))))


def _title(names: Sequence[str], places: Sequence[int]) -> str:
    """What all copies are called together; of copies that are called by their first and last layer what these have in common counts."""
    ordered = [name for _, name in sorted(zip(places or range(len(names)), names))]
    return range_title([_stem(name) for name in ordered])


def _stem(name: str) -> str:
    first, between, last = name.partition(BETWEEN)
    shared = common_start([first, last]).rstrip("_-./") if between else ""
    return shared or first


def _kind(both: Union, copy: FrozenSet[int]) -> str:
    """Whether all of a copy is in one graph only; empty where both have something of it."""
    kinds = {both.nodes.get(row, "") for row in copy}
    kind = kinds.pop() if len(kinds) == 1 else ""
    return kind if kind in (ADDED, REMOVED) else ""


def _told(both: Union, block: _Block, story: Sequence[StoryEntry]) -> List[StoryEntry]:
    """The story with an entry of the block in place of those about what is in its copies, if there are any."""
    groups = [_groups_in(both, block.alone[kind]) for kind in (REMOVED, ADDED)]
    names = content_of(both.graph).table.names
    ops = [{names[row] for row in block.alone[kind]} for kind in (REMOVED, ADDED)]
    inside: List[StoryEntry] = []
    rest: List[StoryEntry] = []
    for entry in story:
        known = groups if entry.what == "group" else ops
        about = entry.kind in _ONE_SIDED and entry.what in ("group", "op")
        of_it = about and known[0].issuperset(entry.a) and known[1].issuperset(entry.b) and (entry.a or entry.b)
        (inside if of_it else rest).append(entry)
    if not any(entry.what == "group" for entry in inside):
        return list(story)
    a, b = (
        tuple(dict.fromkeys(path for entry in inside if entry.what == "group" for path in (entry.a, entry.b)[side]))
        for side in (0, 1)
    )
    together = StoryEntry(
        "repeated", "group", a, b, sum(len(rows) for rows in block.alone.values()), min(1, sum(entry.cost for entry in inside)),
        count_a=block.counts[0], count_b=block.counts[1], name=block.name,
    )  # fmt: skip
    return [together, *rest]


def _groups_in(both: Union, rows: FrozenSet[int]) -> Set[str]:
    """The paths of the groups all of whose ops are among these."""
    content = content_of(both.graph)
    inside: Dict[int, bool] = {}
    for row, group in enumerate(content.node_group):
        while group >= 0:
            inside[group] = inside.get(group, True) and row in rows
            group = content.groups[group].parent
    return {content.groups[index].path for index, whole in inside.items() if whole}
