"""Find what repeats inside every group, from the inside out: copies side by side, and blocks in a row.

A wide flat group (an optimizer with hundreds of variables) falls into the parts that hang together once what feeds
many of them is set aside; a long one (the layers of a network) into blocks that follow each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Set, Tuple

from ..graph.vocabulary import INPUTS, RESULT
from .ends import drawn_inputs
from .fit import joins_ends, runs
from .naming import are_a_series
from .rewire import passing
from .series import best_runs
from .structure import Child, Outer, Part, StructureKey, Structures, first_row

if TYPE_CHECKING:
    from ..graph.graph import Graph

HUB = 8
"""A sibling that feeds this many others joins nothing."""
LEAST_COPIES = 3
"""Fewer equal siblings are all shown ..."""
LEAST_BLOCKS = 2
"""... and so are fewer blocks of several siblings in a row."""
LEAST_SAVED = 10
"""A stack that would put fewer ops than this out of sight is not made."""

INPUTS_AND_OUTPUTS = INPUTS | {RESULT}
"""Inputs and outputs, which a reader wants to see one by one."""


@dataclass
class Found:
    """The parts of a graph: `tops` are its outermost children; each stack lists equal parts, the first shown for all."""

    tops: List[Child]
    distinct: int
    stacks: List[List[Part]] = field(default_factory=list)
    stacked: Set[int] = field(default_factory=set)
    """The serial numbers of all parts in stacks."""
    plain: Set[Tuple[Any, ...]] = field(default_factory=set)
    """What groups are like in which nothing repeats."""

    def add(self, stack: List[Part]) -> None:
        """Note one more stack."""
        self.stacks.append(stack)
        self.stacked.update(part.serial for part in stack)


def find_repeats(graph: Graph) -> Found:
    """The parts of a graph and what repeats among them."""
    structures = Structures(graph)
    members, subgroups = _members(graph), graph.children()
    parts: Dict[int, Part] = {}
    found = Found([], 0)
    for index in range(len(graph.groups) - 1, -1, -1):
        children: List[Child] = [*members[index], *(parts.pop(child) for child in subgroups[index] if child in parts)]
        if children:
            group = graph.groups[index]
            label: StructureKey = (group.kind, group.cls, index == graph.content.view.focus)
            parts[index] = _sealed(structures, found, index, label, children)
    tops: List[Child] = [*members[-1], *(parts[child] for child in subgroups[-1] if child in parts)]
    found.tops = _split(structures, found, tops)
    found.distinct = structures.distinct
    passed = passing(graph)
    found.stacks = [
        run
        for stack in found.stacks
        for run in runs(graph, stack, passed)
        if _is_worth(run, stack) and not joins_ends(graph, run, passed)
    ]
    return found


def _is_worth(run: List[Part], stack: List[Part]) -> bool:
    """Whether a run of a stack's copies is a stack."""
    return run == stack or (len(run) >= LEAST_COPIES and run[0].boxes * (len(run) - 1) >= LEAST_SAVED)


def _members(graph: Graph) -> List[List[int]]:
    """The ops of each group; the model's inputs, which are drawn outside of every card, are loose."""
    members, inputs = graph.members(), drawn_inputs(graph)
    if any(graph.content.node_group[node] >= 0 for node in inputs):
        members = [[node for node in ops if node not in inputs] for ops in members[:-1]]
        members.append(sorted({*graph.members()[-1], *inputs}))
    return members


def _sealed(structures: Structures, found: Found, group: int, label: StructureKey, children: List[Child]) -> Part:
    """A group as a part, what repeats in it put together. Groups alike in which nothing repeats are searched once."""
    children.sort(key=first_row)
    boxes = [structures.boxes(child) for child in children]
    if sum(boxes) <= LEAST_SAVED:
        return structures.seal(group, label, children)
    known = structures.signature(children)
    # all that the search looks at, ops' names aside
    inside = [child for child in children if isinstance(child, Part)]
    seen = tuple([(_name(structures.graph, child), child.serial in found.stacked) for child in inside])
    key = (known[0], tuple(boxes), seen)
    if key in found.plain:
        return structures.seal(group, label, children, known)
    stacks = len(found.stacks)
    split = _split(structures, found, children)
    if len(found.stacks) > stacks:
        return structures.seal(group, label, split)
    found.plain.add(key)
    return structures.seal(group, label, children, known)


def _split(structures: Structures, found: Found, children: List[Child]) -> List[Child]:
    """The children of one group in traced order, what repeats put together."""
    children.sort(key=first_row)
    if sum([structures.boxes(child) for child in children]) <= LEAST_SAVED:
        return children
    feeds = _edges(structures, children)
    copied = _side_by_side(structures, found, children, feeds)
    if len(copied) != len(children):
        children, feeds = copied, _edges(structures, copied)
    return _in_a_row(structures, found, children, feeds)


def _edges(structures: Structures, children: List[Child]) -> List[Set[int]]:
    """For each child the places of the siblings that feed it."""
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
    """Put equal components of the siblings together, one part each."""
    used = [0] * len(children)
    for sources in feeds:
        for source in sources:
            used[source] += 1
    for index, child in enumerate(children):
        if _is_end(structures, child):
            used[index] = HUB  # drawn by itself: copies may each have one, and it is part of none
    components = _components(feeds, used)
    if len(components) < LEAST_COPIES:
        return children
    equal: Dict[StructureKey, List[Tuple[List[Child], List[Outer]]]] = {}
    for component in components:
        members = _core(structures, [children[index] for index in component])
        signature, outer = structures.signature(members)
        equal.setdefault(signature, []).append((members, outer))
    taken: Set[int] = set()
    made: List[Child] = []
    for signature, copies in equal.items():
        saved = sum(structures.boxes(child) for child in copies[0][0]) * (len(copies) - 1)
        if len(copies) >= LEAST_COPIES and saved >= LEAST_SAVED:
            stack = [_whole(structures, members, (signature, outer)) for members, outer in copies]
            found.add(stack)
            made.extend(stack)
            taken.update([structures.serial(child) for members, _ in copies for child in members])
    if not made:
        return children
    rest = [child for child in children if structures.serial(child) not in taken]
    return sorted([*rest, *made], key=first_row)


def _components(feeds: List[Set[int]], used: List[int]) -> List[List[int]]:
    """The siblings that hang together, hubs left out."""
    root = list(range(len(feeds)))

    def find_root(index: int) -> int:
        while root[index] != index:
            root[index] = root[root[index]]
            index = root[index]
        return index

    for index, sources in enumerate(feeds):
        if used[index] >= HUB:
            continue
        for source in sources:
            if used[source] < HUB:
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
    """Put blocks of siblings that follow each other together, one part each."""
    tokens = [
        -1 - index
        if structures.serial(child) in found.stacked or _is_end(structures, child)
        else structures.token(child)
        for index, child in enumerate(children)
    ]
    if len(set(tokens)) == len(tokens):
        return children
    sizes = [structures.boxes(child) for child in children]
    result: List[Child] = []
    done = 0
    for run in best_runs(tokens, _cuts(structures, children, feeds), sizes):
        result.extend(children[done : run.start])
        blocks = [children[start : start + run.period] for start in range(run.start, run.end, run.period)]
        result.extend(_stacked(structures, found, blocks))
        done = run.end
    result.extend(children[done:])
    return result


def _stacked(structures: Structures, found: Found, blocks: List[List[Child]]) -> List[Child]:
    """Blocks of equal children: those in a row that are also wired alike become a stack, others stay as they are."""
    result: List[Child] = []
    known = [structures.signature(block) for block in blocks]
    start = 0
    for index in range(1, len(blocks) + 1):
        if index < len(blocks) and known[index][0] == known[start][0]:
            continue
        alike = blocks[start:index]
        cores = [_core(structures, block) for block in alike]
        saved = sum(structures.boxes(child) for child in blocks[start]) * (len(alike) - 1)
        if len(alike) >= _least(structures, cores) and saved >= LEAST_SAVED:
            stack = [
                _whole(structures, core, own if core is block else None)
                for core, block, own in zip(cores, alike, known[start:index])
            ]
            found.add(stack)
            result.extend(stack)
            inside = {structures.serial(child) for core in cores for child in core}
            result.extend(child for block in alike for child in block if structures.serial(child) not in inside)
        else:
            result.extend(child for block in alike for child in block)
        start = index
    result.sort(key=first_row)
    return result


def _least(structures: Structures, cores: List[List[Child]]) -> int:
    """How many blocks make a stack: two are only one, drawn once, where their groups' names are a series."""
    if len(cores[0]) == 1:
        return LEAST_COPIES
    members = zip(*(core for core in cores))
    groups = [[child.group for child in same if isinstance(child, Part) and child.group >= 0] for same in members]
    names = [[structures.graph.groups[group].name for group in same] for same in groups]
    return LEAST_BLOCKS if all(are_a_series(same) for same in names) else LEAST_COPIES


def _core(structures: Structures, members: List[Child]) -> List[Child]:
    """The one group among members of which nothing else is drawn; else all of them."""
    drawn = [child for child in members if structures.boxes(child)]
    return drawn if len(drawn) == 1 and isinstance(drawn[0], Part) else members


def _whole(
    structures: Structures, members: List[Child], known: Optional[Tuple[StructureKey, List[Outer]]] = None
) -> Part:
    """One part for the members, whose signature may be `known`: the member itself when it is a single group."""
    if len(members) == 1 and isinstance(members[0], Part):
        return members[0]
    return structures.seal(-1, ("part",), list(members), known)


def _cuts(structures: Structures, children: List[Child], feeds: List[Set[int]]) -> List[float]:
    """What speaks against a boundary before each child: siblings before it that feed one behind it, like names."""
    names = [_name(structures.graph, child) for child in children]
    last = list(range(len(feeds)))
    drawn = [structures.boxes(child) > 0 for child in children]
    for index, sources in enumerate(feeds):
        for source in sources:
            if drawn[source]:  # a weight is docked where it is used, so that it passes no boundary
                last[source] = max(last[source], index)
    change = [0] * (len(feeds) + 2)
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
    """Whether a child is a box for an input or output; a variable's handle, which is docked, is none."""
    return (
        isinstance(child, int)
        and structures.graph.table.ops[child] in INPUTS_AND_OUTPUTS
        and structures.boxes(child) > 0
    )


def _name(graph: Graph, child: Child) -> str:
    return graph.groups[child.group].name if isinstance(child, Part) and child.group >= 0 else ""


def _likeness(first: str, second: str) -> float:
    """How much of two names is the same from the start, from 0 to 1."""
    common = 0
    while common < min(len(first), len(second)) and first[common] == second[common]:
        common += 1
    return common / max(len(first), len(second), 1)
