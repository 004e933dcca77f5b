"""The figures in the columns of an overview: what each row of it has in parameters, FLOPs and time.

A row stands for its own ops, those of all copies if it is a stack, and for the gradients and updates of its layers: the backward
pass is not drawn again. So each op of the graph counts in exactly one row, or in none. Rows that are inside an open card have their parts
of what that has.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Dict, Iterator, NamedTuple, Optional, Sequence, Tuple

from ...graph.content import content_of
from ...graph.estimate_sum import EstimateSum
from ...graph.graph import Graph
from ...graph.quantities import FLOPS, QUANTITIES, Quantity
from ...graph.types import Cost, GraphCost
from ...graph.uncertainty import WithError, apart, errors_compared
from ...graph.view import ALONE
from ...graph.vocabulary import PHASES, chain
from ..scene.items import Card
from ..scene.layer_words import settings_text
from .copies_having import copies_having
from .copies_inside import copies_inside
from .group_figures import add_figures_of_groups
from .kinds_inside import KindAmount, kinds_inside
from .row_errors import lessen_errors
from .row_owners import LineTree, Owners, numbered

if TYPE_CHECKING:
    from ..scene.items import Item
    from .figure_lines import FigureLine

_KIND_ENDS = re.compile(r", (?![^(]*\))")
"""Behind the kind in what a layer is said to be: ``1×1 conv, 64``, but not in ``zero pad (0, 1)``."""
MOST_ONLY = 2
"""So many layers that only one copy has are named beside their figures."""
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
    least: bool = False
    """Whether some FLOPs do not count: of an op of unknown shape or without a formula, or of a loop whose number of iterations is not known."""
    estimated: EstimateSum = field(default_factory=EstimateSum)
    """The ops that have FLOPs, and those of which that is not known."""
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
    inner: Tuple["Amounts", ...] = ()
    """What the lines inside this one have, each a part of it: those of an open stack, of all its copies together."""
    kinds: Tuple[KindAmount, ...] = ()
    """Of a closed stack or block: how much of the bar the kinds of layers in it have, the most first."""
    copies: Tuple[KindAmount, ...] = ()
    """Of the stack with the longest bar: what each of its copies has, in the order of the data."""
    beside: Optional["Amounts"] = None
    """What it has besides, in no line inside it; ``None`` if there are none."""
    only_copy: Optional[int] = None
    """Which copy of a stack has all of it, by its place in the order of the data, where one does that has more than the drawn one."""
    having: Optional[int] = None
    """Inside a stack: how many of its copies have any of it, where not all have."""
    only_layers: str = ""
    """What the layers are that this copy has for itself, in short: ``1×1 conv, BN``; empty where that is not known, or they are many."""

    def add(self, part: str, cost: Optional[Cost], value: Optional[float], times: int = 1) -> None:
        """Add an op, or so many of the same cost, of which the bar shows `value` in one of its parts."""
        if cost is not None:
            self.least |= cost.flops is None or (cost.flops > 0 and cost.per == "iteration")
            if cost.flops != 0:
                self.estimated.add(cost, times)
            if cost.flops is not None:
                self.flops = (self.flops or 0.0) + cost.flops * times
        if value is not None:
            self.parts[part] = self.parts.get(part, 0.0) + value * times

    def add_error(self, error: Optional[float]) -> None:
        """Add the standard error of an op, if it is known."""
        if error is not None:
            self.error = (self.error or 0.0) + error
            self.errors += 1

    @property
    def total(self) -> Optional[float]:
        """The length of the bar."""
        return sum(self.parts.values()) if self.parts else None

    @property
    def tells(self) -> bool:
        """Whether any of it is known and not 0."""
        return bool(self.parameters or self.shared or self.flops or self.total)


class OneOp(NamedTuple):
    """The op that has most of what the bars show."""

    kind: str
    """The type of the op."""
    value: float
    error: Optional[float]
    place: int
    """The position of the line that it counts in."""
    is_alone: bool
    """Whether no op has so much for all that is known."""


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
    most: Optional[OneOp] = None
    """The op that has most; ``None`` if that is not known."""


NO_FIGURES = RowFigures((), Amounts(), None, ())
"""Those of an overview without any."""


def figures(whole: Graph, drawn: Graph, lines: Sequence[FigureLine]) -> RowFigures:
    """The figures of lines, and of the lines inside them.

    Args:
        whole: the graph before its repeats were folded, with what its ops cost (`headline_flops.costed`).
        drawn: the graph that is drawn.
        lines: what they are about: boxes, rows of cells, cards.
    """
    quantity = _quantity(whole)
    if quantity is FLOPS and whole.cost is not None and whole.cost.flops is None:
        quantity = None
    numbers = numbered(lines)
    owners = Owners(whole, drawn, numbers)
    counted = _Counted(whole, drawn, numbers, owners, quantity)
    if quantity is not None:
        counted.add_figures_of_groups(drawn)
    rows = [counted.row(place) for place in numbers.outer]
    used = tuple(part for part in BAR_PARTS if any(part in row.parts for row in rows))
    return RowFigures(rows, counted.rest, quantity, used, whole.cost, counted.most())


class _Counted:
    """The amounts of lines: what their ops have, each op in its line and in those around it."""

    def __init__(
        self, whole: Graph, drawn: Graph, lines: LineTree, owners: Owners, quantity: Optional[Quantity]
    ) -> None:
        self._whole, self._drawn = whole, drawn
        self._lines, self._owners, self._quantity = lines, owners, quantity
        self._rows = [Amounts() for _ in lines.items]
        self._beside = [Amounts() for _ in lines.items]
        """What each has in none of the lines inside it."""
        self.rest = Amounts()
        self._places = owners.each()
        self._ways = [list(lines.up(place)) for place in range(len(lines.items))]
        self._values = self._known_values()
        """What ops have of what the bars show."""
        self._add_ops()
        for home, place in owners.homes():
            if home not in (-1, place):
                for each in self._ways[home]:
                    self._rows[each].elsewhere |= place < 0 or each not in self._ways[place]
        self._tell_copies_having()
        for place, row in enumerate(self._rows):
            row.parameters, row.shared = owners.parameters.of(place)
            self._beside[place].parameters = owners.parameters.beside(place)

    def _tell_copies_having(self) -> None:
        """Tell lines inside one stack how many of its copies have them."""
        is_stack = [copies_of(item) > 1 for item in self._lines.items]
        for place, item in enumerate(self._lines.items):
            stack = content_of(self._drawn).view.stacks.get(item.group, ALONE) if isinstance(item, Card) else ALONE
            if not is_stack[place] or sum(is_stack[each] for each in self._ways[place]) > 1 or not stack.copies:
                continue
            inside = [way[: way.index(place)] if place in way else [] for way in self._ways]
            lines = [[] if any(is_stack[each] for each in way) else way for way in inside]
            counting = ((op, self._places[op].line) for op in stack.copies[0])
            for line, count in copies_having(stack, {op: lines[at] for op, at in counting if at >= 0}).items():
                self._rows[line].having = count

    def _known_values(self) -> Dict[int, float]:
        """What each op has of what the bars show: measured, else estimated."""
        if self._quantity is None:
            return {}
        content, field_name = content_of(self._whole), self._quantity.field
        found: Dict[int, float] = {}
        if self._quantity is FLOPS:
            found = {op: cost.flops for op, cost in content.costs.items() if cost.flops is not None}
        measured = ((op, getattr(each, field_name, None)) for op, each in content.measured.items())
        found.update((op, value) for op, value in measured if value is not None)
        return found

    def _error(self, op: int) -> Optional[float]:
        """The standard error of the time of an op."""
        found = content_of(self._whole).measured.get(op)
        return None if found is None else found.error_us

    def _add_ops(self) -> None:
        """Add what each op has to its line and to those around that; ops that were not measured and have one cost are added at once."""
        costs, measured, places = content_of(self._whole).costs, content_of(self._whole).measured, self._places
        counting = [[self._rows[each] for each in way] + [self._beside[way[0]]] for way in self._ways]
        counting.append([self.rest])  # of what is in no line, which is -1
        known = {id(cost): cost for cost in costs.values()}
        where = {id(place): place for place in places}
        others = [op for op in range(len(places)) if op not in measured] if measured else range(len(places))
        alike = Counter(zip(map(id, map(places.__getitem__, others)), map(id, map(costs.get, others))))
        for (at, identity), times in alike.items():
            (place, part), cost = where[at], known.get(identity)  # none of an op without a cost
            value = cost.flops if cost is not None and self._quantity is FLOPS else None
            for row in counting[place]:
                row.add(part, cost, value, times)
        for op in sorted(measured):
            (place, part), value = places[op], self._values.get(op)
            for row in counting[place]:
                row.add(part, costs.get(op), value)
                row.add_error(None if value is None else measured[op].error_us)
        for row in (*self._rows, *self._beside, self.rest):
            self._leave_out_untelling(row)

    def _leave_out_untelling(self, row: Amounts) -> None:
        """Take the FLOPs for unknown where what counts of them says nothing."""
        cost = self._whole.cost
        nothing = cost is not None and cost.flops is None  # parts of what says nothing say even less
        if row.flops is not None and (nothing or (row.estimated.is_bound and row.estimated.flops is None)):
            row.flops = None
            if self._quantity is FLOPS:
                row.parts = {}

    def add_figures_of_groups(self, drawn: Graph) -> None:
        """Give rows what is known of their groups. Of those inside a stack it is known of the drawn copy alone, which is not told."""
        if self._quantity is None or all(group.measured is None for group in content_of(self._whole).groups):
            return  # as in the largest graphs, which are not worth to be looked through in vain
        alone = [not any(copies_of(self._lines.items[each]) > 1 for each in way[1:]) for way in self._ways]
        for level in range(max(map(len, self._ways), default=0)):
            chosen = [place for place, way in enumerate(self._ways) if len(way) == level + 1 and alone[place]]
            numbers = {place: number for number, place in enumerate(chosen)}
            add_figures_of_groups(
                [self._rows[place] for place in chosen],
                self._whole,
                drawn,
                [self._lines.items[place] for place in chosen],
                self._quantity,
                {
                    op: (next((numbers[each] for each in self._ways[place] if each in numbers), -1), part)
                    for op, (place, part) in enumerate(self._places)
                    if place >= 0
                },
            )
        lessen_errors(self._rows, self._whole, self._lines, self._places)

    def most(self) -> Optional[OneOp]:
        """The op that has most of what the bars show."""
        found = heapq.nlargest(2, zip(self._values.values(), self._values))
        if len(found) < 2:
            return None
        errors = errors_compared(self._whole.measurement)
        first, second = [WithError(value, self._error(op)) for value, op in found]
        value, op = found[0]
        line = self._places[op].line
        place = self._lines.outer.index(self._ways[line][-1]) if line >= 0 else -1
        kind = content_of(self._whole).table.ops[op]
        return OneOp(kind, value, first.error, place, value > second.value and apart(first, second, errors))

    def _only_copy(self, place: int) -> Optional[Tuple[int, str]]:
        """Which copy of a stack has all that counts in the stack's line and in none inside it, if that is what it has more than the drawn one.

        With it the words for the layers that do count there.
        """
        item = self._lines.items[place]
        stack = content_of(self._drawn).view.stacks.get(item.group, ALONE) if isinstance(item, Card) else ALONE
        if not stack.copies:
            return None
        costs = content_of(self._whole).costs
        counting = {
            op
            for op, (line, _) in enumerate(self._places)
            if line == place and (self._values.get(op) or (op in costs and costs[op].flops))
        }
        drawn = len(stack.copies[0])
        more = [number for number, copy in enumerate(stack.copies) if not counting.isdisjoint(copy[drawn:])]
        if len(more) != 1 or not counting.issubset(stack.copies[more[0]][drawn:]):
            return None
        return (stack.places[more[0]] if stack.places else more[0]), self._layers(sorted(counting))

    def _layers(self, ops: Sequence[int]) -> str:
        """What the layers are in which some ops of the whole graph lie: their kinds, without what they are set to."""
        content = content_of(self._whole)
        around = [
            next(
                (index for index in chain(content.groups, content.node_group[op]) if content.groups[index].is_call), -1
            )
            for op in ops
        ]
        told = [
            _KIND_ENDS.split(settings_text(content.groups[index]))[0] for index in dict.fromkeys(around) if index >= 0
        ]
        return ", ".join(told) if -1 not in around and all(told) and len(told) <= MOST_ONLY else ""

    def _most(self) -> int:
        """The outer line with the longest bar."""
        return max(self._lines.outer, key=lambda place: self._rows[place].total or 0.0, default=-1)

    def _ops(self, place: int) -> Iterator[int]:
        """The ops that count in a line."""
        holds = [place in way for way in self._ways]
        return (op for op, (line, _) in enumerate(self._places) if line >= 0 and holds[line])

    def row(self, place: int) -> Amounts:
        """A line with those inside it."""
        row = self._rows[place]
        row.inner = tuple([self.row(each) for each in self._lines.inside(place)])
        if row.inner:
            row.beside = self._beside[place]
            row.beside.only_copy, row.beside.only_layers = self._only_copy(place) or (None, "")
        elif self._quantity is not None and place == self._most():
            row.kinds = kinds_inside(self._whole, self._lines.items[place], self._ops(place), self._quantity)
        item = self._lines.items[place]
        if place == self._most() and len(row.parts) == 1 and isinstance(item, Card):
            stack = content_of(self._drawn).view.stacks.get(item.group, ALONE)
            row.copies = copies_inside(stack, self._values.get, self._error)
        if row.given:  # what was measured on its parts is no part of what the user gave for the whole
            for each in with_inner(row.inner if copies_of(self._lines.items[place]) > 1 else ()):
                each.parts, each.error, each.errors = {}, None, 0
            if row.beside is not None:
                row.beside.parts = {}
        return row


def with_inner(rows: Sequence[Amounts]) -> Iterator[Amounts]:
    """The rows, each followed by those inside it."""
    for row in rows:
        yield row
        yield from with_inner(row.inner)


def copies_of(item: Item) -> int:
    """For how many copies an item is drawn; 1 if it is no stack."""
    return item.repeat if isinstance(item, Card) else 1


def _quantity(graph: Graph) -> Optional[Quantity]:
    """The first quantity that any op or group shows: measured, given, or chosen by the option ``heat``; else FLOPs that were estimated."""
    content = content_of(graph)
    shown = [*content.measured.values(), *(group.measured for group in content.groups if group.measured is not None)]
    for quantity in QUANTITIES.values():
        if any(getattr(value, quantity.field, None) is not None for value in shown):
            return quantity
    return FLOPS if any(cost.flops is not None for cost in content.costs.values()) else None


def shares(found: RowFigures) -> Dict[str, float]:
    """For each part its share of what all bars and the rest have together."""
    totals = {part: sum(row.parts.get(part, 0.0) for row in (*found.rows, found.rest)) for part in BAR_PARTS}
    whole = sum(totals.values())
    return {part: total / whole for part, total in totals.items()} if whole else {}
