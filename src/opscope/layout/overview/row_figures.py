"""The figures in the columns of an overview: what each row of it has in parameters, FLOPs and time.

A row stands for its own ops, those of all copies if it is a stack, and for the gradients and updates of its layers: the backward
pass is not drawn again. So each op of the graph counts in exactly one row, or in none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, Iterator, List, Optional, Sequence, Set, Tuple

from ...cost.estimate import estimate
from ...graph.content import content_of, with_cost
from ...graph.graph import Graph
from ...graph.quantities import FLOPS, QUANTITIES, Quantity
from ...graph.types import GraphCost
from ...graph.view import LACKING
from ...graph.vocabulary import LATER_PHASES, PHASES, chain
from ..scene.items import Box, Card, ChainRow, Chip, Item, Pill
from .group_figures import add_figures_of_groups
from .row_parameters import first_uses, row_parameters

BAR_PARTS = (PHASES[0], PHASES[2], "update")
"""The parts of a bar: what a row's own ops, its gradients and the updates of its variables have."""


@dataclass
class Amounts:
    """What one row has; ``None`` where nothing is known, which is not 0."""

    parameters: Optional[int] = None
    """Of the variables that are used here first."""
    shared: bool = False
    """Whether it uses variables that count in another row."""
    flops: Optional[float] = None
    parts: Dict[str, float] = field(default_factory=dict)
    """Of the quantity that the bars show, by part."""
    error: Optional[float] = None
    """The standard error of what the bar shows: that of the groups that the row stands for, else the sum of those of its ops, which is
    at least as much; ``None`` if none is known."""
    errors: int = 0
    """The sum of so many errors is `error`. Of one it is the standard error of what the bar shows, of more only a bound."""
    elsewhere: bool = False
    """Whether ops that it stands for count in other rows: gradients and updates, in those of their layers."""
    given: bool = False
    """Whether some of it is what a user gave to a layer (`Graph.overlay`), not what its ops have."""

    @property
    def total(self) -> Optional[float]:
        """The length of the bar."""
        return sum(self.parts.values()) if self.parts else None

    @property
    def tells(self) -> bool:
        """Whether any of it is known and not 0."""
        return bool(self.parameters or self.shared or self.flops or self.total)


@dataclass(frozen=True)
class RowFigures:
    """The figures of all rows, by their position in what was asked for, and what no row has."""

    rows: Sequence[Amounts]
    rest: Amounts
    quantity: Optional[Quantity]
    """What the bars show; ``None`` if nothing is known."""
    parts: Tuple[str, ...]
    """Which parts any bar has."""
    cost: Optional[GraphCost] = None
    """What the FLOPs do not count, and what they are for."""


def figures(whole: Graph, drawn: Graph, items: Sequence[Item], estimated: Optional[Graph] = None) -> RowFigures:
    """The figures of rows.

    Args:
        whole: the graph before its repeats were folded.
        drawn: the graph that is drawn.
        items: an item for each row: a box, a row of cells, or a card.
        estimated: the same ops with their costs, if these are known already.
    """
    quantity = _quantity(whole)
    if not content_of(whole).costs:
        if estimated is None or estimated.cost is None:
            whole = estimate(whole, peak=False, groups=False)
        else:
            whole = with_cost(whole, estimated.cost, costs=content_of(estimated).costs)
        quantity = quantity or FLOPS
    owners = _Owners(whole, drawn, items)
    rows = [Amounts() for _ in items]
    rest = Amounts()
    costs, measured = content_of(whole).costs, content_of(whole).measured
    for op, home, place, part in owners.each():
        row = rows[place] if place >= 0 else rest
        if home not in (-1, place):
            rows[home].elsewhere = True
        cost = costs.get(op)
        if cost is not None and cost.flops is not None:
            row.flops = (row.flops or 0.0) + cost.flops
        if quantity is None:
            continue
        found = measured.get(op)
        value = getattr(found, quantity.field) if found is not None else None
        if value is None and quantity is FLOPS and cost is not None:
            value = cost.flops
        if value is not None:
            row.parts[part] = row.parts.get(part, 0.0) + value
            if found is not None and found.error_us is not None:
                row.error = (row.error or 0.0) + found.error_us
                row.errors += 1
    for row, variables in zip(rows, row_parameters(whole, owners.used, owners.first)):
        row.parameters, row.shared = variables
    if quantity is not None:
        add_figures_of_groups(rows, whole, drawn, items, quantity, owners.places)
    used = tuple(part for part in BAR_PARTS if any(part in row.parts for row in rows))
    return RowFigures(rows, rest, quantity, used, whole.cost)


def _quantity(graph: Graph) -> Optional[Quantity]:
    """The first quantity that any op or group shows: measured, given, or chosen by the option ``heat``; else FLOPs that were estimated."""
    content = content_of(graph)
    shown = [*content.measured.values(), *(group.measured for group in content.groups if group.measured is not None)]
    for quantity in QUANTITIES.values():
        if any(getattr(value, quantity.field, None) is not None for value in shown):
            return quantity
    return FLOPS if any(cost.flops is not None for cost in content.costs.values()) else None


class _Owners:
    """Which row each op of the whole graph counts in."""

    def __init__(self, whole: Graph, drawn: Graph, items: Sequence[Item]) -> None:
        self._whole, self._drawn = whole, drawn
        self._count = len(items)
        self._later = [self._phase(index) for index in range(len(content_of(whole).groups))]
        self._own: Dict[int, int] = {}
        """Op of the whole graph -> the row that stands for it."""
        self._find_own(items)
        self._group_row = self._rows_of_groups()
        self.used = self._ids()
        """For each row its variables."""
        self.first = first_uses(drawn, items, self.used)
        """Variable -> the row in which it counts."""
        paths = {variable.id: variable.object_path for variable in whole.variables}
        self._variable_row = {paths[each]: place for each, place in self.first.items() if paths.get(each)}
        self._of_path = {
            group.path: self._group_row[index]
            for index, group in enumerate(content_of(whole).groups)
            if index in self._group_row
        }

    def _phase(self, index: int) -> str:
        """The part of a bar that the ops of a group belong to."""
        groups = content_of(self._whole).groups
        kinds = [groups[around].kind for around in chain(groups, index) if groups[around].kind in LATER_PHASES]
        return {PHASES[2]: PHASES[2], PHASES[3]: "update"}.get(kinds[-1] if kinds else "", "forward")

    def _find_own(self, items: Sequence[Item]) -> None:
        """Give each op the row whose item stands for it, ops of the copies of stacks too."""
        drawn = content_of(self._drawn)
        row_of_group: Dict[int, int] = {}
        row_of_op: Dict[int, int] = {}
        for place, item in enumerate(items):
            for part in item.items if isinstance(item, ChainRow) else (item,):
                if isinstance(part, Card):
                    row_of_group[part.group] = place
                for node in _places(part):
                    row_of_op[node] = place
        for index, group in enumerate(drawn.groups):  # parents come before their children
            if index not in row_of_group and group.parent in row_of_group:
                row_of_group[index] = row_of_group[group.parent]
        row_of_name: Dict[str, int] = {}
        for node, home in enumerate(drawn.node_group):
            place = row_of_op.get(node, row_of_group.get(home, -1))
            if place >= 0:
                row_of_name[drawn.table.names[node]] = place
        for op, name in enumerate(content_of(self._whole).table.names):
            if name in row_of_name:
                self._own[op] = row_of_name[name]
        for group_index, stack in drawn.view.stacks.items():
            place = row_of_group.get(group_index, -1)
            if place >= 0:
                self._own.update((op, place) for copy in stack.copies for op in copy if op != LACKING)

    def _rows_of_groups(self) -> Dict[int, int]:
        """Group of the whole graph -> the only row that stands for ops in it."""
        content = content_of(self._whole)
        found: Dict[int, int] = {}
        for op, place in self._own.items():
            for group in chain(content.groups, content.node_group[op]):
                known = found.setdefault(group, place)
                if known == place:
                    continue
                if known == -1:
                    break  # and so are those around
                found[group] = -1
        return {group: place for group, place in found.items() if place >= 0}

    def _ids(self) -> List[Set[int]]:
        """The variables of each row."""
        content = content_of(self._whole)
        found: List[Set[int]] = [set() for _ in range(self._count)]
        for op, place in self._own.items():
            home = content.node_group[op]
            if op in content.handles and (home < 0 or self._later[home] == "forward"):
                found[place].add(content.handles[op])
        for group, place in self._group_row.items():
            if self._later[group] == "forward":
                found[place].update(content.groups[group].variables)
        return found

    def places(self) -> Dict[int, Tuple[int, str]]:
        """Op -> its row and the part of the bar, of the ops that count in a row."""
        return {op: (place, part) for op, _, place, part in self.each() if place >= 0}

    def each(self) -> Iterator[Tuple[int, int, int, str]]:
        """Each op, the row whose item stands for it, the row in which it counts (-1: none), and the part of the bar."""
        content = content_of(self._whole)
        mirrors = [self._mirror(index) for index in range(len(content.groups))]
        for op, group in enumerate(content.node_group):
            home = self._own.get(op, -1)
            part = self._later[group] if group >= 0 else "forward"
            mirror = mirrors[group] if part != "forward" else -1
            yield op, home, mirror if mirror >= 0 else home, part

    def _mirror(self, index: int) -> int:
        """The row whose gradients or updates a group holds; -1 if that is no row's."""
        groups = content_of(self._whole).groups
        for around in chain(groups, index):
            of = groups[around].of
            if of:
                place = self._of_path.get(of, self._variable_row.get(of, -1))
                if place >= 0:
                    return place
        return -1


def _places(item: Item) -> Iterator[int]:
    """The ops that have their place in a box or pill, or on the chips beside an item."""
    if isinstance(item, Box):
        yield item.node
    elif isinstance(item, Pill):
        yield from item.nodes
    chips: Tuple[Chip, ...] = getattr(item, "chips", ())
    for chip in chips:
        yield from chip.nodes


def shares(found: RowFigures) -> Dict[str, float]:
    """For each part its share of what all bars and the rest have together."""
    totals = {part: sum(row.parts.get(part, 0.0) for row in (*found.rows, found.rest)) for part in BAR_PARTS}
    whole = sum(totals.values())
    return {part: total / whole for part, total in totals.items()} if whole else {}
