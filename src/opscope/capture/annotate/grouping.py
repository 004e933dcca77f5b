"""`Grouping`: the groups of a body and the group of each row, while they are being made. Each step returns a new one."""

from __future__ import annotations

from array import array
from typing import Iterable, Mapping, NamedTuple, Tuple

from ...program.body import LocalGroup
from ...program.scopes import ordered


class Grouping(NamedTuple):
    """Groups, and in `of` the position of each row's innermost group (-1: the row is directly in the body)."""

    groups: Tuple[LocalGroup, ...]
    of: "array[int]"

    def moved(self, rows: Mapping[int, int]) -> "Grouping":
        """The same groups with some rows moved; `rows` has row -> position of its new group."""
        of = array("i", self.of)
        for row, group in rows.items():
            of[row] = group
        return self._replace(of=of)

    def with_groups(self, groups: Iterable[LocalGroup]) -> "Grouping":
        """The same with more groups at the end, which are empty until rows are moved to them."""
        return self._replace(groups=(*self.groups, *groups))

    def in_order(self) -> "Grouping":
        """The groups in the order of their first rows, parents before children, without the empty ones."""
        return Grouping(*ordered(self.groups, self.of))


class Added(NamedTuple):
    """Groups to be added at the end of a grouping.

    `of` finds them: forward group -> its mirror in `mirror`, variable -> its group in `optimizer`. The positions in it are
    those that the groups will have in the grouping.
    """

    groups: Tuple[LocalGroup, ...]
    of: Mapping[int, int]
