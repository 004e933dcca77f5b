"""Leaves out of a card what only checks its inputs, such as that all ids are in the vocabulary: it makes nothing that a formula could have."""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, Set

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.vocabulary import chain
from ..flat import BORDER
from ..scene.items import Card, CardWire, ChainRow, End, Item

_CHECK = "Assert"


class ChecksAside:
    """Tells the checks of one graph."""

    def __init__(self, graph: Graph) -> None:
        content = content_of(graph)
        self._ops, self._groups = content.table.ops, content.groups
        self._checking: Set[int] = set()
        """Groups that hold a check."""
        changing: Set[int] = set()
        if _CHECK in set(self._ops):
            for row, home in enumerate(content.node_group):
                if home >= 0 and self._ops[row].startswith("Assign"):
                    changing.update(chain(content.groups, home))
                elif home >= 0 and self._ops[row] == _CHECK:
                    self._checking.update(chain(content.groups, home))
        for index, group in enumerate(content.groups):
            if group.is_call:  # a layer is more than its checks
                changing.update(chain(content.groups, index))
        self._checking -= changing

    def without(self, card: Card) -> Card:
        """An open card without children that check something and give nothing to others."""
        giving = {wire.source.child for wire in card.wires if wire.kind == "data"}
        kept = [place for place, child in enumerate(card.children) if place in giving or not self._is_check(child)]
        if len(kept) == len(card.children):
            return card
        number: Dict[int, int] = {place: own for own, place in enumerate(kept)}
        number[BORDER] = BORDER
        wires = [
            _between(wire, number) for wire in card.wires if wire.source.child in number and wire.target.child in number
        ]
        return replace(card, children=tuple([card.children[place] for place in kept]), wires=tuple(wires))

    def _is_check(self, item: Item) -> bool:
        parts = item.items if isinstance(item, ChainRow) else (item,)
        return all(isinstance(part, Card) and part.group in self._checking for part in parts)


def _between(wire: CardWire, number: Dict[int, int]) -> CardWire:
    source, target = wire.source, wire.target
    return replace(wire, source=End(number[source.child], source.port), target=End(number[target.child], target.port))
