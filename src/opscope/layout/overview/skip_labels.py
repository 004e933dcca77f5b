"""Says that a wire is a skip connection inside the stack that takes it too, in place of a shape that the label outside says already.

``skips \u00d72: copy 1 \u2192 2, 2 \u2192 1 \u00b7 last copy: (4, 16, 16, 128)`` stands outside, ``copy 1: (4, 16, 16, 128)`` is the same tensor inside.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Dict, List

from ..flat import BORDER
from ..scene.items import Card, CardWire, Item, Scene, with_each_card
from .encoder_decoder import SKIP

_OF_COPY = re.compile(r"(?:copy|level) \d+: (.+)")


def without_repeated_labels(scene: Scene) -> Scene:
    """The scene with the word for a skip connection inside stacks where the shape would repeat what its label outside says."""
    return with_each_card(scene, _card)


def _card(card: Card) -> Card:
    """A card, in which the stacks that skip connections enter do not say these shapes again."""
    said: Dict[int, Dict[int, str]] = {}
    for wire in card.wires:
        if wire.label.startswith(SKIP) and wire.target.child != BORDER:
            said.setdefault(wire.target.child, {})[wire.target.port] = wire.label
    children: List[Item] = list(card.children)
    for place, labels in said.items():
        child = children[place]
        if isinstance(child, Card):
            children[place] = replace(child, wires=tuple([_wire(wire, labels) for wire in child.wires]))
    return replace(card, children=tuple(children)) if said else card


def _wire(wire: CardWire, labels: Dict[int, str]) -> CardWire:
    if wire.source.child != BORDER or wire.source.port not in labels:
        return wire
    found = _OF_COPY.fullmatch(wire.label)
    same = found is not None and labels[wire.source.port].endswith(f": {found[1]}")
    return replace(wire, label=SKIP) if same or not wire.label else wire
