"""Writes the wires of a card as SVG paths with round corners: a path for each wire, one path for all arrow heads."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Dict, Iterator, List, Sequence, Tuple

from ...layout.flat import BORDER
from ...layout.scene.compared import SIGNS
from ...layout.sizes.extents import BADGE_HIGH, Frame
from ...layout.strips import Strip
from . import marks, rightward_marks
from .marks import coordinate, rectangle, text_mark, tooltip
from .symbols import Mark

if TYPE_CHECKING:
    from ...layout.flat import Point
    from ...layout.picture import Inside
    from .symbols import Piece

CORNER = 6.0
"""The radius of a corner, in pixels; less if the pieces beside it are short."""
ARROW = 7.0
"""The length of an arrow head."""
ARROW_HALF = 3.2
"""Half its width."""
CLASSES = {"data": "wire", "control": "control", "next": "next", "branch": "control", "gone": "gone"}
HEADS = {"next": "tip-next", "gone": "tip-gone"}


def wires(inside: "Inside", column: Strip, begin: float, *, rightward: bool = False) -> Iterator[Piece]:
    """The wires inside an open card, the lines to chips, and the labels of wires.

    A wire that ends at the card's border has no arrow head, since it goes on outside. Labels that the column does not
    show are left out; for this, `begin` is where in the drawing the inside of the card begins: the height, or in a drawing that goes
    `rightward` the distance from its left edge.
    """
    docks = rightward_marks.dock_lines if rightward else marks.docks
    heads: Dict[str, List[str]] = {}
    lines = []
    for path in inside.paths:
        points = path.points[path.shared :]  # the first part may be drawn already, by another wire from the same source
        pointed = path.wire.target.child != BORDER
        # A bundle stands for several wires, or for the skip connections of several copies, and is drawn thicker.
        kind = "bundle" if path.wire.count > 1 or path.wire.skips > 1 else CLASSES.get(path.wire.kind, "wire")
        # The line ends a pixel inside the arrow head, so that no gap shows between them.
        shorter = ARROW - 1 if pointed else 0.0
        if pointed:
            heads.setdefault(HEADS.get(kind, "tip"), []).append(_head(points))
        lines.append((kind, line_through(points, shorter), path.wire.tip))
    # The heads come after the lines, and so lie on top of them.
    for kind, shapes in heads.items():
        lines.append((kind, "".join(shapes), ""))
    joined = "".join(_square(line) for child in inside.children for line in docks(child))
    lines += [("dock", joined, "")] if joined else []
    if lines:
        yield _mark(lines)
    for path in inside.paths:
        if path.wire.kind == "gone" and len(path.points) > path.shared + 1:
            yield from _gone_badge(path.points[path.shared :])
    for label in (*inside.labels, *inside.heads):
        along = begin + (label.x if rightward else label.y)
        if column.shows(along - 1, along):
            if label.text == SIGNS["removed"]:
                continue  # the badge says it
            yield text_mark("type", label.x, label.y, label.text, "end" if label.left else "")


def _gone_badge(points: Sequence["Point"]) -> Iterator["Piece"]:
    """The sign of what only the first of two graphs has, in the middle of a wire's longest piece: beside it a minus would look like a dash."""
    one, two = max(zip(points, points[1:]), key=lambda ends: _length(*ends))
    x, y = (one[0] + two[0]) / 2, (one[1] + two[1]) / 2
    place = Frame(x - BADGE_HIGH / 2, y - BADGE_HIGH / 2, BADGE_HIGH, BADGE_HIGH)
    yield rectangle("b-removed", place, BADGE_HIGH / 2)
    yield text_mark("badge", x, y + marks.CHIP_DROP, SIGNS["removed"])


def _mark(lines: Sequence[Tuple[str, str, str]]) -> Mark:
    """Lines of (class, path data, tooltip) as one mark. In cards of the same structure, only the tooltips differ."""
    bare = "".join(f'<path class="{kind}" d="{line}"/>' for kind, line, _ in lines)
    plain = "".join(
        f'<path class="{kind}" d="{line}">{tooltip(tip)}</path>' if tip else f'<path class="{kind}" d="{line}"/>'
        for kind, line, tip in lines
    )
    return Mark(bare, "", plain)


def _square(points: "Tuple[Point, ...]") -> str:
    """The path data of a line whose pieces are level or upright."""
    (x, y), *others = points
    parts = [f"M{coordinate(x)} {coordinate(y)}"]
    for x, y in others:
        level = y == points[len(parts) - 1][1]  # the point before, as there is one part for each point so far
        parts.append(f"H{coordinate(x)}" if level else f"V{coordinate(y)}")
    return "".join(parts)


def _head(points: Sequence["Point"]) -> str:
    """The path data of an arrow head at the end of a wire, which points where the last piece of that leads.

    That is down mostly, to the right in a drawing from left to right, and to either side into a sign.
    """
    x, y = (coordinate(place) for place in points[-1])
    right, down = _direction(points)
    if right:
        return f"M{x} {y}l{coordinate(-right * ARROW)} -{ARROW_HALF}v{2 * ARROW_HALF}z"
    return f"M{x} {y}l-{ARROW_HALF} {coordinate(-down * ARROW)}h{2 * ARROW_HALF}z"


def _direction(points: Sequence["Point"]) -> "Point":
    """Where the last piece of a wire leads: (1, 0) to the right, (0, 1) down."""
    (a, b), (x, y) = next(
        ((one, two) for one, two in zip(points[-2::-1], points[:0:-1]) if one != two), ((0.0, 0.0), (0.0, 1.0))
    )
    return (math.copysign(1.0, x - a), 0.0) if abs(x - a) > abs(y - b) else (0.0, math.copysign(1.0, y - b))


def line_through(points: Sequence["Point"], shorter: float) -> str:
    """The path data of a wire, with round corners. Its end is `shorter` by so many pixels, for the arrow head."""
    start, *pieces = pieces_through(points, shorter)
    at = start[-1]
    parts = [f"M{coordinate(at[0])} {coordinate(at[1])}"]
    for piece in pieces:
        end = piece[-1]
        parts.append(
            _line(at, end) if len(piece) == 1 else f"Q{' '.join(coordinate(v) for each in piece for v in each)}"
        )
        at = end
    return "".join(parts)


def pieces_through(points: Sequence["Point"], shorter: float) -> List[Tuple["Point", ...]]:
    """A wire as its start, then its pieces: (end,) for a straight one, (corner, end) for a rounded corner.

    A corner's radius is `CORNER`, or less if half of a piece beside it is shorter. The last point is moved back by
    `shorter`.
    """
    # Points that are there twice would give corners without a direction.
    corners = [points[0]]
    for point in points[1:]:
        if point != corners[-1]:
            corners.append(point)
    if len(corners) > 1:
        (x, y), (right, down) = corners[-1], _direction(corners)
        corners[-1] = (x - right * shorter, y - down * shorter)
    pieces: List[Tuple["Point", ...]] = [(corners[0],)]
    for before, corner, after in zip(corners, corners[1:], corners[2:]):
        radius = min(CORNER, _length(before, corner) / 2, _length(corner, after) / 2)
        pieces += [(_towards(corner, before, radius),), (corner, _towards(corner, after, radius))]
    pieces.append((corners[-1],))
    return pieces


def _line(start: "Point", end: "Point") -> str:
    """The path data of a straight piece, in the shortest form."""
    x, y = coordinate(end[0]), coordinate(end[1])
    if coordinate(start[0]) == x:
        return f"V{y}"
    return f"H{x}" if coordinate(start[1]) == y else f"L{x} {y}"


def _length(a: "Point", b: "Point") -> float:
    """The length of a piece that is level or upright."""
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(start: "Point", end: "Point", distance: float) -> "Point":
    """The point at a distance from `start` on the way to `end`."""
    length = _length(start, end) or 1.0
    return (start[0] + (end[0] - start[0]) * distance / length, start[1] + (end[1] - start[1]) * distance / length)
