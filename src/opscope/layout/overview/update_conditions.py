"""Says under which condition the branch is taken in which a training step updates its weights: every 4th step."""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Optional

from ...graph.attrs import constant_of
from ...graph.content import Content
from ...graph.model_variables import ADDS
from ...graph.vocabulary import BODY_KINDS, CONSTANTS, READ, chain
from ..scene.labels import cut

_HANDING_ON = frozenset({READ, "Identity", "Cast"})
_REMAINDERS = frozenset({"FloorMod", "Mod", "TruncateMod"})
_MOST_HANDED_ON = 8
_OF_ADDING = 2
"""What adds to a variable takes its handle and the number; an op of a damaged file may take less."""
COUNTER = "(counter "
"""Before the name of the variable in which steps are counted."""
_LAST_TEENS = range(11, 14)
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


class _Remainder(NamedTuple):
    """The remainder of a variable by a number."""

    variable: int
    by: int


class StepCounters:
    """Tells of the variables of one graph in which a step counts."""

    def __init__(self, content: Content) -> None:
        self._content, self._table = content, content.table
        self._paths = {variable.id: variable.object_path or "" for variable in content.variables}
        self._changes: Dict[int, List[int]] = {}
        """Variable -> the ops that change it."""
        for row, variable in self._changing():
            self._changes.setdefault(variable, []).append(row)

    def condition(self, owner: int) -> str:
        """When the first branch of an op runs, ``every 4th step (counter seen)``, if it compares the remainder of a variable with a number.

        That it is every 4th step is said only of a variable to which each step adds 1. Empty for other conditions.
        """
        edges = self._table.data_inputs(owner)[:1]
        compared = self._behind(edges[0].node) if edges else -1
        if compared < 0 or self._table.ops[compared] != "Equal":
            return ""
        sides = [edge.node for edge in self._table.data_inputs(compared)]
        for left, right in (sides, sides[::-1]):
            found, number = self._remainder(left), self._number(right)
            if found is not None and number is not None and 0 <= number < found.by:
                name = self.name(found.variable)
                counts = found.by > 1 and self.added(found.variable) == 1
                every = f"every {_ordinal(found.by)} step"
                return f"{every} {COUNTER}{name})" if counts else f"if {name} % {found.by} = {number}"
        return ""

    def added(self, variable: int) -> Optional[int]:
        """The whole number that each step adds to a variable; ``None`` if it is not known, or something else changes the variable as well."""
        changes = self._changes.get(variable, [])
        if len(changes) != 1 or self._table.ops[changes[0]] != "AssignAddVariableOp":
            return None
        groups, home = self._content.groups, self._content.node_group[changes[0]]
        around = [groups[each] for each in chain(groups, home)] if home >= 0 else []
        if any(group.kind in BODY_KINDS and group.kind != "function" for group in around):
            return None  # in a branch or a loop it happens not once in each step
        sources = self._table.data_inputs(changes[0])
        return self._number(sources[1].node) if len(sources) == _OF_ADDING else None

    def name(self, variable: int) -> str:
        """The last name of a variable's path."""
        return cut(self._paths.get(variable, "").rpartition(".")[2] or "variable")

    def _changing(self) -> "List[tuple[int, int]]":
        """The ops that change a variable, and which."""
        found = []
        for row, op in enumerate(self._table.ops):
            if op.startswith((*ADDS, "Assign")):
                edges = self._table.data_inputs(row)[:1]
                variable = self._content.handles.get(edges[0].node, -1) if edges else -1
                if variable >= 0:
                    found.append((row, variable))
        return found

    def _behind(self, node: int) -> int:
        """The op behind those that hand on what they read or are given."""
        for _ in range(_MOST_HANDED_ON):
            edges = self._table.data_inputs(node)
            if node in self._content.handles or self._table.ops[node] not in _HANDING_ON or not edges:
                break
            node = edges[0].node
        return node

    def _number(self, node: int) -> Optional[int]:
        """A constant of one whole number."""
        node = self._behind(node)
        constant = constant_of(self._table.attrs(node)) if self._table.ops[node] in CONSTANTS else None
        values = constant.values if constant is not None and not constant.shape else ()
        value: object = values[0] if len(values) == 1 else None
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def _remainder(self, node: int) -> Optional[_Remainder]:
        node = self._behind(node)
        edges = self._table.data_inputs(node)
        if self._table.ops[node] not in _REMAINDERS or len(edges) != 2:
            return None
        variable, by = self._content.handles.get(self._behind(edges[0].node), -1), self._number(edges[1].node)
        return _Remainder(variable, by) if variable >= 0 and by is not None and by > 0 else None


def _ordinal(number: int) -> str:
    """A number in a sequence.

    >>> [_ordinal(number) for number in (2, 3, 4, 11, 21, 112)]
    ['2nd', '3rd', '4th', '11th', '21st', '112th']
    """
    ending = "th" if number % 100 in _LAST_TEENS else _ENDINGS.get(number % 10, "th")
    return f"{number:,}{ending}"
