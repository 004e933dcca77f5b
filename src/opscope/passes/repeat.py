"""Folds what repeats into stacks: of several equal parts, only the first is kept and drawn for all.

`split.find_repeats` finds the parts and the stacks; this module makes the smaller graph.
"""

from __future__ import annotations

from array import array
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Sequence, Set, Tuple, TypeVar

from ..collector import paused
from ..graph.groups import Group
from ..graph.types import Measured, Port
from ..graph.view import WIRE
from .differ import differences
from .naming import part_name
from .rewire import rewired
from .split import Found, find_repeats
from .succession import succession
from .wires import PASSING

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from .structure import Part

Words = TypeVar("Words", str, Tuple[str, ...])


def repeat(graph: Graph, *, unfold: bool = False) -> Graph:
    """Keep only the first part of each stack; with `unfold`, only put the parts into groups and keep all of them.

    Before: the roles are decided. (Only ops that are drawn as boxes count when we decide whether a stack pays off.)

    After: the graph has the first part of each stack. Where an op used a tensor of another copy, it now uses that of
    the op at the same position in the first copy. `view.stacks` has the names of the parts that each kept part stands
    for, `view.made` the groups that were made of siblings, `view.counts` how many ops and edges are gone (``stacked``,
    ``edges_stacked``).
    """
    # Python's garbage collector would look at millions of tuples again and again: half of the time that this takes.
    with paused():
        found = find_repeats(graph)
        return reduce(graph, found, unfold=unfold)[0] if found.stacks else graph


def reduce(graph: Graph, found: Found, *, unfold: bool = False) -> Tuple[Graph, Dict[int, int]]:
    """What `repeat` makes of the parts `found`. Also, for each part that stays, its serial number -> its new group."""
    reduction = _Reduction(graph, found, unfold=unfold)
    return reduction.graph(), reduction.serials


class _Reduction:
    """Decides which ops and groups stay and what stands in for the others, then builds the graph of what stays."""

    def __init__(self, graph: Graph, found: Found, *, unfold: bool) -> None:
        self._graph, self._found = graph, found
        self._passing = _passing(graph)
        self._shown: Dict[int, int] = {}
        """Op -> the op of the first copy that stands for it."""
        self._shown_groups: Dict[int, int] = {}
        """Group -> the group of the first copy that stands for it."""
        self._stacks_of: Dict[int, List[int]] = {}
        """Op -> the stacks in whose copies it lies; a stack has the serial number of its first part."""
        self._gone: Set[int] = set()  # the serial numbers of the parts that go
        self.serials: Dict[int, int] = {}
        """Serial number of a part that stays -> its new group."""
        self._names: Dict[int, Tuple[str, ...]] = {}
        self._differences: Dict[int, Tuple[str, ...]] = {}
        self._successions: Dict[int, str] = {}
        for stack in found.stacks:
            if not unfold:
                self._names[stack[0].serial] = tuple(part_name(graph, part) for part in stack)
                self._fold(stack)
        self._groups: List[Group] = []
        self._stacks: Dict[int, Tuple[str, ...]] = {}
        self._made: Set[int] = set()
        self._index: Dict[int, int] = {}
        self._home: Dict[int, int] = {}
        self._regroup()

    def _fold(self, stack: List[Part]) -> None:
        """Let all parts of a stack but the first go, and note what the reader should be told about them."""
        number = stack[0].serial
        copies = [part.ops() for part in stack]
        self._differences[number] = differences(self._graph, stack, copies)
        self._successions[number] = succession(self._graph.content.table, copies, self._passing)
        for part, ops in zip(stack, copies):
            # Equal structure means equal length and order, so ops correspond one to one.
            if part is not stack[0]:
                self._gone.add(part.serial)
                self._shown.update(zip(ops, copies[0]))
                pairs = zip(part.groups(), stack[0].groups())
                self._shown_groups.update((own, first) for own, first in pairs if own >= 0 and first >= 0)
            for op in ops:
                self._stacks_of.setdefault(op, []).append(number)

    def _regroup(self) -> None:
        """Make the groups that stay, parents before children, and give every op that stays its new group."""
        waiting: List[Tuple[Any, int]] = [(child, -1) for child in reversed(self._found.tops)]
        while waiting:
            child, parent = waiting.pop()
            if isinstance(child, int):
                self._home[child] = parent
            elif child.serial not in self._gone:
                index = self._add(child, parent)
                waiting.extend((inner, index) for inner in reversed(child.children))

    def _add(self, part: Part, parent: int) -> int:
        """Add the group of one part: the group that it was, or a new one if it was made of siblings."""
        index = self.serials[part.serial] = len(self._groups)
        if part.group >= 0:
            self._groups.append(replace(self._graph.groups[part.group], parent=parent))
            self._index[part.group] = index
        else:
            name = part_name(self._graph, part)
            path = f"{self._groups[parent].path}/{name}" if parent >= 0 else name
            self._groups.append(Group(path, parent, "scope", name))
            self._made.add(index)
        if part.serial in self._names:
            self._stacks[index] = self._names[part.serial]
        return index

    def stand_in(self, node: int) -> int:
        """The op that is drawn for an op: itself if it stays, else the one at its place in the first copy."""
        while node in self._shown:
            node = self._shown[node]
        return node

    def graph(self) -> Graph:
        """The graph of what stays, every column cut down to the rows that are kept."""
        content = self._graph.content
        kept = sorted(self._home)  # in the order of the table
        row = {node: index for index, node in enumerate(kept)}
        table = rewired(content.table, kept, row, self.stand_in, self._stacks_of, self._passing)
        edges = len(content.table.edge_node) - len(table.edge_node)
        owner = [row.get(group.owner, -1) for group in self._groups]
        view, figures = content.view, self._measured_groups()
        counts = replace(view.counts, stacked=len(content.table) - len(kept), edges_stacked=edges)
        return self._graph.with_content(
            table=table,
            groups=tuple(
                [
                    replace(group, owner=owner[index], measured=figures.get(index, group.measured))
                    for index, group in enumerate(self._groups)
                ]
            ),
            node_group=array("i", [self._home[node] for node in kept]),
            handles=_only(content.handles, row),
            inputs=self._ports(content.inputs, row),
            outputs=self._ports(content.outputs, row),
            sources=_only(content.sources, row),
            dead=bytes([content.dead[node] for node in kept]) if content.dead else b"",
            costs=_only(content.costs, row),
            measured=self._measured(row),
            view=replace(
                view,
                roles=bytes([view.roles[node] for node in kept]) if view.roles else b"",
                closed=frozenset(self._index[group] for group in view.closed if group in self._index),
                stacks=self._stacks,
                differences=self._by_group(self._differences),
                successions=self._by_group(self._successions),
                made=frozenset(self._made),
                focus=self._index.get(view.focus, -1),
                counts=counts,
            ),
        )

    def _by_group(self, found: Mapping[int, Words]) -> Dict[int, Words]:
        """Words about stacks, now by group. Stacks inside a copy that is gone, and empty words, are left out."""
        return {self.serials[serial]: words for serial, words in found.items() if words and serial in self.serials}

    def _ports(self, ports: Sequence[Port], row: Mapping[int, int]) -> Tuple[Port, ...]:
        return tuple(port._replace(node=row[self.stand_in(port.node)]) for port in ports)

    def _measured(self, row: Mapping[int, int]) -> Dict[int, Measured]:
        """The measurements of the ops that stay. An op's figures are the sum over all copies of it."""
        summed: Dict[int, List[Measured]] = {}
        for node, measured in self._graph.content.measured.items():
            summed.setdefault(self.stand_in(node), []).append(measured)
        return {row[node]: total(parts) for node, parts in summed.items()}

    def _measured_groups(self) -> Dict[int, Measured]:
        """The same of the groups that stay: a card that stands for five blocks has the time of all five, as its ops have."""
        summed: Dict[int, List[Measured]] = {}
        for group, each in enumerate(self._graph.groups):
            if each.measured is not None:
                summed.setdefault(self._stand_in_group(group), []).append(each.measured)
        return {self._index[group]: total(parts) for group, parts in summed.items() if group in self._index}

    def _stand_in_group(self, group: int) -> int:
        while group in self._shown_groups:
            group = self._shown_groups[group]
        return group


def _passing(graph: Graph) -> bytes:
    """For each op 1 if it is an identity that is drawn as a wire."""
    ops, roles = graph.table.ops, graph.content.view.roles
    return bytes([role == WIRE and op in PASSING for role, op in zip(roles, ops)]) if roles else bytes(len(ops))


def total(parts: Sequence[Measured]) -> Measured:
    """The sum of several measurements.

    A quantity that none of them has stays ``None``; `fused` is taken from the first.
    """
    if len(parts) == 1:
        return parts[0]
    sums = {}
    for name in (field.name for field in fields(parts[0]) if field.name != "fused"):
        values = [getattr(part, name) for part in parts if getattr(part, name) is not None]
        sums[name] = sum(values) if values else None
    return replace(parts[0], **sums)


def _only(column: Mapping[int, Any], row: Mapping[int, int]) -> Dict[int, Any]:
    return {row[node]: value for node, value in column.items() if node in row}
