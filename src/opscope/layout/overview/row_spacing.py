"""Gives the rows of an overview the room that the page has left, so that what stands between them is near nothing else."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Callable, Optional, Sequence

from ..density import CLEAR, SPACED
from ..engine import Drawer
from .page_shapes import PAGE_SHAPES, around_at_most, cut_in_columns, fits_with

if TYPE_CHECKING:
    from ..density import Density
    from ..engine import Engine
    from .page_shapes import PageShape, Try


def spaced(found: Try, engine: Engine) -> Optional[Try]:
    """The drawing with as much room between its rows as the page has; ``None`` if no label would be clear of boxes then.

    Where there is little room, shapes stand behind the names of rows. Nothing else changes. Several columns, and what is larger than the page, are
    as close as may be.
    """
    drawn = partial(_drawn, found, engine, Drawer(found.drawing.scene), _shape(found))
    if found.over or len(found.columns) > 1:
        tried = drawn(CLEAR)
        return tried if found.over or not tried.over else None
    around = around_at_most(found.drawing.scene, found.graph)
    for densities in SPACED:
        closest = drawn(densities[-1])
        if _fits(closest, around):
            return _roomiest(densities, drawn, around, closest)
    return None


def _roomiest(densities: Sequence[Density], drawn: Callable[[Density], Try], around: float, closest: Try) -> Try:
    """The drawing at the first density with which it fits; that with the last one is the `closest`."""
    roomy = drawn(densities[0])
    if _fits(roomy, around):
        return roomy
    too_high, fitting = 0, len(densities) - 1
    while fitting - too_high > 1:  # halved each time, as each try is placed anew: what is closer is no higher
        place = (too_high + fitting) // 2
        tried = drawn(densities[place])
        if _fits(tried, around):
            fitting, closest = place, tried
        else:
            too_high = place
    return closest


def _fits(tried: Try, around: float) -> bool:
    return not tried.over and fits_with(tried, around)


def _shape(found: Try) -> PageShape:
    """The shape of a page with as many columns."""
    return next(shape for shape in PAGE_SHAPES if shape.columns == len(found.columns))


def _drawn(found: Try, engine: Engine, drawer: Drawer, shape: PageShape, density: Density) -> Try:
    """The drawing at one of the densities."""
    drawing = drawer.drawn(engine.spaced(density))
    cut = cut_in_columns(drawing, found.graph, shape)
    return found._replace(drawing=drawing, columns=cut.columns, over=cut.over)
