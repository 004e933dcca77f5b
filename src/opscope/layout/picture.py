"""A drawing with coordinates, in pixels: what renderers of pictures read. Places are relative to the item around."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Optional, Tuple

if TYPE_CHECKING:
    from .flat import Point
    from .scene.items import CardWire, Item, Scene
    from .sizes.extents import Frame


class Label(NamedTuple):
    """A text beside a wire. (`x`, `y`) is where its base line begins, or ends if the text stands `left` of the wire."""

    x: float
    y: float
    text: str
    left: bool


@dataclass(frozen=True)
class Inside:
    """What an open card holds. All places in it are relative to the point (`x`, `y`) of the card."""

    x: float
    y: float
    children: Tuple["Drawn", ...]
    paths: Tuple["Path", ...]
    labels: Tuple[Label, ...]
    heads: Tuple[Label, ...] = ()
    """The words at the arrow heads of wires into stacks."""


@dataclass(frozen=True)
class Drawn:
    """One item in its place: the rectangle of its body, its chips, and what it holds if it is an open card.

    The chips' places are relative to the upper left corner of the body.
    """

    item: Item
    body: Frame
    chips: Tuple[Frame, ...]
    inside: Optional[Inside] = None
    room: Optional[Frame] = None
    """In a drawing from left to right: what the item takes with all that stands around it, relative to the body's corner."""
    beside: Optional[Label] = None
    """The shape of what it gives, where that stands behind it rather than below it, beside the wire."""


@dataclass(frozen=True)
class Path:
    """One wire: its corners from source to target. Its first `shared` straight pieces are drawn by an earlier wire."""

    wire: CardWire
    points: Tuple[Point, ...]
    shared: int = 0


@dataclass(frozen=True)
class Drawing:
    """A whole drawing: the scene and its root in place, the corner of the root's body at (0, 0)."""

    scene: Scene
    root: Drawn
    structures: int
    """How many distinct groups its engine has arranged."""
    rightward: bool = False
    """Whether it goes from left to right (`layout.rightward`)."""
