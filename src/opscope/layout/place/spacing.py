"""The distances that placing keeps, in pixels. The page is told them in its header (`render.page.header_style`)."""

from __future__ import annotations

from typing import NamedTuple

BOX_GAP = 22.0
"""Between two boxes that stand side by side."""
WIRE_GAP = 10.0
"""Between a box and a wire that passes it."""
WIRE_ROOM = 5.0
"""How far a passing wire reaches to either side of itself: its channel is twice as wide."""
PORT_PITCH = 14.0
"""Between two ports of a box that is wide enough; in a narrow box they stand closer."""
PORT_LEAST = 8.0
"""A port that slides along its box, so that its wire runs straight, comes no nearer than this to another port."""
PORT_MARGIN = 8.0
"""Between a box's corner and its outermost port."""
TRACK_PITCH = 9.0
"""Between two tracks: wires that run sideways one below the other, between the same two rows."""
TRACK_MARGIN = 9.0
"""Between a row, or the labels below it, and the first track."""
ARROW_ROOM = 13.0
"""Between the last track and the row below it: room for a straight end of wire with its arrow head."""
ROW_GAP = 20.0
"""Between two rows whose wires all run straight."""
BORDER_GAP = 12.0
"""Between the border and the first or last row when wires run straight."""
LABEL_HEIGHT = 17.0
"""The height of a label (one line of 10.5 px text): what labels add to the gap below their row."""
LABEL_GAP = 7.0
"""Between a wire and the label on it."""
STRAIGHT = 0.5
"""If the ends of a wire miss each other sideways by less than this, it is drawn straight."""


class Heights(NamedTuple):
    """The distances from row to row."""

    track_pitch: float = TRACK_PITCH
    track_margin: float = TRACK_MARGIN
    arrow_room: float = ARROW_ROOM
    row_gap: float = ROW_GAP
    border_gap: float = BORDER_GAP
    label_height: float = LABEL_HEIGHT
    """What a label adds to a gap in which wires run sideways."""
    label_aside: float = LABEL_HEIGHT
    """What it adds to one in which all run straight."""
    label_base: float = LABEL_HEIGHT - 4.0
    """From a box down to the base line of the label below it: 4 px are left for letters that reach below it."""
    foot_more: float = 0.0
    """So many times lower than it has to be a box's foot (`flat.Size`) is; it is kept below straight wires only for this part of it."""
