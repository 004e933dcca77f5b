"""``.svg``: the drawing."""

from __future__ import annotations

from ..drawn import DRAWING, svg
from ..registry import Output

OUTPUT = Output(".svg", "drawing", False, svg, honours=DRAWING, place=2)
