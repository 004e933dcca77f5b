"""How wide a text is, in pixels, by the metrics of the fonts that ship with opscope. No font library is needed."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Dict, List, NamedTuple, Tuple

_METRICS = Path(__file__).with_name("font_metrics.json")


class Font(NamedTuple):
    """One text style of drawings: the name of its face in font_metrics.json (``bold``), and its size in pixels."""

    face: str
    size: float


class _Face(NamedTuple):
    """Advance widths in thousandths of the font's size: of each character, and of one that the font lacks."""

    missing: int
    advance: Dict[str, int]


@lru_cache(maxsize=1)
def _faces() -> Dict[str, _Face]:
    """Name of each face -> its metrics. The file stores runs of consecutive characters: the first, and all widths."""
    faces = {}
    for name, face in json.loads(_METRICS.read_text(encoding="utf-8")).items():
        advance = {chr(start + index): width for start, widths in face["runs"] for index, width in enumerate(widths)}
        faces[name] = _Face(face["missing"], advance)
    return faces


@lru_cache(maxsize=65536)
def width(text: str, font: Tuple[str, float]) -> float:
    """The width of one line of text in pixels, rounded to a tenth.

    >>> width("", Font("regular", 12.0))
    0.0
    """
    face = _faces()[font[0]]
    total = sum(face.advance.get(character, face.missing) for character in text)
    return round(total * font[1] / 1000, 1)


def in_lines(text: str, font: Tuple[str, float], room: float, space: str = " ") -> List[str]:
    """A text in lines of at most `room` pixels, broken only at `space`; a piece that is too long has a line of its own."""
    lines: List[str] = []
    for piece in text.split(space):
        longer = f"{lines[-1]}{space}{piece}" if lines else piece
        if lines and width(longer, font) <= room:
            lines[-1] = longer
        else:
            lines.append(piece)
    return lines
