"""Finds the backward passes into which no line leads from the loss: its derivative asks for no number that the loss has."""

from __future__ import annotations

from typing import FrozenSet, Iterator

from ...graph.vocabulary import PHASES
from ..scene.items import Card, Scene, cards

_LOSS, _BACKWARD = PHASES[1:3]


def unfed_gradients(scene: Scene) -> FrozenSet[int]:
    """The groups of the backward passes beside a loss of which none of them takes a tensor."""
    return frozenset(group for card in cards(scene) for group in _in_card(card))


def _in_card(card: Card) -> Iterator[int]:
    kinds = {place: child for place, child in enumerate(card.children) if isinstance(child, Card)}
    losses = {place for place, child in kinds.items() if child.kind == _LOSS}
    fed = {wire.target.child for wire in card.wires if wire.source.child in losses}
    if losses:
        yield from (child.group for place, child in kinds.items() if child.kind == _BACKWARD and place not in fed)
