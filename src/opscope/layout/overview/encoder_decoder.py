"""Names the encoder and the decoder of a model whose author gave its layers no names: the side that gives states or skips, and the one that takes them."""

from __future__ import annotations

import re
from typing import Dict, List, Optional, Sequence, Tuple

from ...graph.with_fields import with_fields
from ..flat import BORDER
from ..scene.items import Card, CardWire, ChainRow, Item
from .level_words import DOWN, UP
from .wire_roles import INITIAL, LAST

ENCODER, DECODER = "encoder", "decoder"
SKIP = "skip"
"""How the label of a wire begins that stands for skip connections."""
MOST_PAIRS = 4
"""So many pairs of copies are all told."""
_OF_COPY = re.compile(r"\blast copy:|\bcopy(?= \d+:)")


def is_level(item: Optional[Item]) -> bool:
    """Whether an item is a stack of levels of a network, which its author did not name."""
    return isinstance(item, Card) and item.title in (DOWN, UP)


def skip_words(times: int, *, levels: bool) -> str:
    """What is said of skip connections of which the last copy gives to the first.

    >>> skip_words(3, levels=True), skip_words(6, levels=False)
    ('skip ×3: level 1 → 3, 2 → 2, 3 → 1', 'skip ×6: copy 1 → 6, 2 → 5 … 6 → 1')
    """
    pairs = [f"{number} \u2192 {times + 1 - number}" for number in range(1, times + 1)]
    told = ", ".join(pairs) if times <= MOST_PAIRS else f"{', '.join(pairs[:2])} \u2026 {pairs[-1]}"
    return f"{SKIP} \u00d7{times}: {'level' if levels else 'copy'} {told}"


def in_levels(label: str, source: Optional[Item]) -> str:
    """The label of a wire out of an item; what it says of copies it says of levels where these are some."""
    if not isinstance(source, Card) or not is_level(source):
        return label
    return _OF_COPY.sub(lambda found: f"level {source.repeat}:" if found[0].endswith(":") else "level", label)


def with_sides(children: Sequence[Item], wires: Sequence[CardWire]) -> List[Item]:
    """The items of a card, in which the two sides that skips or a state join are called what they are."""
    found = list(children)
    for source, target in _joined(children, wires):
        for place, side in ((source, ENCODER), (target, DECODER)):
            item = found[place]
            if isinstance(item, Card) and is_level(item):
                found[place] = with_fields(item, title=f"{side}: {item.title.partition(' ')[0]}")
            elif isinstance(item, ChainRow) and not item.name and len(item.cells) == 1:
                found[place] = with_fields(item, name=side)
    return found


def _joined(children: Sequence[Item], wires: Sequence[CardWire]) -> List[Tuple[int, int]]:
    """The pairs of items of which the first is an encoder and the second its decoder; none where an item is in several pairs."""
    pairs: Dict[Tuple[int, int], None] = {}
    for wire in wires:
        source, target = wire.source.child, wire.target.child
        if BORDER in (source, target) or wire.kind != "data":
            continue
        levels = wire.label.startswith(SKIP) and (_title(children[source]), _title(children[target])) == (DOWN, UP)
        if (levels or _is_state(wire)) and source != target:
            pairs[(source, target)] = None
    # Of recurrent layers on top of each other the upper one takes the sequence of the lower one, with its state or without.
    for wire in wires:
        joined = (wire.source.child, wire.target.child)
        if joined in pairs and isinstance(children[joined[0]], ChainRow) and not _is_state(wire):
            del pairs[joined]
    ends = [place for pair in pairs for place in pair]
    return list(pairs) if len(set(ends)) == len(ends) else []


def _is_state(wire: CardWire) -> bool:
    """Whether a wire carries the last state of a recurrent layer to another one that begins with it."""
    return wire.role.startswith(LAST) and INITIAL in wire.role


def _title(item: Item) -> str:
    return item.title if isinstance(item, Card) else ""
