"""Which outputs there are: one entry a suffix, each made by one function of graph and options."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Callable, Dict, Optional, Sequence, Tuple, Union

from ..errors import InputError
from .page import source_files
from .svg import source_links
from .write_file import Data

if TYPE_CHECKING:
    import os

    from ..graph.graph import Graph
    from ..passes import Depth, Selection

ENGINES = ("opscope", "graphviz")
"""What places boxes and wires: opscope's own layout, or Graphviz."""
THEMES = ("auto", "light", "dark")
"""The colours of a drawing; ``auto``: those the reader's system asks for."""


@dataclass(frozen=True)
class Options:
    """How to draw. `timeout` is in seconds and limits Graphviz; `scale` is the pixels of a PNG for a unit of the drawing.

    `theme` is ``light``, ``dark`` or ``auto``; `links` a template such as ``https://host/blob/main/{file}#L{line}`` that makes
    source places links. `heat` is the quantity that is drawn (time, busy, memory, calls, flops, bytes); by default the first
    of these that was measured. `sources` says which code around the lines that made ops a page embeds: ``True``, that
    of a graph traced in this process; ``False``, none; or the folder below which it may be read, for any graph.

    `focus`, `between`, `hide` and `only` choose a part of the graph for .dot .svg .png .pdf, as `passes.select.Selection` has
    them (one pattern or several); a page, JSON and text hold the whole graph. `positions` writes opscope's own layout into .dot.
    `columns` cuts a tall drawing (.svg .png .pdf) into at most so many pieces side by side, for a page of paper.
    """

    depth: Depth = None
    unfold: bool = False
    engine: str = "opscope"
    theme: str = "auto"
    links: Optional[str] = None
    timeout: float = 60.0
    scale: float = 2.0
    sources: "Union[bool, str, os.PathLike[str]]" = True
    heat: Optional[str] = None
    focus: Optional[str] = None
    between: Optional[Tuple[Optional[str], Optional[str]]] = None
    hide: Union[str, Sequence[str]] = ()
    only: Union[str, Sequence[str]] = ()
    positions: bool = False
    columns: int = 1

    def __post_init__(self) -> None:
        depth = self.depth
        number = isinstance(depth, int) and not isinstance(depth, bool) and depth >= 0
        if depth is not None and depth not in ("layers", "all") and not number:
            msg = f"depth {depth!r} is not known; use a whole number from 0, 'layers', 'all', or None for the default"
            raise InputError(msg)
        if self.engine not in ENGINES:
            msg = f"engine {self.engine!r} is not known; use one of {', '.join(ENGINES)}"
            raise InputError(msg)
        if self.theme not in THEMES:
            msg = f"theme {self.theme!r} is not known; use one of {', '.join(THEMES)}"
            raise InputError(msg)
        if self.timeout <= 0 or self.scale <= 0:
            msg = "timeout and scale must be greater than 0"
            raise InputError(msg)
        columns: Any = self.columns
        if isinstance(columns, bool) or not isinstance(columns, int) or columns < 1:
            msg = f"columns {columns!r} is not known; use a whole number from 1"
            raise InputError(msg)
        if self.columns > 1 and self.engine == "graphviz":
            msg = "Graphviz draws no columns; take engine='opscope' (--engine opscope), or columns=1"
            raise InputError(msg)
        source_files.check_sources(self.sources)
        if self.links is not None:
            source_links.check_template(self.links)
        ends: Any = self.between
        if ends is not None and (isinstance(ends, str) or len(ends) != 2 or all(end is None for end in ends)):
            msg = f"between {ends!r} is not known; use a pair of op names such as ('x', 'logits'), one of which may be None"
            raise InputError(msg)

    @property
    def selection(self) -> "Selection":
        """The part of the graph that is drawn."""
        from ..passes import Selection

        hide, only = ((each,) if isinstance(each, str) else tuple(each) for each in (self.hide, self.only))
        first, last = self.between or (None, None)
        return Selection(self.focus, (first, last) if self.between else None, hide, only)


@dataclass(frozen=True)
class Output:
    """One kind of file: its suffix, what it is, whether it is bytes (else text), and the function that makes it."""

    suffix: str
    title: str
    binary: bool
    make: Callable[["Graph", Options], Data]


def _heated(graph: "Graph", options: Options) -> "Graph":
    if options.heat is None:
        return graph
    from ..layout.scene.quantity import only

    return only(graph, options.heat)


def _dot(graph: "Graph", options: Options) -> str:
    from .dot.drawing import dot

    return dot(
        _heated(graph, options), depth=options.depth, unfold=options.unfold, selection=options.selection,
        positions=options.positions,
    )  # fmt: skip


def _svg(graph: "Graph", options: Options) -> str:
    if options.engine == "graphviz":
        from .dot.graphviz import svg_from_dot
        from .dot.graphviz_headings import headings_on_top

        return headings_on_top(svg_from_dot(_dot(graph, replace(options, positions=False)), timeout=options.timeout))
    from ..layout.engine import layout
    from .svg.drawing import svg

    drawing = layout(_heated(graph, options), options.depth, unfold=options.unfold, selection=options.selection)
    return svg(drawing, theme=options.theme, links=options.links, columns=options.columns)


def _png(graph: "Graph", options: Options) -> bytes:
    from .svg.png import png

    return png(_svg(graph, options), scale=options.scale)


def _pdf(graph: "Graph", options: Options) -> bytes:
    from .svg.pdf import pdf

    return pdf(_svg(graph, options))


def _json(graph: "Graph", _: Options) -> Data:
    from ..graph.json import to_chunks

    return to_chunks(graph)


def _txt(graph: "Graph", _: Options) -> str:
    from .report.text import text

    return text(graph)


def _html(graph: "Graph", options: Options) -> str:
    from .page.html import html

    return html(graph, depth=options.depth, sources=options.sources, heat=options.heat, theme=options.theme)


def _speedscope(graph: "Graph", _: Options) -> str:
    from .timeline.speedscope import speedscope

    return speedscope(graph)


def _trace(graph: "Graph", _: Options) -> str:
    from .timeline.chrome_trace import chrome_trace

    return chrome_trace(graph)


OUTPUTS: Dict[str, Output] = {
    output.suffix: output
    for output in (
        Output(".dot", "DOT text, for Graphviz and its relatives", False, _dot),
        Output(".svg", "drawing", False, _svg),
        Output(".png", "drawing", True, _png),
        Output(".pdf", "drawing", True, _pdf),
        Output(".html", "interactive page, one file that needs no network", False, _html),
        Output(".json", "the whole graph, as docs/json.md describes it", False, _json),
        Output(".txt", "summary by layer", False, _txt),
        Output(".speedscope", "flame graph of a measured step, for speedscope.app", False, _speedscope),
        Output(".trace", "timeline of a measured step, for chrome://tracing and ui.perfetto.dev", False, _trace),
    )
}


def output_for(suffix: str) -> Output:
    """The output of a suffix (``".svg"``, in any case); `InputError` lists those there are."""
    output = OUTPUTS.get(suffix.lower())
    if output is None:
        msg = f"cannot write {suffix or 'a file without suffix'!r}; use one of {' '.join(OUTPUTS)}"
        raise InputError(msg)
    return output
