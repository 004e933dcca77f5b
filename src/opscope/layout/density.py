"""How close the marks of a drawing stand."""

from __future__ import annotations

from typing import NamedTuple

from .place import spacing
from .place.spacing import Heights
from .sizes.extents import INSIDE, PILL_HEIGHT


class Density(NamedTuple):
    """The distances and sizes that differ between a drawing that may be as large as it needs and one that has to fit a page."""

    heights: Heights = spacing.ROOMY
    inside: float = INSIDE
    """Between an open card's border and what is in it, left, right and below."""
    oval: float = PILL_HEIGHT
    """The height of an oval."""


ROOMY = Density()
TIGHT = Density(spacing.TIGHT, inside=9.0, oval=23.0)
