"""How much a card of an overview may say."""

from __future__ import annotations

from typing import List, NamedTuple

from ..scene.items import Scene, cards
from .card_lines import BELOW_MORE
from .formula_text import DOT, InsideFormula

MOST_IN_LINE = 128
"""A line of what is in a card has at most so many characters, which are wider than those beside the title."""


class CardRoom(NamedTuple):
    """How much a card may say: so many characters beside its title, and so many lines of what is in it."""

    characters: int
    lines: int
    courses: bool = True
    """Whether a card that says what one copy holds says also how the shapes go on from copy to copy."""
    slim: bool = False
    """Whether cards have little room around their words."""
    narrow: int = 0
    """So many characters fewer has a line of what is in a card."""

    def lines_of(self, formula: InsideFormula) -> List[str]:
        """What a card says of what is in it; nothing if there is no room for it."""
        return formula.lines(self.wide, self.lines)

    def is_enough_for(self, scene: Scene) -> bool:
        """Whether each line that cards say has room beside their titles: so they say the same as where lines may be longer."""
        longest = self.characters - max(self.narrow, len(DOT))
        return all(
            len(card.title) + max(map(len, (card.subtitle, *card.detail.split("\n")))) <= longest
            for card in cards(scene)
        )

    @property
    def wide(self) -> int:
        """So many characters has a line of what is in a card."""
        return min(self.characters + BELOW_MORE, MOST_IN_LINE) - self.narrow
