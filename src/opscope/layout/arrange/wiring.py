"""Makes the flat graph of an open card: its children are the boxes, and their ports are numbered anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Optional, Sequence, Tuple

from ...graph.vocabulary import LATER_PHASES, PHASES, REPLICA
from .. import flat
from ..flat import BORDER
from ..scene.items import Card, CardWire, ChainRow
from .led_to import LedTo
from .loop_inputs import input_places

WHOLE = -1
"""The port of a wire that ends on a child as a whole and on none of its tensors: a control wire, for instance."""


@dataclass(frozen=True)
class Wired:
    """A card's flat graph. `tops[child][number]` is the child's port that has this number in it; `bottoms` likewise."""

    flat: flat.Flat
    tops: Tuple[Tuple[int, ...], ...]
    bottoms: Tuple[Tuple[int, ...], ...]


def wire_up(card: Card, inputs: Sequence[int], outputs: Sequence[int], *, aside: bool = True) -> Wired:
    """The flat graph of an open card. Ports of its children that no wire uses get no number.

    Args:
        card: the card.
        inputs: the ports in its top border from left to right. The flat graph numbers them in this order.
        outputs: the ports in its bottom border, likewise.
        aside: wires may enter signs from the side.
    """
    # A port of the card -> its number in the flat graph.
    into_card = {port: place for place, port in enumerate(inputs)}
    out_of_card = {port: place for place, port in enumerate(outputs)}
    tops: List[Dict[int, int]] = [{} for _ in card.children]
    bottoms: List[Dict[int, int]] = [{} for _ in card.children]
    for wire in card.wires:
        if wire.source.child != BORDER:
            bottoms[wire.source.child][wire.source.port] = 0  # numbered below, when all are known
        if wire.target.child != BORDER:
            tops[wire.target.child][wire.target.port] = 0
    for numbers, child in zip(tops, card.children):
        places = input_places(child) if isinstance(child, Card) and child.slim else {}
        order = sorted(numbers, key=lambda port: (port == WHOLE, places.get(port, (port, port))))
        numbers.update({port: number for number, port in enumerate(order)})
    for numbers in bottoms:
        numbers.update({port: number for number, port in enumerate(sorted(numbers, key=_whole_last))})
    wires = []
    ways = _ways(card) if any(wire.kind == "gone" for wire in card.wires) else None
    for wire in card.wires:
        source, out = wire.source.child, wire.source.port
        target, into = wire.target.child, wire.target.port
        wires.append(
            flat.Wire(
                source,
                into_card[out] if source == BORDER else bottoms[source][out],
                target,
                out_of_card[into] if target == BORDER else tops[target][into],
                _runs_up(card, wire, ways),
                1 if wire.kind == "data" else 0,
            )
        )
    # Folded cards too: a card is arranged the same way whether it is open or not.
    cards = frozenset(index for index, child in enumerate(card.children) if isinstance(child, Card))
    after = _phases_in_order(card)
    # Only an overview, whose cards are slim, is the same drawing for good: elsewhere a reader opens cards, and rows stay what they are.
    high = frozenset(index for index in cards if card.children[index].open and card.children[index].slim)  # type: ignore[union-attr]
    rows = {index: child for index, child in enumerate(card.children) if isinstance(child, ChainRow) and aside}
    signs = frozenset(index for index, row in rows.items() if row.cells[0].symbol)
    ended = frozenset(index for index in signs if len(rows[index].cells) == 1 and not rows[index].name)
    ports = (len(card.inputs), len(card.outputs))
    graph = flat.Flat(len(card.children), tuple(wires), *ports, cards, after, high, signs, ended)
    return Wired(graph, _ports(tops), _ports(bottoms))


def _runs_up(card: Card, wire: CardWire, ways: Optional[LedTo]) -> bool:
    """Whether a wire is meant to run upwards: a loop's way back, or what serves all replicas after their gradients.

    The replicas' gradients are added up beside the replicas, and each replica gets the sum for its own update. Without this
    the sum might stand above the replicas. A tensor that only the first of two graphs hands on runs up where the other one hands on
    the other way: it must not move what is there. `ways` are those by what is there, where there is such a tensor.
    """
    if wire.kind == "next" or BORDER in (wire.source.child, wire.target.child):
        return wire.kind == "next"
    if ways is not None and wire.kind == "gone":
        return ways.leads(wire.target.child, wire.source.child)
    source, target = card.children[wire.source.child], card.children[wire.target.child]
    return (
        isinstance(source, Card) and source.kind in LATER_PHASES and isinstance(target, Card) and target.kind == REPLICA
    )


def _ways(card: Card) -> LedTo:
    """The ways between the children of a card, by what is there."""
    wires = [wire for wire in card.wires if wire.kind != "gone"]
    return LedTo(
        [
            (wire.source.child, wire.target.child)
            for wire in wires
            if BORDER not in (wire.source.child, wire.target.child)
        ]
    )


_IN_ORDER = PHASES[: PHASES.index("metrics")]
"""The phases that run one after the other. Metrics run beside them."""


def _phases_in_order(card: Card) -> Tuple[Tuple[int, int], ...]:
    """Pairs of children that are phases of a training step, each with one of the next phase that is there.

    A gradient names the tensors that it takes from the forward pass instead of having wires to them, so there need not be a wire.
    """
    stages: Dict[str, List[int]] = {}
    for index, child in enumerate(card.children):
        if isinstance(child, Card) and child.kind in _IN_ORDER:
            stages.setdefault(child.kind, []).append(index)
    there = [stages[kind] for kind in _IN_ORDER if kind in stages]
    return tuple((upper, lower) for before, then in zip(there, there[1:]) for upper in before for lower in then)


def _whole_last(port: int) -> Tuple[bool, int]:
    """Sorts ports by number, but the child as a whole (-1) after them."""
    return port == WHOLE, port


def _ports(numbers: List[Dict[int, int]]) -> Tuple[Tuple[int, ...], ...]:
    """For each child its ports in the order of their numbers."""
    return tuple(tuple(sorted(ports, key=ports.__getitem__)) for ports in numbers)
