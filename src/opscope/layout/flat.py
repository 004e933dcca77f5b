"""The vocabulary of the flat layout: what one group's boxes and wires look like going in, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, FrozenSet, NamedTuple, Optional, Tuple

BORDER = -1
"""Stands for the group itself as a wire's end: an input port in its top border, an output port in its bottom border."""

Point = Tuple[float, float]


class Wire(NamedTuple):
    """A wire from output port `out` of box `source` to input port `into` of box `target`; either may be `BORDER`.

    `back` marks a wire known to run against the flow (a loop's next iteration); `weight` 0 (a control wire) yields to
    others when it is decided which wires run straight. Wires with the same source and `out` share one trunk.
    """

    source: int
    out: int
    target: int
    into: int
    back: bool = False
    weight: int = 1


@dataclass(frozen=True)
class Flat:
    """One group as a flat graph of `boxes` boxes; `inputs` and `outputs` count the ports in its own border.

    Border ports keep the order of their numbers. The ports of boxes are put in the order that crosses least, those of
    the boxes in `fixed` by their numbers where it crosses no more: what is inside would have it so.
    """

    boxes: int
    wires: Tuple[Wire, ...]
    inputs: int = 0
    outputs: int = 0
    fixed: FrozenSet[int] = frozenset()


class Ports(NamedTuple):
    """The ports on one side of a box from left to right, and which of them its axis runs through (-1: none)."""

    order: Tuple[int, ...]
    axis: int


NO_PORTS = Ports((), -1)


class Link(NamedTuple):
    """The part of a wire's trunk between a slot and one in the next row, with the port at either end."""

    upper: int
    out: int
    lower: int
    into: int
    net: int


class Block(NamedTuple):
    """Slots of consecutive rows on one straight line, from the top down, and the links that join each to the next."""

    slots: Tuple[int, ...]
    links: Tuple[int, ...]


@dataclass(frozen=True)
class Order:
    """All that is combinatorial in a flat layout: computed once per structure, independent of every size.

    Slots are numbered: boxes first, then border inputs, border outputs, and the slots that keep a channel free
    for a wire that passes a row. `rows` gives the slots of each row from left to right; the first row holds the
    border inputs, the last the border outputs. A block comes after every block left of it. `routes` gives each
    wire's slots from its source to its target; a wire in `back` goes up. `nets` numbers each wire's trunk, `ends`
    gives its ports at both ends.
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


@dataclass(frozen=True)
class Size:
    """What a box needs, in pixels: `left` and `right` of its axis, `height`, and the half width of its body.

    Ports without a given place are spread over the body, the straight one on the axis. `tops` and `bottoms` give the
    ports' offsets from the axis by port number, when an inner layout has decided them.
    """

    left: float
    right: float
    height: float
    half: float
    tops: Optional[Tuple[float, ...]] = None
    bottoms: Optional[Tuple[float, ...]] = None


@dataclass(frozen=True)
class Sizes:
    """The sizes of all boxes of a group and the width of the label on each trunk, by (source box, port)."""

    boxes: Tuple[Size, ...]
    labels: Dict[Tuple[int, int], float]


@dataclass(frozen=True)
class Placed:
    """Coordinates of one group, in pixels from its top left corner, y downwards.

    `boxes` gives each box's axis and top; `inputs` and `outputs` the x of the border ports; `wires` each wire's
    corners, from its source to its target; `labels` the place of each label's anchor and whether it is written to the left of it.
    """

    width: float
    height: float
    boxes: Tuple[Point, ...]
    inputs: Tuple[float, ...]
    outputs: Tuple[float, ...]
    wires: Tuple[Tuple[Point, ...], ...]
    labels: Dict[Tuple[int, int], Tuple[float, float, bool]]
