"""Draws a loop once: its body, with the number of iterations on it, without the condition that counts them."""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, List, Sequence, Set

from ..flat import BORDER
from ..scene.items import Box, Card, End, Item, Pill, Scene, cards

ADDING = frozenset({"Add", "AddV2"})
"""The ops that count iterations."""


def without_conditions(scene: Scene) -> Scene:
    """The scene without the conditions of loops whose number of iterations is told: they are counted in the loop's card."""
    built: Dict[int, Card] = {}
    for card in reversed(cards(scene)):
        children = tuple([built.get(id(child), child) if isinstance(child, Card) else child for child in card.children])
        built[id(card)] = _counted(replace(card, children=children))
    return replace(scene, root=built[id(scene.root)])


def _counted(card: Card) -> Card:
    """A loop that says how often it runs, without its condition, and without what only counts for that; other cards as they are."""
    if card.kind != "while" or "iteration" not in card.detail:
        return card
    inner = [
        _without(each, _counters(each)) if isinstance(each, Card) and each.kind == "body" else each
        for each in card.children
    ]
    conditions = [place for place, child in enumerate(inner) if isinstance(child, Card) and child.kind == "cond"]
    return _without(replace(card, children=tuple(inner)), conditions)


def _counters(body: Card) -> List[int]:
    """What only counts: a variable that something is added to, of which nothing else is made."""
    together = list(range(len(body.children)))
    leaving: Set[int] = set()

    def first(place: int) -> int:
        while together[place] != place:
            place = together[place]
        return place

    for wire in body.wires:
        ends = [end.child for end in (wire.source, wire.target) if end.child != BORDER]
        if len(ends) > 1:
            together[first(ends[0])] = first(ends[1])
        elif wire.target.child == BORDER:
            leaving.update(ends)
    given = {first(place) for place in leaving}
    others = {first(place) for place, child in enumerate(body.children) if not _may_count(child)}
    states = {first(place) for place, child in enumerate(body.children) if isinstance(child, Pill)}
    return [place for place in range(len(body.children)) if first(place) in states - given - others]


def _may_count(item: Item) -> bool:
    return (isinstance(item, Pill) and item.kind == "state") or (isinstance(item, Box) and item.title in ADDING)


def _without(card: Card, gone: Sequence[int]) -> Card:
    """A card without some of its children, whose ops it counts."""
    if not gone:
        return card
    kept = [place for place in range(len(card.children)) if place not in gone]
    number = {place: index for index, place in enumerate(kept)}
    number[BORDER] = BORDER
    wires = tuple(
        [
            replace(
                wire,
                source=End(number[wire.source.child], wire.source.port),
                target=End(number[wire.target.child], wire.target.port),
            )
            for wire in card.wires
            if wire.source.child in number and wire.target.child in number
        ]
    )
    hidden = card.hidden + sum(_ops(card.children[place]) for place in gone)
    return replace(card, children=tuple([card.children[place] for place in kept]), wires=wires, hidden=hidden)


def _ops(item: Item) -> int:
    """How many ops have their place in an item."""
    found, waiting = 0, [item]
    while waiting:
        one = waiting.pop()
        chips = getattr(one, "chips", ())
        found += sum(len(chip.nodes) for chip in chips)
        if isinstance(one, Card):
            inner: List[Item] = list(one.children)
            waiting += inner
            found += one.hidden + (one.node >= 0) if one.open else one.ops
        else:
            found += len(one.nodes) if isinstance(one, Pill) else 1
    return found
