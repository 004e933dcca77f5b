"""Bundle wires: many tensors from one card to another are drawn as one thick wire, and leave and enter through one port each."""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, List, Tuple

from ..flat import BORDER
from .items import Card, CardPort, CardWire, End, Item, Scene, cards

LEAST_BUNDLE = 4
"""So many tensors between two cards make a bundle."""

ANY_PORT = -2
"""Stands for any port of a child card while wires are paired."""

MOST_NAMED = 24
"""A bundle's tooltip names at most so many tensors."""

Merge = Dict[int, int]
"""Old port of a card -> new port."""


def bundle(scene: Scene) -> Scene:
    """The scene with its bundles.

    Before: one wire a tensor. After: where a card passes `LEAST_BUNDLE` tensors or more to one other card and these to nobody else, one
    wire with their `Wire.count` stands for them, outside and on both sides inside; all other wires are as they were.
    """
    merges: Dict[int, Tuple[Merge, Merge]] = {}
    wires: Dict[int, Tuple[CardWire, ...]] = {}
    found = cards(scene)
    for card in found:
        ins, outs = merges.get(id(card), ({}, {}))
        own = [_at_border(wire, ins, outs) for wire in card.wires]
        wires[id(card)] = _bundle(card, own, merges)
    built: Dict[int, Card] = {}
    for card in reversed(found):
        children: Tuple[Item, ...] = tuple(
            [built[id(child)] if isinstance(child, Card) else child for child in card.children]
        )
        ins, outs = merges.get(id(card), ({}, {}))
        built[id(card)] = replace(
            card,
            children=children,
            wires=wires[id(card)],
            inputs=_ports(card.inputs, ins),
            outputs=_ports(card.outputs, outs),
        )
    return replace(scene, root=built[id(scene.root)])


def _at_border(wire: CardWire, ins: Merge, outs: Merge) -> CardWire:
    """A wire inside a card, with the card's own ports merged."""
    source, target = wire.source, wire.target
    if source.child == BORDER:
        source = End(BORDER, ins.get(source.port, source.port))
    if target.child == BORDER:
        target = End(BORDER, outs.get(target.port, target.port))
    return replace(wire, source=source, target=target)


def _bundle(card: Card, wires: List[CardWire], merges: Dict[int, Tuple[Merge, Merge]]) -> Tuple[CardWire, ...]:
    """Find the bundles among a card's wires, note the merged ports of its child cards, and return the wires left."""
    uses: Dict[End, int] = {}
    pairs: Dict[Tuple[End, End], List[int]] = {}
    for index, wire in enumerate(wires):
        uses[wire.source] = uses.get(wire.source, 0) + 1
        if wire.kind == "data":
            pairs.setdefault((_side(card, wire.source), _side(card, wire.target)), []).append(index)
    ins: Dict[int, List[List[int]]] = {}
    outs: Dict[int, List[List[int]]] = {}
    for (source, target), members in pairs.items():
        alone = [index for index in members if source.port != ANY_PORT or uses[wires[index].source] == 1]
        whole = source.port == ANY_PORT and target.port == ANY_PORT
        if len(alone) < (LEAST_BUNDLE if whole else 2):
            continue
        if source.port == ANY_PORT:
            outs.setdefault(source.child, []).append(sorted({wires[index].source.port for index in alone}))
        if target.port == ANY_PORT:
            ins.setdefault(target.child, []).append(sorted({wires[index].target.port for index in alone}))
    for place, child in enumerate(card.children):
        if isinstance(child, Card):
            merges[id(child)] = (
                _merge(len(child.inputs), ins.get(place, [])),
                _merge(len(child.outputs), outs.get(place, [])),
            )
    return _joined(card, wires, merges)


def _side(card: Card, end: End) -> End:
    """A wire's end as it matters for pairing: the card as a whole, or one port of a box or of the border."""
    if end.child != BORDER and isinstance(card.children[end.child], Card) and end.port >= 0:
        return End(end.child, ANY_PORT)
    return end


def _merge(count: int, sets: List[List[int]]) -> Merge:
    """Number ports anew, each set of merged ports as one, in the order of their first."""
    first = {port: ports[0] for ports in sets for port in ports}
    heads = sorted({first.get(port, port) for port in range(count)})
    number = {head: index for index, head in enumerate(heads)}
    return {port: number[first.get(port, port)] for port in range(count)}


def _joined(card: Card, wires: List[CardWire], merges: Dict[int, Tuple[Merge, Merge]]) -> Tuple[CardWire, ...]:
    """The wires between merged ports, those that have become one counted."""
    found: Dict[Tuple[End, End, str], CardWire] = {}
    for wire in wires:
        source = _merged(card, wire.source, merges, 1)
        target = _merged(card, wire.target, merges, 0)
        key = (source, target, wire.kind)
        other = found.get(key)
        if other is None:
            found[key] = replace(wire, source=source, target=target)
        else:
            count = other.count + wire.count
            tip = f"{other.tip}\n{wire.tip}" if count <= MOST_NAMED else other.tip
            found[key] = replace(other, count=count, label=f"{count} tensors", tip=tip)
    return tuple(found.values())


def _merged(card: Card, end: End, merges: Dict[int, Tuple[Merge, Merge]], side: int) -> End:
    if end.child == BORDER:
        return end
    child = card.children[end.child]
    if not isinstance(child, Card):
        return end
    return End(end.child, merges[id(child)][side].get(end.port, end.port))


def _ports(ports: Tuple[CardPort, ...], merge: Merge) -> Tuple[CardPort, ...]:
    """The ports of a card, merged ones counted."""
    if not merge:
        return ports
    sets: Dict[int, List[CardPort]] = {}
    for index, port in enumerate(ports):
        sets.setdefault(merge[index], []).append(port)
    return tuple([same[0] if len(same) == 1 else CardPort(f"{len(same)} tensors") for _, same in sorted(sets.items())])
