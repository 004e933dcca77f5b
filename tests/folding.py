"""What a drawing with every card open folds, for tests of what repeats."""

from __future__ import annotations

from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import cards
from opscope.passes import for_drawing
from truth import lies


def stacks(graph):
    """The cards of stacks, from the top down; a drawing that lies fails."""
    drawn = for_drawing(graph, "all", unfold=False)
    scene = compose(drawn)
    assert lies(graph, drawn, scene) == []
    return [card for card in cards(scene) if card.repeat > 1]


def folds(graph):
    """The stacks as ``name ×n``, from the top down."""
    return [f"{card.title} ×{card.repeat}" for card in stacks(graph)]


def variations(graph):
    """What is said of single copies of each stack."""
    lines = [card.tip.split("\n") for card in stacks(graph)]
    return [[line[len("copies differ: ") :] for line in own if line.startswith("copies differ: cop")] for own in lines]
