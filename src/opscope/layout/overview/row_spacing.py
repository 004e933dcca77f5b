"""Gives the rows of an overview the room that the page has left, so that what stands between them is near nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..density import SPACED
from ..engine import drawn_by
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
    scene = found.drawing.scene
    around = around_at_most(scene, found.graph)
    tried = found
    for drawing in drawn_by(scene, map(engine.spaced, SPACED)):
        cut = cut_in_columns(drawing, found.graph, PAGE_SHAPES[0])
        tried = found._replace(drawing=drawing, columns=cut.columns)
        if fits_with(tried, around):
            break
    return tried
