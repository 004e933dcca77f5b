"""Gives the rows of an overview the room that the page has left, so that what stands between them is near nothing else."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..density import SPACED
from ..engine import Drawer
from .page_shapes import PAGE_SHAPES, around_at_most, cut_in_columns, fits_with

if TYPE_CHECKING:
    from ..engine import Engine
    from .page_shapes import Try


def spaced(found: Try, engine: Engine) -> Try:
    """The drawing with as much room between its rows as the page has, or a little less than usual where what stands below needs it.

    Nothing else changes. A page of several columns is as it was: with other distances it might be cut elsewhere.
    """
    if found.over or len(found.columns) > 1:
        return found
    around = around_at_most(found.drawing.scene, found.graph)
    drawn = partial(_drawn, found, engine, Drawer(found.drawing.scene))
    roomy = drawn(0)
    if fits_with(roomy, around):
        return roomy
    too_high, closest, fitting = 0, len(SPACED) - 1, None
    while closest - too_high > 1:  # halved each time, as each try is placed anew: what is closer is no higher
        place = (too_high + closest) // 2
        tried = drawn(place)
        if fits_with(tried, around):
            closest, fitting = place, tried
        else:
            too_high = place
    return fitting or drawn(closest)


def _drawn(found: Try, engine: Engine, drawer: Drawer, place: int) -> Try:
    """The drawing at one of the densities."""
    drawing = drawer.drawn(engine.spaced(SPACED[place]))
    return found._replace(drawing=drawing, columns=cut_in_columns(drawing, found.graph, PAGE_SHAPES[0]).columns)
