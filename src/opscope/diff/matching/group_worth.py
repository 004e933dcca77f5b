"""How much two groups have in common, by structure, by the names of their ops, and by the layers that they belong to."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Dict, List, Optional, Sequence, Set, Tuple

from .fingerprints import Fingerprints
from .origins import Origins
from .pairs import Pairs
from .stems import stem

ALL_EQUAL, _PLAIN, _SHARED, _BARE, _CLASS = 4.0, 3.0, 2.5, 2.0, 1.0
"""What two siblings are worth to each other: all the same; but for shapes; half of their ops have one name; but for attributes too,
or if all ops have other names; only the class and the name are the same."""
_SAME_NAME, _SAME_STEM = 0.1, 0.05
"""What a name adds. It only decides between siblings of one structure: an inserted layer shifts the numbers of those behind it."""
LEAST_COMMON = 0.5
"""How much of their ops two groups must have in common to be one that changed: the threshold of GumTree's bottom-up phase."""


class GroupWorth:
    """Says what it is worth to match a group of `a` with one of `b`."""

    def __init__(self, pairs: Pairs, a: Fingerprints, b: Fingerprints) -> None:
        self.prints = (a, b)
        self.groups = (a.side.groups, b.side.groups)
        self.origins = Origins(pairs)
        self._kinds: "Tuple[Dict[int, Counter[str]], Dict[int, Counter[str]]]" = ({}, {})
        self._leaf_names: "Tuple[Dict[int, Counter[str]], Dict[int, Counter[str]]]" = ({}, {})
        self._all_names: Tuple[Dict[int, Set[str]], Dict[int, Set[str]]] = ({}, {})

    def worth(self, group: int, other: int) -> float:
        """What it is worth to match two siblings; 0 if they have too little in common."""
        one, two = self.groups[0][group], self.groups[1][other]
        value, agree = self.likeness(group, other), self.origins.agree(group, other)
        if agree < 0 or not (value or agree):
            return 0.0
        value += agree * ALL_EQUAL
        if self.first_op(0, group) == self.first_op(1, other):
            value += _SAME_NAME
        return value + (_SAME_NAME if one.name == two.name else _SAME_STEM if stem(one.name) == stem(two.name) else 0.0)

    def likeness(self, group: int, other: int) -> float:
        """How much of the structure of two groups is equal, as one of the values above; 0 if they have too little in common."""
        a, b = self.prints
        equal = (
            ALL_EQUAL if a.exact[group] == b.exact[other]
            else _PLAIN if a.plain[group] == b.plain[other]
            else _BARE if a.bare[group] == b.bare[other]
            else 0.0
        )  # fmt: skip
        if equal:
            return min(equal, _BARE) if self.is_foreign(group, other) else equal
        one, two = self.groups[0][group], self.groups[1][other]
        if (one.kind, one.cls) != (two.kind, two.cls):
            return 0.0
        return _SHARED if self._share_ops(group, other) else _CLASS if one.name == two.name else 0.0

    def is_foreign(self, group: int, other: int) -> bool:
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
        return bool(one and two) and len(one & two) >= LEAST_COMMON * min(len(one), len(two))

    def _op_names_in(self, side: int, group: int) -> Set[str]:
        known, names = self._all_names[side], self.prints[side].side.table.names
        if group not in known:
            known[group] = {names[row] for row in self.prints[side].within(group)}
        return known[group]

    def price(self, pairs: Sequence[Tuple[int, int]], sizes: int) -> float:
        """About how many edits a way to pair siblings stands for. Numbers of names that shift together are one edit."""
        price, shifts = float(sizes - 2 * len(pairs)), set()
        for group, other in pairs:
            one, two = self.groups[0][group], self.groups[1][other]
            likeness = max(self.likeness(group, other), _SHARED * self.origins.agree(group, other))
            price += (ALL_EQUAL - likeness) / 2
            if one.name != two.name:
                if stem(one.name) == stem(two.name):
                    shifts.add(stem(one.name))
                else:
                    price += 1.0 if self.may_be_named(group, other) else 1.5
        return price + len(shifts)

    def first_op(self, side: int, group: int) -> Optional[str]:
        """The name of the first op in a group, or of the first in its first inner group; ``None`` if it has none."""
        prints = self.prints[side]
        while not prints.members[group] and prints.children[group]:
            group = prints.children[group][0]
        return prints.side.table.names[prints.members[group][0]] if prints.members[group] else None

    def may_be_named(self, group: int, other: int) -> bool:
        """Whether the first ops of two groups have one name, or names that the other graph does not have at all."""
        one, two = self.first_op(0, group), self.first_op(1, other)
        return one == two or (one not in self._op_names[1] and two not in self._op_names[0])

    @cached_property
    def _op_names(self) -> List[Set[str]]:
        return [set(print_.side.table.names) for print_ in self.prints]

    def share_an_op(self, group: int, other: int) -> bool:
        """Whether an op lies directly in both groups, by its name."""
        one, two = [
            {print_.side.table.names[row] for row in print_.members[index]}
            for print_, index in zip(self.prints, (group, other))
        ]
        return not one.isdisjoint(two)

    def sharing(self, group: int, other: int) -> float:
        """What it is worth to match two siblings that have changed: 0 if they have too little in common."""
        one, two = self.groups[0][group], self.groups[1][other]
        if self.origins.agree(group, other) < 0:
            return 0.0
        common = self.common(group, other)
        alike = (one.kind == two.kind) + (one.cls == two.cls) + (one.name == two.name)
        return common + alike * _SAME_NAME if one.kind == two.kind and (common >= LEAST_COMMON or alike == 3) else 0.0

    def common(self, group: int, other: int) -> float:
        """The share of their ops that two groups have in common, by op type: Dice's coefficient."""
        one, two = self._kinds_of(0, group), self._kinds_of(1, other)
        total = sum(one.values()) + sum(two.values())
        return 2 * sum((one & two).values()) / total if total else 1.0

    def _kinds_of(self, side: int, group: int) -> "Counter[str]":
        known, prints = self._kinds[side], self.prints[side]
        if group not in known:
            known[group] = Counter([prints.side.table.ops[row] for row in prints.within(group)])
        return known[group]
