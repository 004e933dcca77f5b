"""The optimizer's ops by variable: an op belongs to the variable whose update is the only one that it leads to."""

from __future__ import annotations

from typing import Dict, List, Sequence, Set, Tuple

from ..graph.edges import turned
from ..program.body import LocalGroup
from .captured_variables import Variables
from .phases import OPTIMIZER
from .site import Site, producers

_NOBODY, _MANY = -1, -2


def owners(site: Site, phase: Sequence[int], handles: Dict[int, int]) -> Dict[int, int]:
    """For each optimizer row the number of the variable it belongs to (the model's: a slot is its variable's).

    A row that leads to several variables, or to none, is left out. `handles` tells which variable a row stands for.
    """
    inputs = producers(site.body)
    rows = [row for row, kind in enumerate(phase) if kind == OPTIMIZER]
    inside = set(rows)
    writes = _writes(site, rows, inputs, handles)
    model = _read_outside(inside, inputs, handles)
    users = turned(inputs)
    mine = {row: numbers[0] for row, numbers in writes.items() if numbers and numbers[0] in model}
    first = _reach(rows, users, inside, mine)
    slots = _slots(rows, inputs, handles, model, writes, first)
    whole = {row: slots.get(numbers[0], numbers[0]) for row, numbers in writes.items() if numbers}
    own = {row: number for row, number in whole.items() if number in model}
    own.update({row: _MANY for row, number in whole.items() if number not in model})
    return {row: number for row, number in _reach(rows, users, inside, own).items() if number >= 0}


def _writes(
    site: Site, rows: Sequence[int], inputs: Sequence[Sequence[int]], handles: Dict[int, int]
) -> Dict[int, List[int]]:
    """Rows that update variables -> the variables they take, the updated one first."""
    calls = {call.node for call in site.body.calls}
    found: Dict[int, List[int]] = {}
    for row in rows:
        op = site.body.ops[row]
        if row in calls or "Assign" in op or op.startswith(("ResourceApply", "ResourceSparseApply", "ResourceScatter")):
            numbers = [handles[source] for source in inputs[row] if source in handles]
            if numbers:
                found[row] = numbers
    return found


def _read_outside(inside: Set[int], inputs: Sequence[Sequence[int]], handles: Dict[int, int]) -> Set[int]:
    """The variables that something outside the optimizer reads: the model's."""
    return {
        handles[source]
        for row, sources in enumerate(inputs)
        if row not in inside
        for source in sources
        if source in handles
    }


def _reach(
    rows: Sequence[int], users: Sequence[Sequence[int]], inside: Set[int], own: Dict[int, int]
) -> Dict[int, int]:
    """For each row the one variable whose update it leads to, `_MANY` or `_NOBODY`."""
    found: Dict[int, int] = {}
    for row in _users_first(rows, users, inside):
        result = own.get(row, _NOBODY)
        for user in users[row]:
            if user in inside:
                other = found.get(user, _NOBODY)
                if other not in (_NOBODY, result):
                    result = other if result == _NOBODY else _MANY
        found[row] = result
    return found


def _users_first(rows: Sequence[int], users: Sequence[Sequence[int]], inside: Set[int]) -> List[int]:
    """The rows in an order in which every row comes after those that use it."""
    order: List[int] = []
    state: Dict[int, int] = {}
    for start in rows:
        waiting: List[Tuple[int, bool]] = [(start, False)]
        while waiting:
            row, done = waiting.pop()
            if done:
                order.append(row)
            elif row not in state:
                state[row] = 1
                waiting.append((row, True))
                waiting.extend((user, False) for user in users[row] if user in inside and user not in state)
    return order


def _slots(
    rows: Sequence[int],
    inputs: Sequence[Sequence[int]],
    handles: Dict[int, int],
    model: Set[int],
    writes: Dict[int, List[int]],
    reached: Dict[int, int],
) -> Dict[int, int]:
    """The optimizer's own variables that serve one variable of the model each -> that variable."""
    served: Dict[int, Set[int]] = {}
    for row in rows:
        numbers = [handles[source] for source in inputs[row] if source in handles]
        if row in writes:
            for number in numbers[1:] if numbers[:1] and numbers[0] in model else ():
                served.setdefault(number, set()).add(numbers[0])
            if numbers and numbers[0] not in model and reached.get(row, _NOBODY) >= 0:
                served.setdefault(numbers[0], set()).add(reached[row])
            continue
        for number in numbers:
            if reached.get(row, _NOBODY) != _NOBODY:
                served.setdefault(number, set()).add(reached[row])
    return {
        number: next(iter(variables))
        for number, variables in served.items()
        if number not in model and len(variables) == 1 and _MANY not in variables
    }


def add_variable_groups(
    groups: List[LocalGroup], top: int, owner: Dict[int, int], variables: Variables
) -> Dict[int, int]:
    """Groups below the optimizer's, one path of layer names a variable, `of` the variable; number -> its group."""
    paths = {number: variables.names[number] for number in sorted(set(owner.values()))}
    if len({path[0] for path in paths.values()}) == 1 and any(len(path) > 2 for path in paths.values()):
        paths = {number: path[1:] or path for number, path in paths.items()}
    made: Dict[Tuple[str, ...], int] = {(): top}
    result: Dict[int, int] = {}
    for number, path in paths.items():
        for depth in range(1, len(path)):
            if path[:depth] not in made:
                groups.append(LocalGroup(path[depth - 1], "scope", made[path[: depth - 1]]))
                made[path[:depth]] = len(groups) - 1
        of = variables.found[number].object_path
        groups.append(LocalGroup(path[-1], "scope", made[path[:-1]], of=of))
        result[number] = len(groups) - 1
    return result
