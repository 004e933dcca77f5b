"""The words of a row or card as a step of a formula: those of its main layer, and of what stands before and behind that."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Dict, Mapping, NamedTuple, Sequence, Tuple

from ..flat import BORDER
from ..scene.items import Card, ChainRow, Item
from ..sizes.extents import times

WITH_WEIGHTS = re.compile(r"(conv|Dense)\b")
_IMAGE = re.compile(r"\([^,()]+, (\d+, \d+, \d+)\)")
"""The label of a tensor of images, in which channels are last or first."""


class ChildWords(NamedTuple):
    """The words of a child."""

    before: Tuple[str, ...]
    main: str
    behind: Tuple[str, ...]
    """Normalization and activation behind a layer with weights."""
    after: Tuple[str, ...]

    def all(self) -> Tuple[str, ...]:
        """All its words, one for each cell."""
        return (*self.before, self.main, *self.behind, *self.after)


def child_words(item: Item, said: Mapping[int, str] = MappingProxyType({})) -> ChildWords:
    """The words of a child of a card. Ops say what `said` has for them."""
    if not isinstance(item, ChainRow):
        title = item.title if isinstance(item, Card) else ""
        several = isinstance(item, Card) and item.repeat > 1
        return ChildWords((), f"{title} {times(item.repeat)}" if several and isinstance(item, Card) else title, (), ())
    told = [said.get(cell.item.node, cell.text) for cell in item.cells]
    texts = [text.replace("\u2192", "to") for text in told]
    main = item.main if WITH_WEIGHTS.search(texts[item.main]) else 0
    end = main + 1  # behind what is no layer that only normalizes or activates, all are steps of their own
    while end < len(texts) and isinstance(item.items[end], Card) and texts[end][0].isalpha():
        end += 1
    return ChildWords(tuple(texts[:main]), texts[main], tuple(texts[main + 1 : end]), tuple(texts[end:]))


def image_sizes(card: Card) -> Dict[int, str]:
    """The height and width of what children give to others, where the labels of wires tell them: ``14×14``; ``14×14×64`` with channels not told yet.

    What an op says that brings a tensor into a shape is not said again.
    """
    found: Dict[int, str] = {}
    for wire in card.wires:
        child, sizes = wire.source.child, _IMAGE.fullmatch(wire.label)
        if child < 0 or wire.target.child == BORDER or sizes is None:
            continue
        row = child_words(card.children[child])
        if not row.all()[-1].endswith(")"):
            dims = sizes[1].split(", ")
            found[child] = "\u00d7".join(dims[:-1] if f", {dims[-1]}," in f"{row.main}," else dims)
    return found


def common_beginning(behind: Sequence[Tuple[str, ...]]) -> Tuple[str, ...]:
    """What all begin with."""
    shared = behind[0]
    for other in behind[1:]:
        length = 0
        while length < min(len(shared), len(other)) and shared[length] == other[length]:
            length += 1
        shared = shared[:length]
    return shared
