"""Says which entries of a story only follow from another one: they are told, but are no edits of their own.

A setting of a layer decides what ops it has, so where the setting changed, what differs inside of the layer, and in its gradients and
updates, follows. So do the ends of what was inserted or removed: a constant or a variable that only it takes, an output that only it gives.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from typing import Any, Callable, Iterable, Iterator, List, Optional, Sequence, Set, Tuple

from ..model import StoryEntry
from .evidence import Evidence

_Item = Tuple[Optional[str], Optional[str]]
"""A name or path in `a` and in `b`; ``None`` where it is not there."""
_SINKS = frozenset({"Identity", "IdentityN", "_Retval", "NoOp"})
"""The ops that only hand on what is a result."""


def with_following(evidence: Evidence, told: Sequence[StoryEntry]) -> List[StoryEntry]:
    """The entries, those that follow from others split off with cost 0."""
    causes = _Causes(evidence, told)
    found: List[StoryEntry] = []
    for entry in told:
        test = causes.test(entry)
        found += [entry] if test is None or not entry.cost else _parted(entry, test)
    return found


def _parted(entry: StoryEntry, follows: Callable[[_Item], bool]) -> Iterator[StoryEntry]:
    """The entry as one of what follows and one of what does not."""
    items = list(zip_longest(entry.a, entry.b))
    following = [item for item in items if follows(item)]
    rest = [item for item in items if not follows(item)]
    for some, cost in ((rest, entry.cost * len(rest) // len(items)), (following, 0)):
        if some:
            a, b = [tuple([item[side] for item in some if item[side] is not None]) for side in (0, 1)]
            yield replace(entry, a=a, b=b, cost=cost, ops=entry.ops * len(some) // len(items))


class _Causes:
    """What the told changes of layers account for."""

    def __init__(self, evidence: Evidence, told: Iterable[StoryEntry]) -> None:
        self._evidence = evidence
        self._set: Tuple[Set[int], Set[int]] = (set(), set())
        """The groups of which a setting changed."""
        self._named: Tuple[Set[int], Set[int]] = (set(), set())
        """The groups of which anything is told that is an edit."""
        self._classes = {label for entry in told if entry.kind in ("inserted", "removed") for label in entry.labels}
        self._is_trained_otherwise = any(
            entry.what == "variable" and any(change.what == "trainable" for change in entry.changes) for entry in told
        )
        for entry in told:
            if entry.what == "group" and entry.cost:
                is_set = entry.kind == "changed" and any(
                    change.what.startswith("settings.") for change in entry.changes
                )
                for side, paths in enumerate((entry.a, entry.b)):
                    rows = [evidence.names[side][path] for path in paths if path in evidence.names[side]]
                    self._named[side].update(rows)
                    if is_set:
                        self._set[side].update(rows)
        self._has_edits = any(self._named)
        self._ends: Tuple[Set[int], Set[int]] = (self._found_ends(0), self._found_ends(1))

    def test(self, entry: StoryEntry) -> Optional[Callable[[_Item], bool]]:
        """Tells of each thing in an entry whether it follows; ``None`` of entries that never do."""
        if entry.what == "op":
            return lambda item: self._all(item, lambda side, name: self._op_follows(side, name, entry))
        whats = {change.what for change in entry.changes}
        if entry.kind == "changed" and whats == {"settings.followed_by"}:
            return lambda _: self._are_told_layers(entry)
        if self._is_trained_otherwise and entry.what == "group" and self._is_of_training(entry):
            return lambda _: True
        if entry.what == "group" and entry.kind in ("inserted", "removed", "renamed", "changed", "replaced"):
            return lambda item: self._all(item, lambda side, path: self._group_follows(side, path, entry))
        if entry.what == "variable":
            return lambda item: self._all(item, self._variable_follows)
        return None

    def _are_told_layers(self, entry: StoryEntry) -> bool:
        """Whether the layers without ops behind a layer, of which only its settings tell, are those told as inserted or removed.

        A dropout has ops in training only.
        """
        (change,) = entry.changes
        classes = {one.get("class") for value in (change.a, change.b) for one in value or () if isinstance(one, dict)}
        return classes <= self._classes

    def _is_of_training(self, entry: StoryEntry) -> bool:
        """Whether all that a step's settings say is that it trains other variables."""
        return entry.kind == "changed" and all(
            change.what in ("settings.of", "settings.through")
            or (change.what == "settings.optimizers" and _of_nothing(change.a) == _of_nothing(change.b))
            for change in entry.changes
        )

    def _all(self, item: _Item, test: Callable[[int, str], bool]) -> bool:
        return all(test(side, name) for side, name in enumerate(item) if name is not None)

    def _op_follows(self, side: int, name: str, entry: StoryEntry) -> bool:
        row = self._evidence.sides[side].table.index(name)
        if entry.kind == "renamed" and row in self._evidence.sides[side].content.handles:
            return True  # a captured variable is called after the op that took it first
        home = self._evidence.sides[side].group_of[row]
        if row in self._ends[side] or self._evidence.is_replaced(side, home) or self._is_accounted(side, home):
            return True
        is_value = {change.what for change in entry.changes} == {"attrs.value"} and entry.kind == "changed"
        return is_value and self._is_size(side, row)

    def _group_follows(self, side: int, path: str, entry: StoryEntry) -> bool:
        index = self._evidence.names[side].get(path, -1)
        if index < 0:  # ops that a group replaces
            return self._op_follows(side, path, entry)
        group = self._evidence.sides[side].groups[index]
        if index in self._set[side]:
            return self._is_part(side, index) and self._is_accounted(side, group.parent)
        if self._evidence.is_replaced(side, index if entry.kind == "renamed" else group.parent):
            return True
        return (not group.is_call or self._is_part(side, index)) and self._is_accounted(side, index)

    def _is_part(self, side: int, index: int) -> bool:
        """Whether a layer of Keras is a part of another one of Keras, which made it of its own settings."""
        groups = self._evidence.sides[side].groups
        parent = groups[index].parent
        while parent >= 0 and not groups[parent].is_call:
            parent = groups[parent].parent
        return (
            parent >= 0
            and groups[parent].kind == "layer"
            and groups[index].defined_in == groups[parent].defined_in == "keras"
        )

    def _is_size(self, side: int, row: int) -> bool:
        """Whether a constant of whole numbers is in a layer of Keras that works on other shapes than before, since a setting of another one changed."""
        this = self._evidence.sides[side]
        home = layer = this.group_of[row]
        while layer >= 0 and not this.groups[layer].is_call:
            layer = this.groups[layer].parent
        if not self._set[side] or layer < 0 or this.groups[layer].defined_in != "keras":
            return False
        match = self._evidence.nodes[side]
        other = self._evidence.sides[1 - side]
        is_whole = all(type_.dtype in ("int32", "int64") for type_ in this.table.outputs[row])
        return is_whole and any(
            match[one] >= 0 and this.types[one] != other.types[match[one]] for one in self._evidence.members[side][home]
        )

    def _variable_follows(self, side: int, path: str) -> bool:
        """Whether a variable is the state of what is told, such as an optimizer's number of steps."""
        numbers = {one.id for one in self._evidence.sides[side].variables if one.object_path == path}
        handles = self._evidence.sides[side].content.handles
        rows = [row for row, number in handles.items() if number in numbers]
        users = [user for row in rows for user in self._evidence.sides[side].users[row]]
        return bool(users) and all(
            self._is_accounted(side, self._evidence.sides[side].group_of[user]) for user in users
        )

    def _is_accounted(self, side: int, group: int) -> bool:
        """Whether a group lies in one of which a setting changed, no other layer between them, or is a gradient or an update of such a one."""
        groups = self._evidence.sides[side].groups
        while group >= 0 and group not in self._set[side]:
            behind = self._evidence.layers[side][group]
            if behind >= 0 and behind != group and self._is_accounted(side, behind):
                return True
            if groups[group].is_call and not self._is_part(side, group):
                return False
            group = groups[group].parent
        return group >= 0

    def _found_ends(self, side: int) -> Set[int]:
        """The ops that only one side has, and that only give to or take from what is told as inserted or removed."""
        this, match = self._evidence.sides[side], self._evidence.nodes[side]
        inputs = {port.node for port in this.content.inputs}
        alone = [row for row, other in enumerate(match) if other < 0]
        found: Set[int] = set()

        def is_told(row: int) -> bool:
            group = this.group_of[row]
            own = match[row] < 0 and group >= 0 and self._evidence.groups[side][group] < 0
            return own or row in found or self._is_accounted(side, group) or self._evidence.is_replaced(side, group)

        for row in alone:
            producers = [edge.node for edge in this.table.data_inputs(row)]
            is_of_told = bool(producers) and all(match[one] < 0 and is_told(one) for one in producers)
            if this.table.ops[row] in _SINKS and (is_of_told or (this.dead[row] and self._has_edits)):
                found.add(row)
        for row in reversed(alone):  # users come behind what they take, but for loops
            users = list(this.users[row])
            is_source = not this.table.inputs(row) and row not in inputs
            if is_source and users and (all(map(is_told, users)) or self._is_own_variable(side, row)):
                found.add(row)
        return found

    def _is_own_variable(self, side: int, row: int) -> bool:
        """Whether an op is the handle of a variable of a layer that is told, such as one that no longer shares another one's."""
        this = self._evidence.sides[side]
        number = this.content.handles.get(row, -1)
        return number >= 0 and any(number in this.groups[index].variables for index in self._named[side])


def _of_nothing(optimizers: Any) -> Any:
    """The settings of the optimizers of a step, without which variables each of them updates."""
    if not isinstance(optimizers, list):
        return optimizers
    return [{**each, "of": None, "variables": None} if isinstance(each, dict) else each for each in optimizers]
