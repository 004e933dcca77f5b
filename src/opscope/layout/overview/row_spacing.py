"""Gives the rows of an overview the room that the page has left, so that what stands between them is near nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..density import SPACED
from ..engine import drawn_by
from .page_shapes import PAGE_SHAPES, around_at_most, cut_in_columns, fits_with

if TYPE_CHECKING:
    from ..engine import Engine
    from ..picture import Drawing
    from .page_shapes import Try


def spaced(found: Try, engine: Engine) -> Try:
    """The drawing with as much room between its rows as the page has, or a little less than usual where what stands below needs it.

    Nothing else changes. A page of several columns is as it was: with other distances it might be cut elsewhere.
    """
    if found.over or len(found.columns) > 1:
        return found
    around = around_at_most(found.drawing.scene, found.graph)
    place = 0
    drawings = drawn_by(
        found.drawing.scene, (engine.spaced(SPACED[place]) for _ in SPACED)
    )  # each at the place of then
    drawn = _in_columns(found, next(drawings))
    if fits_with(drawn, around):
        return drawn
    too_high, closest, fitting = 0, len(SPACED) - 1, None
    while closest - too_high > 1:  # halved each time: what is closer is no higher
        place = (too_high + closest) // 2
        drawn = _in_columns(found, next(drawings))
        if fits_with(drawn, around):
            closest, fitting = place, drawn
        else:
            too_high = place
    place = closest
    return fitting or _in_columns(found, next(drawings))


def _in_columns(found: Try, drawing: Drawing) -> Try:
    """The same with another drawing."""
    return found._replace(drawing=drawing, columns=cut_in_columns(drawing, found.graph, PAGE_SHAPES[0]).columns)
