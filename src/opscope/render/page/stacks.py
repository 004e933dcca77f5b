"""What the page draws once for many: which copy of which stack each op and group is, and what stands for it.

The drawing holds the first copy of every stack only. The page opens any other copy by putting that copy's ops in the
places of the first one's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, List, Tuple

from ...passes.naming import part_name
from ...passes.repeat import reduce
from ...passes.split import find_repeats

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ...passes.structure import Part
    from .container import PageColumns
    from .nodes_and_groups import Pools


@dataclass
class Copies:
    """The graph that is drawn, and how its rows and groups are called in the whole one."""

    drawn: "Graph"
    node: List[int]
    """Row in the drawn graph -> row in the whole one."""
    group: List[int]
    """Group in the drawn graph -> group in the whole one; -1 for one that a pass has made of siblings."""
    stack: Dict[int, int]
    """Group in the drawn graph -> number of its stack."""
    stacks: "List[List[Part]]"
    whole: "Graph"


def copies(graph: "Graph") -> Copies:
    """The graph with its repeats put together. Before: the roles are decided."""
    found = find_repeats(graph)
    if not found.stacks:
        return Copies(graph, list(range(len(graph))), list(range(len(graph.groups))), {}, [], graph)
    drawn, serials = reduce(graph, found)
    rows = {name: row for row, name in enumerate(graph.table.names)}
    paths = {group.path: index for index, group in enumerate(graph.groups)}
    made = drawn.content.view.made
    stacks = [stack for stack in found.stacks if stack[0].serial in serials]
    return Copies(
        drawn=drawn,
        node=[rows[name] for name in drawn.table.names],
        group=[-1 if index in made else paths.get(group.path, -1) for index, group in enumerate(drawn.groups)],
        stack={serials[stack[0].serial]: number for number, stack in enumerate(stacks)},
        stacks=stacks,
        whole=graph,
    )


def add_stacks(found: Copies, columns: "PageColumns", pools: "Pools") -> Dict[str, Any]:
    """Add the columns `r.*` (by op) and `gr.*` (by group): stack (-1: drawn itself), copy, and what stands for it there.

    Returns for the header the names of each stack's copies, and in what these differ, a sentence each. A stack inside a
    copy is told for the first copy only.
    """
    nodes = _Where(len(found.whole))
    groups = _Where(len(found.whole.groups))
    # Outer stacks come after those inside them, and what they say of an op holds.
    for number, stack in enumerate(found.stacks):
        first_ops, first_groups = stack[0].ops(), stack[0].groups()
        for copy, part in enumerate(stack[1:], 1):
            nodes.put(number, copy, zip(part.ops(), first_ops))
            groups.put(number, copy, zip(part.groups(), first_groups))
    for row in found.node:  # a weight that the drawn copy uses may lie in a copy of another stack
        nodes.stack[row] = -1
    for prefix, where in (("r", nodes), ("gr", groups)):
        columns.ints(f"{prefix}.stack", where.stack)
        columns.ints(f"{prefix}.copy", where.copy)
        columns.ints(f"{prefix}.back", where.back)
    names = [[pools.strings(part_name(found.whole, part)) for part in stack] for stack in found.stacks]
    drawn = found.drawn.content.view.stacks
    differ: List[List[int]] = [[] for _ in found.stacks]
    for group, number in found.stack.items():
        differ[number] = [pools.strings(words) for words in drawn[group].differences]
    return {"stacks": names, "differ": differ}


class _Where:
    """Columns that say which copy something is; `back` is how many rows before it what stands for it comes."""

    def __init__(self, count: int) -> None:
        self.stack = [-1] * count
        self.copy = [0] * count
        self.back = [0] * count

    def put(self, stack: int, copy: int, pairs: "zip[Tuple[int, int]]") -> None:
        for own, first in pairs:
            if own >= 0 and first >= 0:
                self.stack[own], self.copy[own], self.back[own] = stack, copy, own - first
