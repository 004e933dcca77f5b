"""What a notebook's cell shows of a graph or a difference that is its value: each in three forms, for front ends of any kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict

from ..errors import OpscopeError
from ..render.options import Options
from ..render.registry import output_for
from ..render.report.text import text
from ..render.told_difference.difference_text import difference_text
from .cell_frame import frame

if TYPE_CHECKING:
    from ..diff.difference import Difference
    from ..graph.graph import Graph


def mimebundle(graph: "Graph") -> Dict[str, str]:
    """What a notebook shows of a graph that is the value of a cell.

    It is given in three forms, of which each front end takes the best that it can show: the page in a frame, the
    drawing as SVG, and the summary as text. If the graph cannot be drawn, the text says why, since showing a value must
    not fail.
    """
    summary = text(graph)
    try:
        page = str(output_for(".html").make(graph, Options()))
        svg = str(output_for(".svg").make(graph, Options()))
    except OpscopeError as error:
        return {"text/plain": f"{summary}\ncould not be drawn: {error}\n"}
    return {"text/html": frame(page), "image/svg+xml": svg, "text/plain": summary}


def difference_mimebundle(difference: "Difference") -> Dict[str, str]:
    """What a notebook shows of a difference that is the value of a cell, in the forms of `mimebundle`; one that was read from JSON is told in words only."""
    told = difference_text(difference)
    if difference.a is None:
        return {"text/plain": told}
    from ..render.told_difference.difference_page import difference_html  # late: a drawing needs much that words do not
    from ..render.told_difference.difference_picture import difference_svg

    try:
        page, svg = difference_html(difference), difference_svg(difference)
    except OpscopeError as error:
        return {"text/plain": f"{told}\ncould not be drawn: {error}\n"}
    return {"text/html": frame(page), "image/svg+xml": svg, "text/plain": told}
