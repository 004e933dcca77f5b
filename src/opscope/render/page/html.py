"""Writes the interactive page: one HTML file with script, style, fonts and data inside, which loads nothing else."""

from __future__ import annotations

import base64
import hashlib
import html as escape
import zlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, NamedTuple, Optional, Tuple, Union

from ...visible import one_line
from ..font import FILES
from .counterpart_columns import EXECUTED, WRITTEN, counterparts
from .data import page_data

if TYPE_CHECKING:
    import os

    from ...cost import Memory
    from ...graph.graph import Graph
    from ...layout.overview.one_page import Overview
    from ...passes import Depth
    from .counterpart_columns import Counterpart
    from .difference_columns import ComparedGraphs

BUNDLE = Path(__file__).with_name("bundle")
"""The folder of the script and the style sheet, which `make viewer` builds from viewer/."""
FONT_IDS = ("font-regular", "font-bold", "font-mono")
"""The ids of the elements that hold the fonts, in the order of `FILES`."""

_PAGE = """\
<!DOCTYPE html>
<html lang="en" data-opscope="loading">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="opscope">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<div id="app"><p class="waiting">Reading the graph&#8230;</p></div>
<noscript><p>This page needs JavaScript to draw its graph.</p></noscript>
<script type="text/plain" id="data">{data}</script>{ran}
{fonts}
<script>{script}</script>
</body>
</html>
"""


class RanSide(NamedTuple):
    """What ran of a graph, for the page that shows both: a drawing of its own."""

    graph: "Graph"
    overview: "Optional[Overview]" = None
    memory: "Optional[Memory]" = None
    first: bool = False
    """Whether the reader sees it first, and not what was written."""


def html(
    graph: "Graph",
    *,
    depth: "Depth" = None,
    sources: "Union[bool, str, os.PathLike[str]]" = True,
    heat: Optional[str] = None,
    theme: str = "auto",
    overview: "Optional[Overview]" = None,
    memory: "Optional[Memory]" = None,
    compared: "Optional[ComparedGraphs]" = None,
    ran: Optional[RanSide] = None,
) -> str:
    """The page of a graph as HTML text, or of a difference.

    The page cannot send or load anything. Its Content-Security-Policy allows only its own script and style sheet, by
    their hashes, and images and fonts that the page itself makes.

    Args:
        graph: what to show.
        depth: how far groups are open when the page starts, as in `Graph.save`.
        sources: whether to embed the user's code around the lines that made ops; or the folder below which it may be
            read, for a graph that was not traced in this process.
        heat: the quantity that colours the page when it starts. By default it is time, if times were measured.
        theme: ``light``, ``dark``, or ``auto``: what the reader's system asks for. The reader can change it in the
            page.
        overview: what the page shows first; ``None``: the drawing.
        memory: the graph's activation memory, if it was found before.
        compared: the difference of which `graph` is both graphs as one.
        ran: what ran of it, which the page shows as well; `graph` has to know it (`Graph.executed`).
    """
    start = {"colour": heat, "theme": theme}
    script, style = _bundle("page.js"), _bundle("page.css")
    shown: Dict[str, Any] = {"depth": depth, "sources": sources, "start": start}
    written, executed = _sides(graph, ran)
    data = page_data(
        graph, overview=overview, memory=memory, compared=compared, counterpart=written, **shown,
    )  # fmt: skip
    other = (
        page_data(ran.graph, overview=ran.overview, memory=ran.memory, counterpart=executed, **shown) if ran else None
    )
    return _PAGE.format(
        policy=page_policy(script, style),
        title=escape.escape(one_line(f"{graph.name} - opscope" if graph.name else "opscope"), quote=True),
        style=style,
        script=script,
        fonts=_fonts(),
        data=_base64(data),
        ran="" if other is None else f'\n<script type="text/plain" id="data-executed">{_base64(other)}</script>',
    )


def _sides(graph: "Graph", ran: Optional[RanSide]) -> "Tuple[Optional[Counterpart], Optional[Counterpart]]":
    """What each of the two sides says of the other; nothing on a page of one."""
    if ran is None:
        return None, None
    assert graph.executed is not None
    return counterparts(graph, graph.executed, first=EXECUTED if ran.first else WRITTEN)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def page_policy(script: str, style: str) -> str:
    """The Content-Security-Policy of a page that runs this script and has this style, and asks for nothing."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'"
    )


def script_digest() -> str:
    """The SHA-256 of the page's script in base64, for a server that sends a Content-Security-Policy of its own: it has to allow that script."""
    return _hash(_bundle("page.js"))[len("sha256-") :]


def _hash(text: str) -> str:
    """The hash of a text as a Content-Security-Policy has it.

    The text must have line feeds only: a browser turns all line ends into these before it computes the hash.
    """
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


@lru_cache(maxsize=None)
def _bundle(name: str) -> str:
    """The built script or style sheet. It must not contain the end tag of the element that it is put into."""
    text = (BUNDLE / name).read_text(encoding="utf-8")
    end = "</script" if name.endswith(".js") else "</style"
    assert end not in text.lower(), f"{name} would end its own element; build it anew"
    return text


@lru_cache(maxsize=None)
def _fonts() -> str:
    """The fonts, compressed like the data, in ``script`` elements of a type that browsers do not run."""
    parts: Dict[str, str] = {}
    for name, file in zip(FONT_IDS, FILES):
        parts[name] = base64.b64encode(zlib.compress(Path(file).read_bytes(), 9)).decode("ascii")
    return "\n".join(f'<script type="text/plain" id="{name}">{text}</script>' for name, text in parts.items())
