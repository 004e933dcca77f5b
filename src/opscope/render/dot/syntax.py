"""DOT's syntax: quoting, and HTML-like labels built from tables. Nothing that a name contains gets out of its quotes.

Format: https://graphviz.org/doc/info/lang.html and https://graphviz.org/doc/info/shapes.html#html
"""

from __future__ import annotations

import re
from typing import Dict, Union

from ...visible import one_line, visible

SANS_STACK = "Inter,Helvetica,Arial,sans-serif"
MONO_STACK = "JetBrains Mono,DejaVu Sans Mono,Menlo,monospace"

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}


def escape(text: str) -> str:
    """One line of text for an HTML-like label."""
    return re.sub("[&<>\"']", lambda match: _ENTITIES[match[0]], one_line(text))


def quote(text: str) -> str:
    r"""A quoted string in which Graphviz finds no escape of its own.

    >>> print(quote('say "x\\N"'))
    "say \"x\\N\""
    """
    safe = visible(text).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + safe.replace("&", "&amp;").replace("\n", "\\n") + '"'


def attributes(values: Dict[str, Union[str, int, float]]) -> str:
    """``[key="value" ...]``; a value that is an HTML-like label (``<...>``) stays as it is."""
    if not values:
        return ""
    shown = [f"{key}={value if isinstance(value, Html) else quote(str(value))}" for key, value in values.items()]
    return f" [{' '.join(shown)}]"


class Html(str):
    """An HTML-like label, its angle brackets included."""

    __slots__ = ()


def label(content: str) -> Html:
    """Mark finished markup as a label."""
    return Html(f"<{content}>")


def font(text: str, *, size: float, colour: str = "#1f2328", mono: bool = False, bold: bool = False) -> str:
    """Text in one of the two fonts; the text is escaped here and nowhere else."""
    shown = escape(text) or "&#160;"  # Graphviz refuses an element without content
    inner = f"<B>{shown}</B>" if bold else shown
    face = f' FACE="{MONO_STACK}"' if mono else ""
    return f'<FONT{face} POINT-SIZE="{size:g}" COLOR="{colour}">{inner}</FONT>'


def table(rows: str, **more: Union[str, float]) -> str:
    """A table without borders or gaps but for those asked for."""
    given = {"BORDER": 0, "CELLBORDER": 0, "CELLSPACING": 0, "CELLPADDING": 0, **more}
    shown = " ".join(f'{key}="{value}"' for key, value in given.items())
    return f"<TABLE {shown}>{rows}</TABLE>"


def row(*cells: str) -> str:
    """A row of cells."""
    return f"<TR>{''.join(cells)}</TR>"


def cell(content: str, **more: Union[str, float]) -> str:
    """A cell; `more` are its attributes."""
    shown = "".join(f' {key}="{value}"' for key, value in more.items())
    return f"<TD{shown}>{content}</TD>"


def rounded(rows: str, *, fill: str, stroke: str, pad: float = 4, **more: Union[str, float]) -> str:
    """A rounded, filled table with a thin border."""
    return table(rows, BORDER=1, STYLE="ROUNDED", BGCOLOR=fill, COLOR=stroke, CELLPADDING=pad, **more)
