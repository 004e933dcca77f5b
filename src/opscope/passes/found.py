"""What the search for repeats has found so far, and what its two ways have in common (`split`, `in_a_row`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, List, Optional, Sequence, Set, Tuple

from ..graph.vocabulary import INPUTS, RESULT
from .structure import Child, Outer, Part, StructureKey, Structures, first_row

LEAST_COPIES = 3
"""Two equal copies are still drawn one by one; from this many on they become a stack ..."""
LEAST_BLOCKS = 2
"""... but blocks of several siblings whose names are a series become one from this many on: see `_blocks_needed`."""
LEAST_SAVED = 10
"""A stack must put at least this many boxes out of sight; otherwise all copies are drawn."""

INPUTS_AND_OUTPUTS = INPUTS | {RESULT}
"""Op types of inputs and outputs: a reader wants to see each of them, so no block is made of them."""


@dataclass
class Found:
    """What was found: the graph as a tree of parts, and which of them are equal."""

    tops: List[Child]
    """The outermost ops and parts."""
    distinct: int
    """How many distinct structures there are."""
    stacks: List[List[Part]] = field(default_factory=list)
    """Each stack is a list of parts that are equal, or have something more. The first will be drawn for all; `Part.place` tells their order."""
    stacked: Set[int] = field(default_factory=set)
    """The serial numbers of all parts in stacks."""
    beside: Set[int] = field(default_factory=set)
    """The serial numbers of the first parts of stacks whose copies are all that hangs together of their siblings, and lie side by side."""
    plain: Set[Tuple[Any, ...]] = field(default_factory=set)
    """Descriptions of groups in which nothing repeats, so that equal groups are not searched again (`_sealed`)."""

    def add(self, stack: List[Part]) -> None:
        """Note one more stack."""
        self.stacks.append(stack)
        self.stacked.update(part.serial for part in stack)


def core(structures: Structures, members: List[Child]) -> List[Child]:
    """If a part is the only one of the members that is drawn, that part alone; otherwise all members.

    A layer with a few reads beside it thus stays the group that it is, instead of lying in a new group with the reads.
    """
    drawn = [child for child in members if structures.boxes(child)]
    return drawn if len(drawn) == 1 and isinstance(drawn[0], Part) else members


def as_one_part(
    structures: Structures, members: List[Child], known: Optional[Tuple[StructureKey, List[Outer]]] = None
) -> Part:
    """The members as one part: a single group as it is, others as a new part.

    Pass their signature as `known` to save time.
    """
    if len(members) == 1 and isinstance(members[0], Part):
        return members[0]
    return structures.seal(-1, ("part",), list(members), known)


def with_parts(structures: Structures, children: Sequence[Child], made: Sequence[Part]) -> List[Child]:
    """The children, with the parts that were made of some of them in the place of these; in the order of the graph."""
    gone = {part.serial for part in made} | {structures.serial(child) for part in made for child in part.children}
    return sorted([*(child for child in children if structures.serial(child) not in gone), *made], key=first_row)


def is_end(structures: Structures, child: Child) -> bool:
    """Whether a child is an input or output that is drawn as a box.

    A placeholder for a variable is a chip, so it is not one.
    """
    return isinstance(child, int) and structures.table.ops[child] in INPUTS_AND_OUTPUTS and structures.boxes(child) > 0


def edges(structures: Structures, children: List[Child]) -> List[Set[int]]:
    """For each child the positions of the siblings that feed it."""
    holder = structures.holder
    place = {structures.serial(child): index for index, child in enumerate(children)}
    feeds: List[Set[int]] = []
    for index, child in enumerate(children):
        sources = {place.get(holder[producer], -1) for producer in structures.producers(child)}
        sources.discard(-1)
        sources.discard(index)
        feeds.append(sources)
    return feeds
