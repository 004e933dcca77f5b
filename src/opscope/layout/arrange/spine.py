"""How much of the group's flow runs through each link: what should read as one straight line.

Before: links between neighbouring rows. After: for each link the number of boxes on the longest way through it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, List

if TYPE_CHECKING:
    from .slots import Slotted


def flow(slotted: Slotted) -> List[int]:
    """The number of boxes on the longest path through each link."""
    flat = slotted.flat
    boxes, inputs = flat.boxes, flat.boxes + flat.inputs
    above = [1 if slot < boxes else 0 for slot in range(len(slotted.row))]
    below = list(above)
    for slot in range(boxes, inputs):
        above[slot] = boxes
    for slot in range(inputs, inputs + flat.outputs):
        below[slot] = boxes
    drawn = [link for link in slotted.links if link.net >= 0]
    drawn.sort(key=lambda link: slotted.row[link.upper])
    for link in drawn:
        own = 1 if link.lower < boxes else 0
        above[link.lower] = max(above[link.lower], above[link.upper] + own)
    for link in reversed(drawn):
        own = 1 if link.upper < boxes else 0
        below[link.upper] = max(below[link.upper], below[link.lower] + own)
    return [above[link.upper] + below[link.lower] if link.net >= 0 else 0 for link in slotted.links]
