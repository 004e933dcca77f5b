"""Which ops of two graphs give the same tensor: the cuts between which one graph does what the other does."""

from __future__ import annotations

from typing import Dict, List, Mapping, Optional, Sequence, Set, Tuple

from ...graph.types import TensorType
from ...graph.vocabulary import ARGUMENT, FED, PLACEHOLDERS, layer_class
from .dataflow import Dataflow
from .fusions import computed_kind, cores, in_weights_or_activation, is_activation_of, same_op
from .namesakes import Namesakes


class EqualResults:
    """Finds the cuts. An op of either graph is in one cut at most."""

    def __init__(self, written: Dataflow, converted: Dataflow, names: Namesakes) -> None:
        self.written, self.converted, self.names = written, converted, names
        self.there: Dict[int, int] = {}
        """Row of the graph as it was written -> row of the converted one that gives the same tensor."""
        self.back: Dict[int, int] = {}

    def find(self) -> None:
        """Find all: by the graphs' inputs and outputs, by names, then by what is computed of equal tensors."""
        self._ends("inputs")
        self._ends("outputs")
        self._named()
        self._with_what_is_in_weights()
        self._computed_alike()
        self._with_what_is_in_weights()
        self._arguments()

    def core(self, rows: Sequence[int], other: int) -> int:
        """Of some ops the one that an op is named after, of those of its kind; if names do not tell the first of its kind; -1 if there is none."""
        kin = cores(self.written, rows, self.converted, other)
        named = [row for row in self.names.of(other) if row in kin]
        return next(iter(named or kin), -1)

    def _join(self, row: int, other: int) -> None:
        if row not in self.there and other not in self.back:
            self.there[row] = other
            self.back[other] = row

    def _ends(self, which: str) -> None:
        """The inputs or outputs of the graphs, by their names; if there is only one, that one."""
        one, two = self._ports(self.written, which), self._ports(self.converted, which)
        pairs = [(one[name], two[name]) for name in one if name in two]
        if len(one) == len(two) == 1:
            pairs = list(zip(one.values(), two.values()))
        for row, other in pairs:
            if self._fits(row, other):
                self._join(row, other)

    def _ports(self, flow: Dataflow, which: str) -> Dict[str, int]:
        """Name of an input or output -> the op that makes its tensor. Where a file does not tell its inputs, what has to be fed is one."""
        ports = [(port.name, *flow.flow.source(port.node, port.output)) for port in getattr(flow.side.content, which)]
        if not ports and which == "inputs":
            ports = [(flow.table.names[row], row, 0) for row, op in enumerate(flow.ops) if op in FED]
        return {name: row for name, row, output in ports if flow.computes(row) and not output}

    def _named(self) -> None:
        """Ops that are called after one: the last of those that it is called after, and of several called after one that of its type, or the last."""
        claims: Dict[int, List[int]] = {}
        for other in self.converted.order:
            if not self.converted.computes(other) or other in self.back or other in self.converted.unused:
                continue
            called = [
                row for row in self.names.of(other) if self.written.computes(row) and row not in self.written.unused
            ]
            for row in sorted(called, key=lambda row: -self.written.place[row]):
                if self._fits(row, other) and (self.converted.ops[other] in PLACEHOLDERS) == (
                    self.written.ops[row] in PLACEHOLDERS
                ):
                    claims.setdefault(row, []).append(other)
                    break
        for row, others in claims.items():
            is_layer = bool(layer_class(self.written.ops[row]))  # its result is that of the last of its ops
            alike = [other for other in others if self._same_type(row, other) and not is_layer]
            self._join(row, (alike or others)[-1])

    def _with_what_is_in_weights(self) -> None:
        """Move cuts behind what scales, shifts and bounds the result of an op with weights, where nothing of the converted graph is called after that.

        A converter puts these into the weights, the bias and the activation, and may leave the op the name that it had.
        """
        for row, other in list(self.there.items()):
            here = row
            while here not in self.written.given and not is_activation_of(self.written, here, self.converted, other):
                users = dict.fromkeys(self.written.users[here])
                user = next(iter(users), -1)
                if len(users) != 1 or user in self.there:
                    break
                if not in_weights_or_activation(self.written, user, self.converted, other):
                    break
                here = user
            if here != row and self._fits(here, other):
                del self.there[row], self.back[other]
                self._join(here, other)

    def _arguments(self) -> None:
        """The arguments of the bodies of loops and branches, by what takes them."""
        takers: Dict[Tuple[int, int], int] = {}
        for user, taken in enumerate(self.written.inputs):
            for slot, (row, _) in enumerate(taken):
                if user in self.there and self.written.ops[row] == ARGUMENT and self.written.body[row] >= 0:
                    takers[self.there[user], slot] = row
        for user, taken in enumerate(self.converted.inputs):
            for slot, (other, _) in enumerate(taken):
                row = takers.get((user, slot), -1)
                if row >= 0 and self.converted.ops[other] == ARGUMENT and self._fits(row, other):
                    self._join(row, other)

    def _computed_alike(self) -> None:
        """Ops of one type that take equal tensors, where there is only one of that type on both sides, and no other is called after it."""
        claimed = {
            row
            for other in range(len(self.converted.table))
            if self.converted.computes(other)
            for row in self.names.of(other)
        }
        free = self._free_users(self.written, self.there), self._free_users(self.converted, self.back)
        for other in self.converted.order:
            if other in self.back or not self.converted.computes(other):
                continue
            taken = self._taken(self.converted, other, self.back)
            if not taken or None in taken:
                continue
            first, kind = taken[0], computed_kind(self.converted.ops[other])
            assert first is not None
            if len(free[1].get((self.there[first], kind), ())) != 1:
                continue
            alike = [
                row
                for row in free[0].get((first, kind), ())
                if (row not in claimed or row in self.names.of(other))
                and self._fits(row, other)
                and self._taken(self.written, row, None) == taken
            ]
            if len(alike) == 1:
                self._join(alike[0], other)
                for users, flow, row in zip(free, (self.written, self.converted), (alike[0], other)):
                    for producer, _ in flow.inputs[row]:
                        users[producer, kind].discard(row)

    def _free_users(self, flow: Dataflow, joined: Mapping[int, int]) -> Dict[Tuple[int, str], Set[int]]:
        """For each op and kind of op the ones of this kind that take from it and are in no cut. So an op with many users costs no more than these."""
        found: Dict[Tuple[int, str], Set[int]] = {}
        for row, taken in enumerate(flow.inputs):
            if row not in joined and flow.computes(row):
                for producer, _ in taken:
                    found.setdefault((producer, computed_kind(flow.ops[row])), set()).add(row)
        return found

    def _taken(self, flow: Dataflow, row: int, cuts: Optional[Dict[int, int]]) -> List[Optional[int]]:
        """The tensors that an op takes and that are no constants, by the rows of the ops as they were written."""
        rows = [producer for producer, _ in flow.inputs[row] if not flow.constant[producer]]
        return list(rows) if cuts is None else [cuts.get(producer) for producer in rows]

    def _same_type(self, row: int, other: int) -> bool:
        return same_op(self.written.ops[row], self.converted.ops[other])

    def _fits(self, row: int, other: int) -> bool:
        types = self.written.table.outputs[row], self.converted.table.outputs[other]
        if (self.written.body[row] < 0) != (self.converted.body[other] < 0):
            return False
        return bool(types[0]) and bool(types[1]) and may_be_equal(types[0][0], types[1][0])


_NOT_NUMBERS = frozenset({"string", "resource", "variant", "bool"})
"""Types that no converter makes another one of."""


def may_be_equal(one: TensorType, other: TensorType) -> bool:
    """Whether two tensors may be the same as far as their shapes are known: a converter may fix a dimension that was open."""
    if (one.dtype in _NOT_NUMBERS or other.dtype in _NOT_NUMBERS) and one.dtype != other.dtype:
        return False
    if one.shape is None or other.shape is None:
        return True
    return len(one.shape) == len(other.shape) and all(
        a is None or b is None or a == b for a, b in zip(one.shape, other.shape)
    )
