"""Makes the labels of boxes, pills, cards and chips in DOT, as tables of HTML-like cells.

If a `Room` is given, the item has the size and place that opscope's layout gives it (`places`); otherwise Graphviz
decides.
"""

from __future__ import annotations

import textwrap
from typing import Dict, List, NamedTuple, Optional, Tuple, Union

from ...graph.vocabulary import FLOW_KINDS, FLOW_PARTS
from ...layout.scene.heat import STEPS, colour
from ...layout.scene.items import Box, Card, ChainRow, Chip, Heat, Pill, Scene
from ...layout.scene.labels import cut, source_text
from ...layout.scene.layer_kinds import LOOKS
from ...layout.sizes.extents import CHIP_ROWS
from .syntax import cell, font, rounded, row, table

INK, SOFT, LINK, LINE = "#1f2328", "#57606a", "#0a5cad", "#8c959f"
_CARDS = {
    "while": ("#fffafa", "#d9a3a3"), "if": ("#fffafa", "#d9a3a3"), "cond": ("#ffffff", "#e3b9b9"),
    "body": ("#ffffff", "#e3b9b9"), "branch": ("#ffffff", "#e3b9b9"), "dataset": ("#fffafa", "#d9a3a3"), "scope": ("#ffffff", "#d5dae1"),
    "function": ("#ffffff", "#d5dae1"), "forward": ("#f6f8fa", "#c3cad4"), "loss": ("#f6f8fa", "#c3cad4"),
    "backward": ("#f6f8fa", "#c3cad4"), "optimizer": ("#f6f8fa", "#c3cad4"), "metrics": ("#f6f8fa", "#c3cad4"),
    "replica": ("#f6f8fa", "#c3cad4"),
}  # fmt: skip
_SWATCH: Dict[str, Union[str, float]] = {"WIDTH": 12, "HEIGHT": 12, "FIXEDSIZE": "TRUE"}
_FLOW = FLOW_KINDS | FLOW_PARTS
"""Cards with a red title."""
MOST_PORTS = 12
"""How many ports an item shows on one side. If it has more, it shows none, and all wires share one place."""
CHIP_ROW = 26
"""How many characters the chips in one row may have together."""
MONO_SLACK = 0.35
"""Graphviz makes a character of 8 pt too narrow by about so many points: 4.5 instead of 4.8, whatever font it finds.

So chips, heat and notes are made wider by this much for each of their characters.
"""


_LEGEND_LINE = 72
"""How many characters a line of the legend has at most."""
TIE = 8
"""The length in points of the line from the chips of a box to the box."""


class Room(NamedTuple):
    """The room that opscope's layout gives an item, in points."""

    width: float
    """The width of its body."""
    height: float
    """The height of its body."""
    left: float
    """The room left of the body, for chips and the line to them."""


def card_colours(kind: str) -> Tuple[str, str]:
    """The colours of a card: its fill and its border."""
    return _CARDS.get(kind, ("#fbfcfe", "#c3cad4"))


def _chip(chip: Chip) -> str:
    """A chip."""
    stroke = "#b6bcc5" if chip.family == "variable" else LOOKS[chip.family].stroke
    text = cell(font(chip.text, size=8, colour="#444c56", mono=True))
    return rounded(row(text, _slack(chip.text)), fill="#f3f4f6", stroke=stroke, pad=2)


def _slack(text: str) -> str:
    """The empty cell beside a small text in the monospaced font, which makes up for the narrow characters (`MONO_SLACK`)."""
    return cell("", WIDTH=1 + round(MONO_SLACK * len(text)))


def _rows(chips: Tuple[Chip, ...]) -> List[List[Chip]]:
    """Chips in rows; short ones share a row."""
    rows: List[List[Chip]] = [[]]
    for chip in chips:
        # The 3 stands for the padding and borders of a chip, in characters.
        if rows[-1] and sum(len(other.text) + 3 for other in rows[-1]) + len(chip.text) > CHIP_ROW:
            rows.append([])
        rows[-1].append(chip)
    return rows


def _columns(chips: Tuple[Chip, ...]) -> List[List[Chip]]:
    """Chips in rows as in opscope's layout, which fills columns of at most `CHIP_ROWS` chips from right to left."""
    return [list(reversed(chips[start::CHIP_ROWS])) for start in range(min(CHIP_ROWS, len(chips)))]


def _beside(chips: Tuple[Chip, ...], room: float = 0.0) -> List[str]:
    """The cells left of a box: the chips in rows, and a short line to the box; `room` points wide, if that is given."""
    if not chips:
        return []
    found = _columns(chips) if room else _rows(chips)
    lines = (table(row(*(cell(_chip(chip)) for chip in line)), CELLSPACING=1) for line in found)
    column = table("".join(row(cell(line, ALIGN="RIGHT")) for line in lines))
    # A cell of one point in height, filled with the colour of the line.
    tie = table(row(cell("", WIDTH=TIE, HEIGHT=1, FIXEDSIZE="TRUE", BGCOLOR="#b6bcc5")))
    more: Dict[str, Union[str, float]] = {"WIDTH": int(room) - TIE, "ALIGN": "RIGHT"} if room else {}
    return [cell(column, **more), cell(tie)]


def _heat(heat: Optional[Heat], note: str) -> List[str]:
    """The cells right of an item: a bar in a colour of the heat scale, the value with its share, and rows for all else."""
    bar: List[str] = []
    rows: List[str] = []
    small = [note]
    if heat is not None:
        bar = [cell("", WIDTH=6), cell("", WIDTH=5, BGCOLOR=colour(heat.level))]
        value = font(heat.text, size=9, colour="#7a3b12", bold=True)
        share = f"  {heat.share}" if heat.share else ""
        value += font(share, size=8.5, colour=SOFT, mono=True) if share else ""
        rows.append(row(cell(value, ALIGN="LEFT"), _slack(share)))
        small = [heat.dispatch, note]
    for words in filter(None, small):
        rows.append(row(cell(font(words, size=8.5, colour=SOFT, mono=True), ALIGN="LEFT"), _slack(words)))
    return [*bar, cell(table("".join(rows)), CELLPADDING=4)] if rows else []


def _port_row(count: int, side: str) -> str:
    """A row with the numbers of an item's ports, to which edges lead: ``n0``, ``n1``, ... above, ``s0``, ... below."""
    shown = [cell(font(str(port), size=7, colour=SOFT, mono=True), PORT=f"{side}{port}") for port in range(count)]
    return row(cell(table(row(*shown), CELLSPACING=1, CELLPADDING=1), CELLPADDING=0))


def _note(item: Box) -> List[str]:
    """The cell right of a box in opscope's own layout: only the value, or else the note."""
    words = item.heat.text if item.heat else item.note
    return [cell(font(words, size=8.5, colour=SOFT, mono=True), CELLPADDING=4)] if words else []


def box(item: Box, room: Optional[Room] = None) -> str:
    """The label of an op: chips on the left, its name on the colour of its family, heat and note on the right."""
    family = LOOKS[item.family]
    # Less the padding of 3 and the border of 1 on each side.
    wide, high = (int(room.width) - 8, int(room.height) - 8) if room else (104, 17)
    rows = row(cell(font(item.title, size=11, colour=INK), WIDTH=wide, HEIGHT=high))
    if 1 < item.outputs <= MOST_PORTS and not room:
        rows += _port_row(item.outputs, "s")
    body = cell(rounded(rows, fill=family.fill, stroke=family.stroke, pad=3), PORT="o")
    if room:
        return table(row(*_beside(item.chips, room.left), body, *_note(item)))
    return table(row(*_beside(item.chips), body, *_heat(item.heat, item.note)))


def cells(item: ChainRow) -> str:
    """The label of a row of an overview: its cells side by side on the colours of their families, and its name. Wires end at the first one."""
    shown = []
    for place, one in enumerate(item.cells):
        look = LOOKS.get(one.family)
        fill, stroke = card_colours("") if look is None else (look.fill, look.stroke)
        own = isinstance(one.item, Card) and one.item.own
        body = rounded(row(cell(font(one.text, size=11, colour=INK, bold=own))), fill=fill, stroke=stroke, pad=3)
        shown.append(cell(body, **({"PORT": "o"} if place == 0 else {})))
    named = [cell(font(item.name, size=10, colour=INK, bold=True), CELLPADDING=3)] if item.name else []
    named += [cell(font(item.inside, size=8.5, colour=SOFT, mono=True), CELLPADDING=3)] if item.inside else []
    return table(row(*shown, *named), CELLSPACING=2)


def pill(item: Pill, room: Optional[Room] = None) -> str:
    """The label of an input or output of the graph, or of a variable of a loop."""
    if item.kind in {"state", "result"}:
        words = font(item.title, size=9.5, colour="#b03434", bold=True)
        stroke, wide, high = "#d07a7a", 40, 0
    else:
        words = font(item.title, size=11, bold=True)
        stroke, wide, high = "#30363d", 120, 0
    if item.detail:
        words += font(f" {item.detail}", size=8.5, colour=SOFT, mono=True)
    if room:
        # Less the padding of 4 and the border of 1 on each side.
        wide, high = int(room.width) - 10, int(room.height) - 10
    size = {"WIDTH": wide, **({"HEIGHT": high} if high else {})}
    body = cell(rounded(row(cell(words, **size)), fill="#ffffff", stroke=stroke, pad=4), PORT="o")
    return table(row(*_beside(item.chips, room.left if room else 0.0), body))


def _title(card: Card) -> str:
    """The first line of a card: its title, its class, and how many copies it stands for."""
    first = font(card.title, size=11.5, bold=True, colour="#b03434" if card.kind in _FLOW else INK)
    first += font(f"  {card.subtitle}", size=11, colour=SOFT) if card.subtitle else ""
    return first + (font(f"  x {card.repeat}", size=11, bold=True, colour=SOFT) if card.repeat > 1 else "")


def _lines(card: Card, middle: int) -> str:
    """The two lines of a card: title and details on the left, the source line on the right.

    Between them at least `middle` points stay free for wires.
    """
    rows = row(cell(_title(card), ALIGN="LEFT"), cell("", WIDTH=middle), cell(""))
    if card.detail or card.source is not None:
        detail = font(card.detail, size=9, colour=SOFT, mono=True) if card.detail else ""
        source = font(source_text(card.source), size=8.5, colour=LINK, mono=True) if card.source else ""
        rows += row(cell(detail, ALIGN="LEFT"), cell(""), cell(source, ALIGN="RIGHT"))
    return table(rows, CELLPADDING=1)


def folded(card: Card, room: Optional[Room] = None) -> str:
    """The label of a folded card: its lines, the names of its chips, and ports if several tensors enter or leave."""
    look = LOOKS.get(card.layer_kind)
    fill, stroke = card_colours(card.kind) if look is None else (look.fill, look.stroke)
    if room:
        # Less the padding of 2, the spacing of 2 and the border of 1 on each side.
        text = row(cell(_lines(card, 12), WIDTH=int(room.width) - 10, HEIGHT=int(room.height) - 10))
        body = cell(rounded(text, fill=fill, stroke=stroke, pad=2, CELLSPACING=2), PORT="o")
        return table(row(*_beside(card.chips, room.left), body, *_heat(card.heat, "")))
    rows = _port_row(len(card.inputs), "n") if 1 < len(card.inputs) <= MOST_PORTS else ""
    rows += row(cell(_lines(card, 12), WIDTH=150))
    if card.chips:
        names = ", ".join(chip.text for chip in card.chips)
        rows += row(cell(font(f"uses {names}", size=8, colour=SOFT, mono=True), ALIGN="LEFT"))
    if 1 < len(card.outputs) <= MOST_PORTS:
        rows += _port_row(len(card.outputs), "s")
    body = cell(rounded(rows, fill=fill, stroke=stroke, pad=2, CELLSPACING=2), PORT="o")
    return table(row(body, *_heat(card.heat, "")))


def heading(card: Card, wide: float = 0.0) -> str:
    """The label of an open card, which is its heading. `wide` is the card's width in points; 0 if it is not known."""
    if wide:
        return table(
            row(cell("", WIDTH=8), cell(_lines(card, 12), ALIGN="LEFT"), *_heat(card.heat, "")), WIDTH=int(wide)
        )
    left = max(7 * len(f"{card.title}  {card.subtitle}"), 5.5 * len(card.detail))
    right = 5.3 * len(source_text(card.source))
    # Wires enter the card in its middle and would run across the words there. If the left side is the longer one, the
    # gap is made wider, so that the left side ends before the middle of the heading. (7, 5.5 and 5.3 points are about
    # the widths of a character.)
    return table(row(cell(_lines(card, 24 + int(max(0, left - right)))), *_heat(card.heat, "")))


def title(scene: Scene) -> str:
    """The label at the top of the drawing: the title with its subtitle, and the line of facts."""
    first = font(cut(scene.title, 72), size=16, bold=True) + font(f"  {scene.subtitle}", size=13, colour=SOFT)
    return table(
        row(cell(first, ALIGN="LEFT")) + row(cell(font(scene.heading, size=9.5, colour=SOFT, mono=True), ALIGN="LEFT")),
        CELLPADDING=2,
    )


def legend(scene: Scene) -> str:
    """The label below the drawing: the families that are drawn, the heat scale, and notes on what is not drawn."""
    rows = ""
    if scene.families:
        cells = []
        for name in scene.families:
            family = LOOKS[name]
            swatch = rounded(row(cell("")), fill=family.fill, stroke=family.stroke, pad=0, **_SWATCH)
            cells += [
                cell(swatch),
                cell(font(family.title, size=9.5, colour="#444c56"), ALIGN="LEFT"),
                cell("", WIDTH=8),
            ]
        rows += row(cell(table(row(*cells), CELLPADDING=2), ALIGN="LEFT"))
    if scene.scale is not None:
        steps = "".join(cell("", WIDTH=26, HEIGHT=9, FIXEDSIZE="TRUE", BGCOLOR=step) for step in STEPS)
        words = [font(text, size=9, colour=SOFT, mono=True) for text in ("0", scene.scale.text)]
        scale = row(cell(words[0]), cell(table(row(steps))), cell(words[1]))
        rows += row(cell(table(scale, CELLPADDING=2), ALIGN="LEFT"))
    for note in (*([scene.scale.coverage] if scene.scale is not None else ()), *scene.notes):
        # Graphviz breaks no lines, and one long line would make the drawing as wide as itself.
        for line in textwrap.wrap(note, _LEGEND_LINE):
            rows += row(cell(font(line, size=9, colour=SOFT, mono=True), ALIGN="LEFT"))
    return table(rows, CELLPADDING=2) if rows else ""
