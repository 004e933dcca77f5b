"""Gives an SVG that Graphviz wrote the fonts of opscope's other drawings, also where these are not installed."""

from __future__ import annotations

import re

from ..svg.style import NARROWED, SANS_STACK
from .syntax import MEASURED_STACK


def with_fonts(svg: str) -> str:
    """The SVG with a style sheet that makes a wider font as narrow as the one in which Graphviz measured, where a browser has to take it.

    >>> with_fonts('<svg width="8pt"><text font-family="Inter,Helvetica,Arial,sans-serif">a</text></svg>').count("opscope narrowed")
    3
    """
    styled = re.sub(r"<svg\b[^>]*>", lambda match: f"{match[0]}\n<style>{NARROWED}</style>", svg, count=1)
    return styled.replace(f'font-family="{MEASURED_STACK}"', f'font-family="{SANS_STACK}"')
