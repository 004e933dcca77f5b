"""What a notebook's cell shows of a graph or a difference that is its value: each in three forms, for front ends of any kind.

A notebook keeps what its cells show, and runs all of it when it is opened. So of a graph that is large, or whose page is, a cell shows the overview alone, with a
link to the page, or how to get it. The bounds are those of the places where notebooks are opened; docs/notebooks.md has them with their sources.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Callable, Dict

from ..collector import paused
from ..errors import OpscopeError, RenderError
from ..render.options import Options
from ..render.registry import output_for
from ..render.report.text import text
from ..render.told_difference.difference_text import difference_text
from ..visible import one_line
from .cell_frame import frame, overview_only, page_link

if TYPE_CHECKING:
    from ..diff.difference import Difference
    from ..graph.graph import Graph

PAGE_OPS = 20_000
"""Of a graph with more ops a cell shows the overview, with a link to the page: each page of that size takes a browser seconds when the notebook is opened."""
LINKED_OPS = 100_000
"""Of a graph with more ops no page is made for a link, which it would be too large for."""
PAGE_BYTES = 2_000_000
"""The largest output with a page: a fifth of what Colab shows and VS Code backs up of a whole notebook (10 MB)."""
PICTURE_BYTES = 500_000
"""The largest picture. An overview has some 20 KB, of any graph; a picture op by op of names that somebody made long may have more."""


def mimebundle(graph: "Graph", options: "Options | None" = None) -> Dict[str, str]:
    """What a notebook shows of a graph that is the value of a cell.

    It is given in three forms, of which each front end takes the best that it can show: the page in a frame, the
    drawing as SVG, and the summary as text. If the graph cannot be drawn, the text says why, since showing a value must
    not fail.

    Args:
        graph: what to show.
        options: how to draw the page. The picture is the usual one, whatever their depth.
    """
    chosen = options or Options()
    usual = replace(chosen, depth=None) if chosen.depth != "overview" else chosen
    return _bundle(
        graph.name,
        text(graph),
        page=lambda: str(output_for(".html").make(graph, chosen)),
        picture=lambda: str(output_for(".svg").make(graph, usual)),
        ops=len(graph),
        way=("graph.show()", 'graph.save("model.html")'),
    )


def picture_bundle(graph: "Graph", options: Options) -> Dict[str, str]:
    """What a cell shows of a graph of which a picture is asked for: the drawing, and the summary as text.

    Raises:
        RenderError: the picture is too large for a notebook.
    """
    svg = str(output_for(".svg").make(graph, options))
    if not _bounded(svg):
        size = len(svg.encode("utf-8")) / 1e6
        raise RenderError(
            f"the picture has {size:.1f} MB, which the notebook would keep; write it to a file, or open less of the graph"
        )
    return {"image/svg+xml": svg, "text/plain": text(graph)}


def difference_mimebundle(difference: "Difference") -> Dict[str, str]:
    """What a notebook shows of a difference that is the value of a cell, in the forms of `mimebundle`; one that was read from JSON is told in words only."""
    told = difference_text(difference)
    if difference.a is None or difference.b is None:
        return {"text/plain": told}
    from ..render.told_difference.difference_page import difference_html  # late: a drawing needs much that words do not
    from ..render.told_difference.difference_picture import difference_svg

    return _bundle(
        f"{difference.head_a.name} and {difference.head_b.name}",
        told,
        page=lambda: difference_html(difference),
        picture=lambda: difference_svg(difference),
        ops=max(len(difference.a), len(difference.b)),
        way=("difference.show()", 'difference.save("changes.html")'),
    )


def _bundle(
    of: str, told: str, *, page: Callable[[], str], picture: Callable[[], str], ops: int, way: "tuple[str, str]"
) -> Dict[str, str]:
    """The three forms; `page` and `picture` make theirs, and `way` are the calls that show and write the page."""
    name = one_line(of)
    try:
        with paused():
            svg = picture()
            whole = page() if ops <= LINKED_OPS else ""
    except OpscopeError as error:
        return {"text/plain": f"{told}\ncould not be drawn: {error}\n"}
    html = frame(whole, picture=_bounded(svg), of=f"drawing of {name}") if whole and ops <= PAGE_OPS else ""
    if not html or len(html.encode("utf-8")) > PAGE_BYTES:
        html = overview_only(svg, _instead(name, ops, whole, way), of=f"overview of {name}") if _bounded(svg) else ""
    shown = {"text/html": html, "image/svg+xml": _bounded(svg), "text/plain": told}
    return {form: value for form, value in shown.items() if value}


def _bounded(svg: str) -> str:
    """The picture, unless it is too large for a notebook."""
    return svg if len(svg.encode("utf-8")) <= PICTURE_BYTES else ""


def _instead(name: str, ops: int, page: str, way: "tuple[str, str]") -> str:
    """What is said above an overview that stands for a page, with a link to the page where the notebook can hold it: HTML."""
    said = f"<b>{escape(name)}</b>, {ops:,} ops: this is the overview. "
    link = page_link(page, name) if page else ""
    if link and len(link.encode("utf-8")) <= PAGE_BYTES:
        said += f"{link} is a file that works offline. "
    else:
        size = f" ({len(page.encode('utf-8')) / 1e6:.1f} MB)" if page else ""
        said += f"The interactive page with every op{size} is left out of the notebook, which keeps all that it shows. "
    return said + f"<code>{escape(way[0])}</code> shows it here; <code>{escape(way[1])}</code> writes it to a file."
