"""What lies in the cards that only put siblings together: they are no groups, so their figures are sums over what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, List

from ...graph.content import content_of

if TYPE_CHECKING:
    from ...passes.structure import Child, Part
    from .container import PageColumns
    from .stacks import Copies, CopyPlaces


def add_bundles(copies: "Copies", places: "CopyPlaces", columns: "PageColumns") -> None:
    """Add the columns `b.*`: the units that are no groups and are drawn, and the outermost groups and the loose ops in each.

    So for copies that have more than the drawn one, or less, and the parts in them: theirs cannot be told from what that holds. What a
    copy lacks holds nothing.
    """
    units, ops, groups = [], [], []
    first = len(content_of(copies.whole).groups)
    absent = range(first + len(copies.made), len(places.units.stack))
    for unit in [*sorted(unit for unit in {*copies.unit, *_uneven(copies)} if unit >= first), *absent]:
        loose, held = _inside(copies.made[unit - first]) if unit not in absent else ([], [])
        units.append(unit)
        ops.append(loose)
        groups.append(held)
    columns.deltas("b.unit", units)
    columns.ints("b.ops", [len(own) for own in ops])
    columns.ints("b.groups", [len(own) for own in groups])
    columns.deltas("b.op", [row for own in ops for row in own])
    columns.deltas("b.group", [group for own in groups for group in own])


def _uneven(copies: "Copies") -> Iterator[int]:
    """The units of copies that have more than the drawn one, or less, and of the parts in them."""
    for stack in copies.stacks:
        for part in stack:
            for inner in part.parts():
                if inner is not None and inner.is_aligned:
                    yield from (copies.unit_of(held) for held in inner.within())


def _inside(part: "Part") -> "tuple[List[int], List[int]]":
    """The ops in no group of the part, and its outermost groups."""
    ops: List[int] = []
    groups: List[int] = []
    waiting: "List[Child]" = list(part.children)
    while waiting:
        child = waiting.pop()
        if isinstance(child, int):
            ops.append(child)
        elif child.group >= 0:
            groups.append(child.group)
        else:
            waiting.extend(child.children)
    return sorted(ops), sorted(groups)
