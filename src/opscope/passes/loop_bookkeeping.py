"""Folds a loop's bookkeeping into words: its counter, what is computed from that alone, its condition, the lists that keep results.

What is folded reaches nothing that is drawn, except by an input that says which element an op takes or puts (`step_positions`), and as the
list into which a result of each step is put. A condition is folded if the number of iterations is known, which the loop's card says.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, List, Optional, Set

from ..graph.content import content_of, with_content
from ..graph.graph import Graph
from ..graph.types import CONTROL
from ..graph.view import BOOKKEEPING, BOX, CHIP, PILL, SHAPING, WIRE
from ..graph.vocabulary import LOOPS, RESULT, chain, is_called
from ..shapes.loops import trips
from .flow import Flow, TensorRef
from .shape_arithmetic import ARITHMETIC, ASKING_SIZES, Use
from .step_positions import INDEXED, KEEPING, Positions
from .wires import KEPT_IN

_ADDING = frozenset({"Add", "AddV2"})
_COUNTED_IN = frozenset({"int32", "int64"})
_WORKED_OUT = frozenset("Add AddV2 Sub Pack Cast Reshape ExpandDims Squeeze".split())
"""Ops that make an index of a counter."""
_EMPTY_LISTS = frozenset({"TensorListReserve", "EmptyTensorList"})


def fold_bookkeeping(graph: Graph) -> Graph:
    """Give the bookkeeping of loops the role `BOOKKEEPING`.

    Before: all other roles are decided, and no copy is taken out. After: `view.counts.bookkeeping` is the number of ops that are folded.
    What counts otherwise than from 0 by 1 is folded only where nothing looks at its number. Inputs and outputs of the graph, and what an order joins to a box, stay, too.
    """
    content = content_of(graph)
    if not any(op in LOOPS for op in content.table.ops):
        return graph
    folded = _Bookkeeping(graph).folded()
    if not folded:
        return graph
    roles = bytearray(content.view.roles or bytes(len(graph)))
    for node in folded:
        roles[node] = BOOKKEEPING
    counts = replace(content.view.counts, bookkeeping=len(folded))
    return with_content(graph, view=replace(content.view, roles=bytes(roles), counts=counts))


class _Bookkeeping:
    """Finds the ops: first all that could be, then those are taken away that something else uses."""

    def __init__(self, graph: Graph) -> None:
        content = content_of(graph)
        self._graph, self._table, self._groups = graph, content.table, content.groups
        self._roles, self._dead = content.view.roles or bytes(len(graph)), content.dead
        self._flow = Flow(graph, self._roles)
        self._counters: Set[int] = set()
        """The arguments in which a loop counts, in whatever steps."""
        self._numbers: Set[int] = set()
        """Those of them that are the number of the iteration, the first of which is 0."""
        self._positions = Positions(graph, self._flow, self._numbers.__contains__)
        self._lists: Set[int] = set()
        """The arguments that are lists of results."""
        self._conditions: Set[int] = set()
        self._folds: Set[int] = set()
        self._ways: Dict[int, int] = {}
        """Result of a loop's body -> the argument whose next value it is."""

    def folded(self) -> Set[int]:
        """The ops that are bookkeeping."""
        for owner, body in self._flow.loops.items():
            if self._table.ops[owner] in LOOPS:
                self._look_at(body)
        self._find_conditions()
        if not (self._counters or self._lists or self._conditions):
            return set()
        self._folds = {*self._counters, *self._lists, *self._conditions, *self._worked_out(), *self._empty_lists()}
        limits = self._limits()
        self._folds |= limits
        self._folds -= self._barred()
        uses = self._uses()
        self._folds -= {node for node in limits if node not in uses}
        while True:
            kept = {node for node in self._folds if not all(self._is_told(node, use) for use in uses.get(node, ()))}
            kept = kept or self._whole_parts()
            if not kept:
                return self._folds
            self._folds -= kept

    # what could be bookkeeping

    def _look_at(self, body: int) -> None:
        """Find the counters and the lists among the variables of a loop."""
        for argument, result in zip(self._flow.args.get(body, ()), self._flow.results.get(body, ())):
            if self._roles[argument] != PILL:
                continue
            self._ways[result] = argument
            given = self._flow.source(result, 0)[0]
            step = self._counts(argument, given)
            if step is not None:
                self._counters.add(argument)
                first = self._flow.taken(argument)
                if step == 1 and len(first) == 1 and self._positions.number(first[0][0]) == 0:
                    self._numbers.add(argument)
            elif self._table.ops[given] in KEEPING and self._roles[given] == BOX:
                taken = self._flow.taken(given)
                if taken and taken[0][0] == argument:
                    self._lists.add(argument)

    def _counts(self, argument: int, given: int) -> Optional[int]:
        """The constant that is added to a loop's variable in each iteration, if that is all that is done with it."""
        types, inputs = self._table.outputs[argument], [source for source, _ in self._flow.taken(given)]
        if self._table.ops[given] not in _ADDING or not types or types[0].dtype not in _COUNTED_IN:
            return None
        numbers = [self._positions.number(source) for source in inputs if source != argument]
        return numbers[0] if argument in inputs and len(numbers) == 1 else None

    def _worked_out(self) -> Set[int]:
        """The ops of which the value follows from counters and constants alone."""
        found: Set[int] = set()
        before = -1
        while before != len(found):
            before = len(found)
            for node, op in enumerate(self._table.ops):
                if op in _WORKED_OUT and self._roles[node] == BOX and node not in found:
                    sources = {source for source, _ in self._flow.taken(node)}
                    counted = sources & (self._counters | found)
                    if counted and all(self._roles[source] == CHIP for source in sources - counted):
                        found.add(node)
        return found

    def _find_conditions(self) -> None:
        """Find the ops of the conditions of loops that are known to run so often."""
        known, conditions = trips(self._graph), set()
        for index, group in enumerate(self._groups):
            if group.kind == "cond" and group.owner in self._flow.loops:
                name = self._table.names[group.owner]
                if name in known and known[name].exact is not None:
                    conditions.add(index)
        for node, home in enumerate(content_of(self._graph).node_group if conditions else ()):
            if self._roles[node] in (BOX, PILL) and not conditions.isdisjoint(chain(self._groups, home)):
                self._conditions.add(node)

    def _limits(self) -> Set[int]:
        """The ops that are computed from sizes and constants alone, as what the number of iterations is compared with."""
        found: Set[int] = set()
        told = {CHIP, SHAPING}
        for node, op in enumerate(self._table.ops if self._conditions else ()):
            if self._roles[node] == BOX and (op in ASKING_SIZES or op in ARITHMETIC):
                sources = [source for source, _ in self._flow.taken(node)]
                if op in ASKING_SIZES or all(self._roles[source] in told or source in found for source in sources):
                    found.add(node)
        return found

    def _empty_lists(self) -> Set[int]:
        return {
            source
            for argument in self._lists
            for source, _ in self._flow.taken(argument)
            if self._table.ops[source] in _EMPTY_LISTS and self._roles[source] == BOX
        }

    # what it is used for

    def _uses(self) -> Dict[int, List[Use]]:
        found: Dict[int, List[Use]] = {}
        wires = self._seen_through()
        for user, op in enumerate(self._table.ops):
            is_mark = op == RESULT or self._roles[user] in (BOX, PILL, CHIP)
            if user in wires or (self._dead and self._dead[user]) or not is_mark:
                continue
            for slot, tensor in enumerate(self._flow.taken(user)):
                for made in (tensor[0], *self._last(tensor)):
                    if made in self._folds:
                        found.setdefault(made, []).append(Use(user, slot))
        return found

    def _seen_through(self) -> Set[int]:
        """Loops and calls, what they take being used in them, and results that are only handed on: of calls, and of what a loop never changes."""
        flow, found = self._flow, set(self._flow.loops)
        for index, group in enumerate(self._groups):
            if is_called(group):
                found.update((group.owner, *flow.results.get(index, ())))
        for body in flow.loops.values():
            pairs = zip(flow.args.get(body, ()), flow.results.get(body, ()))
            found.update(result for argument, result in pairs if self._roles[argument] == WIRE)
        return found

    def _last(self, tensor: TensorRef) -> List[int]:
        """The counter of a loop whose last number a tensor is."""
        source, output = tensor
        arguments = self._flow.args.get(self._flow.loops.get(source, -1), ())
        argument = arguments[output] if 0 <= output < len(arguments) else -1
        return [argument] if argument in self._counters else []  # a list that is full leaves by the op that fills it

    def _is_told(self, node: int, use: Use) -> bool:
        user, slot = use
        if user in self._folds:
            return True
        if self._table.ops[user] == RESULT:
            return self._is_result_told(node, user)
        if node in self._lists:
            return slot == 0 and self._table.ops[user] in KEEPING and self._is_kept_each_step(user, node)
        taken = self._positions.taken(user) if slot in INDEXED.get(self._table.ops[user], ()) else None
        return taken is not None and taken.at.counter in self._folds

    def _is_result_told(self, node: int, result: int) -> bool:
        """Whether what a body returns is the next value of what is folded, or says whether the loop goes on."""
        if result in self._ways:
            return self._ways[result] in self._folds
        return node in self._conditions

    def _is_kept_each_step(self, keeping: int, argument: int) -> bool:
        """Whether an op puts a result at the place of the very step, or behind all others, and gives the list its next value."""
        if self._ways_of(argument) != keeping:
            return False
        if self._table.ops[keeping] == "TensorListPushBack":
            return True
        taken = self._positions.taken(keeping)
        return taken is not None and taken.at.offset == 0 and taken.at.counter in self._folds

    def _ways_of(self, argument: int) -> int:
        return next((self._flow.source(result, 0)[0] for result, its in self._ways.items() if its == argument), -1)

    # what stays in any case

    def _barred(self) -> Set[int]:
        content, table = content_of(self._graph), self._table
        given = [self._flow.source(port.node, port.output) for port in content.outputs]
        found = {node for node, _ in given}.union(*map(self._last, given))
        found |= {port.node for port in content.inputs} | ({group.owner for group in self._groups} - self._conditions)
        drawn = [role in (BOX, PILL) for role in self._roles]
        for user in range(len(table)):
            if not drawn[user]:
                continue
            for edge in range(table.edge_start[user], table.edge_start[user + 1]):
                if table.edge_output[edge] == CONTROL and drawn[table.edge_node[edge]]:
                    found |= {user, table.edge_node[edge]}
        return found

    def _whole_parts(self) -> Set[int]:
        """The ops of layers, branches and bodies of loops of which nothing would be left."""
        homes = content_of(self._graph).node_group
        left: Set[int] = set()
        gone: Dict[int, Set[int]] = {}
        for node, role in enumerate(self._roles):
            if role in (BOX, PILL):
                around = chain(self._groups, homes[node])
                if node in self._folds:
                    for index in around:
                        gone.setdefault(index, set()).add(node)
                else:
                    left.update(around)
        stays = KEPT_IN | {"body"}
        emptied = [nodes for index, nodes in gone.items() if index not in left and self._groups[index].kind in stays]
        return set().union(*emptied)
