"""Phase 3: cut wires into links between neighbouring rows, with slots that keep a channel free where a wire passes a row.

Before: every box has a row. After: every link joins two neighbouring rows; wires of one trunk share the slots they
both pass; a wire that runs upwards has a slot in every row from its target's to its source's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Dict, FrozenSet, List, Tuple

from ..flat import BORDER, Flat, Link, Wire

if TYPE_CHECKING:
    from .rank import Ranks

COLUMN = -1
"""The net of a link that is not drawn: it only keeps two boxes of a shelf in one column."""


@dataclass
class Slotted:
    """The slots of a group while they are put in order; the wires in `back` run upwards."""

    flat: Flat
    row: List[int]
    rows: List[List[int]]
    back: FrozenSet[int] = frozenset()
    links: List[Link] = field(default_factory=list)
    routes: List[Tuple[int, ...]] = field(default_factory=list)
    nets: List[int] = field(default_factory=list)

    def add(self, row: int) -> int:
        """A new slot at the right end of `row`."""
        slot = len(self.row)
        self.row.append(row)
        self.rows[row].append(slot)
        return slot

    def returning(self) -> List[Tuple[Wire, Tuple[int, ...]]]:
        """The wires that run upwards, with their routes: source, a slot in each row, target."""
        return [(self.flat.wires[index], self.routes[index]) for index in sorted(self.back)]


def make_slots(flat: Flat, ranked: Ranks, back: FrozenSet[int]) -> Slotted:
    """Make the slots: boxes, border inputs in the first row, border outputs in the last, then those of long wires."""
    last = max(ranked.row, default=-1) + 2
    row = [value + 1 for value in ranked.row] + [0] * flat.inputs + [last] * flat.outputs
    rows: List[List[int]] = [[] for _ in range(last + 1)]
    for slot, value in enumerate(row):
        rows[value].append(slot)
    slotted = Slotted(flat, row, rows, back)
    trunks: Dict[Tuple[int, int, int], List[int]] = {}
    nets: Dict[Tuple[int, int, int], int] = {}
    for index, wire in enumerate(flat.wires):
        source, target = ends(flat, wire)
        key = (source, wire.out, index if index in back else -1)
        net = nets.setdefault(key, len(nets))
        slotted.nets.append(net)
        if index in back:
            slotted.routes.append(_ascend(slotted, net, source, target))
        else:
            trunk = trunks.setdefault(key, [source])
            slotted.routes.append(_descend(slotted, net, trunk, wire, target))
    slotted.links.extend(Link(upper, COLUMN, lower, COLUMN, COLUMN) for upper, lower in ranked.columns)
    return slotted


def ends(flat: Flat, wire: Wire) -> Tuple[int, int]:
    """The slots at a wire's ends."""
    source = flat.boxes + wire.out if wire.source == BORDER else wire.source
    target = flat.boxes + flat.inputs + wire.into if wire.target == BORDER else wire.target
    return source, target


def _descend(slotted: Slotted, net: int, trunk: List[int], wire: Wire, target: int) -> Tuple[int, ...]:
    """Lengthen the trunk to the row above the target, then branch off to it."""
    rows = slotted.row[target] - slotted.row[trunk[0]]
    while len(trunk) < rows:
        slot = slotted.add(slotted.row[trunk[-1]] + 1)
        slotted.links.append(Link(trunk[-1], _out(wire) if len(trunk) == 1 else 0, slot, 0, net))
        trunk.append(slot)
    into = 0 if wire.target == BORDER else wire.into
    slotted.links.append(Link(trunk[rows - 1], _out(wire) if rows == 1 else 0, target, into, net))
    return (*trunk[:rows], target)


def _out(wire: Wire) -> int:
    return 0 if wire.source == BORDER else wire.out


def _ascend(slotted: Slotted, net: int, source: int, target: int) -> Tuple[int, ...]:
    """A column of slots from the source's row up to the target's."""
    column = [slotted.add(row) for row in range(slotted.row[source], slotted.row[target] - 1, -1)]
    slotted.links.extend(Link(upper, 0, lower, 0, net) for lower, upper in zip(column, column[1:]))
    return (source, *column, target)
