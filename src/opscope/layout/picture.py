"""A drawing with coordinates: what every renderer of pictures reads. Each part's place is relative to what holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Optional, Tuple

if TYPE_CHECKING:
    from .flat import Point
    from .scene.items import CardWire, Item, Scene
    from .sizes.extents import Frame


class Label(NamedTuple):
    """A text on a wire: the place of its base line's start, or of its end when `left` of the wire."""

    x: float
    y: float
    text: str
    left: bool


@dataclass(frozen=True)
class Inside:
    """What an open card holds, relative to (`x`, `y`) in the card."""

    x: float
    y: float
    children: Tuple["Drawn", ...]
    paths: Tuple["Path", ...]
    labels: Tuple[Label, ...]


@dataclass(frozen=True)
class Drawn:
    """One item in its place: the rectangle of its body, its chips (relative to the body's corner), and what it holds."""

    item: Item
    body: Frame
    chips: Tuple[Frame, ...]
    inside: Optional[Inside] = None


@dataclass(frozen=True)
class Path:
    """One wire: its corners from source to target, of which it need not draw the first `shared`: an earlier wire has."""

    wire: CardWire
    points: Tuple[Point, ...]
    shared: int = 0


@dataclass(frozen=True)
class Drawing:
    """A whole drawing: the scene, its root in place at (0, 0), and the sizes of the root."""

    scene: Scene
    root: Drawn
    structures: int
    """How many distinct groups were laid out."""
