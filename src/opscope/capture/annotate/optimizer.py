"""The optimizer's ops by variable: an op belongs to the variable whose update is the only one that it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import AbstractSet, Dict, List, Mapping, Sequence, Set, Tuple

from ...program.body import LocalGroup
from ..captured_variables import Variables
from .data_edges import DataEdges
from .grouping import Added, Grouping
from .phases import OPTIMIZER, PhaseGroups
from .site import Site

_NOBODY, _MANY = -1, -2


@dataclass(frozen=True)
class _Updates:
    """The rows of the optimizer, the variables that they take and those that they write."""

    site: Site
    rows: Sequence[int]
    takes: Mapping[int, Sequence[int]]
    """The variables whose handles a row takes, by their numbers."""
    model: AbstractSet[int]
    """The variables that something outside the optimizer takes too: the model's own, not slots."""

    @property
    def flow(self) -> DataEdges:
        return self.site.flow

    @property
    def writes(self) -> Dict[int, Sequence[int]]:
        """The rows that update a variable, with the variables they take: the updated one first."""
        calls = {call.node for call in self.site.body.calls}
        return {row: self.takes[row] for row in self.rows if self.takes[row] and self._may_write(row, calls)}

    def _may_write(self, row: int, calls: AbstractSet[int]) -> bool:
        op = self.site.body.ops[row]
        return (
            row in calls or "Assign" in op or op.startswith(("ResourceApply", "ResourceSparseApply", "ResourceScatter"))
        )


def with_optimizer(site: Site, forward: Grouping, drawn: PhaseGroups, variables: Variables) -> Grouping:
    """The grouping with the optimizer's ops in one group a variable, below the group of their phase."""
    top = drawn.top.get(OPTIMIZER)
    if top is None:
        return forward
    rows = drawn.phases.rows(OPTIMIZER)
    owner = _owners(site, rows)
    added = _variable_groups(set(owner.values()), variables, top, len(forward.groups))
    homes = {row: added.of[owner[row]] if row in owner else top for row in rows}
    return forward.with_groups(added.groups).moved(homes)


def _owners(site: Site, rows: Sequence[int]) -> Dict[int, int]:
    """For each optimizer row the number of the model's variable it belongs to; a slot is its variable's.

    A row that leads to several variables, or to none, is left out.
    """
    inside = set(rows)
    outside = (sources for row, sources in enumerate(site.flow.inputs) if row not in inside)
    model = {site.handles[source] for sources in outside for source in sources if source in site.handles}
    takes = {row: [site.handles[source] for source in site.flow.inputs[row] if source in site.handles] for row in rows}
    updates = _Updates(site, rows, takes, model)
    writes = updates.writes
    first = _reached(updates, {row: numbers[0] for row, numbers in writes.items() if numbers[0] in model})
    slots = _slots(updates, writes, first)
    whole = {row: slots.get(numbers[0], numbers[0]) for row, numbers in writes.items()}
    final = _reached(updates, {row: number if number in model else _MANY for row, number in whole.items()})
    return {row: number for row, number in final.items() if number >= 0}


def _reached(updates: _Updates, own: Mapping[int, int]) -> Dict[int, int]:
    """For each row the one variable whose update it leads to, `_MANY` or `_NOBODY`; `own` are the updates."""
    users = updates.flow.users
    found: Dict[int, int] = {}
    for row in _users_first(updates.rows, users):
        result = own.get(row, _NOBODY)
        for user in users[row]:
            other = found.get(user, _NOBODY)
            if other not in (_NOBODY, result):
                result = other if result == _NOBODY else _MANY
        found[row] = result
    return found


def _users_first(rows: Sequence[int], users: Sequence[Sequence[int]]) -> List[int]:
    """The rows in an order in which every row comes after those of them that use it."""
    inside = set(rows)
    order: List[int] = []
    seen: Set[int] = set()
    for start in rows:
        waiting: List[Tuple[int, bool]] = [(start, False)]
        while waiting:
            row, done = waiting.pop()
            if done:
                order.append(row)
            elif row not in seen:
                seen.add(row)
                waiting.append((row, True))
                waiting.extend((user, False) for user in users[row] if user in inside and user not in seen)
    return order


def _slots(updates: _Updates, writes: Mapping[int, Sequence[int]], reached: Mapping[int, int]) -> Dict[int, int]:
    """The optimizer's own variables that serve one variable of the model each -> that variable.

    Adam's ``m`` of a kernel is such a slot: it is read for the kernel's update, or passed to it, or written together.
    """
    served: Dict[int, Set[int]] = {}
    for row in updates.rows:
        for slot, variable in _served(updates, row, row in writes, reached[row]):
            served.setdefault(slot, set()).add(variable)
    return {
        number: next(iter(variables))
        for number, variables in served.items()
        if number not in updates.model and len(variables) == 1 and _MANY not in variables
    }


def _served(updates: _Updates, row: int, writes: bool, reached: int) -> List[Tuple[int, int]]:
    """Pairs (variable, the model's variable that it serves) as one row tells; `reached` is what the row leads to."""
    numbers = updates.takes[row]
    if not writes:
        return [(number, reached) for number in numbers if reached != _NOBODY]
    updated = numbers[0]
    if updated in updates.model:
        return [(number, updated) for number in numbers[1:]]
    return [(updated, reached)] if reached >= 0 else []


def _variable_groups(numbers: AbstractSet[int], variables: Variables, top: int, first: int) -> Added:
    """Groups below `top`, one path of layer names a variable, `of` the variable; they are numbered from `first`."""
    paths = {number: variables.names[number] for number in sorted(numbers)}
    if len({path[0] for path in paths.values()}) == 1 and any(len(path) > 2 for path in paths.values()):
        paths = {number: path[1:] or path for number, path in paths.items()}  # all in one model: it is not repeated
    groups: List[LocalGroup] = []
    made: Dict[Tuple[str, ...], int] = {(): top}
    of: Dict[int, int] = {}
    for number, path in paths.items():
        for depth in range(1, len(path)):
            if path[:depth] not in made:
                made[path[:depth]] = first + len(groups)
                groups.append(LocalGroup(path[depth - 1], "scope", made[path[: depth - 1]]))
        of[number] = first + len(groups)
        groups.append(LocalGroup(path[-1], "scope", made[path[:-1]], of=variables.found[number].object_path))
    return Added(tuple(groups), of)
