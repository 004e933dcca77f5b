"""How close the marks of a drawing stand."""

from __future__ import annotations

from typing import NamedTuple

from .place.spacing import Heights
from .sizes.extents import INSIDE, PILL_HEIGHT


class Density(NamedTuple):
    """The distances and sizes that differ between a drawing that may be as large as it needs and one that has to fit a page."""

    heights: Heights = Heights()
    inside: float = INSIDE
    """Between an open card's border and what is in it, left, right and below."""
    oval: float = PILL_HEIGHT
    """The height of an oval."""


ROOMY = Density()
"""That of a drawing that may be as high as it needs, and of the page."""
_CLOSE = Heights(
    track_pitch=6.0, track_margin=3.5, arrow_room=7.0, row_gap=7.5, border_gap=3.0, label_height=13.0, label_aside=8.5,
    label_base=9.6,
)  # fmt: skip
TIGHT = Density(_CLOSE, inside=7.0, oval=22.0)
"""That of the overview: a label stands beside the arrow head, which is no wider than the gap between wire and label."""
_AIRY = Heights(
    track_pitch=8.0, track_margin=6.0, arrow_room=9.0, row_gap=13.0, border_gap=6.0, label_height=17.0, label_aside=13.0,
    label_base=13.0, foot_more=1.0,
)  # fmt: skip
"""In these no label is near a box or a line above or below it."""
_STEPS = 32
_CLOSER = (-0.04, -0.07, -0.11, -0.15)
"""So much closer than `TIGHT` are rows that would reach beyond the page else: letters below the base line touch the box below."""


def _between(part: float) -> Density:
    """The density so far on the way from `TIGHT` to the airy one."""
    heights = Heights(*[close + part * (airy - close) for close, airy in zip(_CLOSE, _AIRY)])
    heights = heights._replace(foot_more=max(heights.foot_more, 0.0))
    return TIGHT._replace(heights=heights)


SPACED = tuple([_between(step / _STEPS) for step in range(_STEPS, 0, -1)] + [TIGHT, *map(_between, _CLOSER)])
"""Those of an overview, the one with most room between rows first: a page takes the first with which it is full. Small steps leave next to nothing of it empty."""
