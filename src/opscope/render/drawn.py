"""Makes the drawing that pictures and files for other drawing programs show: as a scene, as DOT text, or as SVG by one of the two engines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ..errors import InputError, option

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from ..layout.overview.one_page import Manner, Overview
    from ..layout.picture import Drawing
    from ..layout.scene.items import Scene
    from ..passes import Selection
    from .options import Options

RIGHT = "right"
"""The direction of a drawing from left to right."""
OVERVIEW = "overview"
"""The depth that is a page of its own kind."""
DOT_OPTIONS = frozenset({"depth", "unfold", "heat", "focus", "between", "hide", "only", "direction", "libraries"})
"""The options that say what is drawn."""
PLACED_OPTIONS = DOT_OPTIONS - {"direction"}
"""The options of formats that keep the places of a drawing, which go down."""
SVG_OPTIONS = DOT_OPTIONS | {"engine", "timeout", "theme", "links", "columns", "check", "chart"}
"""The same, and the options that say how it is drawn."""


def dot_text(graph: "Graph", options: "Options", *, positions: bool = False) -> str:
    """The drawing as DOT text. If `positions` is true, the positions of opscope's own layout are written into it."""
    from .dot.drawing import dot, scene_to_dot

    if not positions:
        return scene_to_dot(scene_of(graph, options), rightward=options.direction == RIGHT)
    return dot(
        _heated(graph, options), depth=options.depth, unfold=options.unfold, selection=options.selection, positions=True
    )


def scene_of(graph: "Graph", options: "Options") -> "Scene":
    """What the drawing shows, without coordinates, for formats whose readers place it themselves."""
    page = picture_overview(graph, options, placed=False)
    if page is not None:
        return page.drawing.scene
    from ..layout.scene.compose import compose
    from ..passes import for_drawing

    return compose(
        for_drawing(_heated(graph, options), options.depth, unfold=options.unfold, selection=options.selection)
    )


def svg_text(graph: "Graph", options: "Options") -> str:
    """The drawing as SVG, placed by the engine that the options name; or the chart that they name."""
    if options.chart == "roofline":
        from .svg.roofline_plot import roofline_svg

        return roofline_svg(graph, theme=options.theme)
    if options.engine == "graphviz":
        from .dot.graphviz import svg_from_dot
        from .dot.graphviz_fonts import with_fonts
        from .dot.graphviz_headings import headings_on_top

        return with_fonts(headings_on_top(svg_from_dot(dot_text(graph, options), timeout=options.timeout)))
    if options.check:
        from ..check.shown_findings import with_checks

        graph = with_checks(graph)
    page = picture_overview(graph, options) if options.columns == 1 or options.depth == OVERVIEW else None
    if page is not None:
        from .svg.overview_page import overview_svg

        return overview_svg(page, theme=options.theme, links=options.links)
    from ..layout.engine import layout
    from ..layout.rightward import layout_rightward
    from .svg.drawing import svg

    _refuse_libraries(options)
    laid_out = layout_rightward if options.direction == RIGHT else layout
    drawing = laid_out(_heated(graph, options), options.depth, unfold=options.unfold, selection=options.selection)
    return svg(drawing, theme=options.theme, links=options.links, columns=options.columns)


def drawing_down(graph: "Graph", options: "Options") -> "Drawing":
    """The drawing with coordinates, from the top down whatever the direction of pictures, for formats that keep the places."""
    page = picture_overview(graph, options, rightward=False)
    if page is not None:
        return page.drawing
    from ..layout.engine import layout

    return layout(_heated(graph, options), options.depth, unfold=options.unfold, selection=options.selection)


def picture_overview(
    graph: "Graph", options: "Options", *, placed: bool = True, rightward: Optional[bool] = None
) -> "Optional[Overview]":
    """The overview of what a picture shows, if it is to be one; else ``None``.

    `placed`: its coordinates are used. `rightward` is where its flow goes; ``None``: as the options say.
    """
    if options.depth is None and (options.unfold or options.focus is not None):
        _refuse_libraries(options)
        return None
    from ..layout.overview.one_page import Manner

    wanted = Manner(options.direction == RIGHT if rightward is None else rightward, options.packages, placed)
    return _overview(graph, options, options.selection, wanted)


def page_overview(graph: "Graph", options: "Options", *, estimated: "Graph") -> "Optional[Overview]":
    """The overview that a page starts with, if a picture of the whole graph would be one; else ``None``.

    `estimated` is the graph with its costs, which a page shows too.
    """
    from ..layout.overview.one_page import Manner
    from ..passes import EVERYTHING

    return _overview(graph, options, EVERYTHING, Manner(False, options.packages), estimated)


def _overview(
    graph: "Graph",
    options: "Options",
    selection: "Selection",
    wanted: "Manner",
    estimated: "Optional[Graph]" = None,
) -> "Optional[Overview]":
    """The overview, if it was asked for, or if no depth was asked for and the graph is large; else ``None``."""
    if options.depth not in (None, OVERVIEW):
        return None
    from ..layout.overview.one_page import overview, overview_if_large

    if options.depth == OVERVIEW:
        return overview(_heated(graph, options), selection=selection, wanted=wanted)
    found = overview_if_large(_heated(graph, options), selection=selection, wanted=wanted, estimated=estimated)
    if found is None:
        _refuse_libraries(options)
    return found


def _refuse_libraries(options: "Options") -> None:
    """`InputError` if libraries were named for a drawing that is no overview."""
    if options.packages:
        name = option("libraries")
        msg = f"{name} is for an overview, and this drawing is none; leave it out, or use {option('depth', OVERVIEW)}"
        raise InputError(msg)


def _heated(graph: "Graph", options: "Options") -> "Graph":
    """The graph with only the figures that the option ``heat`` asks for."""
    if options.heat is None:
        return graph
    from ..layout.scene.quantity import only

    return only(graph, options.heat)
