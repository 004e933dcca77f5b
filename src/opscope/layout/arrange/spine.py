"""Finds the main line of a group, which should be drawn straight: how much flow runs through each link.

Before: links between neighbouring rows. After: for each link the number of boxes on the longest path through it. A port
of the group's border counts as many boxes as the group has. So paths from an input to an output have the most flow,
then those from an input or to an output, then the longest of the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, List

if TYPE_CHECKING:
    from .slots import Slotted


def flow(slotted: Slotted) -> List[int]:
    """The number of boxes on the longest path through each link, counted as above; 0 for a link that is not drawn."""
    flat = slotted.flat
    boxes, inputs = flat.boxes, flat.boxes + flat.inputs
    # Of each slot, the most boxes on a path that ends at it from above, and on one that begins at it; itself included.
    above = [1 if slot < boxes else 0 for slot in range(len(slotted.row))]
    below = list(above)
    for slot in range(boxes, inputs):
        above[slot] = boxes
    for slot in range(inputs, inputs + flat.outputs):
        below[slot] = boxes
    drawn = [link for link in slotted.links if link.net >= 0]
    # Going from the top row down, a link's upper slot is complete when the link is met; going up, its lower slot is.
    drawn.sort(key=lambda link: slotted.row[link.upper])
    for link in drawn:
        own = 1 if link.lower < boxes else 0
        above[link.lower] = max(above[link.lower], above[link.upper] + own)
    for link in reversed(drawn):
        own = 1 if link.upper < boxes else 0
        below[link.upper] = max(below[link.upper], below[link.lower] + own)
    return [above[link.upper] + below[link.lower] if link.net >= 0 else 0 for link in slotted.links]
