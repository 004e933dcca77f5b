"""What has the same value in every iteration of the loop that it is computed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Set

from ..graph.types import CONTROL
from ..graph.vocabulary import ARGUMENT, CONSTANTS, ENDS, FLOW_PARTS, is_body, loop_part
from .value_numbers import VARIABLE_READS, PureOps

if TYPE_CHECKING:
    from .inspected import Inspected

_WRITES_NOT = VARIABLE_READS | ENDS | {"Identity", "VariableShape", "VarIsInitializedOp"}
"""Ops that take a variable's handle and do not write to the variable."""
_MOST_HANDS = 100
"""A handle is not followed through more bodies than this."""


class LoopInvariants:
    """Says of ops in the bodies of loops whether they depend on the iteration. What is not certain counts as if it did."""

    def __init__(self, inspected: "Inspected") -> None:
        self._inspected = inspected
        self._pure = PureOps()
        self._loops = _loops(inspected)
        self._written = self._find_written() if any(loop >= 0 for loop in self._loops) else {}
        self._invariant = bytearray(len(inspected.table))
        places = inspected.content.node_group
        for row in range(len(inspected.table)):  # within a body, what an op needs comes before it
            loop = self._loops[places[row]]
            if loop >= 0:
                self._invariant[row] = self._is_invariant(row, loop)

    def loop(self, row: int) -> int:
        """The body of the innermost loop, as a group, if each iteration runs the op; -1 outside of loops, and in a branch of one."""
        return self._loops[self._inspected.content.node_group[row]]

    def __contains__(self, row: int) -> bool:
        """Whether the op lies in a loop and gives the same in each iteration."""
        return bool(self._invariant[row])

    def _is_invariant(self, row: int, loop: int) -> bool:
        inspected, op = self._inspected, self._inspected.table.ops[row]
        inputs = [node for node, _ in inspected.inputs(row)]
        if op in CONSTANTS:
            return True
        if op == ARGUMENT:
            home = inspected.bodies.argument(row)
            if home is not None and home[0] == loop:
                return inspected.bodies.handed_on(row)
            # Of a function that is called in the loop. Of bodies in it that run otherwise no op is asked for.
            return home is not None and all(self._invariant[node] for node in inputs)
        if not inputs or not all(self._invariant[node] for node in inputs):
            return False
        if op in VARIABLE_READS:
            return self._root(inputs[0]) not in self._written.get(loop, ())
        return op in _WRITES_NOT or op in self._pure

    def _root(self, row: int) -> int:
        """Where a handle comes from, before bodies and identities handed it on."""
        ops = self._inspected.table.ops
        for _ in range(_MOST_HANDS):
            inputs = self._inspected.inputs(row) if ops[row] == ARGUMENT or ops[row] == "Identity" else ()
            if not inputs:
                break
            row = inputs[0][0]
        return row

    def _find_written(self) -> Dict[int, Set[int]]:
        """For the body of each loop the handles of what is written in the loop, at any depth."""
        content, table, bodies = self._inspected.content, self._inspected.table, self._inspected.bodies
        expanded = {*bodies.loops, *bodies.functions, *bodies.branches}
        around = _loops_around(self._inspected)
        found: Dict[int, Set[int]] = {}
        for row, op in enumerate(table.ops):
            loops = around[content.node_group[row]]
            if not loops or op in _WRITES_NOT or row in expanded:
                continue
            for at in range(table.edge_start[row], table.edge_start[row + 1]):
                node, output = table.edge_node[at], table.edge_output[at]
                types = table.outputs[node]
                if output != CONTROL and output < len(types) and types[output].dtype == "resource":
                    for loop in loops:
                        found.setdefault(loop, set()).add(self._root(node))
        return found


def _loops(inspected: "Inspected") -> List[int]:
    """For each group the innermost body of a loop whose every iteration runs what is in the group; -1 for none, and at the end."""
    groups = inspected.content.groups
    found: List[int] = []
    for index, group in enumerate(groups):
        around = found[group.parent] if group.parent >= 0 else -1
        if is_body(group) and group.kind in FLOW_PARTS:
            around = index if loop_part(groups, index) == "body" else -1
        found.append(around)
    return [*found, -1]


def _loops_around(inspected: "Inspected") -> List[List[int]]:
    """For each group the bodies of all loops that run what is in the group, in their condition too; the last entry is for loose ops."""
    groups, loops = inspected.content.groups, inspected.bodies.loops
    found: List[List[int]] = []
    for index, group in enumerate(groups):
        around = found[group.parent] if group.parent >= 0 else []
        if loop_part(groups, index):
            around = [*around, loops[group.owner].get("body", -1)]
        found.append(around)
    return [*found, []]
