"""Folds shape arithmetic into what it is for: the ops that only compute the shape for a Reshape are no part of a model's story.

An op is shape arithmetic if its value follows from shapes of tensors and constants alone, and if all that uses it is shape arithmetic too
or uses it as an input that is no data (`shape_operands`), which may be nothing at all. So its value is in no element of any output.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import compress
from operator import or_
from typing import Dict, Iterator, List, NamedTuple, Sequence, Set, Tuple

from ..graph.content import content_of, with_content
from ..graph.edges import user_of
from ..graph.graph import Graph
from ..graph.lite_ops import lite_too
from ..graph.types import CONTROL
from ..graph.view import BOX, CHIP, PILL, SHAPING, WIRE
from ..graph.vocabulary import BRANCHES, CONSTANTS, ENDS, RESULT, is_called
from ..shapes.symbolic import SymbolicShapes
from .flow import Flow
from .shape_operands import TOLD, no_data
from .wires import KEPT_IN, PASSING

ASKING_SIZES = lite_too("Shape ShapeN Size Rank VariableShape TensorListLength TensorArraySizeV3".split())
"""Ops that ask a tensor, a variable or a list only for its size."""
ARITHMETIC = lite_too(
    """StridedSlice Slice Gather GatherV2 GatherNd Pack Unpack Concat ConcatV2 ConcatOffset Split SplitV Add AddV2 AddN Sub Mul Div
    FloorDiv TruncateDiv RealDiv FloorMod Mod TruncateMod Maximum Minimum Neg Abs Sign Square Ceil Floor Round Rint Cast Prod Sum Max Min
    All Any Squeeze ExpandDims Reshape Range Fill Tile BroadcastTo Identity Snapshot StopGradient InvertPermutation BroadcastArgs
    BroadcastGradientArgs DynamicStitch Equal NotEqual Less LessEqual Greater GreaterEqual LogicalAnd LogicalOr LogicalNot Select SelectV2
    ZerosLike OnesLike Reverse ReverseV2 Transpose ListDiff OneHot Cumsum Cumprod""".split()
)
"""Ops without state that shapes and axes are computed with."""
_OF_AN_OP = frozenset({"TFOpLambda", "SlicingOpLambda", "ClassMethod", "InstanceMethod", "InstanceProperty"})
"""Classes of layers that Keras 2 makes of single ops in a functional model. The user wrote no layer there, so these may vanish."""


class Use(NamedTuple):
    """A use of an op's tensor: by which op, as which of its data inputs."""

    user: int
    slot: int


def fold_shapes(graph: Graph) -> Graph:
    """Give shape arithmetic the role `SHAPING`.

    Before: all other roles are decided, and no copy is taken out. After: `view.makes` says what each op makes that has some folded into it;
    `view.counts.shaping` is the number of ops that are folded. Inputs and outputs of the graph, ops that run bodies, and boxes that an
    order (a control edge) joins to another box stay as they are. A layer or branch in which nothing else is drawn stays as well.
    """
    found = _ShapeArithmetic(graph)
    folded = found.folded()
    if not folded:
        return graph
    view = content_of(graph).view
    roles = bytearray(view.roles or bytes(len(graph)))
    for node in folded:
        roles[node] = SHAPING
    shapes = SymbolicShapes(graph)
    texts = {node: shapes.text(node) for node in found.users(folded)}
    makes = {node: text for node, text in texts.items() if text}
    counts = replace(view.counts, shaping=len(folded), docked=roles.count(CHIP))
    return with_content(graph, view=replace(view, roles=bytes(roles), makes=makes, counts=counts))


class _ShapeArithmetic:
    """Finds the ops: first all that could be, then those are taken away that something else uses."""

    def __init__(self, graph: Graph) -> None:
        content = content_of(graph)
        self._graph, self._table, self._groups = graph, content.table, content.groups
        self._roles = content.view.roles or bytes(len(graph))
        self._flow = Flow(graph, self._roles)
        self._owners = {group.owner for group in content.groups if group.owner >= 0}
        self._calls = {group.owner for group in content.groups if is_called(group)}
        self._derived = bytearray(len(graph))
        """1 for each op whose value follows from shapes and constants."""
        self._folds: Set[int] = set()
        self._uses: Dict[int, List[Use]] = {}
        """Op that is derived -> all uses of it, by ops that are not dead."""

    def folded(self) -> Set[int]:
        """The ops that are shape arithmetic."""
        self._derive()
        if not any(self._derived):
            return set()
        self._find_uses()
        self._add_unused()
        barred = self._barred()
        self._folds = {node for node in self._uses if node not in barred}
        self._keep(node for node, uses in list(self._uses.items()) if not self._only_for_shapes(node, uses))
        self._keep(self._whole_layers())
        return self._folds

    def users(self, folded: Set[int]) -> List[int]:
        """The boxes that some of the folded ops are folded into, in the order of the table."""
        found = {use.user for node in folded for use in self._uses[node] if use.user not in folded}
        return sorted(user for user in found if self._roles[user] == BOX)

    # what follows from shapes alone

    def _derive(self) -> None:
        roles, ops = self._roles, self._table.ops
        waiting = []
        for node, op in compress(enumerate(ops), map((CONSTANTS | ASKING_SIZES | ARITHMETIC).__contains__, ops)):
            if (roles[node] == CHIP and op in CONSTANTS) or (roles[node] == BOX and op in ASKING_SIZES):
                self._derived[node] = 1
            elif roles[node] in (BOX, CHIP) and op in ARITHMETIC:
                waiting.append(node)
        # Once is enough in the order of the table, in which only what a function returns may come after its user.
        before = -1
        while before != len(waiting):
            before = len(waiting)
            waiting = [node for node in waiting if not self._follows(node)]
            if not self._owners:
                break

    def _follows(self, node: int) -> bool:
        """Whether the value of an op follows from what is derived; it is then marked as derived, too."""
        table, derived = self._table, self._derived
        inputs = 0
        for row in range(table.edge_start[node], table.edge_start[node + 1]):
            if table.edge_output[row] != CONTROL:
                inputs += 1
                if not derived[self._source(table.edge_node[row], table.edge_output[row])]:
                    return False
        derived[node] = inputs > 0
        return inputs > 0

    def _source(self, node: int, output: int) -> int:
        """The op that really makes a tensor."""
        if self._roles[node] == WIRE or node in self._owners:
            return self._flow.source(node, output)[0]
        return node

    # what it is used for

    def _find_uses(self) -> None:
        table, roles, dead = self._table, self._roles, content_of(self._graph).dead
        telling = bytearray(map(or_, self._derived, map(WIRE.__eq__, roles)))
        for owner in self._owners:
            telling[owner] = 1
        for user in sorted(set(compress(table.edge_users(), map(telling.__getitem__, table.edge_node)))):
            if (dead and dead[user]) or (
                roles[user] == WIRE and (table.ops[user] in ENDS or table.ops[user] in PASSING)
            ):
                continue  # a wire: what uses it is found as a use of what it passes on
            for slot, source in self._inputs(user):
                if self._derived[source]:
                    self._uses.setdefault(source, []).append(Use(user, slot))

    def _add_unused(self) -> None:
        """A size that somebody asked for and nobody uses is for nothing else, as long as something else is what the graph is for."""
        if content_of(self._graph).outputs:
            for node, role in enumerate(self._roles):
                if self._derived[node] and role == BOX:
                    self._uses.setdefault(node, [])

    def _inputs(self, user: int) -> Iterator[Tuple[int, int]]:
        """The data inputs that an op uses itself: (which, the op that makes it). What it passes into a body is used there."""
        table = self._table
        slot = -1
        for row in range(table.edge_start[user], table.edge_start[user + 1]):
            if table.edge_output[row] == CONTROL:
                continue
            slot += 1
            if user in self._owners and (
                user in self._calls or user in self._flow.loops or (slot and table.ops[user] in BRANCHES)
            ):
                continue
            if slot == 0 and self._roles[user] == WIRE:  # an op that the user hid: a wire runs through it
                continue
            yield slot, self._source(table.edge_node[row], table.edge_output[row])

    def _only_for_shapes(self, node: int, uses: Sequence[Use]) -> bool:
        return all(use.user in self._folds or self._takes_no_data(node, use) for use in uses)

    def _takes_no_data(self, node: int, use: Use) -> bool:
        """Whether a use of an op that is folded is by an input that is no data.

        A constant is folded only where the shape that a box's label says tells all of it: a chip with an axis tells more.
        """
        op, table = self._table.ops[use.user], self._table
        if self._roles[node] == CHIP:
            kinds = table.outputs[use.user]
            ranked = bool(kinds) and kinds[0].shape is not None
            return TOLD.get(op) == use.slot and self._roles[use.user] == BOX and ranked
        count = sum(
            output != CONTROL
            for output in table.edge_output[table.edge_start[use.user] : table.edge_start[use.user + 1]]
        )
        return no_data(op, use.slot, count)

    def _keep(self, nodes: "Iterator[int] | Sequence[int]") -> None:
        """Take ops away from those that are folded, and then what only they were for."""
        waiting = [node for node in nodes if node in self._folds]
        self._folds.difference_update(waiting)
        while waiting:
            for _, source in self._inputs(waiting.pop()):
                if source in self._folds and not self._only_for_shapes(source, self._uses[source]):
                    self._folds.remove(source)
                    waiting.append(source)

    # what stays in any case

    def _barred(self) -> Set[int]:
        content = content_of(self._graph)
        ends = {self._flow.source(port.node, port.output)[0] for port in content.outputs}
        return ends | {port.node for port in content.inputs} | self._owners | self._results() | self._ordered()

    def _results(self) -> Set[int]:
        """What bodies return, but for what is seen through: a call, and a variable that its loop never changes."""
        flow, found = self._flow, set()
        seen_through: Set[int] = set()
        for body, results in flow.results.items():
            if is_called(self._groups[body]):
                seen_through.update(results)
        for body in flow.loops.values():
            pairs = zip(flow.args.get(body, ()), flow.results.get(body, ()))
            seen_through.update(result for argument, result in pairs if self._roles[argument] == WIRE)
        for node, op in enumerate(self._table.ops):
            if op == RESULT and node not in seen_through:
                found.add(flow.source(node, 0)[0])
        return found

    def _ordered(self) -> Set[int]:
        """Boxes that a control edge joins to another box: what would be drawn is an order of things that happen."""
        table, roles = self._table, self._roles
        drawn = (BOX, PILL)
        found: Set[int] = set()
        for row in (row for row, output in enumerate(table.edge_output) if output == CONTROL):
            ends = (table.edge_node[row], user_of(table.edge_start, row))
            if all(roles[node] in drawn for node in ends):
                found.update(ends)
        return found

    def _whole_layers(self) -> List[int]:
        """The boxes of layers and branches of which nothing would be left."""
        if not self._folds:  # as in most files
            return []
        groups, homes = self._groups, content_of(self._graph).node_group
        left = [False] * len(groups)
        gone: Dict[int, List[int]] = {}
        for node, home in enumerate(homes):
            if home >= 0 and node in self._folds:
                gone.setdefault(home, []).append(node)
            elif home >= 0 and self._roles[node] in (BOX, PILL):
                left[home] = True
        found: List[int] = []
        for index in range(len(groups) - 1, -1, -1):  # inner groups come later
            group, own = groups[index], [node for node in gone.get(index, ()) if self._roles[node] == BOX]
            if own and not left[index] and group.kind in KEPT_IN and group.cls not in _OF_AN_OP:
                found += own
                left[index], own = True, []
            if group.parent >= 0:
                left[group.parent] = left[group.parent] or left[index]
                if own:
                    gone.setdefault(group.parent, []).extend(own)
        return found
