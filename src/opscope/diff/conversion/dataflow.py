"""`Dataflow`: a graph without all that only hands tensors on, so that what computes stands next to what computes."""

from __future__ import annotations

from typing import Dict, List, Sequence

from ...graph.view import BOX, WIRE
from ...graph.vocabulary import ARGUMENT, CONSTANTS, FUNCTION_RUNNERS, READ, RESULT, VARIABLES, is_called, layer_class
from ...passes.flow import Flow, TensorRef, bodies
from ...passes.wires import PASSING
from ..sides import GraphSide

HANDING_ON = PASSING | frozenset(
    """StopGradient PreventGradient EnsureShape PlaceholderWithDefault QUANTIZE DEQUANTIZE FakeQuantWithMinMaxVars
    FakeQuantWithMinMaxVarsPerChannel FakeQuantWithMinMaxArgs""".split()
)
"""Ops whose result is their input: exactly, or as another type of number."""
_IN_TRAINING = """Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D AlphaDropout GaussianDropout GaussianNoise
    ActivityRegularization InputLayer""".split()
LAYERS_HANDING_ON = frozenset(_IN_TRAINING)
"""Layers whose result is their input when the model is not trained."""
READS = frozenset({READ, "READ_VARIABLE"})
_CHANCE = ("Random", "RANDOM", "Stateful", "Stateless", "Assign", "ASSIGN", "MULTINOMIAL", "Multinomial", "ResourceApply")
"""How the types of ops begin whose result is no constant, whatever they take."""


class Dataflow:
    """One of the graphs. An op either hands on (it is a wire), gives a constant, computes, or is silent: it gives no tensor."""

    def __init__(self, side: GraphSide) -> None:
        self.side = side
        self.table = side.table
        self.ops: Sequence[str] = side.table.ops
        roles, size = bytearray([BOX]) * len(side.table), len(side.table)
        body = bodies(side.graph)
        for row, op in enumerate(self.ops):
            in_function = body[row] >= 0 and is_called(side.groups[body[row]])
            is_end = op in (ARGUMENT, RESULT) and (in_function or self._is_resource(row))
            if (is_end or op in HANDING_ON or layer_class(op) in LAYERS_HANDING_ON) and self._has_input(row):
                roles[row] = WIRE
        self.flow = Flow(side.graph, roles)
        self.hands_on = [role == WIRE for role in roles]
        self.inputs: List[List[TensorRef]] = [self.flow.taken(row) for row in range(size)]
        """For each op what it takes, looked for behind all that hands on."""
        self.order = self._ordered()
        """All ops, each behind those that it takes from."""
        self.place: Dict[int, int] = {row: place for place, row in enumerate(self.order)}
        self.constant = [False] * size
        for row in self.order:
            self.constant[row] = self._is_constant(row)
        self.calls = {group.owner for group in side.groups if is_called(group) and group.owner >= 0}
        """The ops whose function is in the graph: they compute nothing beside it."""
        self.silent = [not types or row in self.calls for row, types in enumerate(side.table.outputs)]
        self.users: List[List[int]] = [[] for _ in range(size)]
        """For each op those that take from it; what hands on is none of them."""
        for row, taken in enumerate(self.inputs):
            if not self.hands_on[row] and row not in self.calls:
                for producer, _ in taken:
                    self.users[producer].append(row)

    def computes(self, row: int) -> bool:
        """Whether an op makes a tensor of others, or is an input of the graph."""
        return not (self.hands_on[row] or self.constant[row] or self.silent[row])

    def data_users(self, row: int) -> List[int]:
        """The ops that compute and take from an op."""
        return [user for user in self.users[row] if self.computes(user)]

    def _is_resource(self, row: int) -> bool:
        types = self.table.outputs[row]
        return bool(types) and types[0].dtype == "resource"

    def _has_input(self, row: int) -> bool:
        return bool(self.table.data_inputs(row))

    def _ordered(self) -> List[int]:
        """Kahn's algorithm (1962); what lies on a circle comes last, in the order of its rows."""
        missing = [len({producer for producer, _ in taken}) for taken in self.inputs]
        users: List[List[int]] = [[] for _ in self.inputs]
        for row, taken in enumerate(self.inputs):
            for producer in {producer for producer, _ in taken}:
                users[producer].append(row)
        found = [row for row, count in enumerate(missing) if not count]
        for row in found:  # it grows while it is gone through
            for user in users[row]:
                missing[user] -= 1
                if not missing[user]:
                    found.append(user)
        return found + [row for row, count in enumerate(missing) if count]

    def _is_constant(self, row: int) -> bool:
        op, taken = self.ops[row], self.inputs[row]
        if op in CONSTANTS or op in VARIABLES or (self._is_resource(row) and op not in FUNCTION_RUNNERS):
            return True
        if not taken or op in FUNCTION_RUNNERS or op in (ARGUMENT, RESULT) or op.startswith(_CHANCE):
            return False
        return bool(self.table.outputs[row]) and all(self.constant[producer] for producer, _ in taken)
