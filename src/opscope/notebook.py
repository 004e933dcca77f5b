"""Showing a graph to a person: inline where a notebook runs the code, else in the browser."""

from __future__ import annotations

import os
import sys
import tempfile
import webbrowser
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Dict

from .errors import OpscopeError
from .render.options import Options
from .render.registry import output_for
from .render.report.text import text
from .render.save import save

if TYPE_CHECKING:
    from .graph.graph import Graph

FRAME_HEIGHT = 640
"""Pixels of a page in a notebook cell: with the cell's own edges it fits a laptop's screen."""


def in_notebook() -> bool:
    """Whether the code runs in a kernel whose front end shows pictures (Jupyter, Colab, VS Code)."""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module is not None else None
    return shell is not None and hasattr(shell, "kernel")


def mimebundle(graph: "Graph") -> Dict[str, str]:
    """What a notebook cell shows: the page in a frame, the drawing, and the summary, for front ends of each kind.

    Where no drawing can be made, the text says why: a cell's value must not be an error.
    """
    summary = text(graph)
    try:
        page = str(output_for(".html").make(graph, Options()))
        svg = str(output_for(".svg").make(graph, Options()))
    except OpscopeError as error:
        return {"text/plain": f"{summary}\ncould not be drawn: {error}\n"}
    return {"text/html": frame(page), "image/svg+xml": svg, "text/plain": summary}


def frame(page: str) -> str:
    """A page inside a cell: in a frame of its own, so that neither touches the other, and several fit in one notebook.

    The frame holds the page itself: no server, no file beside the notebook, no extension.
    """
    inside = escape(page, quote=True)
    return (
        f'<iframe srcdoc="{inside}" sandbox="allow-scripts allow-downloads" title="opscope" '
        f'style="width: 100%; height: {FRAME_HEIGHT}px; border: 1px solid #d0d7de; border-radius: 6px"></iframe>'
    )


def show(graph: "Graph", options: Options) -> None:
    """Show the page inline or in the browser."""
    view(page_file(graph, options))


def page_file(graph: "Graph", options: Options) -> Path:
    """The page in a file of its own."""
    folder = tempfile.mkdtemp(prefix="opscope-")
    # A name for the tab; the graph's own may hold any character.
    return save(graph, Path(folder) / "graph.html", options)


def view(path: Path, say: Callable[[str], None] = print) -> None:
    """Show a picture's file inline in a notebook, else open it; never fails where there is no display."""
    if in_notebook():
        _display(path)
        return
    say(f"opscope: {path}")  # wherever it is opened: a browser can fail silently
    if _has_display():
        webbrowser.open(path.resolve().as_uri())


def _display(path: Path) -> None:
    from IPython.display import SVG, Image, Markdown, display

    if path.suffix.lower() == ".html":
        display({"text/html": frame(path.read_text(encoding="utf-8"))}, raw=True)
        return
    show_as = {".svg": SVG, ".png": Image}.get(path.suffix.lower())
    display(show_as(filename=str(path)) if show_as else Markdown(f"`{path}`"))


def _has_display() -> bool:
    """Whether a browser with a window can open; without one, Python may start a text browser in the terminal."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME"))
