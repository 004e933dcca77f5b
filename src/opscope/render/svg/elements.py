"""Reads SVG into its shapes and texts in drawing order, with all styles and transforms resolved. PDF is made of these.

This is not a reader for any SVG, but for what Graphviz and opscope write: groups, links, basic shapes, paths, texts,
``use``, presentation attributes, ``style`` attributes, and style sheets with plain selectors (``text``, ``.card``,
``rect.card``). Rules inside ``@media`` are left out, because paper has no dark mode. An inner ``svg`` is a window that
shows its content at scale 1, as opscope writes it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple, Union
from xml.etree import ElementTree as ET

SHAPES = frozenset({"path", "rect", "polygon", "polyline", "line", "ellipse", "circle"})
INHERITED = frozenset(
    {
        "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "fill-opacity",
        "stroke-opacity", "font-family", "font-size", "font-weight", "text-anchor", "dominant-baseline", "fill-rule",
    }
)  # fmt: skip
"""The properties that an element passes on to those inside it."""
SILENT = frozenset({"title", "desc", "style", "defs", "metadata", "script", "symbol", "marker", "clipPath"})
"""Elements that draw nothing where they stand. (What ``defs`` holds is drawn by a ``use``.)"""

Style = Dict[str, str]
"""Name of a property -> its value."""


class Matrix(NamedTuple):
    """An affine transform: (x, y) -> (a x + c y + e, b x + d y + f)."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def then(self, inner: "Matrix") -> "Matrix":
        """The transform that applies `inner` first and then this one: for an element inside a transformed group."""
        return Matrix(
            self.a * inner.a + self.c * inner.b,
            self.b * inner.a + self.d * inner.b,
            self.a * inner.c + self.c * inner.d,
            self.b * inner.c + self.d * inner.d,
            self.a * inner.e + self.c * inner.f + self.e,
            self.b * inner.e + self.d * inner.f + self.f,
        )

    def at(self, x: float, y: float) -> Tuple[float, float]:
        """Where a point is moved to."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    @property
    def scale(self) -> float:
        """By how much lengths grow (the root of the area's growth)."""
        return math.sqrt(abs(self.a * self.d - self.b * self.c))


class Window(NamedTuple):
    """The rectangle of the drawing in which the content of an inner ``svg`` is visible."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class ShapeElement:
    """A shape: its SVG tag, its geometry and paint as attributes, its transform, and the window that shows it."""

    tag: str
    attributes: Mapping[str, str]
    matrix: Matrix
    window: Optional[Window] = None


@dataclass(frozen=True)
class Text:
    """A line of text."""

    x: float
    y: float
    runs: Tuple[Tuple[str, Mapping[str, str]], ...]
    """The pieces of the line, each with its style."""
    anchor: str
    """Which point of the line is at x: its ``start``, ``middle`` or ``end``."""
    matrix: Matrix
    window: Optional[Window] = None


def svg_elements(svg: str) -> Iterator[Union[ShapeElement, Text]]:
    """The shapes and texts of a drawing; what lies further back comes first."""
    root = ET.fromstring(svg)  # noqa: S314  (SVG that Graphviz or opscope wrote)
    rules = _rules("".join(node.text or "" for node in root.iter() if _tag(node) == "style"))
    named = {f"#{node.get('id')}": node for node in root.iter() if node.get("id")}
    yield from _walk(root, {}, Matrix(), rules, named)


def _walk(
    node: ET.Element,
    inherited: Mapping[str, str],
    matrix: Matrix,
    rules: Mapping[str, Style],
    named: Mapping[str, ET.Element],
    window: Optional[Window] = None,
) -> Iterator[Union[ShapeElement, Text]]:
    """The shapes and texts of one element; `named` maps ``#id`` to the element."""
    tag = _tag(node)
    if tag in SILENT:
        return
    style = _style(node, tag, inherited, rules)
    if style.get("display") == "none" or style.get("visibility") == "hidden":
        return
    matrix = matrix.then(transform(node.get("transform", "")))
    if tag in SHAPES:
        yield ShapeElement(tag, {**_geometry(node), **_paint(style)}, matrix, window)
    elif tag == "text":
        yield from (replace(text, window=window) for text in _texts(node, style, matrix, rules))
    else:
        passed = {name: value for name, value in style.items() if name in INHERITED}
        inner, inside = named, list(node)
        if tag == "svg" and node.get("x") is not None:
            x, y = _number(node.get("x")), _number(node.get("y"))
            left, top, wide, high = (float(value) for value in node.get("viewBox", "0 0 0 0").split())
            window = Window(*matrix.at(x, y), wide, high)
            matrix = matrix.then(Matrix(e=x - left, f=y - top))
        if tag == "use":
            # It stands for the element that it names. In there a further ``use`` names nothing (`inner` is empty), so
            # that references cannot run in a circle.
            matrix = matrix.then(Matrix(e=_number(node.get("x")), f=_number(node.get("y"))))
            inner, inside = {}, [each for each in [named.get(node.get("href", ""))] if each is not None]
        for child in inside:
            yield from _walk(child, passed, matrix, rules, inner, window)


def _tag(node: ET.Element) -> str:
    """The tag of an element without its XML namespace."""
    return str(node.tag).rpartition("}")[2]


def _style(node: ET.Element, tag: str, inherited: Mapping[str, str], rules: Mapping[str, Style]) -> Style:
    """The properties of an element, from the weakest source to the strongest.

    These are: what it inherits, its presentation attributes, the style sheet, its ``style`` attribute.
    """
    style = {**inherited, **{name: value for name, value in node.attrib.items() if "}" not in name}}
    style.pop("class", None)
    # In CSS a selector with tag and class is stronger than one with a class, and that is stronger than a tag.
    names = node.get("class", "").split()
    for selector in (tag, *(f".{name}" for name in names), *(f"{tag}.{name}" for name in names)):
        style.update(rules.get(selector, {}))
    style.update(_declarations(node.get("style", "")))
    return style


def _declarations(text: str) -> Style:
    """``fill:red;stroke:none`` as a dict."""
    pairs = (part.split(":", 1) for part in text.split(";") if ":" in part)
    return {name.strip(): value.strip() for name, value in pairs}


def _rules(sheet: str) -> Dict[str, Style]:
    """Selector -> properties, without comments and @-rules."""
    plain = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    # Rules that begin with @, together with the rules inside their braces.
    plain = re.sub(r"@[\w-]+[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", plain)
    rules: Dict[str, Style] = {}
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", plain):
        for selector in selectors.split(","):
            rules.setdefault(selector.strip(), {}).update(_declarations(body))
    return rules


_GEOMETRY = (
    "d", "points", "x", "y", "width", "height", "rx", "ry", "cx", "cy", "r", "x1", "y1", "x2", "y2",
)  # fmt: skip


def _geometry(node: ET.Element) -> Style:
    """The attributes that say where a shape is and how large."""
    return {name: node.attrib[name] for name in _GEOMETRY if name in node.attrib}


def _paint(style: Style) -> Style:
    """The properties that say how a shape is painted. The colour ``transparent`` becomes ``none``."""
    names = [
        name for name in (*sorted(INHERITED), "opacity") if name in style and not name.startswith(("font", "text"))
    ]
    paint = {name: style[name] for name in names if name != "dominant-baseline"}
    return {name: "none" if value == "transparent" else value for name, value in paint.items()}


def _texts(node: ET.Element, style: Style, matrix: Matrix, rules: Mapping[str, Style]) -> Iterator[Text]:
    """The lines of a ``text`` element: a ``tspan`` with a position of its own begins a new line."""
    x, y = _number(node.get("x")), _number(node.get("y"))
    runs: List[Tuple[str, Mapping[str, str]]] = [(node.text or "", style)]
    for span in node:
        own = _style(span, "tspan", style, rules)
        if "x" in span.attrib or "y" in span.attrib or "dy" in span.attrib:
            yield from _line(x, y, runs, style, matrix)
            # A coordinate that the span does not give stays as it is.
            x, runs = _number(span.get("x"), x), []
            y = _number(span.get("y"), y) + _number(span.get("dy"))
        # The tail is the text after the span, which belongs to the element around it.
        runs += [("".join(span.itertext()), own), (span.tail or "", style)]
    yield from _line(x, y, runs, style, matrix)


def _line(
    x: float, y: float, runs: List[Tuple[str, Mapping[str, str]]], style: Style, matrix: Matrix
) -> Iterator[Text]:
    """The runs as a line of text; nothing if they are blank."""
    said = tuple((text, own) for text, own in runs if text)
    if any(text.strip() for text, _ in said):
        middle = style.get("dominant-baseline") in ("middle", "central")
        # If the middle of the letters is at y, the base line is lower: by half the height of a capital in Inter, 0.73
        # em.
        lowered = y + (0.36 * _number(style.get("font-size"), 16.0) if middle else 0.0)
        yield Text(x, lowered, said, style.get("text-anchor", "start"), matrix)


def _number(text: "Union[str, None]", default: float = 0.0) -> float:
    """The number at the beginning of a length such as ``12px``."""
    found = re.match(r"\s*(-?[\d.]+(?:[eE][-+]?\d+)?)", text or "")
    return float(found[1]) if found else default


def transform(text: str) -> Matrix:
    """The matrix of an SVG ``transform`` attribute.

    >>> transform("translate(4 20) scale(2)").at(1, 1)
    (6.0, 22.0)
    """
    matrix = Matrix()
    for name, inside in re.findall(r"(\w+)\s*\(([^)]*)\)", text):
        values = [float(value) for value in re.split(r"[\s,]+", inside.strip()) if value]
        matrix = matrix.then(_step(name, values))
    return matrix


def _step(name: str, values: List[float]) -> Matrix:
    """The matrix of one function in a ``transform``; unknown functions (skewing) change nothing."""
    if name == "matrix":
        return Matrix(*values)
    if name == "translate":
        return Matrix(e=values[0], f=values[1] if len(values) > 1 else 0.0)
    if name == "scale":
        return Matrix(a=values[0], d=values[-1])
    if name == "rotate":
        angle = math.radians(values[0])
        turn = Matrix(math.cos(angle), math.sin(angle), -math.sin(angle), math.cos(angle))
        x, y = (values[1], values[2]) if len(values) > 2 else (0.0, 0.0)
        return Matrix(e=x, f=y).then(turn).then(Matrix(e=-x, f=-y))
    return Matrix()
