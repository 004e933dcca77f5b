"""Matches the groups of two graphs: siblings from the top down, equal subtrees wherever they are, containers from the bottom up."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Dict, List, Sequence, Tuple

from .alignment import aligned
from .equal_keys import by_key, equal_keys, only_ones
from .fingerprints import Fingerprints
from .group_worth import ALL_EQUAL, LEAST_COMMON, GroupWorth
from .pairs import Pairs
from .stems import full_stem


class GroupMatcher:
    """Fills `Pairs.groups`."""

    def __init__(self, pairs: Pairs, a: Fingerprints, b: Fingerprints) -> None:
        self.pairs = pairs
        self.prints = (a, b)
        self.groups = (a.side.groups, b.side.groups)
        self.by = GroupWorth(pairs, a, b)

    def match(self) -> None:
        """Match all groups that have a counterpart."""
        self._descend(-1, -1)
        exact = [print_.exact for print_ in self.prints]
        self._twins(exact, alone=False, named=True)
        self._same_names()
        self._twins(exact, alone=False)
        self._twins([print_.plain for print_ in self.prints], alone=True)
        self._containers()
        self._changed_siblings()

    def join(self, group: int, other: int) -> None:
        """Match two groups, and what is in them."""
        self.pairs.join_groups(group, other)
        self._descend(group, other)

    def _descend(self, group: int, other: int) -> None:
        """Match the children of two groups that are matched, and theirs."""
        waiting = [(group, other)]
        while waiting:
            here, there = waiting.pop()
            pairs = sorted(self._siblings(*self._free_children(here, there)))
            for pair in pairs:
                self.pairs.join_groups(*pair)
            waiting += reversed(pairs)  # the forward pass first: gradients and updates follow what they belong to

    def _free_children(self, group: int, other: int) -> Tuple[List[int], List[int]]:
        one, two = self.prints[0].children[group], self.prints[1].children[other]
        return (
            [child for child in one if self.pairs.groups[child] < 0],
            [child for child in two if self.pairs.groups_back[child] < 0],
        )

    def _siblings(self, one: List[int], two: List[int]) -> List[Tuple[int, int]]:
        """The better one of two ways to pair siblings: by their names, or in their order by what is in them."""
        if self._all_same(one, two):
            return list(zip(one, two))
        by_name = self._by_name(one, two)
        if len(by_name) == min(len(one), len(two)) and all(self.by.likeness(*pair) == ALL_EQUAL for pair in by_name):
            return by_name
        start, end = self._equal_ends(one, two)
        rest, other_rest = one[start : len(one) - end], two[start : len(two) - end]
        found = aligned(rest, other_rest, self.by.worth, self._name_and_structure)
        in_order = [
            *zip(one[:start], two[:start]),
            *found,
            *zip(one[len(one) - end :], two[len(two) - end :]),
        ]
        sizes = len(one) + len(two)
        return by_name if self.by.price(by_name, sizes) <= self.by.price(in_order, sizes) else in_order

    def _name_and_structure(self, side: int, group: int) -> Tuple[str, int]:
        return self.groups[side][group].name, self.prints[side].exact[group]

    def _all_same(self, one: Sequence[int], two: Sequence[int]) -> bool:
        return len(one) == len(two) and all(
            self._name_and_structure(0, group) == self._name_and_structure(1, other)
            and self.by.origins.agree(group, other) >= 0
            for group, other in zip(one, two)
        )

    def _equal_ends(self, one: Sequence[int], two: Sequence[int]) -> Tuple[int, int]:
        """How many siblings are equal in name and structure at the start, and at the end of what is behind these."""
        start, most = 0, min(len(one), len(two))
        while start < most and self._all_same(one[start : start + 1], two[start : start + 1]):
            start += 1
        end = 0
        while end < most - start and self._all_same([one[-1 - end]], [two[-1 - end]]):
            end += 1
        return start, end

    def _by_name(self, one: Sequence[int], two: Sequence[int]) -> List[Tuple[int, int]]:
        """The siblings with one name, class and kind; then those left over with one name and kind."""
        found: List[Tuple[int, int]] = []
        for depth in (3, 2):
            taken, other_taken = {pair[0] for pair in found}, {pair[1] for pair in found}
            left = [group for group in one if group not in taken]
            other_left = [group for group in two if group not in other_taken]
            keys = [
                [(each.name, each.kind, each.cls)[:depth] for each in [groups[index] for index in rows]]
                for groups, rows in zip(self.groups, (left, other_left))
            ]
            pairs = [(left[row], other_left[other]) for row, other in enumerate(equal_keys(*keys)) if other >= 0]
            found += [pair for pair in pairs if self.by.origins.agree(*pair) >= 0]
        return found

    def _twins(self, numbers: Sequence[Sequence[int]], *, alone: bool, named: bool = False) -> None:
        """Match equal subtrees wherever they are, the largest first: GumTree's top-down phase.

        If `alone`, only where there is one of a kind; if `named`, only where the names of ops do not speak against it.
        """
        rows = self.pairs.free_groups()
        sizes = [[self.prints[side].sizes[group] for group in rows[side]] for side in (0, 1)]
        keys = [[numbers[side][group] for group in rows[side]] for side in (0, 1)]
        one, two = by_key(rows[0], keys[0]), by_key(rows[1], keys[1])
        size_of = dict(zip(rows[0], sizes[0]))
        for key in sorted(one.keys() & two.keys(), key=lambda key: (-size_of[one[key][0]], one[key][0])):
            left = [group for group in one[key] if self.pairs.groups[group] < 0]
            other_left = [group for group in two[key] if self.pairs.groups_back[group] < 0]
            if not size_of[one[key][0]] or (alone and not len(left) == len(other_left) == 1):
                continue
            for group, other in self._named_first(left, other_left):
                if self.by.origins.agree(group, other) >= 0 and (
                    self.by.may_be_named(group, other) if named else not self.by.is_foreign(group, other)
                ):
                    self.join(group, other)

    def _named_first(self, one: List[int], two: List[int]) -> List[Tuple[int, int]]:
        """Pairs of groups of one structure: by path, then by the names of their ops, then by their own, then in their order."""
        found: List[Tuple[int, int]] = []
        for key in (self._path, self.by.first_op, self._name, lambda *_: ""):
            match = equal_keys([key(0, index) for index in one], [key(1, index) for index in two])
            found += [(one[row], two[other]) for row, other in enumerate(match) if other >= 0]
            taken = {other for other in match if other >= 0}
            one = [index for index, other in zip(one, match) if other < 0]
            two = [index for place, index in enumerate(two) if place not in taken]
        return found

    def _path(self, side: int, group: int) -> str:
        return self.groups[side][group].path

    def _name(self, side: int, group: int) -> str:
        return self.groups[side][group].name

    def _same_names(self) -> None:
        """Match groups that are alone with their name and class: they changed, and are in another group now."""
        rows = self.pairs.free_groups()
        keys = [by_key(rows[side], [self._identity(side, group) for group in rows[side]]) for side in (0, 1)]
        for group, other in only_ones(*keys):
            if (
                self.pairs.groups[group] >= 0
                or self.pairs.groups_back[other] >= 0
                or self.by.origins.agree(group, other) < 0
            ):
                continue
            if self.by.common(group, other) >= LEAST_COMMON or self.by.share_an_op(group, other):
                self.join(group, other)

    def _identity(self, side: int, group: int) -> Tuple[str, str, str]:
        found = self.groups[side][group]
        return found.name, found.kind, found.cls or ""

    def _containers(self) -> None:
        """Match groups by what of them is matched, or has a name that is there too: GumTree's bottom-up phase, from the inside out."""
        for group in range(len(self.groups[0]) - 1, -1, -1):
            if self.pairs.groups[group] >= 0:
                continue
            votes: "Counter[int]" = Counter()
            for child in self.prints[0].children[group]:
                there = self.pairs.groups[child]
                around = self.groups[1][there].parent if there >= 0 else -1
                if around >= 0 and self.pairs.groups_back[around] < 0:
                    votes[around] += 1
            for row in self.prints[0].members[group]:
                around = self._home_of(self.prints[0].side.table.names[row])
                if around >= 0 and self.pairs.groups_back[around] < 0:
                    votes[around] += 1
            best = sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))
            if best and self._may_be(group, *best[0]):
                self.join(group, best[0][0])

    def _home_of(self, name: str) -> int:
        """The group of the op of `b` with this name; -1 if it is in none, or there is none."""
        side = self.prints[1].side
        row = self._rows.get(name, -1)
        return side.group_of[row] if row >= 0 else -1

    @cached_property
    def _rows(self) -> Dict[str, int]:
        return {name: row for row, name in enumerate(self.prints[1].side.table.names)}

    def _may_be(self, group: int, other: int, votes: int) -> bool:
        """Whether two groups are of one kind and have much in common: their ops, or, by so many votes, what lies directly in them."""
        one, two = self.groups[0][group], self.groups[1][other]
        least = min(self._direct(0, group), self._direct(1, other))
        return (one.kind == two.kind and self.by.origins.agree(group, other) >= 0) and (
            self.by.common(group, other) >= LEAST_COMMON or (one.cls == two.cls and votes >= LEAST_COMMON * least)
        )

    def _direct(self, side: int, group: int) -> int:
        """How many ops and groups lie directly in a group."""
        return len(self.prints[side].members[group]) + len(self.prints[side].children[group])

    def _changed_siblings(self) -> None:
        """Match what is left of the children of matched groups, in their order, by what their ops have in common."""
        waiting = [(-1, -1)]
        waiting += [(group, other) for group, other in enumerate(self.pairs.groups[:-1]) if other >= 0]
        while waiting:
            one, two = self._free_children(*waiting.pop())
            if not one or not two:
                continue
            found = aligned(one, two, self.by.sharing, self._identity)
            for pair in found or self._alone_with_stem(one, two):
                self.join(*pair)
                waiting.append(pair)

    def _alone_with_stem(self, one: Sequence[int], two: Sequence[int]) -> List[Tuple[int, int]]:
        """Siblings that are alone with their kind, class and name, but for its number: an optimizer of another size, say."""
        keys = []
        for groups, rows in zip(self.groups, (one, two)):
            each = [groups[row] for row in rows]
            keys.append(by_key(rows, [(full_stem(group.name), group.kind, group.cls) for group in each]))
        return [pair for pair in only_ones(*keys) if self.by.origins.agree(*pair) >= 0]
