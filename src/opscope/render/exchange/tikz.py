r"""Writes a drawing as a LaTeX document with one TikZ picture, for papers: ``pdflatex`` makes a PDF of its size, and needs nothing but TikZ.

Source of the commands: the TikZ and PGF manual (https://tikz.dev). Boxes are named nodes with styles, so that a paper can change fonts and
colours at one place, or draw on. A pixel of the drawing becomes 0.75 bp, as in the PDF that opscope writes itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Iterator, Tuple

from ...layout.scene.items import Box, Card, ChainRow
from ...layout.sizes.extents import SLIM_STEP, STACK_STEP, Frame
from ...layout.sizes.row_sizes import cell_frames
from ...visible import one_line
from ..dot.items import card_colours
from ..svg.marks import sheets
from .mermaid import heading_line, item_colours
from .placed_items import PlacedDrawing, PlacedItem, PlacedWire

if TYPE_CHECKING:
    from ...layout.picture import Drawing
    from ...layout.scene.items import Item

_HEAD = r"""\documentclass{article}
\usepackage[utf8]{inputenc}
\usepackage{fix-cm}
\usepackage{tikz}
\usetikzlibrary{arrows.meta}
\newsavebox{\drawing}
"""
_BEGIN = r"""\begin{document}
\begin{lrbox}{\drawing}%
"""
_END = r"""\end{tikzpicture}%
\end{lrbox}
% A page as large as the drawing, with 4 pt around it.
\ifdefined\pdfpagewidth\else\let\pdfpagewidth\pagewidth\let\pdfpageheight\pageheight\fi
\pdfpagewidth=\dimexpr\wd\drawing+8pt\relax
\pdfpageheight=\dimexpr\ht\drawing+\dp\drawing+8pt\relax
\hoffset=\dimexpr4pt-1in\relax
\voffset=\dimexpr4pt-1in\relax
\shipout\box\drawing
\end{document}
"""
_STYLES = r"""\begin{tikzpicture}[
  x=0.75bp, y=-0.75bp, font=\sffamily\fontsize{7.5}{9}\selectfont,
  every node/.style={inner sep=0pt, outer sep=0pt},
  op/.style={draw, rounded corners=3pt},
  card/.style={draw, rounded corners=6pt},
  end/.style={draw, rounded corners=#1, font=\sffamily\bfseries\fontsize{7.5}{9}\selectfont},
  end/.default=9pt,
  chip/.style={draw=opscopesoft!40, fill=opscopesoft!6, rounded corners=5pt, text=opscopesoft, font=\ttfamily\fontsize{5.5}{6}\selectfont},
  words/.style={anchor=base west, text=opscopesoft, font=\ttfamily\fontsize{6}{7}\selectfont},
  wire/.style={draw=opscopeline, line width=0.6pt, rounded corners=3pt, -{Latex[length=3pt, width=3pt]}},
  other wire/.style={wire, dashed},
]
"""
_TEX: Dict[str, str] = {
    **{sign: rf"{{\ttfamily\char{ord(sign)}}}" for sign in "\\{}^~<>|\"'`_"},
    **{sign: rf"\{sign}" for sign in "$&#%"}, **{sign: f"{sign}{{}}" for sign in "-?!,"},
    "×": r"$\times$", "·": r"$\cdot$", "→": r"$\rightarrow$", "←": r"$\leftarrow$", "µ": r"$\mu$", "±": r"$\pm$", "≥": r"$\geq$", "≤": r"$\leq$",
    "≈": r"$\approx$", "√": r"$\surd$", "¶": r"\P{}", "…": r"\dots{}", "²": r"$^2$", "°": r"$^\circ$", "−": r"$-$", "–": "--", "⊙": r"$\odot$",
    "⊕": r"$\oplus$", "σ": r"$\sigma$", "ᵀ": r"$^{\mathsf{T}}$",
}  # fmt: skip
"""How LaTeX writes signs that it would take for commands, join to others (``--``, ``?`` and a grave), or has in no font of its own."""
_LETTERS = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿ")
"""Letters beyond ASCII that every font in the encoding T1 has."""


def tikz(drawing: "Drawing") -> str:
    """The whole document."""
    placed = PlacedDrawing(drawing)
    colours: Dict[str, str] = {
        "#1f2328": "opscopeink",
        "#57606a": "opscopesoft",
        "#8c959f": "opscopeline",
        "#d07a7a": "opscopeback",
    }
    grounds = [_ground(entry, colours) for entry in placed.items if entry.opened]
    wires = [_wire(wire) for wire in placed.wires]
    marks = [line for entry in placed.items for line in _marks(entry, colours)]
    words = [_words(label.x, label.y, label.text, "anchor=base east" if label.left else "") for label in placed.labels]
    # A wire runs over the ground of the cards that it passes, and below boxes.
    shown = "\n".join([*grounds, *wires, *marks, *words])
    defined = [rf"\definecolor{{{name}}}{{HTML}}{{{colour[1:].upper()}}}" for colour, name in colours.items()]
    title = f"% {_comment(drawing.scene.title)}: {_comment(drawing.scene.facts)}"
    body = "\n".join([*defined, _BEGIN + _STYLES + shown])
    return f"{title}\n{_HEAD}{body}\n{_END}"


def _ground(entry: PlacedItem, colours: Dict[str, str]) -> str:
    """The body of an open card, without what is in it."""
    item = entry.item
    kind = item.kind if isinstance(item, Card) else ""
    return _node("card", f"c{entry.opened}", "", entry.body, card_colours(kind), colours)


def _marks(entry: PlacedItem, colours: Dict[str, str]) -> Iterator[str]:
    """The nodes of an item: its body with its words, its chips, what stands beside it. An open card has its ground already."""
    item, body = entry.item, entry.body
    name = f"n{entry.place[0]}-{entry.place[1]}"
    if isinstance(item, ChainRow):
        for place, (cell, part) in enumerate(zip(item.cells, cell_frames(item))):
            frame = Frame(body.x + part.x, body.y, part.width, body.height)
            own = name if place == item.main else f"{name}-{place}"
            yield _node("op", own, cell.text, frame, item_colours(ChainRow((cell,), "")), colours)
    elif isinstance(item, Card):
        looks = card_colours(item.kind) if entry.opened else item_colours(item)
        if not entry.opened:
            for sheet in sheets(body, item.repeat, SLIM_STEP if item.slim else STACK_STEP):
                yield _node("card", "", "", sheet, looks, colours)
            yield _node("card", name, "", body, looks, colours)
        yield from _card_words(item, body, colours[looks[0]])
    else:
        words = item.title if isinstance(item, Box) else " ".join(filter(None, (item.title, item.detail)))
        style = "op" if isinstance(item, Box) else f"end={body.height * 0.375:.3g}bp"
        yield _node(style, name, words, body, item_colours(item), colours)
    for chip, frame in zip(() if isinstance(item, ChainRow) else item.chips, entry.chips):
        yield _node("chip", "", chip.text, frame, ("", ""), colours)
    if _beside(item):
        yield _words(body.x + body.width + 6, body.y + body.height / 2 + 3, _beside(item))


def _beside(item: "Item") -> str:
    """What stands right of an item: the name of a row, a figure, a note."""
    if isinstance(item, ChainRow):
        return " ".join(filter(None, (item.name, item.inside)))
    if isinstance(item, (Box, Card)) and item.heat is not None:
        return item.heat.text
    return item.note if isinstance(item, Box) else ""


def _card_words(card: Card, body: Frame, ground: str) -> Iterator[str]:
    """The title of a card and its details, line by line from its upper left corner, on its `ground`: no wire runs through them."""
    lines = [heading_line(card), *card.detail.split("\n")]
    for number, line in enumerate(filter(None, lines)):
        style = "" if number else r", text=opscopeink, font=\sffamily\bfseries\fontsize{7.5}{9}\selectfont"
        yield _words(body.x + 8, body.y + 16 + 12 * number, line, f"fill={ground}{style}")


def _node(style: str, name: str, text: str, frame: Frame, looks: Tuple[str, str], colours: Dict[str, str]) -> str:
    """A box with its text in the middle; `looks` are its fill and border, and `colours` gets a name for each that is new."""
    used = [(use, colour) for use, colour in zip(("fill", "draw"), looks) if colour]
    paint = "".join(f", {use}={colours.setdefault(colour, f'opscope{_letters(len(colours))}')}" for use, colour in used)
    x, y = frame.x + frame.width / 2, frame.y + frame.height / 2
    size = f"minimum width={frame.width * 0.75:.4g}bp, minimum height={frame.height * 0.75:.4g}bp"
    label = f" ({name})" if name else ""
    return rf"\node[{style}{paint}, {size}]{label} at ({x:.1f},{y:.1f}) {{{escaped_tex(text)}}};"


def _wire(entry: PlacedWire) -> str:
    """A wire along its corners."""
    corners = " -- ".join(f"({x:.1f},{y:.1f})" for x, y in entry.points)
    kind = entry.wire.kind
    style = "wire" if kind == "data" else "other wire, draw=opscopeback" if kind in {"next", "branch"} else "other wire"
    return rf"\path[{style}{', -' if entry.wire.target.merge else ''}] {corners};"


def _words(x: float, y: float, text: str, style: str = "") -> str:
    """A line of text whose base line begins, or ends, at a place."""
    more = f", {style}" if style else ""
    return rf"\node[words{more}] at ({x:.1f},{y:.1f}) {{{escaped_tex(text)}}};"


def escaped_tex(text: str) -> str:
    r"""Text as LaTeX sets it as it is. A letter that the usual fonts do not have is told by its code.

    >>> print(escaped_tex("50 % of a_b"), escaped_tex("雪"))
    50 \% of a{\ttfamily\char95}b U+96EA
    """
    return "".join(map(_sign, one_line(text)))


def _sign(sign: str) -> str:
    known = _TEX.get(sign)
    if known is not None:
        return known
    return sign if " " <= sign <= "~" or sign in _LETTERS else f"U+{ord(sign):04X}"


def _comment(text: str) -> str:
    """A text for a comment: one line, in ASCII."""
    return one_line(text).encode("ascii", "replace").decode("ascii")


def _letters(value: int) -> str:
    """A number in letters, since names of colours are safest without digits."""
    return chr(ord("a") + value // 26 % 26) + chr(ord("a") + value % 26)
