"""Writes the marks of a drawing as SVG: cards, boxes, pills, chips, heat. Coordinates are relative to the card."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Callable, Iterable, Iterator, List, Optional, Sequence, Tuple

from ...graph.vocabulary import FLOW_KINDS, FLOW_PARTS
from ...graph.with_fields import with_fields
from ...layout.flat import BORDER
from ...layout.scene.heat import step
from ...layout.scene.items import Card
from ...layout.scene.labels import source_text
from ...layout.sizes.extents import (
    BADGE_HIGH,
    CARD_PAD,
    DETAIL_FONT,
    HEAT_BAR,
    HEAT_GAP,
    HEAT_TEXT,
    LINE_MORE,
    LINE_ONE,
    LINE_TWO,
    NOTE_GAP,
    PILL_FONT,
    SLIM_STEP,
    SMALL_FONT,
    STACK_STEP,
    SUBTITLE_FONT,
    TEXT_GAP,
    TITLE_FONT,
    Frame,
    badge_width,
    behind,
    head_width,
    text_top,
    times,
)
from ...layout.sizes.row_sizes import NAME_GAP, beside_width, cell_frames
from ...layout.sizes.text_width import width
from ...visible import one_line, visible
from .source_links import link
from .symbols import Mark, Piece, fixed

if TYPE_CHECKING:
    from ...graph.types import Source
    from ...layout.flat import Point
    from ...layout.picture import Drawn
    from ...layout.scene.compared import DiffMark
    from ...layout.scene.found_marks import FoundMark
    from ...layout.scene.items import Box, Cell, ChainRow, Chip, Heat, Item, Pill

    Naming = Callable[[Item], str]
    """Writes the attributes of the group (``g``) that an item is drawn as, for a reader that has to know which is which."""

STATES = frozenset({"state", "result"})
"""The kinds of pills inside loops and branches, which are red; others are ends of the whole graph."""
CARD_ROUND = 9
"""The radius of a card's corners, in pixels."""
DOCK_BUS = 5.0
"""A chip higher or lower than the box is joined to it by an upright line so many pixels left of the box."""
BADGE_RISE = 4.0
FOUND_ROUND = 3.0
"""So much of it stands above the mark: a column begins not much higher than its first mark."""
TITLE_DEEP = 6.0
"""So far below the base line of a title a line begins that would run through it."""
DETAIL_DEEP = 4.0
"""The same for the lines below the title."""
BOX_ROUND = 5
SEGMENT_ROUND = 2
"""The cells of a row are the parts of one bar."""
CHIP_ROUND = 10
BAR_ROUND = 3
NAME_DROP = 4.5
"""From the middle of a box or pill down to the base line of its name, so that the name stands in the middle."""
NOTE_DROP = 4.0
"""The same for the note beside it, whose font is smaller."""
CHIP_DROP = 3.5
"""The same for the text of a chip, whose font is smaller still."""


def coordinate(value: float) -> str:
    """A coordinate as text, with at most one decimal: less than a tenth of a pixel cannot be seen, and digits cost."""
    return f"{value:.1f}".rstrip("0").rstrip(".") if value != int(value) else str(int(value))


def text_mark(name: str, x: float, y: float, content: str, anchor: str = "") -> str:
    """One line of text, of the class `name`; `anchor` is ``end`` or ``middle`` if x is not its start."""
    place = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text class="{name}" x="{coordinate(x)}" y="{coordinate(y)}"{place}>{escape(one_line(content), quote=False)}</text>'


def rectangle(name: str, frame: Frame, corner: float) -> str:
    """A rounded rectangle."""
    x, y, wide, high = (coordinate(value) for value in frame)
    return f'<rect class="{name}" x="{x}" y="{y}" width="{wide}" height="{high}" rx="{coordinate(corner)}"/>'


def shape(name: str, frame: Frame, corner: float) -> Mark:
    """A rounded rectangle of which there may be many of the same size: it can become a symbol."""
    x, y, wide, high = (coordinate(value) for value in frame)
    return fixed(
        f'<rect class="{name}" width="{wide}" height="{high}" rx="{coordinate(corner)}"/>', f' x="{x}" y="{y}"'
    )


def tooltip(tip: str) -> str:
    """The tooltip of the group (``g``) that it stands in."""
    return f"<title>{escape(visible(tip), quote=False)}</title>" if tip else ""


def unnamed(item: "Item") -> str:  # noqa: ARG001  (it is a `Naming`)
    """No attributes, as in pictures."""
    return ""


def box(drawn: "Drawn", item: Box, named: "Naming" = unnamed) -> Iterator[Piece]:
    """An op, with its chips and the note beside it."""
    body = drawn.body
    # Beside a box there is room for one text. If that is the figure, the note goes to the tooltip.
    yield f"<g{named(item)}>{tooltip(f'{item.tip}{chr(10)}{item.note}' if item.note and item.heat else item.tip)}"
    yield shape(f"f-{item.family}", body, BOX_ROUND)
    middle = body.y + body.height / 2
    yield text_mark("op", body.x + body.width / 2, middle + NAME_DROP, item.title)
    yield from difference_marks(body, item.compared, BOX_ROUND)
    yield from found_badge(body, item.found)
    yield "</g>"
    if item.heat or item.note:
        yield text_mark(
            "note", body.x + body.width + NOTE_GAP, middle + NOTE_DROP, item.heat.text if item.heat else item.note
        )
    yield from chips(drawn, item.chips)


def pill(drawn: "Drawn", item: Pill, named: "Naming" = unnamed) -> Iterator[Piece]:
    """An input or output of the graph, or a variable of a loop."""
    body = drawn.body
    yield f"<g{named(item)}>{tooltip(item.tip)}"
    turns = item.kind in STATES
    yield shape("state" if turns else "end", body, body.height / 2)
    # The title and the detail stand in the middle together.
    wide = width(item.title, PILL_FONT) + (TEXT_GAP + width(item.detail, SMALL_FONT) if item.detail else 0)
    x, y = body.x + (body.width - wide) / 2, body.y + body.height / 2 + NAME_DROP
    yield text_mark("turn" if turns else "port", x, y, item.title)
    if item.detail:
        yield text_mark("note", x + width(item.title, PILL_FONT) + TEXT_GAP, y, item.detail)
    yield from difference_marks(body, item.compared, body.height / 2)
    yield from found_badge(body, item.found)
    yield "</g>"
    yield from shape_beside(drawn)
    yield from chips(drawn, item.chips)


def shape_beside(drawn: "Drawn") -> Iterator[Piece]:
    """The shape of what an item gives, where it stands behind it."""
    if drawn.beside is not None:
        yield text_mark("note", drawn.beside.x, drawn.beside.y, drawn.beside.text)


def chain_row(drawn: "Drawn", item: ChainRow, named: "Naming" = unnamed) -> Iterator[Piece]:
    """A row of layers and ops, with its name on the right."""
    body = drawn.body
    places = [Frame(body.x + frame.x, body.y, frame.width, frame.height) for frame in cell_frames(item)]
    corner = BOX_ROUND if len(places) == 1 else SEGMENT_ROUND
    for written, (place, cell) in enumerate(_seen_last(item.cells)):
        # All but what is written first begin with a line: so the page knows that they are in the same row.
        seam = _seam(*places[max(1, place) - 1 : max(1, place) + 1]) if written else ""
        yield from cell_marks(cell, places[place], seam, named, corner)
    right, y = body.x + body.width, body.y + body.height / 2 + NAME_DROP
    if item.name:
        yield text_mark("called", right + NAME_GAP, y, item.name)
    if item.inside:
        yield text_mark("note", right + beside_width(replace(item, inside="")) + NAME_GAP, y, item.inside)
    yield from shape_beside(drawn)


def _seam(one: Frame, two: Frame) -> str:
    """The line between two cells of a row, or from a sign to the cell beside it."""
    right = one.x + one.width
    if right < two.x:
        return f'<path class="wire" d="M{coordinate(right)} {coordinate(one.y + one.height / 2)}H{coordinate(two.x)}"/>'
    return f'<path class="seam" d="M{coordinate(two.x)} {coordinate(two.y)}v{coordinate(two.height)}"/>'


def _seen_last(cells: Sequence[Cell]) -> List[Tuple[int, Cell]]:
    """The cells with their places, in the order in which they are written: borders and signs that reach over the next cell lie on top of it.

    The sign of what was found stands at the right of its cell, that of a comparison at the left.
    """
    placed = list(enumerate(cells))
    if any(cell.found for cell in cells):
        placed.reverse()
    return sorted(placed, key=lambda each: bool(each[1].found or each[1].compared or _is_own(each[1])))


def _is_own(cell: Cell) -> bool:
    return isinstance(cell.item, Card) and cell.item.own


def cell_marks(cell: Cell, place: Frame, before: str, named: "Naming", corner: float = BOX_ROUND) -> Iterator[Piece]:
    """A cell of a row; `before` is the mark of what joins it to the cell before, empty for the first."""
    tips = "\n".join([box.tip for box in (*cell.aside, cell.item)])
    yield f"<g{named(cell.item)}>{tooltip(tips)}{before}"
    ground, corner = f"f-{cell.family}" if cell.family else "card", place.height / 2 if cell.symbol else corner
    yield shape(ground, place, corner)
    if _is_own(cell):
        yield shape("own", place, corner)
    yield text_mark("op", place.x + place.width / 2, place.y + place.height / 2 + NAME_DROP, cell.text)
    yield from difference_marks(place, cell.compared, corner)
    yield from found_badge(place, cell.found)
    yield "</g>"


def chips(drawn: "Drawn", items: Tuple[Chip, ...]) -> Iterator[Piece]:
    """The chips of an item. A chip for something that is drawn elsewhere has a border in the colour of that op."""
    body = drawn.body
    for chip, frame in zip(items, drawn.chips):
        place = Frame(body.x + frame.x, body.y + frame.y, frame.width, frame.height)
        yield f"<g>{tooltip(chip.tip)}"
        yield shape("chip" if chip.family == "variable" else f"c-{chip.family}", place, CHIP_ROUND)
        yield text_mark("side", place.x + place.width / 2, place.y + place.height / 2 + CHIP_DROP, chip.text)
        yield from difference_marks(place, chip.compared, CHIP_ROUND, badge=False)
        yield "</g>"


def difference_marks(
    body: Frame, compared: "Optional[DiffMark]", corner: float, *, badge: bool = True
) -> Iterator[Piece]:
    """How a mark differs between two graphs that are drawn as one: a border, and a badge with the sign on its upper left corner."""
    if compared is None:
        return
    around = Frame(body.x - 1.5, body.y - 1.5, body.width + 3, body.height + 3)
    yield shape(f"d-{compared.status}", around, corner + 1)
    if badge:
        wide = badge_width(compared)
        place = Frame(body.x - BADGE_HIGH / 2, body.y - BADGE_RISE, wide, BADGE_HIGH)
        yield rectangle(f"b-{compared.status}", place, BADGE_HIGH / 2)
        yield text_mark("badge", place.x + wide / 2, place.y + BADGE_HIGH / 2 + CHIP_DROP, compared.text)


def found_badge(body: Frame, found: "Optional[FoundMark]") -> Iterator[Piece]:
    """What `check` found at a mark: a badge on its upper right corner with a sign, whose tooltip says what and what to do."""
    if found is None:
        return
    wide = badge_width(found)
    place = Frame(body.x + body.width - wide + BADGE_HIGH / 2, body.y - BADGE_RISE, wide, BADGE_HIGH)
    yield f"<g>{tooltip(found.tip)}"
    yield rectangle(f"found-{found.severity}", place, FOUND_ROUND)
    yield text_mark("badge", place.x + wide / 2, place.y + BADGE_HIGH / 2 + CHIP_DROP, found.text)
    yield "</g>"


def docks(drawn: "Drawn") -> "Iterator[Tuple[Point, ...]]":
    """The lines from an item's chips to its body.

    A chip at the height of the body has a level line. From others the line goes to the bus, an upright line left of the
    body, along it to the middle of the body, and then to the body.
    """
    body = drawn.body
    for frame in drawn.chips:
        right, y = body.x + frame.x + frame.width, body.y + frame.y + frame.height / 2
        if body.y <= y <= body.y + body.height:
            yield (right, y), (body.x, y)
        else:
            bus, middle = body.x - DOCK_BUS, body.y + body.height / 2
            yield (right, y), (bus, y), (bus, middle), (body.x, middle)


def sheets(body: Frame, repeat: int, distance: float = STACK_STEP) -> List[Frame]:
    """The cards that are seen behind the front card of a stack, from back to front."""
    shifts = (sheet * distance for sheet in range(behind(repeat), 0, -1))
    return [Frame(body.x + shift, body.y + shift, body.width, body.height) for shift in shifts]


def heat_bar(body: Frame, repeat: int) -> Frame:
    """The heat bar right of a card, and right of the cards behind it."""
    x = body.x + body.width + STACK_STEP * behind(repeat) + HEAT_GAP
    return Frame(x, body.y, HEAT_BAR, body.height)


def card(
    drawn: "Drawn",
    item: Card,
    links: Optional[str],
    *,
    headed: bool = True,
    named: "Naming" = unnamed,
    held: Iterable[str] = (),
) -> Iterator[Piece]:
    """A card without what is in it: the cards behind it in a stack, its ground, texts, what it draws of what is `held` in it, heat and chips.

    If it is not `headed`, only the cards behind it and its ground are written: its head is in another column.
    """
    body = drawn.body
    head = [*_through(drawn), *_head(body, item, links), *held] if headed else []
    yield from card_ground(body, item, named, head)
    if not headed:
        return
    if item.heat:
        yield from _heat(heat_bar(body, item.repeat), item.heat)
    yield from chips(drawn, item.chips)


def _through(drawn: "Drawn") -> Iterator[str]:
    """The lines of an open card of an overview from its upper border to where wires go on inside.

    Where texts of the card stand in the way, a line begins below the last of these: what is left of it between them would look like dirt.
    """
    if drawn.inside is None or not isinstance(drawn.item, Card) or not drawn.item.slim:
        return
    left, top, body = drawn.body.x + drawn.inside.x, drawn.body.y + drawn.inside.y, drawn.body
    starts = {path.points[0] for path in drawn.inside.paths if path.wire.source.child == BORDER}
    first = body.y + text_top(drawn.item)
    title = head_width(with_fields(drawn.item, detail=""), "") - 2 * CARD_PAD
    lines = [(first + LINE_ONE + TITLE_DEEP, title)]
    for number, text in enumerate(drawn.item.detail.split("\n") if drawn.item.detail else ()):
        lines.append((first + LINE_TWO + number * LINE_MORE + DETAIL_DEEP, width(text, DETAIL_FONT)))
    for x, y in sorted(starts):
        struck = [low for low, wide in lines if left + x < body.x + CARD_PAD + wide + TEXT_GAP]
        begin = max(struck, default=body.y)
        if begin < top + y:
            yield f'<path class="through" d="M{coordinate(left + x)} {coordinate(begin)}V{coordinate(top + y)}"/>'


def card_ground(body: Frame, item: Card, named: "Naming", head: Iterable[str]) -> Iterator[Piece]:
    """The cards behind a card in a stack, and the card itself with its head."""
    for sheet in sheets(body, item.repeat, SLIM_STEP if item.slim else STACK_STEP):
        yield shape("behind", sheet, CARD_ROUND)
    # Around the bodies of a loop or branch; one of these bodies; any other card.
    ground = "loop" if item.kind in FLOW_KINDS else "body" if item.kind in FLOW_PARTS else "card"
    yield f"<g{named(item)}>{tooltip(item.tip)}"
    yield shape(f"f-{item.layer_kind}" if item.layer_kind else ground, body, CARD_ROUND)
    if item.own:
        yield shape("own", body, CARD_ROUND)
    yield from head
    yield from difference_marks(body, item.compared, CARD_ROUND)
    yield from found_badge(body, item.found)
    yield "</g>"


def _head(body: Frame, item: Card, links: Optional[str]) -> Iterator[str]:
    """The texts of a card: title, class and repeat on the first line, details and source on the second."""
    left, right = body.x + CARD_PAD, body.x + body.width - CARD_PAD
    name = "flow" if item.kind in FLOW_KINDS or item.kind in FLOW_PARTS else "name"
    top = body.y + text_top(item)
    yield text_mark(name, left, top + LINE_ONE, item.title)
    x = left + width(item.title, TITLE_FONT) + TEXT_GAP
    if item.repeat > 1 and item.slim:  # how often comes before what: in an overview what is said may be a long line
        yield text_mark("times", x, top + LINE_ONE, times(item.repeat))
        x += width(times(item.repeat), TITLE_FONT) + TEXT_GAP
    if item.subtitle:
        yield text_mark("kind", x, top + LINE_ONE, item.subtitle)
        x += width(item.subtitle, SUBTITLE_FONT) + TEXT_GAP
    if item.repeat > 1 and not item.slim:
        yield text_mark("name", x, top + LINE_ONE, times(item.repeat))
    for number, line in enumerate(item.detail.split("\n") if item.detail else ()):
        yield text_mark("detail", left, top + LINE_TWO + number * LINE_MORE, line)
    if item.source:
        yield source(item.source, right, top + LINE_TWO, links)


def source(place: "Source", x: float, y: float, links: Optional[str], anchor: str = "end") -> str:
    """A line of the user's code, as a link if there is a template for links. It ends at x, or at another `anchor`."""
    shown = text_mark("source", x, y, source_text(place), anchor)
    address = link(place, links) if links is not None else ""
    if not address:
        return shown
    from xml.sax.saxutils import quoteattr  # late, as it imports an HTTP client and few drawings have links

    return f"<a href={quoteattr(address)}>{shown}</a>"


def _heat(bar: Frame, heat: "Heat") -> Iterator[str]:
    """The heat bar with its value, and what stands below it if the bar is high enough for two lines."""
    yield rectangle(f"h{step(heat.level)}", bar, BAR_ROUND)
    x = bar.x + bar.width + HEAT_TEXT
    yield text_mark("hot", x, bar.y + 14, heat.text)
    # It needs a second line beside the bar.
    if heat.below and bar.height >= 30:
        yield text_mark("note", x, bar.y + 32, heat.below)
