"""A graph's groups with each repeat once, as the drawing folds it: for tables, which need no graph of what stays.

Making that graph takes as long as finding what repeats. So here the parts of `split.find_repeats` are walked: a part of a copy
that is not drawn goes to the part that is drawn for it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, AbstractSet, Dict, List, NamedTuple, Optional, Sequence, Set, Tuple

from ..collector import paused
from ..graph.content import content_of
from ..graph.view import LACKING
from ..graph.vocabulary import chain
from . import with_roles
from .differ import differences, variation_words
from .ends import drawn_inputs
from .fit import variations
from .group_sizes import group_sizes
from .naming import part_name
from .rewire import passing
from .split import find_repeats
from .structure import Part
from .uneven import in_order

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from .found import Found
    from .structure import Child


class Listed(NamedTuple):
    """A group, with the groups of other copies that are not told because it is, or siblings put together for a stack."""

    parent: int
    """The entry around it; -1 if there is none."""
    group: int
    """The group; -1 for siblings put together."""
    groups: Sequence[int]
    """All groups that it stands for, in the order of the graph; none for siblings put together."""
    parts: Sequence[Part]
    """All parts that it stands for, in the order of the graph."""
    course: Sequence[int]
    """The groups that it stands for in the copies of the innermost stack around, in the order of the data. Empty outside of stacks, and for what only one copy has."""
    only: Optional[int]
    """The place of the copy, in the order of the data, that has it and the drawn one has not; ``None`` for all else."""
    names: Sequence[str]
    """Of what is drawn for a stack the names of the copies, in the order of the data; empty for all else."""
    differences: Tuple[str, ...]
    """What is not the same in all these copies, in words."""


def entries(graph: Graph, wanted: AbstractSet[int]) -> List[Listed]:
    """The groups of a graph and the siblings put together, each with what it stands for; empty if no wanted group repeats.

    Parents come before their children, the children of one in the order of the graph, and what not the drawn copy but another one has
    behind them.

    Args:
        graph: any graph.
        wanted: the groups that the list is for. What repeats without any of these in it is not looked for.
    """
    if not _within(graph, wanted):
        return []
    with paused():
        graph = with_roles(graph)
        within = _within(graph, wanted, sizes=_sizes(graph))
        found = find_repeats(graph, within) if within else None
        return _Listing(graph, found).entries() if found and found.stacks else []


def _within(graph: Graph, wanted: AbstractSet[int], *, sizes: Optional[Sequence[int]] = None) -> Set[int]:
    """The groups in which wanted groups can repeat: at least two groups that may be equal lie in it and hold any. -1 is the top.

    Equal groups are of one kind and class, and have equally many ops: pass them as `sizes` where they are known.
    """
    groups = content_of(graph).groups
    holding = bytearray(len(groups))
    alike: Counter[Tuple[int, str, object, int]] = Counter()
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if index in wanted or holding[index]:
            alike[group.parent, group.kind, group.cls, sizes[index] if sizes else 0] += 1
            if group.parent >= 0:
                holding[group.parent] = 1
    return {parent for (parent, *_), count in alike.items() if count > 1}


def _sizes(graph: Graph) -> List[int]:
    """For each group how many ops lie in it, at any depth; the model's inputs, which are drawn outside of every card, lie in none."""
    content = content_of(graph)
    counts = group_sizes(graph)
    for node in drawn_inputs(graph):
        for index in chain(content.groups, content.node_group[node]):
            counts[index] -= 1
    return counts


class _Home(NamedTuple):
    """Where what lies in a part is told."""

    told: int
    """The serial number of the part in which it is told; -1 for the top."""
    undrawn: bool
    """Whether it lies in a copy that is not drawn."""
    place: int
    """The place of the innermost copy around, in the order of the data."""


_TOP = _Home(-1, undrawn=False, place=-1)


class _Listing:
    def __init__(self, graph: Graph, found: Found) -> None:
        self._graph, self._found = graph, found
        self._drawn_for: Dict[int, Part] = {}
        """Serial number of a part in a copy that is not drawn -> the part at its place in the drawn one, which may lie in such a copy too."""
        self._course: Dict[int, Dict[int, List[int]]] = {}
        """Serial number of a stack's drawn part -> serial number of a part in it -> the groups at its place in all copies."""
        self._stacks = {stack[0].serial: stack for stack in found.stacks}
        self._shown: Dict[int, int] = {}  # the same for ops
        for stack in found.stacks:
            self._note(stack)
        self._parts: Dict[int, List[Part]] = {}
        """Serial number of a part that is told -> all that it stands for."""
        self._inside: Dict[int, List[Part]] = {}
        """Serial number of a part that is told -> the parts directly in it that are told."""
        self._more: Dict[int, int] = {}
        """Serial number of a part that is told and lies in a copy that is not drawn -> the place of that copy."""
        self._passed = passing(graph)
        self._homes: Dict[int, _Home] = {-1: _TOP}
        """Group -> where what lies in it is told."""
        self._walk()
        self._add_empty()

    def _note(self, stack: Sequence[Part]) -> None:
        """Note which parts and ops of the copies correspond."""
        own, course = stack[0].parts(), self._course.setdefault(stack[0].serial, {})
        for part in in_order(stack):
            drawn_for = {part.serial: stack[0]}
            for inner, drawn in zip(part.parts(), own):
                if inner is None or drawn is None:  # one of the two lacks it
                    continue
                drawn_for.setdefault(inner.serial, drawn)
                if inner.group >= 0:
                    course.setdefault(drawn.serial, []).append(inner.group)
            if part is not stack[0]:
                self._drawn_for.update(drawn_for)  # inner stacks are noted before those around them
                self._shown.update(pair for pair in zip(part.ops(), stack[0].ops()) if LACKING not in pair)

    def _told(self, part: Part) -> Part:
        while part.serial in self._drawn_for:
            part = self._drawn_for[part.serial]
        return part

    def _walk(self) -> None:
        """Find for each part what is told for it, and where that lies."""
        stacked = {part.serial for stack in self._found.stacks for part in stack}
        waiting = [(part, _TOP) for part in _parts_of(self._found.tops)]
        while waiting:
            part, home = waiting.pop()
            # Siblings put together for a stack that is none are nothing: what is in them lies in what is around them.
            if part.group >= 0 or part.serial in stacked:
                told = self._told(part)
                if told is part:
                    self._tell(part, home)
                self._parts.setdefault(told.serial, []).append(part)
                place = part.place if part.serial in stacked else home.place
                home = _Home(told.serial, home.undrawn or told is not part, place)
                if part.group >= 0:
                    self._homes[part.group] = home
            waiting.extend([(child, home) for child in _parts_of(part.children)])

    def _tell(self, part: Part, home: _Home) -> None:
        self._inside.setdefault(home.told, []).append(part)
        if home.undrawn:
            self._more[part.serial] = home.place

    def _add_empty(self) -> None:
        """Tell each group without ops, which is no part, by itself."""
        for index, group in enumerate(content_of(self._graph).groups):
            if index not in self._homes:
                home, part = self._homes[group.parent], Part(index, -2 - index, [])  # parts have serial numbers from 0
                self._tell(part, home)
                self._parts[part.serial] = [part]
                self._homes[index] = home._replace(told=part.serial)

    def entries(self) -> List[Listed]:
        """The parts that are told, outer ones first."""
        found: List[Listed] = []
        waiting = [(part, -1, -1) for part in reversed(self._ordered(-1))]
        while waiting:
            part, parent, stack = waiting.pop()
            stack = part.serial if part.serial in self._stacks else stack
            found.append(self._entry(part, parent, stack))
            waiting.extend((inner, len(found) - 1, stack) for inner in reversed(self._ordered(part.serial)))
        return found

    def _ordered(self, around: int) -> List[Part]:
        return sorted(self._inside.get(around, ()), key=lambda part: part.serial in self._more)

    def _entry(self, part: Part, parent: int, stack: int) -> Listed:
        """The entry of a part; `stack` is the serial number of the drawn part of the innermost stack around."""
        own, parts = self._stacks.get(part.serial), self._parts[part.serial]
        return Listed(
            parent, part.group, [one.group for one in parts if one.group >= 0] if part.group >= 0 else (), parts,
            self._course.get(stack, {}).get(part.serial, ()), self._more.get(part.serial),
            [part_name(self._graph, one) for one in in_order(own)] if own else (), self._words(own) if own else (),
        )  # fmt: skip

    def _words(self, stack: Sequence[Part]) -> Tuple[str, ...]:
        """What a drawing says of the copies of a stack."""
        others = variations(self._graph, stack, self._stand_in, self._passed)
        return (*differences(self._graph, in_order(stack)), *variation_words(self._graph, stack, others))

    def _stand_in(self, op: int) -> int:
        while op in self._shown:
            op = self._shown[op]
        return op


def _parts_of(children: Sequence[Child]) -> List[Part]:
    """The parts among some children, the last first."""
    return [child for child in reversed(children) if not isinstance(child, int)]
