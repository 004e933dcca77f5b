"""Whether arcs lead from a box to another one, against all ways tried."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from opscope.layout.arrange.led_to import LedTo


@pytest.mark.parametrize("circles", [True, False])
def test_what_leads_where_is_what_all_ways_say(circles):
    for seed in range(400):
        draw = Random(seed)
        boxes = range(draw.randint(1, 8))
        arcs = [(draw.choice(boxes), draw.choice(boxes)) for _ in range(draw.randint(0, 12))]
        arcs = arcs if circles else [(tail, head) for tail, head in arcs if tail < head]
        reached = {(box, box) for box in boxes} | set(arcs)
        for over, start, end in product(boxes, repeat=3):  # Warshall
            if (start, over) in reached and (over, end) in reached:
                reached.add((start, end))
        led_to = LedTo(arcs)
        assert {pair for pair in product(boxes, repeat=2) if led_to.leads(*pair)} == reached
