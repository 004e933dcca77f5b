"""What the page draws once for many: which copy of which stack each op and group is, and what stands for it.

The drawing holds one copy of every stack only, which is its copy 0. The page opens any other copy by putting that copy's ops in the
places of the first one's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, List, Optional, Sequence, Set, Tuple

from ...graph.content import content_of
from ...graph.view import LACKING
from ...graph.vocabulary import chain
from ...layout.scene.bundling import bundle
from ...layout.scene.compose import compose
from ...layout.scene.end_cards import with_end_cards
from ...passes import gather_ends
from ...passes.naming import part_name
from ...passes.repeat import reduce
from ...passes.split import find_repeats

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ...layout.scene.items import Scene
    from ...layout.scene.settled import Settled
    from ...passes.structure import Part
    from .container import PageColumns
    from .nodes_and_groups import Pools


def page_scene(drawn: "Graph", settled: "Optional[Settled]" = None) -> "Scene":
    """What the page draws, with every card open: many inputs or outputs of one type are a card of their own.

    `settled` is shared with other drawings of the graph, if there are any.
    """
    return bundle(with_end_cards(compose(drawn, settled=settled)))


@dataclass
class Copies:
    """The graph that is drawn, and how its rows and groups are called in the whole one.

    A *unit* is a group of the whole graph, or siblings that a pass put together: these are numbered after the groups, in
    every copy.
    """

    drawn: "Graph"
    node: List[int]
    """Row in the drawn graph -> row in the whole one."""
    unit: List[int]
    """Group in the drawn graph -> unit."""
    stack: Dict[int, int]
    """Group in the drawn graph -> number of its stack."""
    stacks: "List[List[Part]]"
    whole: "Graph"
    made: "List[Part]"
    """The parts that are no groups: their units follow those of the groups."""
    numbers: Dict[int, int]
    """Serial number of such a part -> its unit."""

    def unit_of(self, part: "Part") -> int:
        """The unit that a part is."""
        return part.group if part.group >= 0 else self.numbers[part.serial]

    def units_of(self, part: "Part") -> List[int]:
        """The units of a part, itself first; equal parts have equal places. `LACKING` where it has none."""
        return [LACKING if inner is None else self.unit_of(inner) for inner in part.parts()]


def copies(graph: "Graph") -> Copies:
    """The graph with its repeats put together. Before: the roles are decided."""
    found = find_repeats(graph)
    if not found.stacks:
        return Copies(
            gather_ends(graph),
            list(range(len(graph))),
            list(range(len(content_of(graph).groups))),
            {},
            [],
            graph,
            [],
            {},
        )
    drawn, serials = reduce(graph, found)
    rows = {name: row for row, name in enumerate(content_of(graph).table.names)}
    stacks = [stack for stack in found.stacks if stack[0].serial in serials]
    inside = (inner for stack in stacks for part in stack for inner in part.parts() if inner is not None)
    every = {inner.serial: inner for inner in inside if inner.group < 0}
    numbers = {serial: len(content_of(graph).groups) + place for place, serial in enumerate(every)}
    unit = {serials[serial]: number for serial, number in numbers.items() if serial in serials}
    paths = {group.path: index for index, group in enumerate(content_of(graph).groups)}
    return Copies(
        drawn=gather_ends(drawn),
        node=[rows[name] for name in content_of(drawn).table.names],
        unit=[
            unit[index] if index in unit else paths[group.path] for index, group in enumerate(content_of(drawn).groups)
        ],
        stack={serials[stack[0].serial]: number for number, stack in enumerate(stacks)},
        stacks=stacks,
        whole=graph,
        made=list(every.values()),
        numbers=numbers,
    )


class CopyPlaces:
    """For each op and unit which copy of which stack it is in, and what stands for it in the drawing.

    Where a copy lacks what the drawn one has, the page shows that there is nothing. What it shows there has a number, too, behind those
    of all ops, or of all units.
    """

    def __init__(self, found: Copies) -> None:
        self.nodes = Where(len(found.whole))
        self.units = Where(len(content_of(found.whole).groups) + len(found.made))
        self.undrawn: Dict[int, Sequence[int]] = {}
        """Unit of a copy that has more than the drawn one -> its ops for which nothing stands in the drawing."""
        self._shared: Dict[int, Sequence[int]] = {}
        """The same copies -> their other ops."""
        self.lacks: "Dict[int, Part]" = {}
        """The number of an op that is not there -> the copy that lacks it."""
        self._absent: Dict[int, Tuple[List[int], List[int]]] = {}
        """Serial number of such a copy -> the numbers of what it lacks: ops, units."""
        # Outer stacks come after those inside them, and what they say of an op holds.
        for number, stack in enumerate(found.stacks):
            first_ops, first_units = stack[0].ops(), found.units_of(stack[0])
            for copy, part in enumerate(stack[1:], 1):
                # A copy of an inner stack that lies in a copy of this one is as the one at its place in the drawn copy.
                for one, its in zip(stack[0].parts(), part.parts()):
                    if one is None or its is None:
                        continue
                    ops, units = self._absent.get(one.serial, ((), ()))
                    self._put(number, copy, its, [(LACKING, op) for op in ops], [(LACKING, unit) for unit in units])
                    if found.unit_of(one) in self.undrawn:
                        self._leave_out(found, its, len(one.ops()) - len(self.undrawn[found.unit_of(one)]))
                self._put(number, copy, part, zip(part.ops(), first_ops), zip(found.units_of(part), first_units))
                self._leave_out(found, part, len(first_ops))

    def _leave_out(self, found: Copies, part: "Part", drawn: int) -> None:
        """Nothing stands for what a copy has more than so many ops."""
        if len(part.ops()) > drawn:
            self.undrawn[found.unit_of(part)] = part.ops()[drawn:]
            self._shared[found.unit_of(part)] = [op for op in part.ops()[:drawn] if op != LACKING]

    def _put(
        self, stack: int, copy: int, part: "Part", ops: Iterable[Tuple[int, int]], units: Iterable[Tuple[int, int]]
    ) -> None:
        """Say which copy ops and units are in, each with what stands for it in the drawn one; what the copy lacks gets its numbers."""
        self._note(part, self.nodes.put(stack, copy, ops), self.units.put(stack, copy, units))

    def _note(self, part: "Part", ops: List[int], units: List[int]) -> None:
        if ops or units:
            self._absent[part.serial] = (ops, units)
            self.lacks.update((op, part) for op in ops)

    def groups_without_place(self, whole: "Graph") -> Iterator[Tuple[int, int]]:
        """The groups that only one copy of a stack has, each with the unit of that copy."""
        for unit, rows in self.undrawn.items():
            inside = _groups_of(whole, rows) - _groups_of(whole, self._shared[unit])
            yield from ((index, unit) for index in sorted(inside) if index != unit)


def _groups_of(graph: "Graph", rows: Sequence[int]) -> Set[int]:
    """All groups that these ops lie in."""
    content = content_of(graph)
    return {index for row in rows for index in chain(content.groups, content.node_group[row])}


class Where:
    """Columns that say which copy something is; `back` is how many rows before it what stands for it comes."""

    def __init__(self, count: int) -> None:
        self.stack = [-1] * count
        """-1: in no copy but the first."""
        self.copy = [0] * count
        self.back = [0] * count

    def put(self, stack: int, copy: int, pairs: Iterable[Tuple[int, int]]) -> List[int]:
        """Say which copy some rows are in, each with what stands for it in the drawn copy. `LACKING` gets a row behind all others; gives those."""
        added: List[int] = []
        for own, first in pairs:
            if own == LACKING:
                own = len(self.stack)
                added.append(own)
                for column in (self.stack, self.copy, self.back):
                    column.append(0)
            self.stack[own], self.copy[own], self.back[own] = stack, copy, own - first
        return added

    def base(self, row: int) -> int:
        """What stands for a row in the drawing."""
        while self.stack[row] >= 0:
            row -= self.back[row]
        return row


def add_stacks(found: Copies, places: CopyPlaces, columns: "PageColumns", pools: "Pools") -> Dict[str, Any]:
    """Add the columns `r.*` (by op) and `gr.*` (by unit): stack (-1: drawn itself), copy, and what stands for it there.

    Returns for the header the names of each stack's copies, in what these differ, a sentence each, and where the drawn copy is not
    the first, the places of all in the order of the data. A stack inside a copy is told for the drawn copy only. `undrawn`
    pairs each group that has no place in the drawing, as only one copy has it, with the unit of that copy. The columns are longer
    than there are ops and units by what copies lack.
    """
    for prefix, where in (("r", places.nodes), ("gr", places.units)):
        columns.ints(f"{prefix}.stack", where.stack)
        columns.ints(f"{prefix}.copy", where.copy)
        columns.ints(f"{prefix}.back", where.back)
    # A weight that the drawn copy of one stack uses may lie in a copy of another stack.
    columns.deltas("r.kept", [row for row in found.node if places.nodes.stack[row] >= 0])
    names = [[pools.strings(part_name(found.whole, part)) for part in stack] for stack in found.stacks]
    drawn = content_of(found.drawn).view.stacks
    differ: List[List[int]] = [[] for _ in found.stacks]
    order: List[List[int]] = [[] for _ in found.stacks]
    for group, number in found.stack.items():
        differ[number] = [pools.strings(words) for words in drawn[group].differences]
        order[number] = list(drawn[group].places)
    told: Dict[str, Any] = {"places": order} if any(order) else {}
    if places.undrawn:
        told["undrawn"] = list(places.groups_without_place(found.whole))
    return {"stacks": names, "differ": differ, **told}
