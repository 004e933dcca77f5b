"""Shows a graph to a person: inline if a notebook runs the code, else in the browser."""

from __future__ import annotations

import os
import sys
import tempfile
import webbrowser
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Dict

from .errors import OpscopeError
from .render.heeded import require_heeded
from .render.options import Options
from .render.registry import output_for
from .render.report.text import text
from .render.save import save_one
from .render.told_difference.difference_files import save_difference
from .render.told_difference.difference_text import difference_text

if TYPE_CHECKING:
    from .diff.difference import Difference
    from .graph.graph import Graph

FRAME_HEIGHT = 640
"""Height in pixels of a page in a notebook cell. So a whole cell still fits on the screen of a laptop."""


def in_notebook() -> bool:
    """Whether the code runs in a notebook that shows pictures (Jupyter, Colab, VS Code).

    IPython in a terminal also has `get_ipython`, but its shell has no `kernel`.
    """
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module is not None else None
    return shell is not None and hasattr(shell, "kernel")


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


def frame(page: str) -> str:
    """The HTML that shows a page in a notebook cell, in a frame (``iframe``) of its own.

    The frame keeps the styles and scripts of page and notebook apart, also if a notebook has several pages. The page is
    inside the ``srcdoc`` attribute, so it needs no server, no file beside the notebook and no extension.
    """
    inside = escape(page, quote=True)
    return (
        f'<iframe srcdoc="{inside}" sandbox="allow-scripts allow-downloads" title="opscope" '
        f'style="width: 100%; height: {FRAME_HEIGHT}px; border: 1px solid #d0d7de; border-radius: 6px"></iframe>'
    )


def difference_mimebundle(difference: "Difference") -> Dict[str, str]:
    """What a notebook shows of a difference that is the value of a cell, in the forms of `mimebundle`; one that was read from JSON is told in words only."""
    told = difference_text(difference)
    if difference.a is None:
        return {"text/plain": told}
    from .render.told_difference.difference_page import difference_html  # late: a drawing needs much that words do not
    from .render.told_difference.difference_picture import difference_svg

    try:
        page, svg = difference_html(difference), difference_svg(difference)
    except OpscopeError as error:
        return {"text/plain": f"{told}\ncould not be drawn: {error}\n"}
    return {"text/html": frame(page), "image/svg+xml": svg, "text/plain": told}


def difference_page_file(difference: "Difference") -> Path:
    """Write the page of a difference to a file in a new temporary folder, as `page_file` does."""
    return save_difference(difference, _new_page("difference"))


def show(graph: "Graph", options: Options) -> None:
    """Show the page of a graph, inline or in the browser."""
    view(page_file(graph, options))


def page_file(graph: "Graph", options: Options, *, executed: bool = False) -> Path:
    """Write the page to a file in a new temporary folder. It is not removed, as the browser may read it at any time.

    With `executed` it begins with what TensorFlow ran, which has to be known.
    """
    require_heeded(options, [".html"])
    return save_one(graph, _new_page("graph"), options, executed=executed)


def _new_page(name: str) -> Path:
    """Where a page may be written; `name` is not the graph's own, which may have any character."""
    return Path(tempfile.mkdtemp(prefix="opscope-")) / f"{name}.html"


def view(path: Path, say: Callable[[str], None] = print) -> None:
    """Show a picture or page from its file: inline in a notebook, else in the browser if there is a display.

    Outside of a notebook `say` is also given the file's path.
    """
    if in_notebook():
        _display(path)
        return
    say(f"opscope: {path}")  # always, because a browser can fail silently
    if _has_display():
        webbrowser.open(path.resolve().as_uri())


def _display(path: Path) -> None:
    """Show a file in the notebook: a page, an SVG or a PNG; of any other file the path."""
    from IPython.display import SVG, Image, Markdown, display

    if path.suffix.lower() == ".html":
        display({"text/html": frame(path.read_text(encoding="utf-8"))}, raw=True)
        return
    show_as = {".svg": SVG, ".png": Image}.get(path.suffix.lower())
    display(show_as(filename=str(path)) if show_as else Markdown(f"`{path}`"))


def _has_display() -> bool:
    """Whether a browser can open a window. If none can, Python would start a text browser in the terminal."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME"))
