"""What signs in an overview mean that not every reader knows: of those only that stand in the drawing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator, List, Tuple

from ...layout.scene.items import Card, ChainRow
from ...layout.scene.sketch import texts_of

if TYPE_CHECKING:
    from ...layout.picture import Drawn
    from ...layout.scene.items import Item

_SIGNS: Tuple[Tuple[str, str], ...] = (
    (r"(?<=, )/([2-9])\b", "/{0}: stride {0}"),
    (r"\bNone\b", "None: any size"),
    (r"\(b, ", "b: batch size"),
)
"""How a sign looks in a text, and what is said of it."""


def signs_told(root: Drawn) -> List[str]:
    """The words for the signs that stand in a drawing, each said once."""
    texts = list(_texts(root))
    found = []
    for look, words in _SIGNS:
        match = next((match for match in (re.search(look, text) for text in texts) if match), None)
        if match:
            found.append(words.format(*match.groups()))
    strips = [item.sketch.strip for item in _items(root) if isinstance(item, Card) and item.sketch is not None]
    return [*found, *dict.fromkeys(filter(None, strips))]


def _texts(root: Drawn) -> Iterator[str]:
    """What is written in a drawing: in cells and cards, and on wires."""
    waiting = [root]
    while waiting:
        drawn = waiting.pop()
        item = drawn.item
        if isinstance(item, ChainRow):
            yield from (cell.text for cell in item.cells)
        elif isinstance(item, Card):
            yield from (item.subtitle, *item.detail.split("\n"))
            if item.sketch is not None:
                yield from texts_of((*item.sketch.first, *item.sketch.steps))
        if drawn.beside is not None:
            yield drawn.beside.text
        if drawn.inside is not None:
            yield from (label.text for label in (*drawn.inside.labels, *drawn.inside.heads))
            waiting.extend(drawn.inside.children)


def _items(root: Drawn) -> Iterator[Item]:
    waiting = [root]
    while waiting:
        drawn = waiting.pop()
        yield drawn.item
        waiting.extend(drawn.inside.children if drawn.inside is not None else ())
