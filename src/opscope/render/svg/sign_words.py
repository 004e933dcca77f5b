"""What signs in an overview mean that not every reader knows: of those only that stand in the drawing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Dict, Iterator, List, Tuple

from ...graph.content import content_of
from ...layout.overview.squeeze_excite import SQUEEZES_TO
from ...layout.scene.items import Card, ChainRow
from ...layout.scene.labels import cut
from ...layout.scene.sketch import texts_of

if TYPE_CHECKING:
    from ...layout.overview.one_page import Overview
    from ...layout.picture import Drawn
    from ...layout.scene.items import Item

_ANY_SIZE, _ANY_BATCH = "None: any size", "None: any batch size"
_INNER = re.compile(r"(?<!\()\bNone\b")
"""An axis behind the first one that may have any size."""
_WHOLE_MODEL = "the whole model"
_SIGNS: Tuple[Tuple[str, str], ...] = (
    (r"(?<=, )/([2-9])\b", "/{0}: stride {0}"),
    (r"\bNone\b", _ANY_SIZE),
    (r"\(b, ", "b: batch size"),
    (
        rf"\b{SQUEEZES_TO}[\dn]",
        f"{SQUEEZES_TO}n: each channel \u00d7 a weight, made of all channels' averages by two layers, n wide in between",
    ),
)
"""How a sign looks in a text, and what is said of it."""


def signs_told(root: Drawn) -> List[str]:
    """The words for the signs that stand in a drawing, each said once."""
    texts = list(_texts(root))
    found = []
    for look, words in _SIGNS:
        match = next((match for match in (re.search(look, text) for text in texts) if match), None)
        if match:
            inner = words == _ANY_SIZE and any(map(_INNER.search, texts))
            found.append(_ANY_BATCH if words == _ANY_SIZE and not inner else words.format(*match.groups()))
    strips = [item.sketch.strip for item in _items(root) if isinstance(item, Card) and item.sketch is not None]
    return [*found, *dict.fromkeys(filter(None, strips))]


def classes_found(overview: Overview) -> List[str]:
    """The classes that the author wrote, each with what stands in the drawing in its place, if its name does not: ``Block (block_0 \u2026 7)``."""
    root = overview.drawing.root
    words = {word for text in (*_texts(root), *_titles(root)) for word in re.findall(r"\w+", text)}
    groups = content_of(overview.graph).groups
    alone = sum(own.is_model for own in overview.classes) == 1
    shown: Dict[str, List[str]] = {}
    for item in _items(root):
        cells = [(cell.item, cell.text) for cell in item.cells] if isinstance(item, ChainRow) else []
        cells += [(item, item.title)] if isinstance(item, Card) else []
        for part, text in cells:
            if isinstance(part, Card) and part.own and part.group >= 0:
                shown.setdefault(str(groups[part.group].cls), []).append(text)
    found = []
    for own in overview.classes:
        places = list(dict.fromkeys(shown.get(own.name, ())))
        if not places and own.is_model and alone:
            places = [_WHOLE_MODEL]
        told = own.name in words or len(places) != 1 or places[0].lower() == own.name.lower()
        found.append(cut(own.name) if told else f"{cut(own.name)} ({cut(places[0])})")
    return found


def _titles(root: Drawn) -> Iterator[str]:
    for item in _items(root):
        if isinstance(item, Card):
            yield item.title


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
