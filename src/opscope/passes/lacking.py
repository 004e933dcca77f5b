"""Finds a copy that lacks what the others have: the first block of a MobileNetV2's stage, which has no shortcut since it changes the shape.

It is found as a copy that has more (`variant`), by walking backwards through both blocks at once; but here the walk may also pass
over ops of the block that all copies have. What uses such an op in the block takes, in the copy that lacks it, what the op is
given: without the addition of a shortcut, the next block is fed by what would have been added. Such a copy may have
something of its own as well, and pad its images in another way, as blocks with a stride do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Iterable, Iterator, List, Optional, Sequence, Set, Tuple

from .rewire import origin
from .structure import Child, Structures
from .variant import MOST_MORE, Match, Series, Variant, ops_in, variant_before

if TYPE_CHECKING:
    from .flow import TensorRef

MOST_PASSED = 12
"""So many ops at the end of a block are tried as those that a copy lacks: an addition, and what a dropout before it consists of."""


def copy_before(
    structures: Structures, model: Sequence[Child], series: Series, free: Sequence[Child]
) -> Optional[Variant]:
    """The copy before a block that has more than it (`variant.variant_before`), else one that lacks something.

    What it lacks is drawn for it, so that this has to be told. Of what the block takes from the copy, the copy takes all in other places, too:
    only so what enters the first copy can be drawn for it.
    """
    found = variant_before(structures, model, series, free)
    if found is not None or not free or not series.fed:
        return found
    for passed in range(MOST_PASSED):
        match = _Lacking(structures, model, free)
        if not match.start_behind(series, passed):
            return None
        found = match.variant(series) if match.complete() else None
        if found is not None:
            return found._replace(instead=match.instead())
    return None


class _Lacking(Match):
    """As `Match`; but ops of the block may have no counterpart."""

    may_differ_in = frozenset({"padding"})  # a strided convolution is often padded by hand

    def __init__(self, structures: Structures, model: Sequence[Child], free: Sequence[Child]) -> None:
        super().__init__(structures, model, free)
        self._own = [op for child in self._model.values() for op in ops_in(child)]
        self._instead: Dict["TensorRef", "TensorRef"] = {}
        """A tensor of the block whose op the copy lacks -> what is taken there in the copy."""
        self._lacked: Set[int] = set()
        """The ops of the block that have no counterpart, once all that have one are paired."""

    def start_behind(self, series: Series, passed: int) -> bool:
        """As `start`, but what feeds the copy's successor corresponds to an op so many steps before the block's end; tells whether there is one."""
        if not self.start(series):
            return False
        last, other = self._waiting[0]
        behind = next((tensor for place, tensor in enumerate(self._behind(last)) if place == passed), None)
        if behind is None:
            return False
        if behind != last:
            self._waiting = [(own, its) for own, its in self._waiting if own != last]
            self._instead[last] = other
            self._waiting.append((behind, other))
        return True

    def _behind(self, tensor: "TensorRef") -> "Iterator[TensorRef]":
        """A tensor of the block, and those that it is made of, the nearest first."""
        waiting, seen = [tensor], {tensor[0]}
        for here in waiting:  # grows
            yield here
            for edge in self._table.data_inputs(here[0]):
                inside = self._structures.holder[edge.node] in self._model and not self._is_chip(edge.node)
                if inside and edge.node not in seen:
                    seen.add(edge.node)
                    waiting.append((edge.node, edge.output))

    def complete(self) -> bool:
        """As that of the base; some ops of the block have no counterpart."""
        if not self._pair_all():
            return False
        self._lacked = {op for op in self._own if op not in self._ops}
        return self._lacks_little() and self._find_more() and self._is_so() and self._is_bypassed() and self._is_less()

    def _may_lack(self) -> bool:
        return bool(self._ops)

    def _pair_behind(self, own: "TensorRef", other: "TensorRef") -> bool:
        """Pair the two, or pass over what the copy lacks, or over what it has more."""
        for place, tensor in enumerate(self._behind(own)):
            if place > MOST_PASSED or tensor[0] in self._ops:
                break
            if tensor[1] == other[1] and self._pair(tensor[0], other[0]):
                return tensor == own or self._instead.setdefault(own, other) == other
        return super()._pair_behind(own, other)

    def _expected(self, tensor: "TensorRef") -> "Optional[TensorRef]":
        if tensor[0] in self._lacked:
            return self._instead.get(tensor, tensor)  # where nothing is known: not what the copy takes
        return super()._expected(tensor)

    def _lacks_little(self) -> bool:
        """Whether something that is drawn is lacking, and the copy is mostly what the others are."""
        boxes = sum(self._structures.boxes(op) for op in self._lacked)
        return 0 < boxes * MOST_MORE <= sum(self._structures.boxes(op) for op in self._ops)

    def _is_less(self) -> bool:
        """Whether what the copy lacks is not there in another way: types of ops that it has more and lacks at once would tell a reader nothing."""
        kinds = [
            {self._table.ops[op] for op in ops if self._structures.boxes(op)} for ops in (self._lacked, self._more)
        ]
        return kinds[0].isdisjoint(kinds[1])

    def instead(self) -> "Tuple[TensorRef, ...]":
        """The tensors of the copy that are taken where the others take what an op gives that it lacks."""
        return tuple(dict.fromkeys(self._instead.values()))

    def _is_bypassed(self) -> bool:
        """Whether only ops that the copy lacks are passed over, each with the counterpart of something that it is given; and all that they take from the copy before is taken in other places, too."""
        if not all(tensor[0] in self._lacked for tensor in self._instead):
            return False
        if not all(other in self._given_to(tensor) for tensor, other in self._instead.items()):
            return False
        copy = self._taken | self._more
        taken = self._real(self._ops)
        return all(tensor in taken for tensor in self._real(self._lacked) if tensor[0] in copy)

    def _real(self, ops: Iterable[int]) -> "Set[TensorRef]":
        """What some ops take behind all identities, which are drawn as wires: these take nothing themselves."""
        passed = self._structures.passed
        edges = [edge for op in ops if not passed[op] for edge in self._table.data_inputs(op)]
        return {origin(self._table, edge.node, edge.output, passed) for edge in edges}

    def _given_to(self, tensor: "TensorRef") -> "List[TensorRef]":
        """What in the copy corresponds to the tensors that some lacked op is given, straight or through others that are lacked."""
        waiting, found = [tensor[0]], []
        seen = set(waiting)
        for op in waiting:  # grows
            for edge in self._table.data_inputs(op):
                if edge.node not in self._lacked:
                    expected = super()._expected((edge.node, edge.output))
                    found += [expected] if expected is not None else []
                elif edge.node not in seen:
                    seen.add(edge.node)
                    waiting.append(edge.node)
        return found
