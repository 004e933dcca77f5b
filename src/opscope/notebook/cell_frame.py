"""The HTML that holds a page in a notebook's cell."""

from __future__ import annotations

from html import escape

FRAME_HEIGHT = 640
"""Height in pixels of a page in a notebook cell. So a whole cell still fits on the screen of a laptop."""


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
