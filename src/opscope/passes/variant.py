"""Finds a copy that is equal to others but for an optional branch: the first block of a ResNet's stage, with its projection.

Two equal blocks follow each other, and what feeds the first of them may be a block of the same kind that has something more.
We walk backwards through both at once, from what the block gives to what it takes, and pair the ops that are alike. Where the
block takes a tensor from outside and the other one makes it itself from that tensor, what makes it is the optional branch.
What the walk proposes is then compared op by op.
"""

from __future__ import annotations

from typing import Dict, FrozenSet, List, NamedTuple, Optional, Sequence, Set, Tuple

from ..graph.content import content_of
from ..graph.types import Edge
from ..graph.view import LACKING, UNWIRED
from .flow import TensorRef
from .numbered import NumberChange, changes
from .structure import MATTER, Child, Outer, Part, Structures, first_row

REACH = 4
"""A copy with more is looked for in the siblings just before the blocks: so many times as many as a block has."""
MOST_MORE = 2
"""What a copy has more is at most one part in so many of the boxes that all copies have."""


class Variant(NamedTuple):
    """A copy with more than the others."""

    children: List[Child]
    """The siblings that it consists of."""
    ops: List[int]
    """Its ops: those that correspond to the others', in their order (`LACKING` where it has none), and then those that only it has."""
    parts: Dict[int, Part]
    """Serial number of a part in the others -> the part that corresponds to it; a part that the copy lacks is no key."""
    instead: Tuple[TensorRef, ...] = ()
    """The tensors that are handed on in the place of those that an op would give which the copy lacks."""


class Series(NamedTuple):
    """How equal blocks follow each other."""

    fed: List[Outer]
    """The edges from one to the next: which op of the next takes it, as which input, which op of the one gives it, and its output."""
    changes: List[Tuple[NumberChange, ...]]
    """How the name of each sibling changes from one block to the next."""


def reach(length: int) -> int:
    """How many siblings before blocks of this length may be part of a copy: it is next to the others."""
    return REACH * (length + 1)


def variant_before(
    structures: Structures, model: Sequence[Child], series: Series, free: Sequence[Child]
) -> Optional[Variant]:
    """The copy that feeds the block `model` as the blocks of a series feed each other, and has more than they; ``None`` if there is none.

    Args:
        structures: where the tokens of parts are known.
        model: the block behind the copy.
        series: how equal blocks follow each other.
        free: siblings that stand just before `model` and are in no stack.
    """
    match = Match(structures, model, free)
    if not free or not match.start(series) or not match.complete():
        return None
    return match.variant(series)


def series_of(structures: Structures, first: Sequence[Child], second: Sequence[Child]) -> Series:
    """How one of two equal blocks feeds the other, which follows it. Before: none of the two is a part yet."""
    place = {op: number for number, op in enumerate(op for child in first for op in ops_in(child))}
    fed, passed = [], 0
    for child in second:
        fed += [
            (passed + edge[0], edge[1], place[edge[2]], edge[3]) for edge in structures.outer(child) if edge[2] in place
        ]
        passed += len(ops_in(child))
    names = [[structures.name(child) for child in block] for block in (first, second)]
    return Series(fed, changes(*names))


class Match:
    """Which op of a block corresponds to which of the copy that is looked for."""

    may_differ_in: FrozenSet[str] = frozenset()
    """Attributes that may differ between two ops that correspond, of those that matter to their structure (`MATTER`)."""

    def __init__(self, structures: Structures, model: Sequence[Child], free: Sequence[Child]) -> None:
        self._structures = structures
        self._model = {structures.serial(child): child for child in model}
        self._free = {structures.serial(child): child for child in free}
        self._table, self._view = content_of(structures.graph).table, content_of(structures.graph).view
        self._inside: Dict[int, Dict[int, Child]] = {}  # serial number of a part -> op in it -> its child there
        self._ops: Dict[int, int] = {}
        self._taken: Set[int] = set()  # the values of `_ops`
        self._parts: Dict[int, Part] = {}
        self._unlike: List[Tuple[Part, Part]] = []
        """Corresponding parts that differ, so that their children are compared one by one."""
        self._into: Dict[TensorRef, List[TensorRef]] = {}
        """A tensor that the block takes from outside -> what the copy has in the places of that tensor."""
        self._taken_in: Dict[TensorRef, TensorRef] = {}
        """A tensor that the block takes from outside -> the one that the copy takes for it."""
        self._more: Set[int] = set()  # ops that only the copy has
        self._edges: Dict[int, Sequence[Edge]] = {}
        self._waiting: List[Tuple[TensorRef, TensorRef]] = []  # tensors that should correspond
        self._size = sum(1 if isinstance(child, int) else child.size for child in self._model.values())

    def start(self, series: Series) -> bool:
        """Pair what the block would give to one behind it and what the block is given in the same places."""
        ops = [op for child in self._model.values() for op in ops_in(child)]
        for place, slot, giver, output in series.fed:
            edge = self._table.edge_start[ops[place]] + slot
            given = (self._table.edge_node[edge], self._table.edge_output[edge])
            if self._structures.holder[given[0]] in self._free:
                self._waiting.append(((ops[giver], output), given))
        return bool(self._waiting)

    def complete(self) -> bool:
        """Walk back until every op of the block has its counterpart; tells whether that came out."""
        return self._pair_all() and self._find_more() and bool(self._more) and self._is_so()

    def _pair_all(self) -> bool:
        """Pair the ops; tells whether each has its counterpart."""
        while self._waiting or len(self._ops) < self._size:
            if self._waiting:
                if not self._follow(*self._waiting.pop()):
                    return False
            elif not self._pair_aside():
                return self._may_lack()
        return True

    def _may_lack(self) -> bool:
        """Whether a copy may be one that has no counterpart for some op."""
        return False

    def _follow(self, own: TensorRef, other: TensorRef) -> bool:
        if self._structures.holder[own[0]] not in self._model:
            if self._is_chip(own[0]):
                return self._is_chip(other[0])
            self._into.setdefault(own, []).append(other)
            return True
        return self._pair_behind(own, other)

    def _pair_behind(self, own: TensorRef, other: TensorRef) -> bool:
        """Pair what makes a tensor of the block with what makes the other one, or something behind that."""
        waiting, seen = [other], {other[0]}
        for tensor in waiting:  # grows: something may have been put between the two
            if tensor[1] == own[1] and self._pair(own[0], tensor[0]):
                return True
            if self._structures.holder[tensor[0]] not in self._free or len(waiting) > reach(len(self._model)):
                continue
            for edge in self._table.data_inputs(tensor[0]):
                if edge.node not in seen:
                    seen.add(edge.node)
                    waiting.append((edge.node, edge.output))
        return False

    def _pair(self, own: int, other: int) -> bool:
        """Let two ops correspond, and with them the largest equal parts that hold them; tells whether they can."""
        if own in self._ops or other in self._taken:
            return self._ops.get(own) == other
        holder, token = self._structures.holder, self._structures.token
        first, second = self._model.get(holder[own]), self._free.get(holder[other])
        unlike: List[Tuple[Part, Part]] = []
        while first is not None and second is not None and token(first) != token(second):
            if isinstance(first, int) or isinstance(second, int):
                if isinstance(first, int) and isinstance(second, int) and self._may_differ(first, second):
                    break
                return False
            if first.label != second.label:
                return False
            unlike.append((first, second))
            first, second = self._child(first, own), self._child(second, other)
        if first is None or second is None:
            return False
        pairs = dict(zip(ops_in(first), ops_in(second)))
        parts = [*unlike, *zip(_parts(first), _parts(second))]
        if pairs.get(own) != other or any(self._parts.get(one.serial, its) is not its for one, its in parts):
            return False
        self._ops.update(pairs)
        self._taken.update(pairs.values())
        self._unlike += [pair for pair in unlike if pair[0].serial not in self._parts]
        self._parts.update((one.serial, its) for one, its in parts)
        for edge, its_edge in zip(self._structures.outer(first), self._structures.outer(second)):
            self._waiting.append(((edge[2], edge[3]), (its_edge[2], its_edge[3])))
        return True

    def _may_differ(self, own: int, other: int) -> bool:
        """Whether two ops differ in nothing that makes ops of one type equal but in what they may differ in."""
        table = self._table
        kind = table.ops[own]
        matter = MATTER.get(kind, ())
        if kind != table.ops[other] or self.may_differ_in.isdisjoint(matter):
            return False
        one, its = table.attrs(own), table.attrs(other)
        return (
            all(one.get(name) == its.get(name) for name in matter if name not in self.may_differ_in)
            and [given.dtype for given in table.outputs[own]] == [given.dtype for given in table.outputs[other]]
            and self._view.role(own) == self._view.role(other)
        )

    def _child(self, part: Part, op: int) -> Optional[Child]:
        """The child of a part that holds an op."""
        if part.serial not in self._inside:
            self._inside[part.serial] = {row: child for child in part.children for row in ops_in(child)}
        return self._inside[part.serial].get(op)

    def _pair_aside(self) -> bool:
        """Pair one child that gives nothing to what is paired already, such as a count that a layer keeps."""
        levels = [
            (list(self._model.values()), self._near()),
            *((one.children, its.children) for one, its in self._unlike),
        ]
        for children, others in levels:
            for child in children:
                if first_row(child) in self._ops or (isinstance(child, Part) and child.serial in self._parts):
                    continue
                for other in others:
                    if (
                        self._structures.token(child) != self._structures.token(other)
                        or first_row(other) in self._taken
                    ):
                        continue
                    if self._fed_alike(child, other) and self._pair(first_row(child), first_row(other)):
                        return True
        return False

    def _near(self) -> List[Child]:
        """The siblings among those that are paired, and between them."""
        every = list(self._free.values())
        places = [place for place, child in enumerate(every) if first_row(child) in self._taken]
        return every[min(places) : max(places) + 1] if places else []

    def _fed_alike(self, child: Child, other: Child) -> bool:
        edges = zip(self._structures.outer(child), self._structures.outer(other))
        return all(self._ops.get(one[2], its[2]) == its[2] for one, its in edges)

    def _find_more(self) -> bool:
        """Find what only the copy has: all between a tensor that it takes and another that it has in its place."""
        for own, others in self._into.items():
            given = next((tensor for tensor in others if self._all_from(tensor, others)), None)
            if given is None:
                return False
            self._taken_in[own] = given
        # What was put between two ops that feed each other in the block: the walk passed over it.
        for op, its in self._ops.items():
            for edge, its_edge in zip(self._taken_by(op), self._taken_by(its)):
                if self._ops.get(edge.node, its_edge.node) != its_edge.node:
                    between = self._made_of(its_edge.node, self._taken)
                    if between is None:
                        return False
                    self._more.update(between - self._taken)
        held = [child for serial, child in self._free.items() if serial in self._holders()]
        self._more.update(op for child in held for op in ops_in(child) if op not in self._taken)
        return True

    def _holders(self) -> Set[int]:
        holder = self._structures.holder
        return {holder[op] for op in self._taken | self._more}

    def _all_from(self, given: TensorRef, others: Sequence[TensorRef]) -> bool:
        """Whether all the others are made of that one tensor, and of weights."""
        branches = [self._made_of(node, {given[0]}) for node, output in others if (node, output) != given]
        if given[0] in self._taken or not all(branch and given[0] in branch for branch in branches):
            return False
        self._more.update(op for branch in branches if branch for op in branch if op != given[0])
        return True

    def _made_of(self, node: int, ends: Set[int]) -> Optional[Set[int]]:
        """An op and all that it is made of up to some `ends`, weights left out; ``None`` unless that is siblings that only the copy has."""
        waiting, seen = [node], {node}
        for here in waiting:  # grows
            if here in ends:
                continue
            if here in self._taken or self._structures.holder[here] not in self._free or len(seen) > len(self._ops):
                return None
            for edge in self._table.data_inputs(here):
                if edge.node not in seen and not self._is_chip(edge.node):
                    seen.add(edge.node)
                    waiting.append(edge.node)
        return seen

    def _is_so(self) -> bool:
        """Whether each op takes what its counterpart takes, but for what only the copy has."""
        for own, other in self._ops.items():
            edges, its_edges = self._taken_by(own), self._taken_by(other)
            if len(edges) != len(its_edges):
                return False
            for edge, its_edge in zip(edges, its_edges):
                if its_edge.node in self._more:
                    continue
                expected = self._expected((edge.node, edge.output))
                if expected is None:
                    if not self._is_chip(its_edge.node):
                        return False
                elif expected != (its_edge.node, its_edge.output):
                    return False
        drawn = sum(self._structures.boxes(op) for op in self._ops)
        return sum(self._structures.boxes(op) for op in self._more) * MOST_MORE <= drawn

    def _taken_by(self, op: int) -> Sequence[Edge]:
        """What an op takes; of each op that is asked twice, by `_find_more` and `_is_so`."""
        if op not in self._edges:
            self._edges[op] = self._table.data_inputs(op)
        return self._edges[op]

    def _expected(self, tensor: TensorRef) -> Optional[TensorRef]:
        """What the copy should take where the block takes a tensor; ``None`` where that is a weight."""
        if tensor[0] in self._ops:
            return (self._ops[tensor[0]], tensor[1])
        return self._taken_in.get(tensor)

    def variant(self, series: Series) -> Optional[Variant]:
        """What was found, unless the names say that it belongs to another series of blocks."""
        children = sorted((self._free[serial] for serial in self._holders()), key=first_row)
        pairs = [
            (child, self._counterpart(child), change) for child, change in zip(self._model.values(), series.changes)
        ]
        paired = [(child, its, change) for child, its, change in pairs if its is not None]
        name = self._structures.name
        if changes([name(its) for _, its, _ in paired], [name(child) for child, _, _ in paired]) != [
            change for _, _, change in paired
        ]:
            return None
        ops = [self._ops.get(op, LACKING) for child in self._model.values() for op in ops_in(child)]
        return Variant(children, [*ops, *sorted(self._more)], self._parts)

    def _counterpart(self, child: Child) -> Optional[Child]:
        return self._ops.get(child) if isinstance(child, int) else self._parts.get(child.serial)

    def _is_chip(self, op: int) -> bool:
        return self._view.role(op) in UNWIRED


def ops_in(child: Child) -> List[int]:
    """The ops of a child, in the order of the graph."""
    return [child] if isinstance(child, int) else child.traced()


def _parts(child: Child) -> List[Part]:
    return [] if isinstance(child, int) else child.within()
