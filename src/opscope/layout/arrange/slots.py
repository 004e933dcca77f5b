"""Phase 3: cut wires into links between neighbouring rows. A wire that passes a row gets a slot there.

Such a slot keeps a channel free, so that the wire crosses no box. (The literature calls it a dummy node.)

Before: every box has a row. After: every link joins two neighbouring rows. Wires with the same source and port share
one trunk, and so its slots. A wire that runs upwards has a trunk of its own, with a slot in every row from its
source's to its target's, these two included.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Dict, FrozenSet, List, Tuple

from ..flat import BORDER, Flat, Link, Wire

if TYPE_CHECKING:
    from .rank import Ranks

COLUMN = -1
"""In place of the net: this link is not drawn. It only makes two boxes of a shelf stand above each other."""


@dataclass
class Slotted:
    """A group while it is arranged. `row` is the row of each slot; `back` are the wires that run upwards.

    The other fields become those of `Order`.
    """

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
        """The wires that run upwards, with their routes: source, a slot in each row from the bottom up, target."""
        return [(self.flat.wires[index], self.routes[index]) for index in sorted(self.back)]


def make_slots(flat: Flat, ranked: Ranks, back: FrozenSet[int]) -> Slotted:
    """Make the slots, numbered in this order: boxes, border inputs, border outputs, channels of passing wires."""
    # The border's ports take a row above the boxes and one below.
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
        key = (source, wire.out, index if index in back else -1)  # the index makes a trunk of its own
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
    """The slots at a wire's ends; a port of the border is a slot too."""
    source = flat.boxes + wire.out if wire.source == BORDER else wire.source
    target = flat.boxes + flat.inputs + wire.into if wire.target == BORDER else wire.target
    return source, target


def _descend(slotted: Slotted, net: int, trunk: List[int], wire: Wire, target: int) -> Tuple[int, ...]:
    """Lengthen the trunk to the row above the target, then branch off to the target; return the wire's route.

    `trunk[i]` is the trunk's slot `i` rows below its source; a later wire uses those that are there already.
    """
    rows = slotted.row[target] - slotted.row[trunk[0]]  # how many links lead there
    while len(trunk) < rows:
        slot = slotted.add(slotted.row[trunk[-1]] + 1)
        slotted.links.append(Link(trunk[-1], _out(wire) if len(trunk) == 1 else 0, slot, 0, net))
        trunk.append(slot)
    into = 0 if wire.target == BORDER else wire.into
    slotted.links.append(Link(trunk[rows - 1], _out(wire) if rows == 1 else 0, target, into, net))
    return (*trunk[:rows], target)


def _out(wire: Wire) -> int:
    """The port at the upper end of a wire's first link. A border port is a slot of its own, and has no ports."""
    return 0 if wire.source == BORDER else wire.out


def _ascend(slotted: Slotted, net: int, source: int, target: int) -> Tuple[int, ...]:
    """Make a column of slots from the source's row up to the target's; return the wire's route.

    The links join the column's slots only. At either end the wire turns beside its box, which is no link: both are in
    the same row.
    """
    column = [slotted.add(row) for row in range(slotted.row[source], slotted.row[target] - 1, -1)]
    slotted.links.extend(Link(upper, 0, lower, 0, net) for lower, upper in zip(column, column[1:]))
    return (source, *column, target)
