"""Fold what repeats into stacks: the first of equal parts is drawn for all of them."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Mapping, Optional, Sequence, Set, Tuple

from ..collector import paused
from ..graph.groups import Group
from ..graph.types import Edge, Measured, Port
from ..graph.view import CHIP, Given, Stack
from ..graph.vocabulary import chain
from .differ import differences, variation_words
from .fit import OWN, variations
from .flow import TensorRef
from .metrics import total
from .naming import part_name
from .rewire import passing, rewired
from .split import Found, find_repeats
from .succession import succession

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from .structure import Part


def repeat(graph: Graph, *, unfold: bool = False) -> Graph:
    """Put what repeats into groups; unless `unfold`, keep only the first of each stack.

    Before: the roles are decided (what is no box does not make a stack worth while). After: the content holds the first part of each
    stack, `view.stacks` names the parts it stands for, `view.made` the groups that were made of siblings;
    inputs from any copy come from the first one's op at the same position. `view.counts` says how many ops and edges are
    ``stacked``: drawn once for all copies. The graph given is unchanged: opening the stacks is drawing it with `unfold`.
    """
    with paused():  # millions of tuples that live to the end would be walked again and again: half the time
        found = find_repeats(graph)
        return reduce(graph, found, unfold=unfold)[0] if found.stacks else graph


def reduce(graph: Graph, found: Found, *, unfold: bool = False) -> Tuple[Graph, Dict[int, int]]:
    """What `repeat` makes of the parts `found`; and the group of each part that stays, by the part's serial number."""
    reduction = _Reduction(graph, found, unfold=unfold)
    return reduction.graph(), reduction.serials


class _Reduction:
    """Which ops and groups stay, and what stands for those that go."""

    def __init__(self, graph: Graph, found: Found, *, unfold: bool) -> None:
        self._graph, self._found = graph, found
        self._passing = passing(graph)
        self._stacked = {part.serial for stack in found.stacks for part in stack}
        self._shown: Dict[int, int] = {}
        """Op -> the op of the first copy that stands for it."""
        self._gone: Set[int] = set()
        self.serials: Dict[int, int] = {}
        """Part -> its group in the graph that is drawn."""
        self._stacks: Dict[int, Stack] = {}
        """First copy's part -> its stack."""
        for stack in found.stacks:
            if not unfold:
                self._stacks[stack[0].serial] = self._fold(stack)
        self._groups: List[Group] = []
        self._made: Set[int] = set()
        self._index: Dict[int, int] = {}
        self._home: Dict[int, int] = {}
        self._regroup()
        self._keep_weights()

    def _fold(self, stack: List[Part]) -> Stack:
        copies = [part.ops() for part in stack]
        for part, ops in zip(stack, copies):
            if part is not stack[0]:
                self._gone.add(part.serial)
                self._shown.update(zip(ops, copies[0]))
        return Stack(
            tuple(part_name(self._graph, part) for part in stack), tuple(copies),
            differences(self._graph, stack, copies), succession(self._graph.content.table, copies, self._passing),
            measured=self._measured(node for ops in copies for node in ops),
        )  # fmt: skip

    def _measured(self, nodes: Iterable[int]) -> Optional[Measured]:
        known = self._graph.content.measured
        found = [known[node] for node in nodes if node in known] if known else []
        return total(found) if found else None

    def _regroup(self) -> None:
        """Number the groups that stay, parents before children, and give every op that stays its group."""
        waiting: List[Tuple[Any, int]] = [(child, -1) for child in reversed(self._found.tops)]
        while waiting:
            child, parent = waiting.pop()
            if isinstance(child, int):
                self._home[child] = parent
            elif child.group < 0 and child.serial not in self._stacked:
                waiting.extend((inner, parent) for inner in reversed(child.children))
            elif child.serial not in self._gone:
                index = self._add(child, parent)
                waiting.extend((inner, index) for inner in reversed(child.children))

    def _keep_weights(self) -> None:
        """Keep the constants and variables that ops which stay use, although a copy that goes holds them.

        Weights may lie in another stack than the ops that use them. What stands for them there is another copy's.
        """
        table, role = self._graph.table, self._graph.content.view.role
        waiting = [(edge.node, node) for node in self._home for edge in table.data_inputs(node)]
        while waiting:
            weight, user = waiting.pop()
            if weight not in self._home and role(weight) == CHIP:
                self._home[weight] = self._home[user]
                self._shown.pop(weight, None)
                waiting.extend((edge.node, weight) for edge in table.data_inputs(weight))

    def _add(self, part: Part, parent: int) -> int:
        index = self.serials[part.serial] = len(self._groups)
        if part.group >= 0:
            self._groups.append(replace(self._graph.groups[part.group], parent=parent))
            self._index[part.group] = index
        else:
            name = part_name(self._graph, part)
            path = f"{self._groups[parent].path}/{name}" if parent >= 0 else name
            self._groups.append(Group(path, parent, "scope", name, measured=self._measured(part.ops())))
            self._made.add(index)
        return index

    def stand_in(self, node: int) -> int:
        """The op that is drawn for an op: itself, or the one at its place in the first copy."""
        while node in self._shown:
            node = self._shown[node]
        return node

    def graph(self) -> Graph:
        """The graph that is drawn."""
        content = self._graph.content
        kept = sorted(self._home)
        row = {node: index for index, node in enumerate(kept)}
        table = rewired(content.table, kept, row, self.stand_in)
        edges = len(content.table.edge_node) - len(table.edge_node)
        owner = [row.get(group.owner, -1) for group in self._groups]
        view = content.view
        counts = replace(view.counts, stacked=len(content.table) - len(kept), edges_stacked=edges)
        return self._graph.with_content(
            table=table,
            groups=tuple([replace(group, owner=owner[index]) for index, group in enumerate(self._groups)]),
            node_group=array("i", [self._home[node] for node in kept]),
            handles=_only(content.handles, row),
            inputs=self._ports(content.inputs, row),
            outputs=self._ports(content.outputs, row),
            sources=_only(content.sources, row),
            dead=bytes([content.dead[node] for node in kept]) if content.dead else b"",
            costs=_only(content.costs, row),
            measured=_only(content.measured, row),
            view=replace(
                view,
                roles=bytes([view.roles[node] for node in kept]) if view.roles else b"",
                closed=frozenset(self._index[group] for group in view.closed if group in self._index),
                stacks=self._drawn_stacks(row),
                made=frozenset(self._made),
                focus=self._index.get(view.focus, -1),
                counts=counts,
            ),
        )

    def _drawn_stacks(self, row: Mapping[int, int]) -> Dict[int, Stack]:
        """The stacks by their groups, with what the drawn copies do not show of the others' inputs."""
        found: Dict[int, Stack] = {}
        for stack in self._found.stacks:
            serial = stack[0].serial
            if serial not in self.serials or serial not in self._stacks:
                continue
            others = variations(self._graph, stack, self.stand_in, self._passing)
            sources = dict.fromkeys((row[one.source[0]], one.source[1]) for one in others if one.source != OWN)
            differ = (*self._stacks[serial].differences, *variation_words(self._graph, stack, others))
            found[self.serials[serial]] = self._stacks[serial]._replace(others=tuple(sources), differences=differ)
        for group, gives in self._given(row).items():
            found[group] = found[group]._replace(gives=gives)
        return found

    def _given(self, row: Mapping[int, int]) -> Dict[int, Dict[TensorRef, Given]]:
        """For each stack the tensors of other copies than the drawn one that leave it for good: it is the outermost around them."""
        table = self._graph.content.table
        found: Dict[int, Dict[TensorRef, Given]] = {}
        uses = [(edge, node) for node in self._home for edge in table.data_inputs(node)]
        uses += [(Edge(port.node, port.output), -1) for port in self._graph.content.outputs]
        for edge, user in uses:
            shown, types = self.stand_in(edge.node), table.outputs[edge.node]
            group = self._left(shown, user) if shown != edge.node and edge.output < len(types) else None
            if group is None:
                continue
            gives, tensor, kind = found.setdefault(group, {}), (row[shown], edge.output), types[edge.output]
            known = gives.get(tensor)
            gives[tensor] = Given(table.names[edge.node], kind if known is None or known.type == kind else None)
        return found

    def _left(self, shown: int, user: int) -> Optional[int]:
        """The outermost stack that holds an op that is drawn but not its user (-1: an output of the model)."""
        inside = set(chain(self._groups, self._home[user])) if user >= 0 else set()
        stacks = {self.serials[stack[0].serial] for stack in self._found.stacks if stack[0].serial in self.serials}
        around = [group for group in chain(self._groups, self._home[shown]) if group in stacks and group not in inside]
        return around[-1] if around else None

    def _ports(self, ports: Sequence[Port], row: Mapping[int, int]) -> Tuple[Port, ...]:
        return tuple(port._replace(node=row[self.stand_in(port.node)]) for port in ports)


def _only(column: Mapping[int, Any], row: Mapping[int, int]) -> Dict[int, Any]:
    return {row[node]: value for node, value in column.items() if node in row}
