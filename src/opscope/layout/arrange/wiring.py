"""From a card to the flat graph of its direct children: ports numbered, wires joined to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Sequence, Tuple

from .. import flat
from ..flat import BORDER
from ..scene.items import Card

WHOLE = -1
"""The port of a wire that ends on a child as a whole."""


@dataclass(frozen=True)
class Wired:
    """A card's flat graph; for each child `tops` and `bottoms` say which of its ports each numbered port is."""

    flat: flat.Flat
    tops: Tuple[Tuple[int, ...], ...]
    bottoms: Tuple[Tuple[int, ...], ...]


def wire_up(card: Card, inputs: Sequence[int], outputs: Sequence[int]) -> Wired:
    """The flat graph of an open card.

    Args:
        card: the card. Ports of its children that no wire uses are left out.
        inputs: the ports in its top border from left to right; the flat graph numbers them so.
        outputs: those in its bottom border.
    """
    into_card = {port: place for place, port in enumerate(inputs)}
    out_of_card = {port: place for place, port in enumerate(outputs)}
    tops: List[Dict[int, int]] = [{} for _ in card.children]
    bottoms: List[Dict[int, int]] = [{} for _ in card.children]
    for wire in card.wires:
        if wire.source.child != BORDER:
            bottoms[wire.source.child][wire.source.port] = 0
        if wire.target.child != BORDER:
            tops[wire.target.child][wire.target.port] = 0
    for numbers in (*tops, *bottoms):
        numbers.update({port: number for number, port in enumerate(sorted(numbers, key=_whole_last))})
    wires = []
    for wire in card.wires:
        source, out = wire.source.child, wire.source.port
        target, into = wire.target.child, wire.target.port
        wires.append(
            flat.Wire(
                source,
                into_card[out] if source == BORDER else bottoms[source][out],
                target,
                out_of_card[into] if target == BORDER else tops[target][into],
                wire.kind == "next",
                1 if wire.kind == "data" else 0,
            )
        )
    fixed = frozenset(index for index, child in enumerate(card.children) if isinstance(child, Card))
    graph = flat.Flat(len(card.children), tuple(wires), len(card.inputs), len(card.outputs), fixed)
    return Wired(graph, _ports(tops), _ports(bottoms))


def _whole_last(port: int) -> Tuple[bool, int]:
    return port == WHOLE, port


def _ports(numbers: List[Dict[int, int]]) -> Tuple[Tuple[int, ...], ...]:
    return tuple(tuple(sorted(ports, key=_whole_last)) for ports in numbers)
