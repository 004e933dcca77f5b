"""Finds what repeats inside each group, from the inside out. There are two searches.

Side by side: an optimizer updates hundreds of variables in one flat group. Set aside what feeds many ops (the learning
rate), and the rest falls apart into one small graph for each variable. These are compared.

In a row: the layers of a network follow each other. Equal blocks of siblings, one after the other, are found by
`series`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Set, Tuple

from ..graph.content import content_of
from ..graph.vocabulary import INPUTS, RESULT
from .ends import drawn_inputs
from .fit import chains_and_rows, joins_ends
from .naming import are_a_series
from .peculiar import drawn_first
from .rewire import passing
from .series import Siblings, best_runs
from .structure import Child, Outer, Part, StructureKey, Structures, first_row
from .uneven import without_used_extras
from .variant import Variant, variant_before

if TYPE_CHECKING:
    from ..graph.graph import Graph

HUB = 8
"""A sibling that feeds this many others, such as the learning rate, is a hub: to share it does not make siblings belong
together."""
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
    plain: Set[Tuple[Any, ...]] = field(default_factory=set)
    """Descriptions of groups in which nothing repeats, so that equal groups are not searched again (`_sealed`)."""

    def add(self, stack: List[Part]) -> None:
        """Note one more stack."""
        self.stacks.append(stack)
        self.stacked.update(part.serial for part in stack)


def find_repeats(graph: Graph) -> Found:
    """Turn a graph into parts, inner groups first, and put what repeats into stacks.

    Groups without ops become no part.
    """
    structures = Structures(graph)
    members, subgroups = _members(graph), content_of(graph).children()
    parts: Dict[int, Part] = {}
    found = Found([], 0)
    for index in range(len(content_of(graph).groups) - 1, -1, -1):
        children: List[Child] = [*members[index], *(parts.pop(child) for child in subgroups[index] if child in parts)]
        if children:
            group = content_of(graph).groups[index]
            label: StructureKey = (group.kind, group.cls, index == content_of(graph).view.focus)
            parts[index] = _sealed(structures, found, index, label, children)
    tops: List[Child] = [*members[-1], *(parts[child] for child in subgroups[-1] if child in parts)]
    found.tops = _put_together(structures, found, tops)
    found.distinct = structures.distinct
    passed, inputs = passing(graph), drawn_inputs(graph)
    runs = [
        run
        for stack in found.stacks
        for run in chains_and_rows(graph, stack, passed)
        if _is_worth(run, stack) and not joins_ends(graph, run, passed, inputs)
    ]
    found.stacks = [drawn_first(graph, run) for run in without_used_extras(graph, runs) if _is_enough(run)]
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
        members = [[node for node in ops if node not in inputs] for ops in members[:-1]]
        members.append(sorted({*content_of(graph).members()[-1], *inputs}))
    return members


def _sealed(structures: Structures, found: Found, group: int, label: StructureKey, children: List[Child]) -> Part:
    """Make a part of a group, after its children that repeat were put together.

    Many groups are alike. If the search found nothing in one of them, the others are not searched.
    """
    children.sort(key=first_row)
    boxes = [structures.boxes(child) for child in children]
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
    """The children of one group, in the order of the graph, after those that repeat were put together."""
    children.sort(key=first_row)
    if sum([structures.boxes(child) for child in children]) <= LEAST_SAVED:
        return children
    feeds = _edges(structures, children)
    copied = _side_by_side(structures, found, children, feeds)
    # As many as before: nothing was found, or each copy is one group as it was. Then the edges are as before, too.
    if len(copied) != len(children):
        children, feeds = copied, _edges(structures, copied)
    return _in_a_row(structures, found, children, feeds)


def _edges(structures: Structures, children: List[Child]) -> List[Set[int]]:
    """For each child the positions of the siblings that feed it."""
    holder = structures.holder
    place = {structures.serial(child): index for index, child in enumerate(children)}
    feeds: List[Set[int]] = []
    for index, child in enumerate(children):
        sources = {place.get(holder[producer], -1) for _, _, producer, _ in structures.outer(child)}
        sources.discard(-1)
        sources.discard(index)
        feeds.append(sources)
    return feeds


def _side_by_side(structures: Structures, found: Found, children: List[Child], feeds: List[Set[int]]) -> List[Child]:
    """Find equal components (siblings that hang together by data edges), and make one part of each."""
    used = [0] * len(children)
    for sources in feeds:
        for source in sources:
            used[source] += 1
    for index, child in enumerate(children):
        if _is_end(structures, child):
            used[index] = HUB  # an input or output is drawn by itself: it is part of no copy, and it joins none
    components = _components(feeds, used)
    if len(components) < LEAST_COPIES:
        return children
    equal: Dict[StructureKey, List[Tuple[List[Child], List[Outer]]]] = {}  # structure -> the components that have it
    for component in components:
        members = _core(structures, [children[index] for index in component])
        signature, outer = structures.signature(members)
        equal.setdefault(signature, []).append((members, outer))
    taken: Set[int] = set()
    made: List[Child] = []
    for signature, copies in equal.items():
        saved = sum(structures.boxes(child) for child in copies[0][0]) * (len(copies) - 1)
        if len(copies) >= LEAST_COPIES and saved >= LEAST_SAVED:
            stack = [_as_one_part(structures, members, (signature, outer)) for members, outer in copies]
            found.add(stack)
            made.extend(stack)
            taken.update([structures.serial(child) for members, _ in copies for child in members])
    if not made:
        return children
    rest = [child for child in children if structures.serial(child) not in taken]
    return sorted([*rest, *made], key=first_row)


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


def _in_a_row(structures: Structures, found: Found, children: List[Child], feeds: List[Set[int]]) -> List[Child]:
    """Find runs of equal blocks among the siblings; make each block one part."""
    # What must not be part of a block gets a number of its own, below 0, so that it equals no other sibling.
    tokens = [
        -1 - index
        if structures.serial(child) in found.stacked or _is_end(structures, child)
        else structures.token(child)
        for index, child in enumerate(children)
    ]
    if len(set(tokens)) == len(tokens):  # no two siblings are equal
        return children
    sizes = [structures.boxes(child) for child in children]
    result: List[Child] = []
    done = 0
    exact = [structures.exact(child) for child in children]
    names = [structures.name(child) for child in children]
    siblings = Siblings(tokens, _cuts(structures, children, feeds), sizes, exact, names)
    for run in best_runs(siblings, least=LEAST_SAVED):
        blocks = [children[start : start + run.period] for start in range(run.start, run.end, run.period)]
        result.extend(_stacked(structures, found, blocks, children[done : run.start]))
        done = run.end
    result.extend(children[done:])
    return result


def _stacked(structures: Structures, found: Found, blocks: List[List[Child]], before: List[Child]) -> List[Child]:
    """The children `before` a run of blocks and those of the blocks, with a part for each block that is in a stack.

    Equal tokens only say that the children of the blocks are equal, one by one. Blocks that are also wired alike, and
    follow each other, become a stack, with a block before them that is equal but has more. The others stay as they are.
    """
    result = list(before)
    known = [structures.signature(block) for block in blocks]
    start = 0
    for index in range(1, len(blocks) + 1):
        if index < len(blocks) and known[index][0] == known[start][0]:
            continue
        alike = blocks[start:index]
        cores = [_core(structures, block) for block in alike]
        first = _variant(structures, found, cores, result)
        copies = len(alike) + (first is not None)
        saved = sum(structures.boxes(child) for child in blocks[start]) * (copies - 1)
        if copies >= _blocks_needed(structures, cores) and saved >= LEAST_SAVED:
            stack = [
                _as_one_part(structures, core, own if core is block else None)
                for core, block, own in zip(cores, alike, known[start:index])
            ]
            if first is not None:
                stack.insert(0, _as_copy(structures, first, stack[0]))
            found.add(stack)
            inside = {structures.serial(child) for core in cores for child in core}
            inside.update(structures.serial(child) for child in (first.children if first else ()))
            rest = [child for block in (result, *alike) for child in block if structures.serial(child) not in inside]
            result = [*rest, *stack]
        else:
            result.extend(child for block in alike for child in block)
        start = index
    result.sort(key=first_row)
    return result


def _variant(structures: Structures, found: Found, cores: List[List[Child]], before: List[Child]) -> Optional[Variant]:
    """The copy before equal ones that has more than they, made of children that are in no stack."""
    if len(cores) < LEAST_BLOCKS:
        return None
    free = [
        child for child in before if structures.serial(child) not in found.stacked and not _is_end(structures, child)
    ]
    return variant_before(structures, cores[0], cores[1], free)


def _as_copy(structures: Structures, variant: Variant, drawn: Part) -> Part:
    """A copy that has more as one part, whose ops and parts are told in the order of the drawn copy's."""
    part = _as_one_part(structures, variant.children)
    parts = [variant.parts.get(inner.serial, part) for inner in drawn.parts()]
    same = {inner.serial for inner in parts}
    part.correspond(variant.ops, [*parts, *(inner for inner in part.within() if inner.serial not in same)])
    return part


def _blocks_needed(structures: Structures, cores: List[List[Child]]) -> int:
    """How many blocks it takes to make a stack.

    Two blocks are enough if corresponding groups have names that are a series (``conv_1``, ``conv_2``): one name can
    then stand for both. Blocks with different names, such as a generator and a critic, are worth showing one by one.
    """
    if len(cores[0]) == 1:
        return LEAST_COPIES
    members = zip(*(core for core in cores))
    groups = [[child.group for child in same if isinstance(child, Part) and child.group >= 0] for same in members]
    names = [[content_of(structures.graph).groups[group].name for group in same] for same in groups]
    return LEAST_BLOCKS if all(are_a_series(same) for same in names) else LEAST_COPIES


def _core(structures: Structures, members: List[Child]) -> List[Child]:
    """If a part is the only one of the members that is drawn, that part alone; otherwise all members.

    A layer with a few reads beside it thus stays the group that it is, instead of lying in a new group with the reads.
    """
    drawn = [child for child in members if structures.boxes(child)]
    return drawn if len(drawn) == 1 and isinstance(drawn[0], Part) else members


def _as_one_part(
    structures: Structures, members: List[Child], known: Optional[Tuple[StructureKey, List[Outer]]] = None
) -> Part:
    """The members as one part: a single group as it is, others as a new part.

    Pass their signature as `known` to save time.
    """
    if len(members) == 1 and isinstance(members[0], Part):
        return members[0]
    return structures.seal(-1, ("part",), list(members), known)


def _cuts(structures: Structures, children: List[Child], feeds: List[Set[int]]) -> List[float]:
    """For each child how bad a boundary just before it would be.

    It is the number of siblings before the boundary that feed one behind it, plus how alike the names on both sides are
    (0 to 1). So names mostly decide between boundaries that are equally good otherwise.
    """
    names = [structures.name(child) for child in children]
    last = list(range(len(feeds)))  # for each child the last sibling that it feeds
    drawn = [structures.boxes(child) > 0 for child in children]
    for index, sources in enumerate(feeds):
        for source in sources:
            if drawn[source]:  # a weight is docked where it is used, so that it passes no boundary
                last[source] = max(last[source], index)
    change = [0] * (len(feeds) + 2)  # how many more (or fewer) tensors cross this boundary than the one before
    for index, end in enumerate(last):
        if end > index:
            change[index + 1] += 1
            change[end + 1] -= 1
    cuts: List[float] = []
    total = 0
    for index in range(len(feeds)):
        total += change[index]
        cuts.append(total + (_likeness(names[index - 1], names[index]) if index else 0.0))
    return cuts


def _is_end(structures: Structures, child: Child) -> bool:
    """Whether a child is an input or output that is drawn as a box.

    A placeholder for a variable is a chip, so it is not one.
    """
    return (
        isinstance(child, int)
        and content_of(structures.graph).table.ops[child] in INPUTS_AND_OUTPUTS
        and structures.boxes(child) > 0
    )


def _likeness(first: str, second: str) -> float:
    """Which fraction of the longer name the common beginning of two names is."""
    common = 0
    while common < min(len(first), len(second)) and first[common] == second[common]:
        common += 1
    return common / max(len(first), len(second), 1)
