"""Takes away the frames around all of a drawing: the model's own card, the phase card of the forward pass.

The page has the model's name at its top. A card around everything would only take room.
"""

from __future__ import annotations

from dataclasses import replace
from typing import AbstractSet, Callable, Dict, List, Optional, Sequence, Tuple

from ...graph.vocabulary import CALL_KINDS, FIRST_PHASES, PHASES
from ..flat import BORDER
from ..scene.found_marks import found_together
from ..scene.items import Card, CardWire, End, Item, with_children

MOST_PLAIN = 8
"""A library's layer with so few parts needs no frame."""


def without_frames(card: Card, stages: AbstractSet[int], is_library: Callable[[int], bool] = lambda _: False) -> Card:
    """The drawing without the frames around all that is in it, outer ones first, and without those around a single card.

    Nor have the groups `stages` frames, which only the overview makes, nor layers of which `is_library` says that a library wrote them
    and that have few parts: these are called by the layer's name and their own.
    """
    card = _without_stages(card, stages, is_library)
    card = with_children(card, [_merged(child) for child in card.children])
    while True:
        frame = _frame(card)
        if frame is None:
            return card
        card = _opened(card, frame)


def _without_stages(card: Card, stages: AbstractSet[int], is_library: Callable[[int], bool]) -> Card:
    """A card with what is in open stages, and in a library's layers of few parts, in their place."""
    children = [
        _without_stages(child, stages, is_library) if isinstance(child, Card) and child.open else child
        for child in card.children
    ]
    card = with_children(card, children)
    for place in range(len(children) - 1, -1, -1):
        child = children[place]
        if isinstance(child, Card) and child.open and child.group in stages:
            card = _opened(card, place)
        elif isinstance(child, Card) and _is_plain(child) and is_library(child.group):
            card = _opened(replace(card, children=_named_by(card.children, place)), place)
    return card


def _is_plain(card: Card) -> bool:
    """Whether a card is open, stands for itself alone, and holds few parts that are closed, a loop with some around it, or a stack alone: these have frames."""
    if not card.open or card.kind != "layer" or card.repeat > 1 or card.node >= 0 or card.group < 0:
        return False
    opened = [child for child in card.children if isinstance(child, Card) and child.open]
    is_loop = len(opened) == 1 and opened[0].kind == "while"
    is_stack = len(card.children) == len(opened) == 1 and opened[0].repeat > 1
    return len(card.children) <= MOST_PLAIN and (not opened or is_loop or is_stack)


def _named_by(children: Sequence[Item], place: int) -> Tuple[Item, ...]:
    """The children, of which one is a card whose parts are called by its name and their own, as in a path. A loop says of what it is one."""
    card = children[place]
    assert isinstance(card, Card)
    named: List[Item] = []
    for child in card.children:
        if isinstance(child, Card):
            of = [f"loop of {card.subtitle}"] if child.open and child.repeat == 1 and card.subtitle else []
            said = " \u00b7 ".join([*of, *([child.subtitle] if child.subtitle else [])])
            child = replace(child, title=f"{card.title}/{child.title}", subtitle=said)
        named.append(child)
    return (*children[:place], replace(card, children=tuple(named)), *children[place + 1 :])


def _frame(card: Card) -> Optional[int]:
    """Which child is a frame around all: the only open one, or the forward pass of a training step."""
    opened = [(place, child) for place, child in enumerate(card.children) if isinstance(child, Card) and child.open]
    for place, child in opened:
        beside = [other for other in card.children if isinstance(other, Card) and not other.open]
        alone = len(opened) == 1 and all(other.kind in PHASES for other in beside)  # the network of a file's step
        if child.repeat == 1 and child.node < 0 and (alone or child.kind in FIRST_PHASES):
            return place
    return None


def _merged(item: Item) -> Item:
    """An item without the frames around single cards: a card that only holds one other takes over what is in it, and its class."""
    if not isinstance(item, Card) or not item.open:
        return item
    item = with_children(item, [_merged(child) for child in item.children])
    only = item.children[0] if len(item.children) == 1 else None
    if isinstance(only, Card) and only.open and only.repeat == 1 and only.node < 0 and _is_frame(only, item):
        inner = "" if only.kind == "body" else only.subtitle or only.title
        named = [part for part in (item.subtitle, inner) if part]
        return replace(_opened(item, 0), subtitle=" \u203a ".join(dict.fromkeys(named)))
    return item


def _is_frame(card: Card, around: Card) -> bool:
    """Whether a card that is alone in another one tells nothing by its own border."""
    return card.kind in CALL_KINDS or card.kind == "scope" or (card.kind == "body" and around.kind == "while")


def _opened(card: Card, place: int) -> Card:
    """The card with what is in one of its children in that child's place."""
    child = card.children[place]
    assert isinstance(child, Card)
    more = len(child.children) - 1

    def outer(end: End) -> End:
        return End(end.child + more if end.child > place else end.child, end.port)

    def inner(end: End) -> End:
        return End(end.child + place if end.child != BORDER else BORDER, end.port)

    kept = [
        replace(wire, source=outer(wire.source), target=outer(wire.target))
        for wire in card.wires
        if place not in (wire.source.child, wire.target.child)
    ]
    joined = _Joined(card, child, place)
    wires = [*kept]
    for wire in child.wires:
        if BORDER not in (wire.source.child, wire.target.child):
            wires.append(replace(wire, source=inner(wire.source), target=inner(wire.target)))
    for source, target, wire in joined.wires():
        start = inner(source[1]) if source[0] else outer(source[1])
        end = inner(target[1]) if target[0] else outer(target[1])
        wires.append(replace(wire, source=start, target=end))
    children = (*card.children[:place], *child.children, *card.children[place + 1 :])
    found = found_together([each.found for each in (card, child) if each.found is not None])
    return replace(card, children=children, wires=tuple(wires), hidden=card.hidden + child.hidden, found=found)


Side = Tuple[bool, End]
"""An end of a wire, and whether it is inside the child."""


class _Joined:
    """The wires that cross the border of a child, each in one piece. Control wires to the child as a whole end with it."""

    def __init__(self, card: Card, child: Card, place: int) -> None:
        self._into: Dict[int, List[CardWire]] = {}  # port -> the wires outside that lead to it
        self._out: Dict[int, List[CardWire]] = {}
        for wire in card.wires:
            if wire.target.child == place:
                self._into.setdefault(wire.target.port, []).append(wire)
            elif wire.source.child == place:
                self._out.setdefault(wire.source.port, []).append(wire)
        self._child = child

    def wires(self) -> List[Tuple[Side, Side, CardWire]]:
        found: List[Tuple[Side, Side, CardWire]] = []
        for wire in self._child.wires:
            entering, leaving = wire.source.child == BORDER, wire.target.child == BORDER
            if not entering and not leaving:
                continue
            befores = self._into.get(wire.source.port, []) if entering else [None]
            afters = self._out.get(wire.target.port, []) if leaving else [None]
            for before in befores:
                for after in afters:
                    source = (False, before.source) if before is not None else (True, wire.source)
                    target = (False, after.target) if after is not None else (True, wire.target)
                    found.append((source, target, _one(before, wire, after)))
        return found


def _one(before: Optional[CardWire], wire: CardWire, after: Optional[CardWire]) -> CardWire:
    """The wire that pieces make: its label, and for how many it stands, is what the first says that says any."""
    pieces = [piece for piece in (before, wire, after) if piece is not None]
    return replace(
        wire,
        label=next((piece.label for piece in pieces if piece.label), ""),
        tip=next((piece.tip for piece in pieces if piece.tip), ""),
        taken=pieces[-1].taken,
        times=next((piece.times for piece in pieces if piece.times), 0),
        told=pieces[0].told,
    )
