"""The distances that placing keeps, in pixels."""

from __future__ import annotations

BOX_GAP = 22.0
"""Between two boxes that stand side by side."""
WIRE_GAP = 10.0
"""Between a box and a wire that passes it."""
WIRE_ROOM = 5.0
"""Half the width of the channel that a passing wire keeps."""
PORT_PITCH = 14.0
"""Between two ports of a box that has room."""
PORT_LEAST = 8.0
"""Between two ports of which one has moved so that its wire runs straight."""
PORT_MARGIN = 8.0
"""Between a box's corner and its outermost port."""
TRACK_PITCH = 9.0
"""Between two wires that run sideways between the same two rows."""
TRACK_MARGIN = 9.0
"""Between a row and the first wire that runs sideways below it."""
ARROW_ROOM = 13.0
"""Between the last wire that runs sideways and the row below it: the arrow's straight end."""
ROW_GAP = 20.0
"""Between two rows whose wires all run straight."""
BORDER_GAP = 12.0
"""Between the border and the first or last row when wires run straight."""
LABEL_HEIGHT = 17.0
"""What a label on a wire adds to the gap below its row."""
LABEL_GAP = 7.0
"""Between a wire and the label on it."""
STRAIGHT = 0.5
"""Ends of a wire that miss each other by less stand above each other."""
