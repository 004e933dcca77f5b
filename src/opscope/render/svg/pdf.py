"""Makes PDF from a drawing's SVG: vector shapes, and text that can be selected, in the fonts that ship with opscope.

fpdf2 can read SVG itself. All its versions do so well for shapes, but only in part for texts, links and style sheets.
So `elements` resolves the SVG first. Then fpdf2 reads the shapes as simple SVG, and the texts are drawn one by one.
"""

from __future__ import annotations

import logging
import math
import re
from contextlib import nullcontext
from itertools import groupby
from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, List, Mapping, Tuple, Union
from xml.sax.saxutils import quoteattr

from ...errors import MissingDependencyError
from ...layout.sizes.text_width import Font
from ...layout.sizes.text_width import width as measured
from ..font import FILES, MONO, SANS
from .elements import Matrix, ShapeElement, Text, svg_elements
from .png import size

if TYPE_CHECKING:
    from fpdf import FPDF

LIMIT = 14_400.0
"""The longest side of a page in points (200 inches; ISO 32000-1, annex C). A larger drawing is scaled down."""

PIXEL = 0.75
"""How many points a pixel is: an inch has 96 pixels in CSS and 72 points in PDF."""

SIZE = 16.0
"""The size of a text that does not give one, in units of the drawing (``medium`` in CSS)."""

BOLD = 600
"""From this font weight on, the bold font is used."""


def pdf(svg: str) -> bytes:
    """Draw SVG text as a PDF of one page that has the size of the drawing.

    Raises:
        MissingDependencyError: fpdf2 is not installed.
    """
    try:
        from fpdf import FPDF
    except ImportError as error:
        msg = "PDF needs fpdf2, which is not installed: pip install 'opscope[pdf]', or save as .svg"
        raise MissingDependencyError(msg) from error
    # They warn of what does not matter here: attributes of SVG that are ignored, tables of a font that are left out.
    logging.getLogger("fpdf.svg").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    width, height = size(svg)
    # Points for a unit of the drawing; fewer if a side of the page would be too long.
    scale = min(_point(svg), LIMIT / max(width, height))
    page = FPDF(unit="pt", format=(width * scale, height * scale))
    # Otherwise text near the lower edge would begin a second page.
    page.set_auto_page_break(auto=False)
    for family, style, file in zip((SANS, SANS, MONO), ("", "B", ""), FILES):
        page.add_font(family, style, str(file))
    page.add_page()
    # The items of a column follow each other, and are clipped to its window together.
    for window, seen in groupby(svg_elements(svg), key=lambda item: item.window):
        with page.rect_clip(*(value * scale for value in window)) if window else nullcontext():
            _draw(page, seen, scale)
    return bytes(page.output())


def _draw(page: "FPDF", seen: Iterable[Union[ShapeElement, Text]], scale: float) -> None:
    """Draw items in their order. Shapes that follow each other become one SVG, which fpdf2 reads at once."""
    for kind, group in groupby(seen, key=type):
        if kind is ShapeElement:
            _draw_shapes(page, [item for item in group if isinstance(item, ShapeElement)], scale)
            continue
        for item in group:
            if isinstance(item, Text):
                _draw_text(page, item, scale)


def _point(svg: str) -> float:
    """How many points a unit of the drawing is: Graphviz's drawings are in points, opscope's in pixels."""
    return 1.0 if re.search(r"<svg[^>]*\swidth=.[\d.]+pt", svg) else PIXEL


def _draw_shapes(page: "FPDF", shapes: List[ShapeElement], scale: float) -> None:
    if not shapes:
        return
    from fpdf.svg import SVGObject

    body = "".join(_element(shape, scale) for shape in shapes)
    drawing = SVGObject(f'<svg xmlns="http://www.w3.org/2000/svg">{body}</svg>')
    drawing.draw_to_page(page, 0, 0)


def _element(shape: ShapeElement, scale: float) -> str:
    """A shape as SVG again, in a form that fpdf2 reads well: a group with a matrix, around a shape with attributes."""
    matrix = Matrix(a=scale, d=scale).then(shape.matrix)
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in shape.attributes.items())
    return f'<g transform="matrix({" ".join(f"{value:.6g}" for value in matrix)})"><{shape.tag}{attributes}/></g>'


def _draw_text(page: "FPDF", text: Text, scale: float) -> None:
    """Draw one line of text, piece by piece."""
    from PIL.ImageColor import getrgb

    matrix = Matrix(a=scale, d=scale).then(text.matrix)
    pieces = list(_pieces(page, text, matrix.scale))
    total = sum(width for _, _, width, _ in pieces)
    x, y = matrix.at(text.x, text.y)
    angle = math.degrees(math.atan2(matrix.b, matrix.a))
    # SVG turns clockwise, fpdf2 counterclockwise.
    with page.rotation(-angle, x, y):
        # fpdf2 wants the start of a text. Its widths are known only now, so the anchor is resolved here.
        x -= {"middle": total / 2, "end": total}.get(text.anchor, 0.0)
        for string, style, width, squeeze in pieces:
            fill = style.get("fill", "black")
            if fill != "none":
                _choose_font(page, style, matrix.scale)
                # Pillow reads all of CSS' colours: names, #rgb, #rrggbb.
                page.set_text_color(*getrgb(fill)[:3])
                page.set_stretching(100 * squeeze)
                page.text(x, y, string)
                page.set_stretching(100)
            x += width


def _pieces(page: "FPDF", text: Text, scale: float) -> Iterator[Tuple[str, Mapping[str, str], float, float]]:
    r"""The runs of a text as (string, style, width in points, factor by which it is squeezed).

    A character that the font lacks is written as its code, such as ``\u4e2d``. That is wider than the room that the
    layout gave the character, so such a run is squeezed into that room.
    """
    for string, style in text.runs:
        _choose_font(page, style, scale)
        shown = _drawable(page, string)
        wide = page.get_string_width(shown)
        room = wide
        if shown != string:
            # fpdf2 keeps the names of fonts in small letters.
            face = "mono" if page.font_family == MONO.lower() else "bold" if page.font_style else "regular"
            room = min(wide, measured(string, Font(face, page.font_size_pt)))
        yield shown, style, room, room / wide if wide else 1.0


def _choose_font(page: "FPDF", style: Mapping[str, str], scale: float) -> None:
    """Set the font that a style asks for: its family, weight and size."""
    mono = "mono" in style.get("font-family", "").lower()
    weight = style.get("font-weight", "400")
    bold = weight in ("bold", "bolder") or (weight.isdigit() and int(weight) >= BOLD)
    size_of = style.get("font-size", "").rstrip("ptx ")
    page.set_font(
        MONO if mono else SANS, "B" if bold and not mono else "", (float(size_of) if size_of else SIZE) * scale
    )


def _drawable(page: "FPDF", string: str) -> str:
    r"""The string with each character that the font lacks replaced by its code (``\u4e2d``), not by an empty box."""
    known: Dict[int, Any] = page.current_font.cmap
    return "".join(char if ord(char) in known else _escape(char) for char in string)


def _escape(char: str) -> str:
    return " " if char.isspace() else char.encode("ascii", "backslashreplace").decode("ascii")
