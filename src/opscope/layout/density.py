"""How close the marks of a drawing stand."""

from __future__ import annotations

from typing import NamedTuple, Optional, Tuple

from .place.spacing import Heights
from .sizes.extents import INSIDE, PILL_HEIGHT


class Density(NamedTuple):
    """The distances and sizes that differ between a drawing that may be as large as it needs and one that has to fit a page."""

    heights: Heights = Heights()
    inside: float = INSIDE
    """Between an open card's border and what is in it, left, right and below."""
    oval: float = PILL_HEIGHT
    """The height of an oval."""
    shapes_beside: Optional[float] = None
    """By so much a card may become wider for the shapes that its rows give to stand behind their names, so that below them there need be room for
    an arrow only; ``None``: all stand below."""


ROOMY = Density()
"""That of a drawing that may be as high as it needs, and of the page."""
_CLOSE = Heights(
    track_pitch=6.0, track_margin=3.5, arrow_room=7.0, row_gap=7.5, border_gap=3.0, label_height=13.0, label_aside=8.5,
    label_base=9.6,
)  # fmt: skip
TIGHT = Density(_CLOSE, inside=7.0, oval=22.0)
"""That of what is tried for an overview, about as high as `CLEAR` is. A label stands beside the arrow head, which is no wider than the gap between
wire and label."""
_CLEAR = _CLOSE._replace(row_gap=9.0, border_gap=5.0, label_aside=11.0, label_base=11.5)
"""In a gap with a label its letters are 2 units of the page clear of the lines above and below, and more than an arrow has room in the others."""
_AIRY = Heights(
    track_pitch=8.0, track_margin=6.0, arrow_room=9.0, row_gap=13.0, border_gap=6.0, label_height=17.0, label_aside=13.0,
    label_base=13.0, foot_more=1.0,
)  # fmt: skip
"""In these no label is near a box or a line above or below it."""
_MOST_WIDER = 120.0
"""By so much a card may become wider for shapes to stand behind the names of its rows, where the page is full otherwise: about one shape."""
_STEPS = 32
_MOST = 2.25
"""So many times as far as the airy density is from the clear one are rows that have their shapes behind them at most: as far apart as others with
shapes between them would be."""
_CLOSER, _LOWER_OVAL = (0.5, 1.0, 1.5), 20.0
"""So much lower are gaps without a label, where rows would reach beyond the page else, and so high are ovals then."""
_BELOW, _FREE = 0.4, 0.3
"""At least so far on the way from the clear density to the airy one are rows that have their shapes below them, and rows that have these behind
their names only where the card is wide enough for that."""


def _between(part: float, wider: Optional[float]) -> Density:
    """The density so far on the way from the clear one to the airy one, with shapes behind names for which cards may become so much wider."""
    heights = Heights(*[clear + part * (airy - clear) for clear, airy in zip(_CLEAR, _AIRY)])
    heights = heights._replace(foot_more=min(heights.foot_more, 1.0))
    return TIGHT._replace(heights=heights, shapes_beside=wider)


def _closer(less: float, wider: float) -> Density:
    """The clear density, but for lower gaps where no label is, and lower ovals."""
    heights = _CLEAR._replace(
        row_gap=_CLEAR.row_gap - less, border_gap=_CLEAR.border_gap - less, label_aside=_CLEAR.label_aside + less
    )
    heights = heights._replace(label_height=_CLEAR.label_height - less / 2)
    return TIGHT._replace(heights=heights, oval=_LOWER_OVAL, shapes_beside=wider)


def _down_to(least: float, wider: Optional[float]) -> Tuple[Density, ...]:
    """The densities down to that, from the airy one; from one with still more room where there are no shapes in it."""
    most = 1.0 if wider is None else _MOST
    parts = [step / _STEPS for step in range(int(most * _STEPS), -1, -1)]
    return tuple([_between(part, wider) for part in parts if part >= least])


CLEAR = _between(0.0, _MOST_WIDER)
"""The closest in which rows of an overview stand, if that is not too high."""
CLOSEST = _closer(_CLOSER[-1], _MOST_WIDER)
"""The closest in which they stand at all."""
SPACED = (
    _down_to(_BELOW, None),
    _down_to(_FREE, 0.0),
    (*_down_to(0.0, _MOST_WIDER), *[_closer(less, _MOST_WIDER) for less in _CLOSER]),
    (*_down_to(0.0, 0.0), *[_closer(less, 0.0) for less in _CLOSER]),
)
"""Those of an overview, in several ways to say shapes, the best first: below rows; behind their names, where there is room for that; where cards
become wider for it; and again where there is room, if nothing may become wider. In each the one with most room between rows comes first: a page
takes the first with which it is full. Small steps leave next to nothing of it empty."""
