"""``.svg``: the drawing as SVG."""

from __future__ import annotations

from ..drawn import SVG_OPTIONS, svg_text
from ..registry import Output

OUTPUT = Output(".svg", "drawing", False, svg_text, honours=SVG_OPTIONS, place=2)
