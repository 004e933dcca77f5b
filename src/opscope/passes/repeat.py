"""Folds what repeats into stacks: of several equal parts, only one is kept and drawn for all.

`split.find_repeats` finds the parts and the stacks; this module makes the smaller graph.
"""

from __future__ import annotations

from array import array
from dataclasses import replace
from itertools import compress, count
from operator import or_
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Sequence, Set, Tuple

from ..collector import paused
from ..graph.content import content_of, with_content
from ..graph.edges import user_of
from ..graph.groups import Group
from ..graph.types import CONTROL, Port
from ..graph.view import ASIDE, CHIP, HIDDEN, LACKING, OMITTED, TOLD_IN_WORDS, Stack
from ..graph.with_fields import with_fields
from .carried import with_carried
from .copy_times import measured_on
from .crossings import Reduced, with_borders
from .differ import differences
from .entering import entering, entering_tensors
from .found import Found
from .found_in_copies import found_in_drawn
from .group_sizes import group_sizes, layer_count
from .naming import part_name
from .peculiar import own_layers, strided_layers
from .rewire import origin, passing, rewired
from .split import find_repeats
from .succession import succession
from .uneven import NamedOnly, in_order

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from .structure import Part

_COUNTED = TOLD_IN_WORDS | {HIDDEN, OMITTED}
"""The roles of ops that are not drawn and counted for that."""


def repeat(graph: Graph, *, unfold: bool = False) -> Graph:
    """Keep only one part of each stack; with `unfold`, only put the parts into groups and keep all of them.

    Before: the roles are decided. (Only ops that are drawn as boxes count when we decide whether a stack pays off.)

    After: the graph has one part of each stack, with its own weights and figures. Where an op outside used a tensor of another
    copy, it now uses that of the op at the same position in the copy that is kept; where that took a tensor of another copy, it
    takes what enters the first copy (`entering`). `view.stacks` has the copies that each kept part stands for and what crosses their border, `view.made` the groups that were made of
    siblings, `view.counts` how many ops and edges are gone (``stacked``, ``edges_stacked``).
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
        self._graph, self._found, self._table = graph, found, content_of(graph).table
        self._passed = passing(graph)
        self._stacked = {part.serial for stack in found.stacks for part in stack}
        self._shown: Dict[int, int] = {}
        """Op that goes -> the op at its place in the drawn copy. That one may go as well, in an outer stack."""
        self._gone: Set[int] = set()  # the serial numbers of the parts that go
        self._extra: Set[int] = set()  # ops that go and for which none stands
        self._first: Dict[int, Dict[int, int]] = {}
        """Serial number of the drawn part of a stack that is folded -> what `entering` tells of the stack."""
        self.serials: Dict[int, int] = {}
        """Serial number of a part that stays -> its new group."""
        for stack in () if unfold else found.stacks:
            self._fold(stack)
        self._entering = entering_tensors(graph, self._first.values(), self._passed)
        """Number of an edge into a drawn copy that is not the first -> what enters the stack there."""
        self._groups: List[Group] = []
        self._made: Set[int] = set()
        self._made_sizes: Dict[int, int] = {}
        self._index: Dict[int, int] = {}
        self._home: Dict[int, int] = {}
        self._regroup()
        self._keep_weights()
        self._aside = self._named_extras()
        """Op for which none stands and which is named -> the group that stays around it."""
        self._home.update(self._aside)

    def _fold(self, stack: List[Part]) -> None:
        """Let all parts of a stack but the first, which is the drawn one, go, and note what enters the stack."""
        copies = [part.ops() for part in stack]
        for part, ops in zip(stack, copies):
            # Ops correspond one to one, as far as the shorter list goes: for what a copy has more, nothing is drawn. What it lacks
            # is drawn for the other copies.
            if part is not stack[0]:
                self._gone.add(part.serial)
                self._shown.update(zip(ops, copies[0]))
                self._shown.pop(LACKING, None)
                self._extra.update(ops[len(copies[0]) :])
        self._first[stack[0].serial] = entering(self._graph, stack, self._passed)

    def _told(self, stack: List[Part]) -> Stack:
        """What the reader should be told about the copies of a stack. Of stacks inside copies that go, of which there may be thousands, nobody asks that."""
        ordered = in_order(stack)
        return Stack(
            tuple(part_name(self._graph, part) for part in stack), tuple(part.ops() for part in stack), differences(self._graph, ordered),
            succession(content_of(self._graph).table, ordered, self._passed),
            measured=measured_on(self._graph, stack),
            places=() if ordered == stack else tuple(part.place for part in stack),
            own_layers=own_layers(self._graph, ordered), strided=strided_layers(self._graph, ordered),
        )  # fmt: skip

    def _regroup(self) -> None:
        """Make the groups that stay, parents before children, and give every op that stays its new group."""
        waiting: List[Tuple[Any, int]] = [(child, -1) for child in reversed(self._found.tops)]
        while waiting:
            child, parent = waiting.pop()
            if isinstance(child, int):
                self._home[child] = parent
            elif (
                child.group < 0 and child.serial not in self._stacked
            ):  # siblings put together for a stack that is none
                waiting.extend((inner, parent) for inner in reversed(child.children))
            elif child.serial not in self._gone:
                index = self._add(child, parent)
                waiting.extend((inner, index) for inner in reversed(child.children))

    def _keep_weights(self) -> None:
        """Keep the constants and variables that ops which stay use, although a copy that goes holds them.

        Weights may lie in another stack than the ops that use them. What stands for them there is another copy's.
        """
        table, role = content_of(self._graph).table, content_of(self._graph).view.role
        starts, outputs, home = table.edge_start, table.edge_output, self._home
        edges = ((row, node) for node in home for row in range(starts[node], starts[node + 1]))
        # Most edges come from what stays anyway, so that is asked first.
        gone = [(table.edge_node[row], row, node) for row, node in edges if table.edge_node[row] not in home]
        waiting = [(weight, user) for weight, row, user in gone if outputs[row] != CONTROL]
        while waiting:
            weight, user = waiting.pop()
            if weight not in self._home and role(weight) == CHIP:
                self._home[weight] = self._home[user]
                self._shown.pop(weight, None)
                waiting.extend((edge.node, weight) for edge in table.data_inputs(weight))

    def _named_extras(self) -> Dict[int, int]:
        """The ops for which none stands that gradients use all the same: each stays, to be named there, without its own inputs."""
        if not self._extra:  # as in most graphs, which may have millions of edges
            return {}
        table, is_named = content_of(self._graph).table, NamedOnly(self._graph)
        used = (row for row, giver in enumerate(table.edge_node) if giver in self._extra) if is_named.any else ()
        named = {
            table.edge_node[row]
            for row in used
            if table.edge_output[row] != CONTROL and is_named(table.edge_node[row], user_of(table.edge_start, row))
        }
        return self._around(named) if named else {}

    def _around(self, ops: Set[int]) -> Dict[int, int]:
        """For each of these ops the innermost group that stays around it, one made of siblings included; -1 for none."""
        found: Dict[int, int] = {}
        waiting: List[Tuple[Any, int]] = [(child, -1) for child in self._found.tops]
        while waiting:
            child, group = waiting.pop()
            if isinstance(child, int):
                if child in ops:
                    found[child] = group
            else:
                group = self.serials.get(child.serial, group)
                waiting.extend((inner, group) for inner in child.children)
        return found

    def _add(self, part: Part, parent: int) -> int:
        """Add the group of one part: the group that it was, or a new one if it was made of siblings."""
        index = self.serials[part.serial] = len(self._groups)
        if part.group >= 0:
            self._groups.append(with_fields(content_of(self._graph).groups[part.group], parent=parent))
            self._index[part.group] = index
        else:
            name = part_name(self._graph, part)
            path = f"{self._groups[parent].path}/{name}" if parent >= 0 else name
            self._groups.append(Group(path, parent, "scope", name, measured=measured_on(self._graph, [part])))
            self._made.add(index)
            self._made_sizes[index] = part.size
        return index

    def stand_in(self, node: int) -> int:
        """The op that is drawn for an op: itself if it stays, else the one at its place in the drawn copy."""
        shown = self._shown.get
        found = shown(node)
        while found is not None:
            node, found = found, shown(found)
        return node

    def drawn(self, node: int, output: int) -> Tuple[int, int]:
        """The op and output that are drawn for a tensor. Where an identity of a copy that is gone hands it on, what gives it."""
        if self._passed[node] and node in self._shown:
            node, output = origin(self._table, node, output, self._passed)
        return self.stand_in(node), output

    def _source(self, edge: int) -> Optional[Tuple[int, int]]:
        """The op and output that are drawn as the source of an edge; ``None`` if it is a control edge from what is not drawn, or leads to that."""
        table = self._table
        if self._aside and user_of(table.edge_start, edge) in self._aside:
            return None
        producer, output = self._entering.get(edge) or (table.edge_node[edge], table.edge_output[edge])
        return None if output == CONTROL and producer in self._extra else self.drawn(producer, output)

    def graph(self) -> Graph:
        """The graph of what stays, every column cut down to the rows that are kept."""
        kept = sorted(self._home)  # in the order of the table
        return with_carried(self._kept(kept), self._graph, kept, self._drawn_parts(), self.drawn, self._source)

    def _drawn_parts(self) -> Dict[int, List[Part]]:
        """The copies of each stack that is drawn, by its group; a stack inside a copy that is gone has none."""
        stacks = [stack for stack in self._found.stacks if stack[0].serial in self._first]
        return {self.serials[stack[0].serial]: stack for stack in stacks if stack[0].serial in self.serials}

    def _twice(self) -> int:
        """How many ops that go have gone for another reason before: they are told with that."""
        roles = content_of(self._graph).view.roles
        gone = map(or_, map(_COUNTED.__contains__, roles), self._passed)
        return sum(node not in self._home for node in compress(count(), gone))

    def _kept(self, kept: Sequence[int]) -> Graph:
        """As `graph`, without what its wires stand for at the borders of stacks."""
        content = content_of(self._graph)
        row = {node: index for index, node in enumerate(kept)}
        table = rewired(content.table, kept, row, self._source)
        edges = len(content.table.edge_node) - len(table.edge_node)
        owner = [row.get(group.owner, -1) for group in self._groups]  # -1 also for groups without an owner
        view = content.view
        counts = replace(
            view.counts, stacked=len(content.table) - len(kept), stacked_twice=self._twice(), edges_stacked=edges
        )
        return with_content(
            self._graph,
            table=table,
            groups=tuple([_owned(group, owner[index]) for index, group in enumerate(self._groups)]),
            node_group=array("i", [self._home[node] for node in kept]),
            handles=_only(content.handles, row),
            inputs=self._ports(content.inputs, row),
            outputs=self._ports(content.outputs, row),
            sources=_only(content.sources, row),
            dead=bytes([content.dead[node] for node in kept]) if content.dead else b"",
            costs=_only(content.costs, row),
            measured=_only(content.measured, row),
            marks=_only(content.marks, row),
            found=found_in_drawn(self._graph, row, self._home, self._groups, self.stand_in),
            wires_gone=tuple(
                [
                    (row[source], output, row[taker])
                    for source, output, taker in content.wires_gone
                    if source in row and taker in row
                ]
            ),
            view=replace(
                view,
                roles=bytes([ASIDE if node in self._aside else view.role(node) for node in kept])
                if view.roles
                else b"",
                closed=frozenset(self._index[group] for group in view.closed if group in self._index),
                stacks=self._drawn_stacks(row),
                sizes=self._sizes_by_group(),
                layers=layer_count(self._graph),
                made=frozenset(self._made),
                makes=_only(view.makes, row),
                focus=self._index.get(view.focus, -1),
                counts=counts,
            ),
        )

    def _sizes_by_group(self) -> Dict[int, int]:
        """For each group that stays how many ops it has in the whole graph."""
        whole = group_sizes(self._graph)
        found = {index: whole[group] for group, index in self._index.items()}
        found.update({index: self._made_sizes[index] for index in self._made})
        return found

    def _drawn_stacks(self, row: Mapping[int, int]) -> Dict[int, Stack]:
        """The stacks that are drawn, by their groups."""
        parts = self._drawn_parts()
        stacks = {group: self._told(stack) for group, stack in parts.items()}
        first = {group: self._first[stack[0].serial] for group, stack in parts.items()}
        reduced = Reduced(
            self._graph, self._groups, self._home, self._aside.keys(), row, self.stand_in, self._passed,
            self._entering, first,
        )  # fmt: skip
        return with_borders(reduced, stacks, parts)

    def _ports(self, ports: Sequence[Port], row: Mapping[int, int]) -> Tuple[Port, ...]:
        shown = [(port, *self.drawn(port.node, port.output)) for port in ports]
        return tuple(port._replace(node=row[node], output=output) for port, node, output in shown)


def _owned(group: Group, owner: int) -> Group:
    """The group with that owner; most groups have none before and after."""
    return group if group.owner == owner else with_fields(group, owner=owner)


def _only(column: Mapping[int, Any], row: Mapping[int, int]) -> Dict[int, Any]:
    return {row[node]: value for node, value in column.items() if node in row}
