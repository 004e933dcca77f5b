"""PNG from a drawing's SVG, with the font that ships with opscope."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree as ET

from ...errors import MissingDependencyError, RenderError
from ..font import FILES, MONO, SANS

SCALE = 2.0
"""Pixels for each unit of the drawing: sharp on today's screens and in a paper."""

MAX_PIXELS = 100_000_000
"""Beyond this the picture is made smaller; most viewers refuse more."""


def png(svg: str, *, scale: float = SCALE) -> bytes:
    """Draw SVG text as PNG, `scale` pixels for a unit, less where that would pass `MAX_PIXELS`.

    Raises:
        MissingDependencyError: resvg-py is not installed.
        RenderError: the picture could not be drawn.
    """
    try:
        import resvg_py
    except ImportError as error:
        msg = "PNG needs the package resvg-py; install it with `pip install resvg-py`, or save as .svg"
        raise MissingDependencyError(msg) from error
    width, height = size(svg)
    factor = min(scale, math.sqrt(MAX_PIXELS / (width * height)))
    sized = _resized(svg, max(1, math.floor(width * factor)), max(1, math.floor(height * factor)))
    try:
        data = resvg_py.svg_to_bytes(
            svg_string=sized, background="#ffffff", font_files=[str(file) for file in FILES], font_family=SANS,
            sans_serif_family=SANS, serif_family=SANS, monospace_family=MONO,
        )  # fmt: skip
    except Exception as error:  # whatever Rust gives the library
        msg = f"the picture of {width:g} x {height:g} could not be drawn as PNG ({error}); open fewer groups"
        raise RenderError(msg) from error
    return bytes(data)


def size(svg: str) -> "tuple[float, float]":
    """Width and height of SVG text in its own units (pixels; Graphviz's points count as such)."""
    root = ET.fromstring(svg)  # noqa: S314  (SVG that Graphviz or opscope wrote)
    box = root.get("viewBox", "0 0 1 1").replace(",", " ").split()
    return max(float(box[2]), 1.0), max(float(box[3]), 1.0)


def _resized(svg: str, width: int, height: int) -> str:
    """The same drawing with its root's size in pixels: the library's own options differ from version to version."""
    start = svg.index("<svg")
    end = svg.index(">", start)
    root = re.sub(r"""\s(?:width|height)=(?:"[^"]*"|'[^']*')""", "", svg[start:end])
    return f'{svg[:start]}{root} width="{width}" height="{height}"{svg[end:]}'
