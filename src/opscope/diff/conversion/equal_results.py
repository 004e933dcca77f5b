"""Which ops of two graphs give the same tensor: the cuts between which one graph does what the other does."""

from __future__ import annotations

from typing import Dict, List, Optional, Tuple

from ...graph.types import TensorType
from ...graph.vocabulary import ARGUMENT, FED, PLACEHOLDERS, layer_class
from .dataflow import Dataflow
from .fusions import may_follow, same_op
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
        given = {self.written.flow.source(port.node, port.output)[0] for port in self.written.side.content.outputs}
        for row, other in list(self.there.items()):
            here = row
            while here not in given:
                users = dict.fromkeys(self.written.users[here])
                user = next(iter(users), -1)
                if len(users) != 1 or user in self.there or not may_follow(self.written, user, self.converted, other):
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
        """Ops of one type that take equal tensors, where there is only one of that type on both sides."""
        for other in self.converted.order:
            if other in self.back or not self.converted.computes(other):
                continue
            taken = self._taken(self.converted, other, self.back)
            if not taken or None in taken:
                continue
            first = taken[0]
            assert first is not None
            alike = [
                row
                for row in dict.fromkeys(self.written.data_users(first))
                if row not in self.there and self._same_type(row, other) and self._fits(row, other)
                and self._taken(self.written, row, None) == taken
            ]  # fmt: skip
            rivals = [
                user
                for user in dict.fromkeys(self.converted.data_users(self.there[first]))
                if user not in self.back and self.converted.ops[user] == self.converted.ops[other]
            ]
            if len(alike) == len(rivals) == 1:
                self._join(alike[0], other)

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
