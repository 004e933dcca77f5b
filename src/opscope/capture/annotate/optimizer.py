"""Groups the optimizer's ops by variable: an op belongs to a variable if the variable's update is the only one it feeds.

Keras 3's Adam, for example, reads a variable's ``m`` and ``v``, computes with them, and assigns all three: many ops, which
become one group with the variable's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import AbstractSet, Dict, List, Mapping, Optional, Sequence, Set, Tuple

from ...program.body import LocalGroup
from ..captured_variables import Variables
from .data_edges import DataEdges, next_ones_first
from .following import may_write
from .grouping import Added, Grouping
from .phases import OPTIMIZER, PhaseGroups
from .site import Site

_NOBODY, _MANY = -1, -2
"""Stand in the place of a variable's number: the row feeds no update, or those of several variables."""


@dataclass(frozen=True)
class _Updates:
    """The rows of the optimizer, and which variables they take and write."""

    site: Site
    rows: Sequence[int]
    takes: Mapping[int, Sequence[int]]
    """Row -> numbers of the variables whose handles it takes."""
    model: AbstractSet[int]
    """The variables that a row outside the optimizer takes too. These are the model's, the others the optimizer's own."""

    @property
    def flow(self) -> DataEdges:
        return self.site.flow

    @property
    def writes(self) -> Dict[int, Sequence[int]]:
        """The rows that may update a variable, each with those it may update: an op the first that it takes, a call any."""
        calls = {call.node for call in self.site.body.calls}
        found = {row: self.takes[row] for row in self.rows if self.takes[row]}
        return {
            row: numbers if row in calls else numbers[:1]
            for row, numbers in found.items()
            if row in calls or may_write(self.site.body.ops[row])
        }

    def updated(self, numbers: Sequence[int]) -> int:
        """Which of the model's variables is among `numbers`: `_NOBODY`, if none of them is, `_MANY`, if several are.

        A branch that applies all gradients takes all weights, and is the update of no single one.
        """
        found = self.model & set(numbers)
        return _MANY if len(found) > 1 else next(iter(found), _NOBODY)


def with_optimizer(site: Site, forward: Grouping, phase_groups: PhaseGroups, variables: Variables) -> Grouping:
    """The grouping with a group for each variable below that of the optimizer; other ops are directly in the optimizer's."""
    top = phase_groups.top.get(OPTIMIZER)
    if top is None:
        return forward
    rows = phase_groups.phases.rows(OPTIMIZER)
    owner = _owners(site, rows)
    added = _variable_groups(set(owner.values()), variables, top, len(forward.groups))
    homes = {row: added.of[owner[row]] if row in owner else top for row in rows}
    return forward.with_groups(added.groups).moved(homes)


def _owners(site: Site, rows: Sequence[int]) -> Dict[int, int]:
    """For each of the optimizer's rows the number of the model's variable that it belongs to.

    This takes two rounds. In the first only updates of the model's variables count, which tells what each slot (Adam's
    ``m`` of a kernel) is for. In the second the update of a slot counts as one of its variable, so that the ops that only
    feed ``m`` are found too. A row that feeds updates of several variables, or of none, is left out.
    """
    inside = set(rows)
    outside = (sources for row, sources in enumerate(site.flow.inputs) if row not in inside)
    model = {site.handles[source] for sources in outside for source in sources if source in site.handles}
    takes = {row: [site.handles[source] for source in site.flow.inputs[row] if source in site.handles] for row in rows}
    updates = _Updates(site, rows, takes, model)
    writes = updates.writes
    # The first round.
    updated = {row: updates.updated(numbers) for row, numbers in writes.items()}
    first = _reached(updates, {row: number for row, number in updated.items() if number != _NOBODY})
    slots = _slots(updates, updated, first)
    # The second round. An update of what is neither the model's nor a slot (the step's number) counts as one of several
    # variables: whoever feeds it belongs to no single one.
    whole = {row: updates.updated([slots.get(number, number) for number in numbers]) for row, numbers in writes.items()}
    final = _reached(updates, {row: _MANY if number == _NOBODY else number for row, number in whole.items()})
    return {row: number for row, number in final.items() if number >= 0}


def _reached(updates: _Updates, own: Mapping[int, int]) -> Dict[int, int]:
    """For each row the one variable whose update it is or feeds, else `_MANY` or `_NOBODY`.

    `own` has the rows that are updates, each with its variable. A row is done after the rows that use it.
    """
    users, inside = updates.flow.users, set(updates.rows)
    found: Dict[int, int] = {}
    for row in next_ones_first(updates.rows, lambda row: [user for user in users[row] if user in inside]):
        result = own.get(row, _NOBODY)
        for user in users[row]:
            other = found.get(user, _NOBODY)  # a user outside of the optimizer updates nothing
            if other not in (_NOBODY, result):
                result = other if result == _NOBODY else _MANY
        found[row] = result
    return found


def _slots(updates: _Updates, updated: Mapping[int, int], reached: Mapping[int, int]) -> Dict[int, int]:
    """Each slot, which is a variable of the optimizer's that serves one variable of the model -> that variable.

    Adam's ``m`` of a kernel is read for the kernel's update, or passed to the op that does the update, or assigned from
    something that feeds the update. A variable that serves several, such as the number of the step, is no slot.
    `updated` has, for each row that may update a variable, which of the model's that is.
    """
    served: Dict[int, Set[int]] = {}
    for row in updates.rows:
        for slot, variable in _served(updates.takes[row], updated.get(row), reached[row]):
            served.setdefault(slot, set()).add(variable)
    return {
        number: next(iter(variables))
        for number, variables in served.items()
        if number not in updates.model and len(variables) == 1 and _MANY not in variables
    }


def _served(numbers: Sequence[int], updated: Optional[int], reached: int) -> List[Tuple[int, int]]:
    """What one row tells of slots: pairs (variable, the model's variable that it serves).

    `numbers` are the variables that the row takes. `updated` is which of the model's it updates, and ``None`` if it only reads.
    """
    if updated is None:
        return [(number, reached) for number in numbers if reached != _NOBODY]
    if updated != _NOBODY:
        return [(number, updated) for number in numbers if number != updated]
    return [(numbers[0], reached)] if reached >= 0 else []


def _variable_groups(numbers: AbstractSet[int], variables: Variables, top: int, first: int) -> Added:
    """Groups for variables, nested by the layers' names (``encoder/dense/kernel``), below the group at `top`.

    `first` is the position that the first of them gets.
    """
    paths = {number: variables.names[number] for number in sorted(numbers)}
    if len({path[0] for path in paths.values()}) == 1 and any(len(path) > 2 for path in paths.values()):
        paths = {number: path[1:] or path for number, path in paths.items()}  # leave out the name of the one model
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
