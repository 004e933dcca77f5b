"""Writes a drawing as a file of draw.io (diagrams.net), to be edited there: each card is a container, each wire a connected edge.

Source of the format: https://www.drawio.com/doc/faq/diagram-source-edit and the schema https://www.drawio.com/assets/mxfile.xsd. Texts are
not HTML (``html=0``), and ``placeholders`` is not set, so nothing in a name is markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Iterator, List, Sequence, Tuple
from xml.sax.saxutils import quoteattr

from ...layout.flat import BORDER
from ...layout.scene.items import Box, Card, ChainRow, Pill
from ...layout.sizes.extents import Frame
from ...layout.sizes.row_sizes import cell_frames
from ...visible import one_line
from ..dot.items import card_colours
from .mermaid import heading_line, item_colours
from .placed_items import PlacedDrawing, PlacedItem, PlacedWire

if TYPE_CHECKING:
    from ...layout.flat import Point
    from ...layout.picture import Drawing
    from ..dot.leaves import Tip

_INK, _SOFT, _LINE = "#1f2328", "#57606a", "#8c959f"
_TEXT = "html=0;whiteSpace=wrap;fontFamily=Helvetica;"
_MARGIN = 40.0
_TITLE_HIGH = 40.0
_MERGE = 6.0
"""The diameter of the dot where several wires meet."""


def drawio(drawing: "Drawing") -> str:
    """The whole file, uncompressed."""
    placed = PlacedDrawing(drawing)
    scene = drawing.scene
    title = _text("title", f"{scene.title}\n{scene.heading}", Frame(_MARGIN, 0.0, 900.0, _TITLE_HIGH), "1", 12)
    cells = [title, *(line for item in placed.items for line in _item(placed, item)), *_merges(placed)]
    cells += [_wire(placed, number, wire) for number, wire in enumerate(placed.wires)]
    cells += _notes(placed, scene.notes)
    wide, high = placed.size
    model = f'<mxGraphModel grid="0" page="0" math="0" pageWidth="{wide + 2 * _MARGIN:.0f}" pageHeight="{high + 2 * _MARGIN:.0f}">'
    head = f'<mxfile host="opscope"><diagram id="opscope" name={_quoted(scene.title or "graph")}>{model}<root>\n'
    return (
        head
        + '<mxCell id="0"/>\n<mxCell id="1" parent="0"/>\n'
        + "\n".join(cells)
        + "\n</root></mxGraphModel></diagram></mxfile>\n"
    )


def _item(placed: PlacedDrawing, entry: PlacedItem) -> Iterator[str]:
    """The cells of an item: its box or container, and the small ones beside it."""
    around = f"c{entry.place[0]}" if entry.place[0] else "1"
    name, item = _name(entry), entry.item
    fill, stroke = item_colours(item)
    look = _look(fill, stroke)
    frame = _inside(placed, entry.place[0], entry.body)
    if isinstance(item, Card) and item.open:
        look = _look(*card_colours(item.kind))
        text = "\n".join(filter(None, (heading_line(item), item.detail)))
        style = f"rounded=1;arcSize=9;absoluteArcSize=1;container=1;collapsible=0;align=left;verticalAlign=top;spacingLeft=6;fontSize=11;{look}"
        yield _vertex(name, text, style, frame, around)
    elif isinstance(item, ChainRow):
        yield _vertex(name, "", "group;connectable=1;", frame, around)
        for place, (cell, part) in enumerate(zip(item.cells, cell_frames(item))):
            fill, stroke = item_colours(ChainRow((cell,), ""))
            style = f"rounded=1;arcSize={50 if cell.symbol else 10};fontSize=11;{_look(fill, stroke)}connectable=0;"
            yield _vertex(f"{name}_{place}", cell.text, style, Frame(part.x, 0.0, part.width, frame.height), name)
    elif isinstance(item, Pill):
        text = " ".join(filter(None, (item.title, item.detail)))
        yield _vertex(name, text, f"rounded=1;arcSize=50;fontStyle=1;fontSize=11;{look}", frame, around)
    else:
        text = item.title if isinstance(item, Box) else "\n".join(filter(None, (heading_line(item), item.detail)))
        yield _vertex(name, text, f"rounded=1;arcSize=12;fontSize=11;{look}", frame, around)
    yield from _beside(placed, entry, name, around)


def _look(fill: str, stroke: str) -> str:
    return f"{_TEXT}fillColor={fill};strokeColor={stroke};fontColor={_INK};"


def _beside(placed: PlacedDrawing, entry: PlacedItem, name: str, around: str) -> Iterator[str]:
    """What stands beside an item: its chips, and its name or figure."""
    item = entry.item
    for place, (chip, frame) in enumerate(zip(() if isinstance(item, ChainRow) else item.chips, entry.chips)):
        style = f"rounded=1;arcSize=50;fontSize=8;{_TEXT}fillColor=#f3f4f6;strokeColor=#b6bcc5;fontColor={_SOFT};"
        yield _vertex(f"{name}_chip{place}", chip.text, style, _inside(placed, entry.place[0], frame), around)
    said = " ".join(filter(None, (item.name, item.inside))) if isinstance(item, ChainRow) else ""
    if isinstance(item, (Box, Card)) and item.heat is not None:
        said = item.heat.text
    if said:
        body = _inside(placed, entry.place[0], entry.body)
        yield _text(
            f"{name}_beside", said, Frame(body.x + body.width + 4, body.y, 220.0, min(body.height, 28.0)), around, 9
        )


def _merges(placed: PlacedDrawing) -> List[str]:
    """The dots where several wires meet in an output of a card."""
    ends: Dict[str, Point] = {}
    for wire, points in placed.wires:
        if wire.target.merge and points:
            ends.setdefault(_end(wire.target), points[-1])
    style = f"ellipse;fillColor={_LINE};strokeColor={_LINE};"
    half = _MERGE / 2
    return [
        _vertex(name, "", style, Frame(_MARGIN + x - half, _MARGIN + y - half, _MERGE, _MERGE), "1")
        for name, (x, y) in ends.items()
    ]


def _wire(placed: PlacedDrawing, number: int, entry: PlacedWire) -> str:
    """An edge between two cells, with the corners that the drawing gives it."""
    wire, points = entry
    dashed = "" if wire.kind == "data" else "dashed=1;"
    colour = "#d07a7a" if wire.kind in {"next", "branch"} else _LINE
    head = "endArrow=none;" if wire.target.merge else "endArrow=block;endSize=4;"
    sides = _side(placed, wire.source, points[:1], "exit") + _side(placed, wire.target, points[-1:], "entry")
    style = f"edgeStyle=none;rounded=1;{sides}{dashed}strokeColor={colour};{head}{_TEXT}fontSize=9;fontColor={_SOFT};labelBackgroundColor=#ffffff;"
    text = " ".join(filter(None, (wire.label, wire.head)))
    corners = "".join(f'<mxPoint x="{x + _MARGIN:.1f}" y="{y + _MARGIN:.1f}"/>' for x, y in points[1:-1])
    first, last = (points[0], points[-1]) if points else ((0.0, 0.0), (0.0, 0.0))
    ends = "".join(
        f'<mxPoint x="{x + _MARGIN:.1f}" y="{y + _MARGIN:.1f}" as="{role}"/>'
        for (x, y), role in ((first, "sourcePoint"), (last, "targetPoint"))
    )
    inner = f'{ends}<Array as="points">{corners}</Array>' if corners else ends
    return (
        f'<mxCell id="w{number}" value={_quoted(text)} style="{style}" edge="1" parent="1" source="{_end(wire.source)}" target="{_end(wire.target)}">'
        f'<mxGeometry relative="1" x="-0.5" as="geometry">{inner}</mxGeometry></mxCell>'
    )


def _side(placed: PlacedDrawing, tip: "Tip", points: "Sequence[Point]", role: str) -> str:
    """Where an edge begins or ends on its box, as parts of its width and height: ``exit`` or ``entry``."""
    body = placed.bodies.get(tip.place)
    if body is None or not points or tip.card >= 0:
        return ""
    (x, y) = points[0]
    across, down = (x - body.x) / (body.width or 1), (y - body.y) / (body.height or 1)
    place = [f"{role}{axis}={min(1.0, max(0.0, value)):.3g};" for axis, value in (("X", across), ("Y", down))]
    return f"{''.join(place)}{role}Dx=0;{role}Dy=0;"


def _notes(placed: PlacedDrawing, notes: Tuple[str, ...]) -> List[str]:
    """The sentences below the drawing, such as what is not drawn."""
    frame = Frame(_MARGIN, placed.size[1] + 2 * _MARGIN, 900.0, 18.0 * len(notes))
    return [_text("notes", "\n".join(notes), frame, "1", 9)] if notes else []


def _inside(placed: PlacedDrawing, card: int, frame: Frame) -> Frame:
    """A frame from the corner of the card around it, as cells in containers have it; from the margin in the whole drawing."""
    if not card:
        return frame._replace(x=frame.x + _MARGIN, y=frame.y + _MARGIN)
    around = placed.cards[card]
    return frame._replace(x=frame.x - around.x, y=frame.y - around.y)


def _name(entry: PlacedItem) -> str:
    return f"c{entry.opened}" if entry.opened else f"n{entry.place[0]}_{entry.place[1]}"


def _end(tip: "Tip") -> str:
    return f"m{tip.place[0]}_{tip.port}" if tip.merge or tip.place[1] == BORDER else f"n{tip.place[0]}_{tip.place[1]}"


def _text(name: str, text: str, frame: Frame, around: str, size: int) -> str:
    style = f"text;fillColor=none;strokeColor=none;align=left;verticalAlign=middle;fontSize={size};fontColor={_SOFT};{_TEXT}"
    return _vertex(name, text, style, frame, around)


def _vertex(name: str, text: str, style: str, frame: Frame, around: str) -> str:
    x, y, wide, high = (f"{value:.1f}" for value in frame)
    shape = f'<mxGeometry x="{x}" y="{y}" width="{wide}" height="{high}" as="geometry"/>'
    return f'<mxCell id="{name}" value={_quoted(text)} style="{style}" vertex="1" parent="{around}">{shape}</mxCell>'


def _quoted(text: str) -> str:
    """A text as an attribute of XML, its line ends kept."""
    return quoteattr("\n".join(map(one_line, text.split("\n"))), {"\n": "&#10;", '"': "&quot;"})
