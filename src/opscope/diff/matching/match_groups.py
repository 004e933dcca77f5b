"""Matches the groups of two graphs: siblings from the top down, equal subtrees wherever they are, containers from the bottom up."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Dict, List, Optional, Sequence, Set, Tuple

from .alignment import aligned
from .equal_keys import by_key, equal_keys, only_ones
from .fingerprints import Fingerprints
from .origins import Origins
from .pairs import Pairs
from .stems import full_stem, stem

_EXACT, _PLAIN, _SHARED, _BARE, _CLASS = 4.0, 3.0, 2.5, 2.0, 1.0
"""What two siblings are worth to each other: all the same; but for shapes; half of their ops have one name; but for attributes too,
or if all ops have other names; only the class and the name are the same."""
_SAME_NAME, _SAME_STEM = 0.1, 0.05
"""What a name adds. It only decides between siblings of one structure: an inserted layer shifts the numbers of those behind it."""
_LIKE = 0.5
"""How much of their ops two groups must have in common to be one that changed: the threshold of GumTree's bottom-up phase."""


class GroupMatcher:
    """Fills `Pairs.groups`."""

    def __init__(self, pairs: Pairs, a: Fingerprints, b: Fingerprints) -> None:
        self.pairs = pairs
        self.prints = (a, b)
        self.groups = (a.side.groups, b.side.groups)
        self.origins = Origins(pairs)
        self._kinds: "Tuple[Dict[int, Counter[str]], Dict[int, Counter[str]]]" = ({}, {})
        self._leaf_names: "Tuple[Dict[int, Counter[str]], Dict[int, Counter[str]]]" = ({}, {})
        self._all_names: Tuple[Dict[int, Set[str]], Dict[int, Set[str]]] = ({}, {})

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
        if len(by_name) == min(len(one), len(two)) and all(self._likeness(*pair) == _EXACT for pair in by_name):
            return by_name
        start, end = self._equal_ends(one, two)
        rest, other_rest = one[start : len(one) - end], two[start : len(two) - end]
        found = aligned(rest, other_rest, self._worth, self._name_and_structure)
        in_order = [
            *zip(one[:start], two[:start]),
            *found,
            *zip(one[len(one) - end :], two[len(two) - end :]),
        ]
        sizes = len(one) + len(two)
        return by_name if self._price(by_name, sizes) <= self._price(in_order, sizes) else in_order

    def _name_and_structure(self, side: int, group: int) -> Tuple[str, int]:
        return self.groups[side][group].name, self.prints[side].exact[group]

    def _all_same(self, one: Sequence[int], two: Sequence[int]) -> bool:
        return len(one) == len(two) and all(
            self._name_and_structure(0, group) == self._name_and_structure(1, other)
            and self.origins.agree(group, other) >= 0
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
            found += [pair for pair in pairs if self.origins.agree(*pair) >= 0]
        return found

    def _worth(self, group: int, other: int) -> float:
        """What it is worth to match two siblings; 0 if they have too little in common."""
        one, two = self.groups[0][group], self.groups[1][other]
        value, agree = self._likeness(group, other), self.origins.agree(group, other)
        if agree < 0 or not (value or agree):
            return 0.0
        value += agree * _EXACT
        if self._first_op(0, group) == self._first_op(1, other):
            value += _SAME_NAME
        return value + (_SAME_NAME if one.name == two.name else _SAME_STEM if stem(one.name) == stem(two.name) else 0.0)

    def _likeness(self, group: int, other: int) -> float:
        a, b = self.prints
        equal = (
            _EXACT if a.exact[group] == b.exact[other]
            else _PLAIN if a.plain[group] == b.plain[other]
            else _BARE if a.bare[group] == b.bare[other]
            else 0.0
        )  # fmt: skip
        if equal:
            return min(equal, _BARE) if self._is_foreign(group, other) else equal
        one, two = self.groups[0][group], self.groups[1][other]
        if (one.kind, one.cls) != (two.kind, two.cls):
            return 0.0
        return _SHARED if self._share_ops(group, other) else _CLASS if one.name == two.name else 0.0

    def _is_foreign(self, group: int, other: int) -> bool:
        """Whether most ops of two groups of one structure have other names, groups and numbers aside."""
        one, two = self._leaves(0, group), self._leaves(1, other)
        return sum((one & two).values()) * 2 < sum(one.values())

    def _leaves(self, side: int, group: int) -> "Counter[str]":
        known = self._leaf_names[side]
        if group not in known:
            known[group] = Counter([stem(name.rpartition("/")[2]) for name in self._op_names_in(side, group)])
        return known[group]

    def _share_ops(self, group: int, other: int) -> bool:
        """Whether half of the ops of one of two groups are in the other one too, by their names."""
        one, two = self._op_names_in(0, group), self._op_names_in(1, other)
        return bool(one and two) and len(one & two) >= _LIKE * min(len(one), len(two))

    def _op_names_in(self, side: int, group: int) -> Set[str]:
        known, names = self._all_names[side], self.prints[side].side.table.names
        if group not in known:
            known[group] = {names[row] for row in self.prints[side].within(group)}
        return known[group]

    def _price(self, pairs: Sequence[Tuple[int, int]], sizes: int) -> float:
        """About how many edits a way to pair siblings stands for. Numbers of names that shift together are one edit."""
        price, shifts = float(sizes - 2 * len(pairs)), set()
        for group, other in pairs:
            one, two = self.groups[0][group], self.groups[1][other]
            likeness = max(self._likeness(group, other), _SHARED * self.origins.agree(group, other))
            price += (_EXACT - likeness) / 2
            if one.name != two.name:
                if stem(one.name) == stem(two.name):
                    shifts.add(stem(one.name))
                else:
                    price += 1.0 if self._may_be_named(group, other) else 1.5
        return price + len(shifts)

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
                if self.origins.agree(group, other) >= 0 and (
                    self._may_be_named(group, other) if named else not self._is_foreign(group, other)
                ):
                    self.join(group, other)

    def _named_first(self, one: List[int], two: List[int]) -> List[Tuple[int, int]]:
        """Pairs of groups of one structure: by path, then by the names of their ops, then by their own, then in their order."""
        found: List[Tuple[int, int]] = []
        for key in (self._path, self._first_op, self._name, lambda *_: ""):
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

    def _first_op(self, side: int, group: int) -> Optional[str]:
        """The name of the first op in a group, or of the first in its first inner group; ``None`` if it has none."""
        prints = self.prints[side]
        while not prints.members[group] and prints.children[group]:
            group = prints.children[group][0]
        return prints.side.table.names[prints.members[group][0]] if prints.members[group] else None

    def _same_names(self) -> None:
        """Match groups that are alone with their name and class: they changed, and are in another group now."""
        rows = self.pairs.free_groups()
        keys = [by_key(rows[side], [self._identity(side, group) for group in rows[side]]) for side in (0, 1)]
        for group, other in only_ones(*keys):
            if (
                self.pairs.groups[group] >= 0
                or self.pairs.groups_back[other] >= 0
                or self.origins.agree(group, other) < 0
            ):
                continue
            if self._common(group, other) >= _LIKE or self._share_an_op(group, other):
                self.join(group, other)

    def _may_be_named(self, group: int, other: int) -> bool:
        """Whether the first ops of two groups have one name, or names that the other graph does not have at all."""
        one, two = self._first_op(0, group), self._first_op(1, other)
        return one == two or (one not in self._op_names[1] and two not in self._op_names[0])

    @cached_property
    def _op_names(self) -> List[Set[str]]:
        return [set(print_.side.table.names) for print_ in self.prints]

    def _share_an_op(self, group: int, other: int) -> bool:
        """Whether an op lies directly in both groups, by its name."""
        one, two = [
            {print_.side.table.names[row] for row in print_.members[index]}
            for print_, index in zip(self.prints, (group, other))
        ]
        return not one.isdisjoint(two)

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
        return (one.kind == two.kind and self.origins.agree(group, other) >= 0) and (
            self._common(group, other) >= _LIKE or (one.cls == two.cls and votes >= _LIKE * least)
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
            found = aligned(one, two, self._sharing, self._identity)
            for pair in found or self._alone_with_stem(one, two):
                self.join(*pair)
                waiting.append(pair)

    def _alone_with_stem(self, one: Sequence[int], two: Sequence[int]) -> List[Tuple[int, int]]:
        """Siblings that are alone with their kind, class and name, but for its number: an optimizer of another size, say."""
        keys = []
        for groups, rows in zip(self.groups, (one, two)):
            each = [groups[row] for row in rows]
            keys.append(by_key(rows, [(full_stem(group.name), group.kind, group.cls) for group in each]))
        return [pair for pair in only_ones(*keys) if self.origins.agree(*pair) >= 0]

    def _sharing(self, group: int, other: int) -> float:
        """What it is worth to match two siblings that have changed: 0 if they have too little in common."""
        one, two = self.groups[0][group], self.groups[1][other]
        if self.origins.agree(group, other) < 0:
            return 0.0
        common = self._common(group, other)
        alike = (one.kind == two.kind) + (one.cls == two.cls) + (one.name == two.name)
        return common + alike * _SAME_NAME if one.kind == two.kind and (common >= _LIKE or alike == 3) else 0.0

    def _common(self, group: int, other: int) -> float:
        """The share of their ops that two groups have in common, by op type: Dice's coefficient."""
        one, two = self._kinds_of(0, group), self._kinds_of(1, other)
        total = sum(one.values()) + sum(two.values())
        return 2 * sum((one & two).values()) / total if total else 1.0

    def _kinds_of(self, side: int, group: int) -> "Counter[str]":
        known, prints = self._kinds[side], self.prints[side]
        if group not in known:
            known[group] = Counter([prints.side.table.ops[row] for row in prints.within(group)])
        return known[group]
