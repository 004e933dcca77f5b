"""Writes DOT's syntax: quoted strings, and HTML-like labels made of tables. Names from strange files are escaped here.

The format is described in https://graphviz.org/doc/info/lang.html and https://graphviz.org/doc/info/shapes.html#html
"""

from __future__ import annotations

import re
from typing import Dict, Union

from ...visible import one_line, visible

MEASURED_STACK = "Inter,Helvetica,Arial,sans-serif"
"""As Graphviz looks for a font to measure with; `graphviz_fonts` puts the one of other drawings into its SVG."""
MONO_STACK = "JetBrains Mono,DejaVu Sans Mono,Menlo,monospace"

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}


def escape(text: str) -> str:
    """Escape a text for an HTML-like label, on one line."""
    return re.sub("[&<>\"']", lambda match: _ENTITIES[match[0]], one_line(text))


def quote(text: str) -> str:
    r"""A quoted string. Backslashes are doubled, because ``\N`` and others would be replaced by Graphviz.

    >>> print(quote('say "x\\N"'))
    "say \"x\\N\""
    """
    safe = visible(text).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + safe.replace("&", "&amp;").replace("\n", "\\n") + '"'


def attributes(values: Dict[str, Union[str, int, float]]) -> str:
    """A list of attributes, ``[key="value" ...]``. HTML-like labels (``<...>``) are not quoted."""
    if not values:
        return ""
    shown = [f"{key}={value if isinstance(value, Html) else quote(str(value))}" for key, value in values.items()]
    return f" [{' '.join(shown)}]"


class Html(str):
    """An HTML-like label with its angle brackets. The type tells it from a text, which has to be quoted."""

    __slots__ = ()


def label(content: str) -> Html:
    """Make a label of finished markup."""
    return Html(f"<{content}>")


def font(text: str, *, size: float, colour: str = "#1f2328", mono: bool = False, bold: bool = False) -> str:
    """A text in one of the two fonts. The text is escaped here, so callers pass it as it is."""
    shown = escape(text) or "&#160;"  # a space, since Graphviz refuses an empty element
    inner = f"<B>{shown}</B>" if bold else shown
    face = f' FACE="{MONO_STACK}"' if mono else ""
    return f'<FONT{face} POINT-SIZE="{size:g}" COLOR="{colour}">{inner}</FONT>'


def table(rows: str, **more: Union[str, float]) -> str:
    """A table. Unlike Graphviz's default it has no borders and no gaps, unless `more` asks for them."""
    given = {"BORDER": 0, "CELLBORDER": 0, "CELLSPACING": 0, "CELLPADDING": 0, **more}
    shown = " ".join(f'{key}="{value}"' for key, value in given.items())
    return f"<TABLE {shown}>{rows}</TABLE>"


def row(*cells: str) -> str:
    """A row of cells."""
    return f"<TR>{''.join(cells)}</TR>"


def cell(content: str, **more: Union[str, float]) -> str:
    """A cell of a row; `more` are its attributes."""
    shown = "".join(f' {key}="{value}"' for key, value in more.items())
    return f"<TD{shown}>{content}</TD>"


def rounded(rows: str, *, fill: str, stroke: str, pad: float = 4, **more: Union[str, float]) -> str:
    """A filled table with a thin border and round corners: the body of a box, pill, card or chip."""
    return table(rows, BORDER=1, STYLE="ROUNDED", BGCOLOR=fill, COLOR=stroke, CELLPADDING=pad, **more)
