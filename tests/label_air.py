"""Measures in a written drawing how much air its small grey texts have: the labels of wires, and the notes beside rows.

It reads nothing but the SVG. What is near a text is told by the ink of its letters and of the lines around it, as a reader sees both.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Iterator, List, Tuple

from opscope.render.svg.elements import ShapeElement, Text, svg_elements

LABEL_SIZE = 10.5
"""The font size of the labels of wires, in an overview the smallest but for that in small drawings."""
WIDE = 0.6
"""How wide each letter of the font (JetBrains Mono) is, in ems."""
TALL = 0.84
"""How far parentheses reach above the base line, in ems; nothing that labels say reaches higher."""
DEEP = (("gjpqy,", 0.18), ("()/_", 0.12), ("", 0.01))
"""How far letters reach below it, those that reach deepest first."""


@dataclass(frozen=True)
class Ink:
    """A rectangle that is not white: of a text, or of one side of a box."""

    left: float
    top: float
    right: float
    bottom: float

    def away(self, other: Ink) -> float:
        """How much white is between the two; negative where they overlap."""
        across = max(other.left - self.right, self.left - other.right)
        down = max(other.top - self.bottom, self.top - other.bottom)
        return math.hypot(across, down) if across > 0 and down > 0 else max(across, down)


@dataclass(frozen=True)
class Box:
    """A box or the frame of a card, as it is drawn."""

    place: Ink
    line: float
    filled: bool

    def sides(self) -> Iterator[Ink]:
        """Its four sides, as wide as they are drawn."""
        half, (left, top, right, bottom) = (
            self.line / 2,
            (self.place.left, self.place.top, self.place.right, self.place.bottom),
        )
        for y in (top, bottom):
            yield Ink(left - half, y - half, right + half, y + half)
        for x in (left, right):
            yield Ink(x - half, top - half, x + half, bottom + half)

    def covers(self, x: float, y: float) -> bool:
        """Whether what was drawn before is not seen at a point."""
        place = self.place
        return self.filled and place.left <= x <= place.right and place.top <= y <= place.bottom


def air(svg: str) -> List[Tuple[float, str]]:
    """Each small text of a drawing, with how far the nearest side of a box or card is from its ink, in units of the document: those with the least first."""
    boxes, texts = _read(svg)
    return sorted((min((_away(text, boxes)), default=math.inf), said) for said, text in texts)


def _read(svg: str) -> Tuple[List[Box], List[Tuple[str, Ink]]]:
    """The boxes in the order in which they are drawn, and the small texts."""
    boxes: List[Box] = []
    texts: List[Tuple[str, Ink]] = []
    for each in svg_elements(svg):
        if each.window is None:  # what stands around the drawing
            continue
        if isinstance(each, ShapeElement) and each.tag == "rect":
            boxes.append(_box(each))
        elif isinstance(each, Text) and _is_small(each):
            said = "".join(run for run, _ in each.runs)
            texts.append((said, _ink(each, said)))
    return boxes, texts


def _is_small(text: Text) -> bool:
    (_, style), *_ = text.runs
    return style.get("font-size") == f"{LABEL_SIZE}px" and text.anchor != "middle"


def _ink(text: Text, said: str) -> Ink:
    scale = text.matrix.scale
    x, y = text.matrix.at(text.x, text.y)
    size, wide = LABEL_SIZE * scale, LABEL_SIZE * scale * WIDE * len(said)
    left = x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[text.anchor]
    deep = next(deep for letters, deep in DEEP if not letters or set(said).intersection(letters))
    return Ink(left, y - TALL * size, left + wide, y + deep * size)


def _box(shape: ShapeElement) -> Box:
    scale, found = shape.matrix.scale, shape.attributes
    x, y = shape.matrix.at(float(found.get("x", 0)), float(found.get("y", 0)))
    place = Ink(x, y, x + float(found["width"]) * scale, y + float(found["height"]) * scale)
    line = 0.0 if found.get("stroke", "none") == "none" else float(found.get("stroke-width", "1").rstrip("px")) * scale
    return Box(place, line, found.get("fill", "black") != "none")


def _away(text: Ink, boxes: List[Box]) -> Iterator[float]:
    """How far each side of a box that is seen is from a text."""
    for place, box in enumerate(boxes):
        if not box.line:
            continue
        for side in box.sides():
            x = _nearest(side.left, side.right, (text.left + text.right) / 2)
            y = _nearest(side.top, side.bottom, (text.top + text.bottom) / 2)
            if not any(later.covers(x, y) for later in boxes[place + 1 :] if later.place != box.place):
                yield text.away(side)


def _nearest(low: float, high: float, wanted: float) -> float:
    return min(max(low, wanted), high)


def struck(svg: str) -> List[str]:
    """The small texts through which a wire runs."""
    lines = [line for each in svg_elements(svg) if isinstance(each, ShapeElement) for line in _pieces(each)]
    return [said for said, text in _read(svg)[1] if any(text.away(line) < 0 for line in lines)]


def _pieces(shape: ShapeElement) -> Iterator[Ink]:
    """The straight pieces of a wire, as wide as they are drawn."""
    if shape.tag != "path" or shape.window is None or shape.attributes.get("stroke", "none") == "none":
        return
    half = float(shape.attributes.get("stroke-width", "1").rstrip("px")) * shape.matrix.scale / 2
    here = (0.0, 0.0)
    for letter, numbers in re.findall(r"([A-Za-z])([^A-Za-z]*)", shape.attributes["d"]):
        values = [float(value) for value in re.findall(r"-?[\d.]+", numbers)]
        x, y = here
        if letter in "MLQ":
            x, y = values[-2:]
        elif letter in "Hh":
            x = values[0] + (x if letter == "h" else 0.0)
        elif letter in "Vv":
            y = values[0] + (y if letter == "v" else 0.0)
        if letter in "LHVhv":
            (a, b), (c, d) = shape.matrix.at(*here), shape.matrix.at(x, y)
            yield Ink(min(a, c) - half, min(b, d) - half, max(a, c) + half, max(b, d) + half)
        here = (x, y)
