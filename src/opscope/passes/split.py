"""Finds what repeats inside each group, from the inside out. There are two searches.

Side by side: an optimizer updates hundreds of variables in one flat group. Set aside what feeds many ops (the learning
rate), and the rest falls apart into one small graph for each variable. These are compared.

In a row: the layers of a network follow each other. Equal blocks of siblings, one after the other, are found by
`series`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, AbstractSet, Dict, List, Optional, Set, Tuple

from ..graph.content import content_of
from .ends import drawn_inputs
from .fit import belongs_together, chains_and_rows, joins_ends
from .found import LEAST_BLOCKS, LEAST_COPIES, LEAST_SAVED, Found, as_one_part, core, edges, is_end, with_parts
from .in_a_row import in_a_row
from .partners import partners_drawn
from .peculiar import drawn_first
from .rewire import passing
from .structure import Child, Outer, Part, StructureKey, Structures, first_row
from .uneven import without_used_extras

if TYPE_CHECKING:
    from ..graph.graph import Graph

HUB = 8
"""A sibling that feeds this many others, such as the learning rate, is a hub: to share it does not make siblings belong
together."""


def find_repeats(graph: Graph, within: Optional[AbstractSet[int]] = None) -> Found:
    """Turn a graph into parts, inner groups first, and put what repeats into stacks.

    Groups without ops become no part. If `within` is given, what repeats is looked for only among what lies directly in these
    groups; -1 stands for what lies in none. What lies in none of them at any depth is compared with nothing, which saves time.
    """
    structures = Structures(graph)
    compared = _below(graph, within) if within is not None else None
    groups, focus = content_of(graph).groups, content_of(graph).view.focus
    members, subgroups = _members(graph), content_of(graph).children()
    parts: Dict[int, Part] = {}
    found = Found([], 0)
    for index in range(len(groups) - 1, -1, -1):
        children: List[Child] = [*members[index], *(parts.pop(child) for child in subgroups[index] if child in parts)]
        if children:
            label: StructureKey = (groups[index].kind, groups[index].cls, index == focus)
            if within is None or compared is None or (index in within and compared[index]):
                parts[index] = _sealed(structures, found, index, label, children)
            elif compared[index]:
                parts[index] = structures.seal(index, label, sorted(children, key=first_row))
            else:
                if index in within:
                    children = _put_together(structures, found, sorted(children, key=first_row))
                parts[index] = structures.bare(index, children)
    tops: List[Child] = [*members[-1], *(parts[child] for child in subgroups[-1] if child in parts)]
    if within is None or -1 in within:
        tops = _put_together(structures, found, sorted(tops, key=first_row))
    found.tops = tops
    found.distinct = structures.distinct
    passed, inputs = passing(graph), drawn_inputs(graph)
    runs = [
        copies
        for stack in found.stacks
        for copies, is_chain in chains_and_rows(graph, stack, passed)
        if _is_worth(copies, stack) and (is_chain or not joins_ends(graph, copies, passed, inputs))
        if is_chain or stack[0].serial in found.beside or copies[0].group < 0 or belongs_together(graph, copies, passed)
    ]
    stacks = [drawn_first(graph, run) for run in without_used_extras(graph, runs, passed) if _is_enough(run)]
    found.stacks = partners_drawn(graph, stacks, passed)
    return found


def _below(graph: Graph, within: AbstractSet[int]) -> bytearray:
    """For each group whether it lies in one of `within`, at any depth."""
    found = bytearray(len(content_of(graph).groups))
    for index, group in enumerate(content_of(graph).groups):
        found[index] = group.parent in within or (group.parent >= 0 and found[group.parent])
    return found


def _is_enough(run: List[Part]) -> bool:
    """Whether a stack is still worth it, of which copies were taken."""
    least = LEAST_BLOCKS if run[0].group < 0 else LEAST_COPIES
    return len(run) >= least and min(part.boxes for part in run) * (len(run) - 1) >= LEAST_SAVED


def _is_worth(run: List[Part], stack: List[Part]) -> bool:
    """Whether a run of a stack's copies becomes a stack.

    All copies together do: that was decided when they were found. Only some of them must be worth it again.
    """
    return run == stack or (len(run) >= LEAST_COPIES and run[0].boxes * (len(run) - 1) >= LEAST_SAVED)


def _members(graph: Graph) -> List[List[int]]:
    """The ops of each group; the model's inputs, which are drawn outside of every card, are loose."""
    members, inputs = content_of(graph).members(), drawn_inputs(graph)
    if any(content_of(graph).node_group[node] >= 0 for node in inputs):
        loose = sorted({*members[-1], *inputs})
        members = [*([node for node in ops if node not in inputs] for ops in members[:-1]), loose]
    return members


def _sealed(structures: Structures, found: Found, group: int, label: StructureKey, children: List[Child]) -> Part:
    """Make a part of a group, after its children that repeat were put together: ops in their order, then parts.

    Many groups are alike. If the search found nothing in one of them, the others are not searched.
    """
    if len(children) <= LEAST_SAVED and isinstance(children[-1], int):
        return structures.seal(group, label, children)  # most groups: a few ops, too few to be searched
    if not isinstance(children[-1], int):  # ops alone, which come first, are in their order
        children.sort(key=first_row)
    boxes = structures.boxes_of(children)
    if sum(boxes) <= LEAST_SAVED:
        return structures.seal(group, label, children)
    known = structures.signature(children)
    # The key holds all that the search depends on: structure, boxes, names of groups, and what is in a stack already.
    # (The names of ops play no part in it.)
    inside = [child for child in children if isinstance(child, Part)]
    seen = tuple([(structures.name(child), child.serial in found.stacked) for child in inside])
    key = (known[0], tuple(boxes), seen)
    if key in found.plain:
        return structures.seal(group, label, children, known)
    stacks = len(found.stacks)
    together = _put_together(structures, found, children)
    if len(found.stacks) > stacks:
        return structures.seal(group, label, together)
    found.plain.add(key)
    return structures.seal(group, label, children, known)


def _put_together(structures: Structures, found: Found, children: List[Child]) -> List[Child]:
    """The children of one group, in the order of the graph, after those that repeat were put together. Before: they are in that order."""
    if sum(structures.boxes_of(children)) <= LEAST_SAVED:
        return children
    feeds = edges(structures, children)
    copied = _side_by_side(structures, found, children, feeds)
    # As many as before: nothing was found, or each copy is one group as it was. Then the edges are as before, too.
    if len(copied) != len(children):
        children, feeds = copied, edges(structures, copied)
    return in_a_row(structures, found, children, feeds)


def _side_by_side(structures: Structures, found: Found, children: List[Child], feeds: List[Set[int]]) -> List[Child]:
    """Find equal components (siblings that hang together by data edges), and make one part of each."""
    used = [0] * len(children)
    for sources in feeds:
        for source in sources:
            used[source] += 1
    for index, child in enumerate(children):
        if is_end(structures, child):
            used[index] = HUB  # an input or output is drawn by itself: it is part of no copy, and it joins none
    components = _components(feeds, used)
    if len(components) < LEAST_COPIES:
        return children
    equal: Dict[StructureKey, List[Tuple[List[Child], List[Outer]]]] = {}  # structure -> the components that have it
    for component in components:
        members = core(structures, [children[index] for index in component])
        signature, outer = structures.signature(members)
        equal.setdefault(signature, []).append((members, outer))
    made: List[Part] = []
    for signature, copies in equal.items():
        saved = sum(structures.boxes(child) for child in copies[0][0]) * (len(copies) - 1)
        if len(copies) >= LEAST_COPIES and saved >= LEAST_SAVED:
            stack = [as_one_part(structures, members, (signature, outer)) for members, outer in copies]
            found.add(stack)
            found.beside.add(stack[0].serial)
            made.extend(stack)
    return with_parts(structures, children, made) if made else children


def _components(feeds: List[Set[int]], used: List[int]) -> List[List[int]]:
    """The siblings in groups that hang together by data edges, with hubs left out (union-find)."""
    root = list(range(len(feeds)))

    def find_root(index: int) -> int:
        while root[index] != index:
            root[index] = root[root[index]]  # shortens the path for later calls
            index = root[index]
        return index

    for index, sources in enumerate(feeds):
        if used[index] >= HUB:
            continue
        for source in sources:
            if used[source] < HUB:
                # The smaller index becomes the root, so that components are in the order of their first sibling.
                first, second = find_root(source), find_root(index)
                if first < second:
                    root[second] = first
                else:
                    root[first] = second
    components: Dict[int, List[int]] = {}
    for index in range(len(feeds)):
        if used[index] < HUB:
            components.setdefault(find_root(index), []).append(index)
    return list(components.values())
