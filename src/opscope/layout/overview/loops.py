"""Draws a loop once: its body, with the number of iterations on it, without the condition that counts them."""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, List

from ..flat import BORDER
from ..scene.items import Card, End, Item, Pill, Scene, cards


def without_conditions(scene: Scene) -> Scene:
    """The scene without the conditions of loops whose number of iterations is told: they are counted in the loop's card."""
    built: Dict[int, Card] = {}
    for card in reversed(cards(scene)):
        children = tuple([built.get(id(child), child) if isinstance(child, Card) else child for child in card.children])
        built[id(card)] = _counted(replace(card, children=children))
    return replace(scene, root=built[id(scene.root)])


def _counted(card: Card) -> Card:
    """A loop that says how often it runs, without its condition; any other card as it is."""
    conditions = [
        place for place, child in enumerate(card.children) if isinstance(child, Card) and child.kind == "cond"
    ]
    if card.kind != "while" or "iteration" not in card.detail or not conditions:
        return card
    kept = [place for place in range(len(card.children)) if place not in conditions]
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
    hidden = card.hidden + sum(_ops(card.children[place]) for place in conditions)
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
