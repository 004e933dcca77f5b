"""What is known of the groups of rows as such: errors of sums, and numbers that a user gave to layers (`Graph.overlay`)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from ...graph.content import content_of
from ...graph.view import LACKING
from ...graph.vocabulary import chain
from ...passes.overlay import is_given
from ..scene.items import Card, ChainRow

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ...graph.quantities import Quantity
    from ...graph.types import Measured
    from ..scene.items import Item
    from .row_figures import Amounts


class _Figure(NamedTuple):
    """What is known of a group as such, on all copies of a stack, with its ops in the whole graph."""

    measured: Measured
    ops: Set[int]


def add_figures_of_groups(
    rows: Sequence[Amounts],
    whole: Graph,
    drawn: Graph,
    items: Sequence[Item],
    quantity: Quantity,
    places: Callable[[], Mapping[int, Tuple[int, str]]],
) -> None:
    """Give rows what is known of their groups: the error of their sums, and the numbers that a user gave to layers.

    A number that a user gave takes the place of what was measured on the group's ops, as it does on the card of a drawing. Where some
    of these ops count in other rows, as the gradients of a phase, it cannot be divided among them, and what was measured stands.

    Args:
        rows: the amounts, with the figures of the ops in them.
        whole: the graph before its repeats were folded.
        drawn: the graph that is drawn.
        items: for each row what it stands for.
        quantity: what the bars show.
        places: gives for the ops of the whole graph the row and the part of the bar.
    """
    if all(group.measured is None for group in content_of(whole).groups):
        return  # as in the largest graphs, whose groups are not worth to be looked through in vain
    known, homes = _known(whole, quantity), places()
    groups = _Groups(whole, drawn)
    for place, (row, item) in enumerate(zip(rows, items)):
        parts = item.items if isinstance(item, ChainRow) else (item,)
        replaced = False
        for part in parts:
            for figure in groups.figures(part.group, quantity) if isinstance(part, Card) and part.group >= 0 else ():
                replaced |= _replaced(row, place, figure, quantity, known, homes)
        if replaced:
            row.given, row.error, row.errors = True, None, 0
            continue
        errors = [groups.error(part) for part in parts]
        if errors and None not in errors and set(row.parts) == {"forward"}:
            row.error = sum(error for error in errors if error is not None)
            row.errors = len(errors)


def _known(whole: Graph, quantity: Quantity) -> Dict[int, float]:
    """What the ops have of a quantity."""
    content = content_of(whole)
    found = {op: getattr(measured, quantity.field, None) for op, measured in content.measured.items()}
    if quantity.estimated:
        found.update({op: getattr(cost, quantity.field) for op, cost in content.costs.items()})
    return {op: value for op, value in found.items() if value is not None}


def _replaced(
    row: Amounts,
    place: int,
    figure: _Figure,
    quantity: Quantity,
    known: Mapping[int, float],
    places: Mapping[int, Tuple[int, str]],
) -> bool:
    """Whether a group's own figure is another than that of its ops, and was put in their place."""
    value = getattr(figure.measured, quantity.field)
    ops = [op for op in figure.ops if op in known]
    measured = math.fsum(known[op] for op in ops)
    if ops and (quantity.estimated or not is_given(value, measured)):
        return False
    homes = {places.get(op, (-1, "forward")) for op in ops or figure.ops}
    parts = {part for _, part in homes}
    if ops and (len(parts) > 1 or any(row_of != place for row_of, _ in homes)):
        return False
    part = parts.pop() if len(parts) == 1 else "forward"
    others = [
        known[op] for op, home in places.items() if home == (place, part) and op in known and op not in figure.ops
    ]
    row.parts[part] = value + (row.parts.get(part, 0.0) - measured if others or not ops else 0.0)
    return True


class _Groups:
    """The groups of the graph that is drawn, with their ops in the whole graph."""

    def __init__(self, whole: Graph, drawn: Graph) -> None:
        self._drawn = content_of(drawn)
        self._children: Dict[int, List[int]] = {}
        for index, group in enumerate(self._drawn.groups):
            self._children.setdefault(group.parent, []).append(index)
        content = content_of(whole)
        self._index = {group.path: index for index, group in enumerate(content.groups)}
        self._inside: Dict[int, Set[int]] = {}
        for op, home in enumerate(content.node_group):
            for around in chain(content.groups, home) if home >= 0 else ():
                self._inside.setdefault(around, set()).add(op)

    def figures(self, index: int, quantity: Quantity) -> Iterator[_Figure]:
        """The figure of a group; if it has none, those of the outermost groups in it that have one."""
        measured = self._measured(index)
        if measured is not None and getattr(measured, quantity.field, None) is not None:
            yield _Figure(measured, self._ops(index))
            return
        for child in self._children.get(index, ()):
            yield from self.figures(child, quantity)

    def error(self, part: object) -> Optional[float]:
        """The error of the time of a card's group; ``None`` if it is not known, or the part is no such card."""
        measured = self._measured(part.group) if isinstance(part, Card) and part.group >= 0 else None
        return None if measured is None else measured.error_us

    def _measured(self, index: int) -> Optional[Measured]:
        stack = self._drawn.view.stacks.get(index)
        return self._drawn.groups[index].measured if stack is None else stack.measured

    def _ops(self, index: int) -> Set[int]:
        stack = self._drawn.view.stacks.get(index)
        if stack is not None:
            return {op for copy in stack.copies for op in copy if op != LACKING}
        return self._inside.get(self._index.get(self._drawn.groups[index].path, -1), set())
