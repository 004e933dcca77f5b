"""Where the labels of a plot stand, so that none lies on another one."""

from __future__ import annotations

from typing import Iterable, List, NamedTuple, Optional, Tuple

from ...layout.sizes.text_width import Font, width

_ABOVE, _BELOW = 11.0, 3.0
"""How far a line of text reaches above and below its base line."""


class LabelBox(NamedTuple):
    """A rectangle of the picture."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "LabelBox") -> bool:
        """Whether the two have a point in common that is not on a border."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: "LabelBox") -> bool:
        """Whether all of the other one is inside."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


class LabelPlaces:
    """Gives labels their places one after the other: the first place of each that is free."""

    def __init__(self, field: LabelBox) -> None:
        """All labels stand inside `field`."""
        self._field = field
        self._taken: List[LabelBox] = []

    def place(
        self, text: str, font: Font, starts: Iterable[Tuple[float, float]], clear_of: Iterable[LabelBox] = ()
    ) -> Optional[Tuple[float, float]]:
        """The first of `starts` (left end, base line) where the text lies on no other label, nor on what it is to be clear of.

        ``None`` if there is none; else the place is taken from now on.
        """
        wide, marks = width(text, font), list(clear_of)
        for left, base in starts:
            box = LabelBox(left, base - _ABOVE, left + wide, base + _BELOW)
            if self._field.holds(box) and not any(box.overlaps(other) for other in [*self._taken, *marks]):
                self._taken.append(box)
                return left, base
        return None
