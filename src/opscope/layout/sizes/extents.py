"""How large each item of a drawing is, and where its body and its chips stand. All in pixels.

Renderers and the page use these distances too, to put the texts into an item.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Optional, Sequence, Tuple, Union

from ..flat import Size
from ..scene.compared import DiffMark
from ..scene.found_marks import FoundMark
from ..scene.items import Box, Card, Chip, Heat, Pill
from .sketch_sizes import sketch_size
from .text_width import Font, width

TITLE_FONT = Font("bold", 14.0)
SUBTITLE_FONT = Font("regular", 13.0)
OP_FONT = Font("regular", 12.5)
PILL_FONT = Font("bold", 13.0)
DETAIL_FONT = Font("mono", 11.0)
SMALL_FONT = Font("mono", 10.5)
CHIP_FONT = Font("mono", 10.0)
HEAT_FONT = Font("bold", 12.0)
BADGE_FONT = Font("bold", 10.5)

BOX_HEIGHT = 28.0
BOX_LEAST = 76.0
"""A box or pill is at least this wide, so that all boxes with short names (Mul, Relu) have one width."""
BOX_PAD = 14.0
"""Between a box's side and its text, left and right."""
PILL_HEIGHT = 30.0
BADGE_HIGH = 13.0
"""The height of the badge that says how a mark differs between two graphs; its left end stands out by half of it."""
PILL_PAD = 20.0
CHIP_HEIGHT = 21.0
CHIP_PITCH = 25.0
"""From one chip of a column to the next: `CHIP_HEIGHT` and 4 between them."""
CHIP_PAD = 9.0
CHIP_GAP = 10.0
"""Between a column of chips and the body, or the next column."""
CHIP_ROWS = 4
"""Chips stand in columns of at most so many."""
NOTE_GAP = 8.0
"""Between a box and the words or figure on its right."""
TEXT_GAP = 8.0
"""Between two texts of one line."""
CARD_PAD = 14.0
"""Between a card's left edge and its texts."""
CARD_LEAST = 150.0
"""The least width of a card."""
LINE_ONE = 21.0
"""From a card's top to the base line of its title."""
LINE_TWO = 38.0
"""From a card's top to the base line of its second line."""
HEAD_ONE = 34.0
"""Height of a folded card, or of an open card's head, with one line."""
HEAD_TWO = 52.0
"""The same with two lines."""
LINE_MORE = 14.0
"""The height of each further line, which only closed cards of an overview have."""
SOURCE_GAP = 24.0
"""Between the detail and the source place in a card's second line."""
INSIDE = 20.0
"""Between an open card's border and what is in it, left, right and below."""
STACK_STEP = 5.0
STACK_CARDS = 3
"""A stack shows at most so many cards behind the first, each `STACK_STEP` further down and right."""
SLIM_STEP = 3.0
"""The same in slim cards (`Card.slim`)."""
SLIM_AXIS = 96.0
"""The flow runs through a slim card at most so far from its left edge, as it runs through the first box of a row: cards that are wide for
their words alone would push the flow to the middle of the page, and rows, which begin there, out of it."""
SLIM_ABOVE, SLIM_BELOW = 2.5, 2.5
"""So much less room a slim card has above its texts, and below them."""
HEAT_GAP = 8.0
"""Between a card and the bar of its figure, or between the last card of a stack and the bar. They are so near that one
sees whose bar it is."""
HEAT_BAR = 6.0
"""The width of that bar."""
HEAT_TEXT = 8.0
"""Between the bar and its figure."""


BEFORE_SKETCH = 10.0
"""Between the texts of a card and the small drawing beside them, at least."""
SKETCH_BELOW = 5.0
"""Between a small drawing and the lower border of its card, and above one that stands beside the texts."""


class Frame(NamedTuple):
    """A rectangle: its top left corner, width and height."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Extents:
    """The size of an item and the places of its parts: x from its axis, y from its top.

    `size` is the room that all its parts need. The body starts below the top if its chips need more height than it has.
    """

    size: Size
    body: Frame
    chips: Tuple[Frame, ...]


def times(count: int) -> str:
    """What a stack's title line says of its number of copies: ``×12``."""
    return f"\u00d7{count}"


def behind(repeat: int) -> int:
    """How many cards are seen behind a stack of so many: never more than there are.

    >>> behind(1), behind(2), behind(12)
    (0, 1, 3)
    """
    return min(STACK_CARDS, repeat - 1)


def seen_behind(card: Card) -> float:
    """How much further down and right the last card behind a stack is seen."""
    return (SLIM_STEP if card.slim else STACK_STEP) * behind(card.repeat)


def text_top(card: Card) -> float:
    """From the top of a card to where `LINE_ONE` and the lines below it are counted from."""
    return -SLIM_ABOVE if card.slim else 0.0


def head_height(card: Card) -> float:
    """The height of a card's texts; a card without a title keeps a little room above what it holds."""
    if not card.title:
        return INSIDE - 6.0
    high = _texts_height(card)
    if card.sketch is None:
        return high
    drawn = sketch_size(card.sketch).height
    return max(high, drawn + 2 * SKETCH_BELOW) if card.sketch.beside else high + drawn


def _texts_height(card: Card) -> float:
    saved = SLIM_ABOVE + SLIM_BELOW if card.slim else 0.0
    if not card.detail and not card.source:
        return HEAD_ONE - saved
    return HEAD_TWO + LINE_MORE * card.detail.count("\n") - saved


def head_width(card: Card, source: str) -> float:
    """The width that a card's texts need. `source` is the text of its source place, empty for none."""
    first = width(card.title, TITLE_FONT) + (TEXT_GAP + width(card.subtitle, SUBTITLE_FONT) if card.subtitle else 0.0)
    first += TEXT_GAP + width(times(card.repeat), TITLE_FONT) if card.repeat > 1 else 0.0
    second = max([width(line, DETAIL_FONT) for line in card.detail.split("\n")])
    if source:
        second += (SOURCE_GAP if card.detail else 0.0) + width(source, SMALL_FONT)
    if card.sketch is None:
        return 2 * CARD_PAD + max(first, second)
    drawn = sketch_size(card.sketch).width
    if not card.sketch.beside:
        return 2 * CARD_PAD + max(first, second, drawn)
    return 2 * CARD_PAD + max(card.sketch.beside, max(first, second) + BEFORE_SKETCH) + drawn


def sketch_place(card: Card) -> Tuple[float, float]:
    """Where the small drawing of a closed card begins, from the card's upper left corner."""
    assert card.sketch is not None
    drawn = sketch_size(card.sketch)
    if card.sketch.beside:
        return head_width(card, "") - CARD_PAD - drawn.width, (head_height(card) - drawn.height) / 2
    return CARD_PAD, head_height(card) - SKETCH_BELOW - drawn.height


def badge_width(sign: Union[DiffMark, FoundMark]) -> float:
    """The width of the badge on a corner of a mark: the upper left one if it differs between two graphs, the upper right one if something was found."""
    return max(width(sign.text, BADGE_FONT) + 8, BADGE_HIGH)


def pad_beside(compared: Optional[DiffMark], found: Optional[FoundMark], pad: float) -> float:
    """The room left and right of a mark's text, which a badge must not cover."""
    badges = [badge_width(sign) - BADGE_HIGH / 2 + 2.0 for sign in (compared, found) if sign is not None]
    return max([pad, *badges])


def measure_box(item: Union[Box, Pill], oval: float = PILL_HEIGHT) -> Extents:
    """The size of a box or a pill, with its chips on the left and, beside a box, its figure or note on the right.

    `oval` is the height of a pill.
    """
    if isinstance(item, Box):
        half = _up(
            (max(BOX_LEAST, width(item.title, OP_FONT) + 2 * pad_beside(item.compared, item.found, BOX_PAD))) / 2
        )
        note = item.heat.text if item.heat else item.note
        right = NOTE_GAP + width(note, SMALL_FONT) if note else 0.0
        return _around(Frame(-half, 0.0, 2 * half, BOX_HEIGHT), item.chips, right)
    text = width(item.title, PILL_FONT) + (TEXT_GAP + width(item.detail, SMALL_FONT) if item.detail else 0.0)
    half = _up(max(BOX_LEAST, text + 2 * PILL_PAD) / 2)
    return _around(Frame(-half, 0.0, 2 * half, oval), item.chips, 0.0)


def measure_card(card: Card, inside: Tuple[float, float], source: str) -> Extents:
    """The size of a card that holds something of width and height `inside`, which is (0, 0) for a folded card.

    The `INSIDE` that stays free left, right and below is part of `inside`; the head is not.
    """
    half = _up(max(CARD_LEAST, head_width(card, source), inside[0]) / 2)
    height = head_height(card) + inside[1]
    stack = seen_behind(card)
    right = stack + _heat_width(card.heat)
    if card.slim and half > SLIM_AXIS and not card.chips:
        size = Size(SLIM_AXIS, 2 * half - SLIM_AXIS + right, height + stack, SLIM_AXIS)
        return Extents(size, Frame(-SLIM_AXIS, 0.0, 2 * half, height), ())
    found = _around(Frame(-half, 0.0, 2 * half, height), card.chips, right)
    if not stack:
        return found
    size = found.size
    return Extents(Size(size.left, size.right, max(size.height, height + stack), size.half), found.body, found.chips)


def _heat_width(heat: "Heat | None") -> float:
    """The width of the bar and the figure beside a card."""
    if heat is None:
        return 0.0
    return HEAT_GAP + HEAT_BAR + HEAT_TEXT + max(width(heat.text, HEAT_FONT), width(heat.below, SMALL_FONT))


def _around(body: Frame, chips: Sequence[Chip], right: float) -> Extents:
    """Put chips left of the body, in columns of `CHIP_ROWS`, the first column nearest to the body.

    If a column is higher than the body, the body stands in the middle of its height. `right` is what is kept free right
    of the body.
    """
    half = body.width / 2
    rows = min(CHIP_ROWS, len(chips))
    height = max(body.height, rows * CHIP_PITCH - (CHIP_PITCH - CHIP_HEIGHT))
    top = 0.0 if body.height >= height else (height - body.height) / 2
    frames = []
    edge = -half
    for start in range(0, len(chips), CHIP_ROWS):
        column = chips[start : start + CHIP_ROWS]
        widest = max(_up(width(chip.text, CHIP_FONT) + 2 * CHIP_PAD) for chip in column)
        # Columns stand around the middle of the body; below the last chip there is no gap (the 4). A single chip of a
        # card stands beside the title instead.
        first = (
            top + min(body.height, BOX_HEIGHT if len(chips) == 1 else height) / 2 - (len(column) * CHIP_PITCH - 4) / 2
        )
        first = max(0.0, first)
        for index, chip in enumerate(column):
            own = _up(width(chip.text, CHIP_FONT) + 2 * CHIP_PAD)
            frames.append(Frame(edge - CHIP_GAP - own, first + index * CHIP_PITCH, own, CHIP_HEIGHT))
        edge -= CHIP_GAP + widest
    size = Size(-edge, half + right, height, half)
    return Extents(size, Frame(body.x, top, body.width, body.height), tuple(frames))


def _up(value: float) -> float:
    """The value rounded up to a whole pixel."""
    return float(-(-value // 1))
