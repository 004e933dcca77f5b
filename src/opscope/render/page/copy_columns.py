"""The words of copies as columns: `w.*` for cards, `x.*` for boxes and pills with their chips `y.*`, `l.*` for wires."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Tuple

from ...graph.content import content_of
from ...layout.scene.items import cards
from ...layout.sizes.extents import SMALL_FONT, measure_box
from ...layout.sizes.text_width import width
from .cards import CARD_TEXTS, card_texts, chip_texts, item_texts

if TYPE_CHECKING:
    from ...layout.scene.items import Card, Scene
    from .container import PageColumns
    from .copy_labels import WireLabel
    from .copy_words import CopyWords
    from .nodes_and_groups import Pools
    from .stacks import Copies

_ITEM_TEXTS = ("title", "note", "half", "left", "right", "height", "top", "chips")
_CHIP_TEXTS = ("text", "family", "x", "y", "width")

_Row = Dict[str, int]


def add_copy_words(
    copies: "Copies", words: "CopyWords", scene: "Scene", columns: "PageColumns", pools: "Pools"
) -> Dict[str, Any]:
    """Add the columns; returns for the header the lists of differences that `w.differ` names."""
    every = cards(scene)
    said: List[List[int]] = []
    _add(columns, "w", ("unit", *CARD_TEXTS, "differ"), sorted(_cards(copies, words, every, pools, said), key=_first))
    items: List[Tuple[_Row, List[_Row]]] = sorted(_items(words, every, pools), key=lambda pair: _first(pair[0]))
    _add(columns, "x", ("row", *_ITEM_TEXTS), [row for row, _ in items])
    _add(columns, "y", _CHIP_TEXTS, [chip for _, chips in items for chip in chips])
    _add(
        columns,
        "l",
        ("unit", "wire", "label", "width", "head"),
        sorted(_labels(words.labels(every), pools), key=_first),
    )
    return {"copyDiffer": said}


def _first(row: _Row) -> int:
    return next(iter(row.values()))


def _add(columns: "PageColumns", prefix: str, names: Tuple[str, ...], rows: List[_Row]) -> None:
    for name in names:
        put = columns.deltas if name in {"unit", "row"} else columns.ints
        put(f"{prefix}.{name}", [row[name] for row in rows])


def _cards(
    copies: "Copies", words: "CopyWords", every: "List[Card]", pools: "Pools", said: List[List[int]]
) -> Iterator[_Row]:
    """The cards whose words in a copy are others, or take other room, than their group's name alone would make them."""
    for card in every:
        first = card_texts(card, words.folded(card), pools.strings)
        for own in words.cards(card):
            row = card_texts(own.open, own.folded, pools.strings)
            differ = -1
            if own.differences is not None:
                differ = len(said)
                said.append([pools.strings(text) for text in own.differences])
            if differ >= 0 or row != {**first, "title": pools.strings(_name(copies, own.unit))}:
                yield {"unit": own.unit, **row, "differ": differ}


def _name(copies: "Copies", unit: int) -> str:
    """What the page calls a unit of which nothing else is told: the last part of its path."""
    groups = content_of(copies.whole).groups
    if unit >= len(groups):
        return ""
    group = groups[unit]
    return group.path[len(groups[group.parent].path) + 1 :] if group.parent >= 0 else group.path


def _labels(found: "Iterator[WireLabel]", pools: "Pools") -> Iterator[_Row]:
    for one in found:
        wide = int(width(one.text, SMALL_FONT) + 0.5) if one.text else 0
        yield {
            "unit": one.unit,
            "wire": one.wire,
            "label": pools.strings(one.text),
            "width": wide,
            "head": int(one.at_head),
        }


def _items(words: "CopyWords", every: "List[Card]", pools: "Pools") -> Iterator[Tuple[_Row, List[_Row]]]:
    for card in every:
        for item in card.children:
            for own in words.items(item):
                measure = measure_box(own.item)
                chips = [chip_texts(*pair, pools.strings) for pair in zip(own.item.chips, measure.chips)]
                yield {"row": own.row, **item_texts(own.item, measure, pools.strings)}, chips
