"""Which group each row of a body is in, while the groups are being made; every step gives a new one."""

from __future__ import annotations

from array import array
from typing import Iterable, Mapping, NamedTuple, Tuple

from ...program.body import LocalGroup
from ...program.scopes import ordered


class Grouping(NamedTuple):
    """Groups, each with the position of its parent (-1: the body itself), and the innermost group of each row."""

    groups: Tuple[LocalGroup, ...]
    of: "array[int]"

    def moved(self, rows: Mapping[int, int]) -> "Grouping":
        """The same groups with some rows in another group: row -> group."""
        of = array("i", self.of)
        for row, group in rows.items():
            of[row] = group
        return self._replace(of=of)

    def with_groups(self, groups: Iterable[LocalGroup]) -> "Grouping":
        """More groups behind these, for rows to be moved to."""
        return self._replace(groups=(*self.groups, *groups))

    def in_order(self) -> "Grouping":
        """The groups in the order of their first rows, parents before children, without the empty ones."""
        return Grouping(*ordered(self.groups, self.of))


class Added(NamedTuple):
    """Groups to be added to a grouping; `of` tells which stands for what: for a forward group, for a variable."""

    groups: Tuple[LocalGroup, ...]
    of: Mapping[int, int]
