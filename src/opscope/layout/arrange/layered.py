"""The combinatorial half of the flat layout: one group's boxes and wires in rows, phase after phase."""

from __future__ import annotations

from ..flat import Flat, Order
from .acyclic import back_wires
from .align import blocks, straight_links
from .order import order
from .ports import ports
from .rank import ranks
from .slots import make_slots
from .spine import flow


def arrange(flat: Flat) -> Order:
    """Rows, their order, the straight lines and the ports of a group: all of its layout that no size changes."""
    back = back_wires(flat)
    ranked = ranks(flat, back)
    slotted = make_slots(flat, ranked, back)
    through = flow(slotted)
    order(slotted, through)
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
    )
