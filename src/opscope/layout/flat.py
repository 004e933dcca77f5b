"""The values that the flat layout works with. It is the layout of one group: its direct children and their wires.

`Flat` goes into arranging, which makes an `Order` of it. `Order` and `Sizes` go into placing, which makes a `Placed`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, FrozenSet, NamedTuple, Optional, Tuple

from .place.spacing import Heights

BORDER = -1
"""The number that stands for the group itself where a wire could end on a box.

As a source it means an input port in the group's top border, as a target an output port in its bottom border.
"""

Point = Tuple[float, float]


class Wire(NamedTuple):
    """A wire from output port `out` of box `source` to input port `into` of box `target`; either may be `BORDER`.

    Wires with the same source and `out` are drawn as one trunk that branches, but for those that run upwards.

    `back` marks a wire that is meant to run upwards: a loop's next iteration. `weight` is 1 for data and 0 for all
    else, such as control wires. Data wires come first when it is decided which wires run straight.
    """

    source: int
    out: int
    target: int
    into: int
    back: bool = False
    weight: int = 1


@dataclass(frozen=True)
class Flat:
    """One group: its boxes are numbered 0 to `boxes` - 1; `inputs` and `outputs` count the ports in its own border.

    Border ports always stand in the order of their numbers. The ports of a box are put in order by where their wires
    lead, and by number only between equals.

    `cards` are the boxes that are cards, open or folded. They may be wide. So while the rows are sorted, each of their
    ports counts as a place of its own, in the order of the numbers; all ports of another box count as its middle.

    `after` has pairs (upper, lower) of boxes: the lower one runs after the upper one, even where no wire says so.

    `high` are the boxes that are higher than others: side by side in one row they take the height of one.

    `signs` are the round boxes, which a wire may enter from its side, from the left; those that are `ended` have nothing behind them in their
    box, and may be entered from the right too.
    """

    boxes: int
    wires: Tuple[Wire, ...]
    inputs: int = 0
    outputs: int = 0
    cards: FrozenSet[int] = frozenset()
    after: Tuple[Tuple[int, int], ...] = ()
    high: FrozenSet[int] = frozenset()
    signs: FrozenSet[int] = frozenset()
    ended: FrozenSet[int] = frozenset()


class Ports(NamedTuple):
    """The ports on one side of a box.

    `order` has the numbers of the ports from left to right. `axis` is a position in `order`: that port stands on the
    box's axis, so that its wire runs straight. -1: none does.
    """

    order: Tuple[int, ...]
    axis: int


NO_PORTS = Ports((), -1)


class Link(NamedTuple):
    """The part of a trunk between the slot `upper` and the slot `lower` in the next row.

    It leaves `upper` by its port `out` and enters `lower` by its port `into`; the port is 0 where the slot is no box.
    `net` is the number of the trunk. It is -1 for a link that is not drawn (see `slots.COLUMN`).
    """

    upper: int
    out: int
    lower: int
    into: int
    net: int


class Block(NamedTuple):
    """Slots of consecutive rows on one straight line, from the top down. `links[i]` joins `slots[i]` to the next."""

    slots: Tuple[int, ...]
    links: Tuple[int, ...]


@dataclass(frozen=True)
class Order:
    """What arranging finds out. It depends on no size, so it is computed once for each distinct structure.

    A slot is what takes a place in a row: a box, a port of the group's border, or the channel that is kept free where a
    wire passes the row. Slots are numbered in this order: boxes, border inputs, border outputs, channels.

    - `rows`: the slots of each row from left to right. The first row holds the border inputs, the last the outputs.
    - `blocks`: sorted so that a block comes after every block that stands left of it. Placing relies on this.
    - `tops`, `bottoms`: the ports of each box.
    - `routes`: for each wire its slots, from its source to its target.
    - `nets`: for each wire the number of its trunk.
    - `ends`: for each wire the port where it leaves its source and the port where it enters its target.
    - `back`: the indices of the wires that run upwards.
    - `aside`: the links that enter a sign from its side, if there is room.
    """

    boxes: int
    inputs: int
    outputs: int
    rows: Tuple[Tuple[int, ...], ...]
    links: Tuple[Link, ...]
    blocks: Tuple[Block, ...]
    tops: Tuple[Ports, ...]
    bottoms: Tuple[Ports, ...]
    routes: Tuple[Tuple[int, ...], ...]
    nets: Tuple[int, ...]
    ends: Tuple[Tuple[int, int], ...]
    back: FrozenSet[int]
    aside: FrozenSet[int] = frozenset()


@dataclass(frozen=True)
class Size:
    """What a box needs, in pixels.

    `left` and `right` are how far it reaches from its axis with all its parts. `half` is half the width of its body
    alone; the axis is the middle of the body. `tops` and `bottoms` are the offsets of its ports from the axis, by port
    number, if the layout inside the box has decided them. If not, they are ``None``, and placing spreads the ports.
    `foot` is the room below the box in which its wires run aside to where they go down, which a straight one needs not; the page has none.
    """

    left: float
    right: float
    height: float
    half: float
    tops: Optional[Tuple[float, ...]] = None
    bottoms: Optional[Tuple[float, ...]] = None
    foot: float = 0.0


@dataclass(frozen=True)
class Sizes:
    """The sizes of all boxes of a group, and the width of each trunk's label by (source box or `BORDER`, port).

    `heights` are the distances between the rows. `spans` are how far the labels reach from their box to the next row, where that is not
    one height for all: in a drawing from left to right, whose texts stay upright.
    """

    boxes: Tuple[Size, ...]
    labels: Dict[Tuple[int, int], float]
    heights: Heights = field(default_factory=Heights)
    spans: Dict[Tuple[int, int], float] = field(default_factory=dict)


@dataclass(frozen=True)
class Placed:
    """Coordinates of one group, in pixels from its top left corner, y downwards.

    - `boxes`: the x of each box's axis and the y of its top.
    - `inputs`, `outputs`: the x of the border ports.
    - `wires`: each wire's corners, from its source to its target.
    - `labels`: by (source box or `BORDER`, port) the point beside the wire where the label's base line begins; if the
      third value is true, the text stands to the left of the wire and its base line ends there.
    """

    width: float
    height: float
    boxes: Tuple[Point, ...]
    inputs: Tuple[float, ...]
    outputs: Tuple[float, ...]
    wires: Tuple[Tuple[Point, ...], ...]
    labels: Dict[Tuple[int, int], Tuple[float, float, bool]]
