"""`Dataflow`: a graph without all that only hands tensors on, so that what computes stands next to what computes."""

from __future__ import annotations

from typing import Dict, List, Sequence, Set

from ...graph.view import BOX, WIRE
from ...graph.vocabulary import (
    ARGUMENT,
    CONSTANTS,
    FUNCTION_RUNNERS,
    READ,
    RESULT,
    VARIABLES,
    chain,
    is_body,
    is_called,
    layer_class,
)
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
VALUE_READS = frozenset({READ, "READ_VARIABLE"})
_CHANCE = (
    "Random",
    "RANDOM",
    "Stateful",
    "Stateless",
    "Assign",
    "ASSIGN",
    "MULTINOMIAL",
    "Multinomial",
    "ResourceApply",
)
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
        self._pass_through_loops(roles)
        self.flow = Flow(side.graph, roles)
        self.body = [group if group >= 0 and not is_called(side.groups[group]) else -1 for group in self._bodies(body)]
        """For each op the body of a loop or branch that it lies in; -1 for none."""
        self.hands_on = [role == WIRE for role in roles]
        self.inputs: List[List[TensorRef]] = [self.flow.taken(row) for row in range(size)]
        """For each op what it takes, looked for behind all that hands on."""
        self.runs: Dict[int, List[int]] = {}
        """For each loop or branch the ends of its bodies: it does what they do."""
        for row, op in enumerate(self.ops):
            if op == RESULT and self.body[row] >= 0 and not self.hands_on[row]:
                self.runs.setdefault(side.groups[self.body[row]].owner, []).append(row)
        self.order = self._ordered()
        """All ops, each behind those that it takes from."""
        self.place: Dict[int, int] = {row: place for place, row in enumerate(self.order)}
        self.constant = [False] * size
        for row in self.order:
            self.constant[row] = self._is_constant(row)
        self.calls = {group.owner for group in side.groups if is_called(group) and group.owner >= 0}
        """The ops whose function is in the graph: they compute nothing beside it."""
        ends = {row for rows in self.runs.values() for row in rows}
        self.silent = [
            row in self.calls or (not types and row not in ends) for row, types in enumerate(side.table.outputs)
        ]
        self.users: List[List[int]] = [[] for _ in range(size)]
        """For each op those that take from it; what hands on is none of them."""
        for row, taken in enumerate(self.inputs):
            if not self.hands_on[row] and row not in self.calls:
                for producer, _ in taken:
                    self.users[producer].append(row)

        for owner, rows in self.runs.items():
            for row in rows:
                self.users[row].append(owner)
        self.given = {self.flow.source(port.node, port.output)[0] for port in side.content.outputs}
        """The ops that make the outputs of the graph."""
        self.unused = self._without_use()
        """The ops whose result reaches neither an output of the graph nor an op that gives no tensor."""

    def _pass_through_loops(self, roles: bytearray) -> None:
        """Make wires of the arguments of loops that no iteration changes: weights, mostly. Inner loops first, since they come behind outer ones."""
        flow = Flow(self.side.graph, roles, remember=False)  # the roles change below
        for body in sorted(flow.loops.values(), reverse=True):
            for argument, result in zip(flow.args.get(body, ()), flow.results.get(body, ())):
                if flow.source(result, 0) == (argument, 0) and self._has_input(argument):
                    roles[argument] = WIRE

    def _bodies(self, innermost: Sequence[int]) -> Sequence[int]:
        """The innermost body of each op; of a function that a body calls, the body."""
        groups = self.side.groups
        found = []
        for group in innermost:
            while group >= 0 and is_called(groups[group]):
                group = next((each for each in chain(groups, groups[group].parent) if is_body(groups[each])), -1)
            found.append(group)
        return found

    def _without_use(self) -> Set[int]:
        found: Set[int] = set()
        for row in reversed(self.order):
            is_silent = self.silent[row] and self.ops[row] != "Assert"
            if not is_silent and row not in self.given and not self.hands_on[row] and found.issuperset(self.users[row]):
                found.add(row)
        return found if self.given else set()

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
        before = [
            {producer for producer, _ in taken} | set(self.runs.get(row, ())) for row, taken in enumerate(self.inputs)
        ]
        missing = list(map(len, before))
        users: List[List[int]] = [[] for _ in self.inputs]
        for row, producers in enumerate(before):
            for producer in producers:
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
