"""Makes PNG from a drawing's SVG, with the fonts that ship with opscope."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree as ET

from ...errors import MissingDependencyError, RenderError
from ..font import FILES, MONO, SANS

SCALE = 2.0
"""Pixels for each unit of the drawing. With 2, text is sharp on today's screens and in a printed paper."""

MAX_PIXELS = 100_000_000
"""A picture with more pixels is made smaller.

So many take 400 MB while they are drawn, and viewers begin to refuse such a picture: Pillow warns from 89 million on.
"""


def png(svg: str, *, scale: float = SCALE) -> bytes:
    """Draw SVG text as PNG, with `scale` pixels for a unit, or with fewer if there would be more than `MAX_PIXELS`.

    Raises:
        MissingDependencyError: resvg-py is not installed.
        RenderError: the picture could not be drawn.
    """
    try:
        import resvg_py
    except ImportError as error:
        msg = "PNG needs resvg-py, which is not installed: pip install resvg-py, or save as .svg"
        raise MissingDependencyError(msg) from error
    width, height = size(svg)
    factor = min(scale, math.sqrt(MAX_PIXELS / (width * height)))
    # Rounded down, so that the limit holds; but at least one pixel.
    sized = _resized(svg, max(1, math.floor(width * factor)), max(1, math.floor(height * factor)))
    try:
        data = resvg_py.svg_to_bytes(
            svg_string=sized, background="#ffffff", font_files=[str(file) for file in FILES], font_family=SANS,
            sans_serif_family=SANS, serif_family=SANS, monospace_family=MONO,
        )  # fmt: skip
    except Exception as error:  # the library passes on errors of Rust, which have no common Python class
        msg = f"the picture of {width:g} x {height:g} could not be drawn as PNG ({error}); open fewer groups"
        raise RenderError(msg) from error
    return bytes(data)


def size(svg: str) -> "tuple[float, float]":
    """The width and height of a drawing in its own units: pixels, or points if Graphviz drew it."""
    root = ET.fromstring(svg)  # noqa: S314  (SVG that Graphviz or opscope wrote)
    box = root.get("viewBox", "0 0 1 1").replace(",", " ").split()
    return max(float(box[2]), 1.0), max(float(box[3]), 1.0)


def _resized(svg: str, width: int, height: int) -> str:
    """The same drawing with the wanted size in pixels on its root element.

    resvg-py has options for the size too, but they differ from version to version.
    """
    start = svg.index("<svg")
    end = svg.index(">", start)
    root = re.sub(r"""\s(?:width|height)=(?:"[^"]*"|'[^']*')""", "", svg[start:end])
    return f'{svg[:start]}{root} width="{width}" height="{height}"{svg[end:]}'
