"""What the layers of a row are called together."""

from __future__ import annotations

from typing import AbstractSet, List, Mapping, Sequence, Tuple

from ...passes.naming import is_made_up
from ..scene.items import Card, Cell

_MOST_NAMES, _MOST_CHARACTERS = 2, 32
"""So many names of blocks that share a row are told, in so many characters."""
LEAST_STEM = 3
"""What names begin with is a name if it has so many characters."""


def name_together(
    cells: Tuple[Cell, ...], main: int, around: str, classes: Mapping[int, str], heading: AbstractSet[int]
) -> str:
    """What the layers of a row are called together: what their names begin with, else the name of the main one.

    Several main layers, which are those of the groups `heading`, have no name together if theirs have nothing in common: that of one of them
    would be taken for the name of all.
    `around` is the name of the card that holds the row: what names begin with in it is not said again. `classes` are those of groups: a
    name that Keras made of a class says nothing more than the class, and one that a box of the row says is not said again.
    """
    every = [cell.item for cell in cells if isinstance(cell.item, Card)]
    names = [card.title for card in every]
    if all(is_made_up(card.title, classes.get(card.group, "")) for card in every):
        return ""
    stem = names[0] if len(names) == 1 else stem_of(names)
    if len(heading) > 1 and len(stem) < LEAST_STEM:
        return ""
    if len(names) > 1 and len(stem) < LEAST_STEM:
        stem = cells[main].item.title if isinstance(cells[main].item, Card) else names[0]
    name = _within(stem, around)
    # A number is what Keras counts layers by inside a block: it tells nothing of the row.
    return "" if name.isdigit() or {stem, name} & {cell.text for cell in cells} else name


def names_of_several(cells: Sequence[Cell], around: str, classes: Mapping[int, str], heading: AbstractSet[int]) -> str:
    """The names of the main layers of a row that have none in common, where these are two of the author's: ``block7a, top_conv``.

    A row that ends one block and begins the next one would else belong to none.
    """
    mains = [cell.item for cell in cells if isinstance(cell.item, Card) and cell.item.group in heading]
    if any(is_made_up(card.title, classes.get(card.group, "")) for card in mains):
        return ""
    names: List[str] = []
    for card in mains:
        stem = stem_of([names[-1], card.title]) if names else ""
        if len(stem) >= LEAST_STEM:
            names[-1] = stem
        else:
            names.append(card.title)
    told = ", ".join(_within(name, around) for name in names)
    return told if len(names) == _MOST_NAMES and len(told) <= _MOST_CHARACTERS and len(mains) == len(heading) else ""


def are_of_one_block(names: Sequence[str], classes: Sequence[str]) -> bool:
    """Whether the author's names of layers tell that they are one block: all begin alike, and not because Keras counts layers of a class.

    >>> are_of_one_block(["block7a_expand", "block7a_project"], ["Conv2D", "Conv2D"]), are_of_one_block(["conv2d", "conv2d_1"], ["Conv2D"] * 2)
    (True, False)
    """
    return len(stem_of(names) if names else "") >= LEAST_STEM and not all(map(is_made_up, names, classes))


def _within(name: str, around: str) -> str:
    """A name without that of the card around it."""
    return name[len(around) :].lstrip("_-./") if around and name.startswith(around) else name


def stem_of(names: Sequence[str]) -> str:
    """What all names begin with, in whole words.

    >>> stem_of(["conv1_pad", "conv1_conv"]), stem_of(["pool1_pad", "pool1_pool"])
    ('conv1', 'pool1')
    """
    stem = min(names)
    while not all(name.startswith(stem) for name in names):
        stem = stem[:-1]
    if any(len(name) > len(stem) and name[len(stem)].isalnum() for name in names) and stem[-1:].isalnum():
        stem = stem[: max(stem.rfind("_"), stem.rfind("-"), 0)]
    return stem.rstrip("_-./")
