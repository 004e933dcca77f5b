"""The HTML of a notebook's cell: a page in a frame, or the picture of a graph that is too large for that.

What front ends do with it is in docs/notebooks.md.
"""

from __future__ import annotations

import base64
import re
from html import escape

FRAME_HEIGHT = 640
"""Height in pixels of a page in a notebook cell. So a whole cell still fits on the screen of a laptop."""
_WITHOUT_FRAME = (
    "The interactive page is not shown here: this notebook is not trusted, or is shown where nothing runs. In Jupyter, trust the "
    "notebook, or run the cell again."
)
"""What stands behind a frame, and is seen where a front end takes the frame away."""
_LONGEST_NAME = 60
"""So many letters of a graph's name are the name of its file."""


def frame(page: str, *, picture: str = "", of: str = "") -> str:
    """The HTML that shows a page in a notebook cell, in a frame (``iframe``) of its own.

    The frame keeps the styles and scripts of page and notebook apart, also if a notebook has several pages. The page is
    inside the ``srcdoc`` attribute, so it needs no server, no file beside the notebook and no extension.

    Behind the frame, which covers it, is what a front end shows that takes frames away: a sentence, and the picture.

    Args:
        page: the page as HTML text.
        picture: the same as SVG text, if there is one.
        of: what is shown, for the picture's description.
    """
    inside = escape(page, quote=True)
    behind = f"{_WITHOUT_FRAME} This is its picture:" if picture else _WITHOUT_FRAME
    # Sanitizers take styles away as well; the frame then stands below the picture, as large as its attributes say.
    return (
        f'<div style="position: relative; min-height: {FRAME_HEIGHT}px"><p style="margin: 12px">{behind}</p>{_image(picture, of) if picture else ""}'
        f'<iframe srcdoc="{inside}" sandbox="allow-scripts allow-downloads" title="opscope" width="100%" height="{FRAME_HEIGHT}" '
        f'style="position: absolute; left: 0; top: 0; box-sizing: border-box; width: 100%; height: {FRAME_HEIGHT}px; '
        f'background: canvas; border: 1px solid #d0d7de; border-radius: 6px"></iframe></div>'
    )


def overview_only(picture: str, words: str, *, of: str) -> str:
    """The HTML that shows a picture alone, below a sentence (HTML) that says why.

    >>> print(overview_only("<svg/>", "All of it: <code>graph.show()</code>", of="net"))
    <div><p>All of it: <code>graph.show()</code></p><img alt="net" src="data:image/svg+xml;base64,PHN2Zy8+" style="max-width: 100%; max-height: 500px"></div>
    """
    return f"<div><p>{words}</p>{_image(picture, of)}</div>"


def page_link(page: str, name: str) -> str:
    """The HTML of a link that saves a page as a file: the link holds the page, so it leads somewhere wherever the notebook is opened.

    >>> page_link("<p>", "a net")
    '<a download="a_net.html" href="data:text/html;charset=utf-8;base64,PHA+">The interactive page with every op (0.1 MB)</a>'
    """
    held = page.encode("utf-8")
    file = re.sub(r"[^\w.-]+", "_", name)[:_LONGEST_NAME].strip("._") or "graph"
    size = f"{max(0.1, len(held) / 1e6):.1f} MB"
    data = base64.b64encode(held).decode("ascii")
    return f'<a download="{file}.html" href="data:text/html;charset=utf-8;base64,{data}">The interactive page with every op ({size})</a>'


def _image(picture: str, of: str) -> str:
    """A picture that scripts of the notebook do not reach, and that sanitizers leave: an image, not elements."""
    data = base64.b64encode(picture.encode("utf-8")).decode("ascii")
    size = f"max-width: 100%; max-height: {FRAME_HEIGHT - 140}px"
    return f'<img alt="{escape(of, quote=True)}" src="data:image/svg+xml;base64,{data}" style="{size}">'
