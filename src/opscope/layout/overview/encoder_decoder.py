"""Names the encoder and the decoder of a model whose author gave its layers no names: the side that gives states or skips, and the one that takes them."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Dict, Iterable, List, Mapping, Match, Optional, Sequence, Set, Tuple

from ...graph.view import LAST_FIRST
from ...graph.with_fields import with_fields
from ..flat import BORDER
from ..scene.items import Card, CardWire, ChainRow, Item
from .level_words import DOWN, UP
from .wire_roles import INITIAL, LAST

ENCODER, DECODER = "encoder", "decoder"
SKIP = "skip"
"""What a wire is called that is a skip connection, inside the stack that takes it."""
SKIPS = "skips"
"""How the label of a wire begins that stands for the skip connections of all copies."""
LEAST_DOUBLED = 4
"""Of so many levels one may be odd among the others."""
NO_SIZES: Mapping[int, Sequence[str]] = MappingProxyType({})
MOST_PAIRS = 4
"""So many pairs of copies are all told."""
_OF_COPY = re.compile(r"\b(?:last copy|copy (\d+)):")
_LEVEL = re.compile(r"(?<=drawn: level )\d+|(?<=shown: level )\d+|(?<=\blevel )\d+(?=: )")
_COURSE = re.compile(r"\blevels 1 to \d+: (.*?)(?= \u00b7 |\n|$)")
_NUMBERED = re.compile(r"copy (\d+)")
_ARROW = " \u2192 "


def is_level(item: Optional[Item]) -> bool:
    """Whether an item is a stack of levels of a network, which its author did not name."""
    return isinstance(item, Card) and item.title in (DOWN, UP)


def skip_words(times: int, *, levels: bool) -> str:
    """What is said of skip connections of which the last copy gives to the first. Levels that belong together bear one number.

    >>> skip_words(3, levels=True), skip_words(6, levels=False)
    ('skips \u00d73: each level to its own', 'skips \u00d76: copy 1 \u2192 6, 2 \u2192 5 \u2026 6 \u2192 1')
    """
    pairs = [f"{number} \u2192 {times + 1 - number}" for number in range(1, times + 1)]
    told = ", ".join(pairs) if times <= MOST_PAIRS else f"{', '.join(pairs[:2])} \u2026 {pairs[-1]}"
    return f"{SKIPS} \u00d7{times}: {'each level to its own' if levels else f'copy {told}'}"


def in_levels(label: str, item: Optional[Item], *, decoder: bool) -> str:
    """The label of a wire out of an item, or in it; what it says of copies it says of levels where these are some."""
    if not isinstance(item, Card) or not is_level(item):
        return label

    def level(found: Match[str]) -> str:
        return f"level {_level(int(found[1] or item.repeat), item.repeat, decoder=decoder)}:"

    return _OF_COPY.sub(level, label)


def _level(copy: int, copies: int, *, decoder: bool) -> int:
    """The number of the level that a copy is. A decoder begins with the deepest, which is the last one of its encoder."""
    return copies + 1 - copy if decoder else copy


def copy_called(name: str, item: Item) -> str:
    """What a copy of a stack is called, ``copy 4``: of an encoder or a decoder a level."""
    side = _title(item).partition(":")[0]
    number = _NUMBERED.fullmatch(name)
    if number is None or side not in (ENCODER, DECODER) or not isinstance(item, Card):
        return name
    return f"level {_level(int(number[1]), item.repeat, decoder=side == DECODER)}"


def first_level(item: Item) -> int:
    """The number of the level that the first copy of a stack is, from which those of the others go on; 0 if its copies are no levels."""
    return int(copy_called("copy 1", item).partition("level ")[2] or 0)


def decoders_of(children: Sequence[Item], wires: Iterable[CardWire]) -> Set[int]:
    """The items that are levels up which take, in the reverse order, what levels down give."""
    pairs = [(wire.source.child, wire.target.child) for wire in wires if wire.taken == LAST_FIRST]
    inside = [pair for pair in pairs if BORDER not in pair]
    return {target for source, target in inside if (_title(children[source]), _title(children[target])) == (DOWN, UP)}


def with_sides(
    children: Sequence[Item], wires: Sequence[CardWire], sizes: Mapping[int, Sequence[str]] = NO_SIZES
) -> List[Item]:
    """The items of a card, in which the two sides that skips or a state join are called what they are.

    `sizes` has, for an encoder and its decoder, the shape of each level's skip connection, the topmost first: their levels are told by it.
    """
    found = list(children)
    for source, target in _joined(children, wires):
        for place, side in ((source, ENCODER), (target, DECODER)):
            item = found[place]
            if isinstance(item, Card) and is_level(item):
                found[place] = _side(item, side, sizes.get(place, ()))
            elif isinstance(item, ChainRow) and not item.name and len(item.cells) == 1:
                found[place] = with_fields(item, name=side)
    return found


def _side(card: Card, side: str, sizes: Sequence[str]) -> Card:
    """The stack of an encoder's or a decoder's levels, in the words of levels."""
    decoder = side == DECODER

    def told(text: str) -> str:
        text = _LEVEL.sub(lambda found: str(_level(int(found[0]), card.repeat, decoder=decoder)), text)
        return _COURSE.sub(lambda found: _course(found, card.repeat, sizes, decoder=decoder), text)

    inner = [
        with_fields(wire, label=in_levels(wire.label, card, decoder=decoder)) if wire.source.child == BORDER else wire
        for wire in card.wires
    ]
    title = f"{side}: {card.title.partition(' ')[0]}"
    return with_fields(card, title=title, subtitle=told(card.subtitle), detail=told(card.detail), wires=tuple(inner))


def _course(found: Match[str], copies: int, sizes: Sequence[str], *, decoder: bool) -> str:
    """How the levels' sizes go on, in the order of the data: those of the skips, unless the copies' results are said to be others."""
    first, last = (_level(copy, copies, decoder=decoder) for copy in (1, copies))
    levels = f"levels {first} to {last}: "
    told = with_odd(sizes)
    if decoder:
        sizes, told = sizes[::-1], told[::-1]
    if not sizes or (decoder and not _agree(found[1].split(_ARROW), sizes)):
        return f"{levels}{found[1]}"
    return levels + _ARROW.join(told)


def _agree(said: Sequence[str], sizes: Sequence[str]) -> bool:
    """Whether a course has these sizes, behind the kind of what makes them, as far as none is cut short."""
    return len(said) == len(sizes) and all(
        "\u2026" in one or one.rpartition(" ")[2] == other for one, other in zip(said, sizes)
    )


def with_odd(sizes: Sequence[str]) -> List[str]:
    """The sizes; one is marked if it alone has not twice the channels of the level before.

    >>> with_odd(["128\u00d716", "64\u00d732", "32\u00d748", "16\u00d7128"])
    ['128\u00d716', '64\u00d732', '32\u00d748 (odd, not 64)', '16\u00d7128']
    >>> with_odd(["8\u00d716", "8\u00d732", "8\u00d764", "8\u00d7128"])[2], with_odd(["8\u00d716", "8\u00d724", "8\u00d748", "8\u00d7128"])[1]
    ('8\u00d764', '8\u00d724')
    """
    channels = [int(size.rpartition("\u00d7")[2]) for size in sizes]
    for begun in {value / 2**place for place, value in enumerate(channels)} if len(sizes) >= LEAST_DOUBLED else ():
        doubled = [int(begun * 2**place) for place in range(len(sizes))]
        odd = [place for place, value in enumerate(channels) if value != doubled[place]]
        if len(odd) == 1:
            return [f"{size} (odd, not {doubled[place]})" if place in odd else size for place, size in enumerate(sizes)]
    return list(sizes)


def _joined(children: Sequence[Item], wires: Sequence[CardWire]) -> List[Tuple[int, int]]:
    """The pairs of items of which the first is an encoder and the second its decoder; none where an item is in several pairs."""
    pairs: Dict[Tuple[int, int], None] = {}
    for wire in wires:
        source, target = wire.source.child, wire.target.child
        if BORDER in (source, target) or wire.kind != "data":
            continue
        levels = wire.label.startswith(SKIPS) and (_title(children[source]), _title(children[target])) == (DOWN, UP)
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
