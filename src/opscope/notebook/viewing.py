"""Shows a graph to a person: inline if a notebook runs the code, else in the browser."""

from __future__ import annotations

import os
import sys
import tempfile
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Callable

from ..render.heeded import require_heeded
from ..render.options import Options
from ..render.save import save_one
from ..render.told_difference.difference_files import save_difference
from .cell_frame import frame

if TYPE_CHECKING:
    from ..diff.difference import Difference
    from ..graph.graph import Graph


def in_notebook() -> bool:
    """Whether the code runs in a notebook that shows pictures (Jupyter, Colab, VS Code).

    IPython in a terminal also has `get_ipython`, but its shell has no `kernel`.
    """
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module is not None else None
    return shell is not None and hasattr(shell, "kernel")


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
