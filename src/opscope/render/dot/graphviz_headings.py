"""Moves the headings of cards above the wires in an SVG that Graphviz wrote.

dot ignores the labels of clusters when it lays out wires, so wires would run across these words.
"""

from __future__ import annotations

import re
from html import unescape
from typing import List

from ...layout.sizes.text_width import Font, width

PAD = 2.0
"""How far the ground of a heading reaches beyond its words, in points."""
_CLUSTER = re.compile(
    r'<g id="[^"]*" class="cluster">.*?(?=<g id="[^"]*" class="(?:cluster|node|edge)">|</g>\s*</svg>)', re.DOTALL
)
_TEXT = re.compile(r"<text\b([^>]*)>([^<]*)</text>\n?")
_GROUND = re.compile(r'<(?:path|polygon) fill="(#\w{6})"')
_END = re.compile(r"</g>\s*</svg>\s*$")


def headings_on_top(svg: str) -> str:
    """The SVG with the texts of all clusters moved to the end, so that they are drawn last, above the wires.

    Each text gets a rectangle in the colour of its cluster behind it, which hides the wires there.
    """
    moved: List[str] = []

    def without(match: "re.Match[str]") -> str:
        ground = _GROUND.search(match[0])
        fill = ground[1] if ground else "#ffffff"
        for found in _TEXT.finditer(match[0]):
            moved.append(_ground(found[1], unescape(found[2]), fill) + found[0].rstrip())
        return _TEXT.sub("", match[0])

    body = _CLUSTER.sub(without, svg)
    end = _END.search(body)
    if not moved or end is None:
        return svg
    return f'{body[: end.start()]}<g class="headings">\n' + "\n".join(moved) + f"\n</g>\n{body[end.start() :]}"


def _ground(attributes: str, words: str, fill: str) -> str:
    """The rectangle behind a text; nothing if the text is blank."""
    values = dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
    blank = len(words) - len(words.lstrip())
    said = words.strip()
    # Without these attributes it is not known where the text stands.
    if not said or not {"x", "y", "font-size"} <= set(values):
        return ""
    size = float(values["font-size"])
    face = "mono" if "Mono" in values.get("font-family", "") else "bold" if "font-weight" in values else "regular"
    wide, left = width(said, Font(face, size)), width(words[:blank], Font(face, size))
    # Blanks at the beginning take room but need no ground.
    x = float(values["x"]) + left
    if values.get("text-anchor") == "end":
        x -= wide
    elif values.get("text-anchor") == "middle":
        x -= wide / 2
    y = float(values["y"]) - 0.85 * size  # from above the letters (y is the base line) to 0.3 of the size below it
    return (
        f'<rect x="{x - PAD:.2f}" y="{y:.2f}" width="{wide + 2 * PAD:.2f}" height="{1.15 * size:.2f}" fill="{fill}" '
        f'stroke="none"/>'
    )
