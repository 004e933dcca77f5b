"""Ink: crossings, wire length and area of opscope's layout beside `dot` with clusters, on the same scenes."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Iterator, List, Optional, Tuple

from opscope.errors import OpscopeError
from opscope.layout.engine import draw
from opscope.layout.picture import Drawing
from opscope.layout.scene.bundling import bundle
from opscope.layout.scene.compose import compose
from opscope.load import load
from opscope.passes import for_drawing
from opscope.render.dot.drawing import scene_to_dot

SHARED = Path(__file__).resolve().parents[2] / "shared"
MOST_OPS = 2000
LIMIT = 60.0

Point = Tuple[float, float]
Lines = List[List[Point]]
Ink = Tuple[int, float, float]


def crossings(lines: Lines) -> int:
    """How many pairs of pieces of different wires cross properly."""
    pieces = sorted(
        (min(a[0], b[0]), max(a[0], b[0]), a, b, wire)
        for wire, points in enumerate(lines)
        for a, b in zip(points, points[1:])
        if a != b
    )
    count = 0
    for index, (_, right, a, b, wire) in enumerate(pieces):
        for left, _, c, d, other in pieces[index + 1 :]:
            if left > right:
                break
            if other != wire and cross(a, b, c, d):
                count += 1
    return count


def cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two pieces cross inside both."""
    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


def side(a: Point, b: Point, c: Point) -> float:
    """On which side of a line a point lies."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def ink(lines: Lines, width: float, height: float) -> Ink:
    """Crossings, length in thousand pixels, area in million square pixels."""
    length = sum(math.dist(a, b) for points in lines for a, b in zip(points, points[1:]))
    return crossings(lines), length / 1e3, width * height / 1e6


def ours(drawing: Drawing) -> Ink:
    """The ink of our drawing; what two wires of one trunk share counts once."""
    lines: Lines = []
    waiting = [(drawing.root, drawing.root.body.x, drawing.root.body.y)]
    while waiting:
        drawn, x, y = waiting.pop()
        if drawn.inside is not None:
            left, top = x + drawn.inside.x, y + drawn.inside.y
            lines.extend(
                [(px + left, py + top) for px, py in path.points[path.shared :]] for path in drawn.inside.paths
            )
            waiting.extend((child, left + child.body.x, top + child.body.y) for child in drawn.inside.children)
    return ink(lines, drawing.root.body.width, drawing.root.body.height)


def theirs(dot: str) -> Optional[Ink]:
    """The ink of Graphviz's drawing in pixels, 96 an inch; ``None`` when it takes too long."""
    program = shutil.which("dot")
    if program is None:
        return None
    try:
        done = subprocess.run([program, "-Tjson"], input=dot, capture_output=True, text=True, timeout=LIMIT, check=True)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return None
    drawn = json.loads(done.stdout)
    _, _, width, height = (float(value) * 4 / 3 for value in drawn["bb"].split(","))
    return ink([list(_spline(edge["pos"])) for edge in drawn.get("edges", ()) if "pos" in edge], width, height)


def _spline(pos: str) -> Iterator[Point]:
    """Points on a Graphviz spline, eight for each Bezier piece, in pixels."""
    points = [
        (float(x) * 4 / 3, float(y) * 4 / 3)
        for x, y in (part.split(",")[-2:] for part in pos.split() if not part.startswith(("e,", "s,")))
    ]
    yield points[0]
    for index in range(0, len(points) - 3, 3):
        a, b, c, d = points[index : index + 4]
        for step in range(1, 9):
            t = step / 8
            s = 1 - t
            yield tuple(  # type: ignore[misc]
                s**3 * p + 3 * s * s * t * q + 3 * s * t * t * r + t**3 * u for p, q, r, u in zip(a, b, c, d)
            )


def main() -> None:
    """Print the table."""
    files = [SHARED / "graphs" / "resnet50_fwd.pb", SHARED / "wild" / "frozen" / "lstm.pb"]
    files += sorted(path for path in (SHARED / "wild").iterdir() if (path / "saved_model.pb").exists())
    print("| graph | ops | | seconds | crossings | wire length, 1000 px | area, Mpx |\n|---|---|---|---|---|---|---|")
    for file in files:
        try:
            graph = load(file)
        except OpscopeError as error:
            print(f"{file.name}: {error}", file=sys.stderr)
            continue
        if len(graph) > MOST_OPS:
            continue
        scene = bundle(compose(for_drawing(graph, "all", unfold=True)))
        start = time.perf_counter()
        own = ours(draw(scene))
        middle = time.perf_counter()
        other = theirs(scene_to_dot(scene))
        end = time.perf_counter()
        print(f"| `{file.name}` | {len(graph):,} | opscope | {middle - start:.2f} | {_row(own)} |")
        print(f"| | | dot | {end - middle:.2f} | {_row(other) if other else f'none in {LIMIT:.0f} s | |'} |")


def _row(found: Ink) -> str:
    return f"{found[0]} | {found[1]:.1f} | {found[2]:.2f}"


if __name__ == "__main__":
    main()
