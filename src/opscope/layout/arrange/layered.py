"""Arranging one group, phase after phase: a layered layout in the way of Sugiyama, Tagawa and Toda (1981).

Wires that would close a cycle are turned round, boxes get rows, long wires get a slot in each row that they pass, rows
are sorted so that few wires cross. Each phase is a module, which opens with what holds before and after it.
"""

from __future__ import annotations

from ..flat import Flat, Order
from .acyclic import back_wires
from .align import blocks, straight_links
from .beside_signs import entered_aside, skips_on_the_left
from .order import order
from .ports import ports
from .rank import ranks
from .slots import make_slots
from .spine import flow


def arrange(flat: Flat) -> Order:
    """Find the rows of a group, their order, its straight lines and the order of its ports. Sizes play no part.

    Before: any boxes and wires. After: every wire leads from row to row through slots, downwards except for those in
    `Order.back`; straight lines do not cross.
    """
    back = back_wires(flat)
    ranked = ranks(flat, back)
    slotted = make_slots(flat, ranked, back)
    through = flow(slotted)
    order(slotted, through)  # sorts the rows of `slotted` in place
    skips_on_the_left(slotted)  # so does this
    straight = straight_links(slotted, through)
    tops, bottoms = ports(slotted, straight)
    return Order(
        boxes=flat.boxes,
        inputs=flat.inputs,
        outputs=flat.outputs,
        rows=tuple(tuple(row) for row in slotted.rows),
        links=tuple(slotted.links),
        blocks=tuple(blocks(slotted, straight)),
        tops=tops,
        bottoms=bottoms,
        routes=tuple(slotted.routes),
        nets=tuple(slotted.nets),
        ends=tuple((wire.out, wire.into) for wire in flat.wires),
        back=back,
        aside=entered_aside(slotted, straight),
    )
