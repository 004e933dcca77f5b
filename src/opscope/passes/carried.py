"""Finds what a wire at the border of a stack stands for: one copy's tensor, one that each copy takes, or one of each copy.

The drawn graph has one edge where the whole graph has one for each copy. A reader cannot see from it whether a mask goes into all
copies or only into the first, and whether the wire from an encoder's stack to a decoder's is one tensor or three.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from ..graph.content import content_of, with_content
from ..graph.types import CONTROL
from ..graph.view import BOX, LACKING, LAST_FIRST, PILL, UNWIRED, WIRE, Borders, Carried, own_each
from ..graph.vocabulary import chain
from .flow import Flow, TensorRef
from .rewire import merged_inputs
from .succession import copies_of_ops

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from .structure import Part


_FEW = 4
"""Of an op that takes no more tensors than this it is quicker to look at them again than to remember what is drawn for each."""


class _Use(NamedTuple):
    """A use of a tensor in the drawn graph."""

    user: int
    """The op, as a row of the whole graph."""
    slots: Tuple[int, ...]
    """Which of its inputs the drawn edge stands for: several where copies feed one sum, none for all of them."""
    tensor: TensorRef
    """What is used, in rows of the drawn graph."""
    entered: Tuple[int, ...]
    """The stacks that hold the user and not the tensor, the innermost first."""
    left: bool
    """Whether some stack holds the tensor and not the user."""


def with_carried(
    drawn: "Graph",
    whole: "Graph",
    kept: Sequence[int],
    parts: "Mapping[int, Sequence[Part]]",
    shown: Callable[[int, int], TensorRef],
    source: Callable[[int], Optional[TensorRef]],
) -> "Graph":
    """The drawn graph with `View.borders`.

    Args:
        drawn: the graph of what stays of `whole`, with its stacks.
        whole: the graph with all copies.
        kept: the rows of the whole graph that stay, in the order of the drawn one.
        parts: the copies of each stack, by its group.
        shown: gives the op and output that stand for a tensor of the whole graph, in rows of the whole graph.
        source: gives those that are drawn as the source of an edge of the whole graph; ``None`` if none is.
    """
    if not content_of(drawn).view.stacks:
        return drawn
    search = _Search(drawn, whole, kept, parts, shown, source)
    borders = Borders(
        {edge: search.carried(use) for edge, use in search.uses()}, dict(search.outputs()), dict(search.others())
    )
    return with_content(drawn, view=replace(content_of(drawn).view, borders=borders))


class _Search:
    def __init__(
        self,
        drawn: "Graph",
        whole: "Graph",
        kept: Sequence[int],
        parts: "Mapping[int, Sequence[Part]]",
        shown: Callable[[int, int], TensorRef],
        source: Callable[[int], Optional[TensorRef]],
    ) -> None:
        self._drawn, self._whole, self._shown, self._source = drawn, whole, shown, source
        self._kept, self._parts = kept, parts
        self._row = {kept: row for row, kept in enumerate(self._kept)}
        self._stacks = content_of(drawn).view.stacks
        self._place: Dict[int, Dict[int, int]] = {
            group: {op: place for place, op in enumerate(stack.copies[0])} for group, stack in self._stacks.items()
        }
        """Stack -> op of its first copy -> the op's place in each copy."""
        self._roles = content_of(whole).view.roles or bytes(len(whole))
        self._flow = Flow(whole, self._roles)
        self._table = content_of(whole).table
        self._drawn_flow = Flow(drawn, content_of(drawn).view.roles or bytes(len(drawn)))
        self._around: Dict[int, Tuple[int, ...]] = {}
        self._copy_of: Dict[int, Dict[int, int]] = {}
        self._by_drawn: Dict[int, Dict[TensorRef, Set[TensorRef]]] = {}

    def uses(self) -> "Iterator[Tuple[int, _Use]]":
        """The uses of tensors that cross a stack's border, each with its edge in the drawn table."""
        table, view = content_of(self._drawn).table, content_of(self._drawn).view
        for row, user in enumerate(self._kept):
            if view.role(row) not in (BOX, PILL):
                continue
            tensors = {
                edge: self._drawn_flow.source(table.edge_node[edge], table.edge_output[edge])
                for edge in range(table.edge_start[row], table.edge_start[row + 1])
                if table.edge_output[edge] != CONTROL
            }
            around = self._stacks_of(row)
            if all(self._stacks_of(node) == around for node, _ in tensors.values()):  # so it is with most ops
                continue
            start = content_of(self._whole).table.edge_start[user]
            merged = merged_inputs(content_of(self._whole).table, user, self._source)
            wires = Counter(tensors.values())
            for edge, (_, edges) in enumerate(merged, table.edge_start[row]):
                tensor = tensors.get(edge)
                if tensor is None:
                    continue
                inside = self._stacks_of(tensor[0])
                entered = tuple(group for group in around if group not in inside)
                left = any(group not in around for group in inside)
                if (entered or left) and view.role(tensor[0]) not in UNWIRED:
                    slots = tuple(each - start for each in edges)
                    # Other copies may take it as another input: an op's only wire tells of all of them.
                    yield edge, _Use(user, slots if wires[tensor] > 1 or not entered else (), tensor, entered, left)

    def outputs(self) -> Iterator[Tuple[int, Carried]]:
        """What the wires to the graph's outputs stand for, where they leave a stack."""
        for place, (real, port) in enumerate(zip(content_of(self._whole).outputs, content_of(self._drawn).outputs)):
            tensor = self._drawn_flow.source(port.node, port.output)
            source = self._flow.source(real.node, real.output)
            left = self._stacks_of(tensor[0])
            if left and self._stands(source) == tensor:
                yield place, Carried((), frozenset({source}))

    def others(self) -> "Iterator[Tuple[Tuple[int, TensorRef], Carried]]":
        """What the wires to a stack's card stand for: those of tensors that only other copies than the drawn one take."""
        for group, stack in self._stacks.items():
            if not stack.others:
                continue
            wanted = {self._drawn_flow.source(*tensor): tensor for tensor in stack.others}
            found: Dict[TensorRef, Set[TensorRef]] = {}
            inside: Set[int] = set().union(*stack.copies)
            for part in self._parts[group][1:]:
                # An identity of one copy may hand on what comes from outside to the next copy, which then is what takes it.
                ops = part.traced()
                taken = {(edge[2], edge[3]) for edge in part.outer if self._roles[ops[edge[0]]] != WIRE}
                for source in {self._flow.source(*tensor) for tensor in taken}:
                    if source[0] not in inside:
                        shown = self._stands(source)
                        if shown in wanted:  # few are
                            found.setdefault(shown, set()).add(source)
            around = set(chain(content_of(self._drawn).groups, group))
            for tensor, sources in found.items():
                if any(each not in around for each in self._stacks_of(tensor[0])):
                    yield (group, wanted[tensor]), Carried((), frozenset(sources))

    def carried(self, use: _Use) -> Carried:
        """What the wire of a use stands for."""
        known: Dict[int, Set[TensorRef]] = {}  # most users are asked for, both as those of copies and as those outside

        def sources(user: int) -> Set[TensorRef]:
            if user not in known:
                known[user] = self._sources(use, user)
            return known[user]

        taken = []
        for group in use.entered:
            word = self._taken(use, group, sources)
            if word:
                taken.append((group, word))
        users = self._in_copies(use.user, use.entered) if use.left else []
        return Carried(tuple(taken), frozenset().union(*map(sources, users)))

    def _taken(self, use: _Use, group: int, taken_by: Callable[[int], Set[TensorRef]]) -> str:
        """How the copies of a stack take what the drawn copy takes there: ``each``, ``one each``, ``2 each``, `LAST_FIRST`, or nothing to say.

        `taken_by` gives what an op takes at the places of the use, see `_sources`.
        """
        users = self._in_copies(use.user, [group])
        if len(users) < len(self._stacks[group].copies):
            return ""
        sources: List[Set[TensorRef]] = []
        for user in users:
            own = taken_by(user)
            if not own:  # whatever the other copies take
                return ""
            sources.append(own)
        if len(set().union(*sources)) < sum(map(len, sources)):
            return "each"
        if self._is_reversed(use, group, sources):
            return LAST_FIRST
        return own_each([len(own) for own in sources])

    def _is_reversed(self, use: _Use, group: int, sources: Sequence[Set[TensorRef]]) -> bool:
        """Whether the copies of a stack take their tensors from those of another one in the reverse order; `sources` has what each takes."""
        giving = [
            stack for stack in self._stacks_of(use.tensor[0]) if stack not in self._stacks_of(self._row[use.user])
        ]
        if len(giving) != 1 or any(len(each) != 1 for each in sources):
            return False
        stack, last = self._stacks[giving[0]], len(sources) - 1
        numbers = self._numbers_in(giving[0])
        given = [numbers.get(source[0]) for each in sources for source in each]
        own, order = (each.places or range(last + 1) for each in (self._stacks[group], stack))
        return len(stack.copies) == last + 1 and all(
            number is not None and order[number] == last - at for number, at in zip(given, own)
        )

    def _numbers_in(self, group: int) -> Dict[int, int]:
        """Op -> the number of the copy of a stack that it is in. Many wires leave one stack, so this is kept."""
        if group not in self._copy_of:
            self._copy_of[group] = copies_of_ops(self._stacks[group].copies)
        return self._copy_of[group]

    def _in_copies(self, user: int, stacks: Sequence[int]) -> List[int]:
        """The ops that an op stands for in all copies of some stacks around it, the innermost first."""
        found = [user]
        for group in stacks:
            places = [self._place[group].get(op) for op in found]
            copies = self._stacks[group].copies
            own = [copy[place] for place in places if place is not None for copy in copies if place < len(copy)]
            found = [op for op in own if op != LACKING]
        return found

    def _sources(self, use: _Use, user: int) -> Set[TensorRef]:
        """The tensors that an op takes at the places of a use, as far as they are drawn as the tensor of the use."""
        table = self._table
        start, end = table.edge_start[user], table.edge_start[user + 1]
        if not use.slots and end - start <= _FEW:
            return {source for source in self._flow.taken(user) if self._stands(source) == use.tensor}
        if not use.slots:
            return self._all_taken(user).get(use.tensor, set())
        edges = [start + slot for slot in use.slots if start + slot < end]
        found = {self._flow.source(table.edge_node[edge], table.edge_output[edge]) for edge in edges}
        return {source for source in found if self._stands(source) == use.tensor}

    def _all_taken(self, user: int) -> Dict[TensorRef, Set[TensorRef]]:
        """What an op takes, by what is drawn for it. Many wires ask for an op that takes many tensors."""
        known = self._by_drawn.get(user)
        if known is None:
            known = self._by_drawn[user] = {}
            for source in self._flow.taken(user):
                shown = self._stands(source)
                if shown in known:
                    known[shown].add(source)
                else:
                    known[shown] = {source}
        return known

    def _stands(self, tensor: TensorRef) -> TensorRef:
        """What is drawn for a tensor of the whole graph."""
        node, output = self._shown(*tensor)
        return self._row.get(node, -1), output

    def _stacks_of(self, row: int) -> Tuple[int, ...]:
        """The stacks around an op of the drawn graph, the innermost first."""
        home = content_of(self._drawn).node_group[row]
        if home not in self._around:
            self._around[home] = tuple(
                group for group in chain(content_of(self._drawn).groups, home) if group in self._stacks
            )
        return self._around[home]
