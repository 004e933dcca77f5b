"""Bundles wires: many tensors from one card to another are drawn as one thick wire with their number.

Inside the two cards they share a port as well, so that the bundle goes on to where its tensors come from and lead to.
"""

from __future__ import annotations

from operator import is_
from typing import Dict, List, Sequence, Set, Tuple

from ...graph.with_fields import with_fields
from ..flat import BORDER
from .items import PURPOSE, TENSORS, Card, CardPort, CardWire, End, Item, Scene, cards

LEAST_BUNDLE = 4
"""So many tensors from one card to one other make a bundle."""

ANY_PORT = -2
"""Stands for all ports of a child card, while the wires between two ends are grouped."""

MOST_NAMED = 24
"""The tooltip of a bundle names at most so many tensors."""

Merge = Dict[int, int]
"""Port of a card -> its number after ports have been merged. Ports of one bundle have one number."""


def bundle(scene: Scene) -> Scene:
    """The scene with its bundles.

    Before: there is one wire for each tensor. After: where a card passes `LEAST_BUNDLE` tensors or more to one other
    card, and each of them to no other, one wire stands for all, with their number as `CardWire.count`. The bundle has
    one port in the border of either card. If it leads on to or from a single card in there, it is one wire there too.
    All other wires are as they were.
    """
    merges: Dict[int, Tuple[Merge, Merge]] = {}
    wires: Dict[int, Tuple[CardWire, ...]] = {}
    found = cards(scene)
    # Parents come first: a card's own ports are merged by what is around it, before the wires inside are looked at.
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
        inputs, outputs = _ports(card.inputs, ins), _ports(card.outputs, outs)
        built[id(card)] = (
            card
            if _are_same(children, card.children)
            and _are_same(wires[id(card)], card.wires)
            and (inputs, outputs) == (card.inputs, card.outputs)
            else with_fields(card, children=children, wires=wires[id(card)], inputs=inputs, outputs=outputs)
        )
    return with_fields(scene, root=built[id(scene.root)])


def _are_same(found: Sequence[object], before: Sequence[object]) -> bool:
    """Whether all are the very objects that there were before: most cards have no bundle, and stay what they are."""
    return len(found) == len(before) and all(map(is_, found, before))


def _at_border(wire: CardWire, ins: Merge, outs: Merge) -> CardWire:
    """A wire inside a card, with the merged numbers of the card's own ports."""
    source, target = wire.source, wire.target
    if source.child == BORDER:
        source = End(BORDER, ins.get(source.port, source.port))
    if target.child == BORDER:
        target = End(BORDER, outs.get(target.port, target.port))
    return _between(wire, source, target)


def _between(wire: CardWire, source: End, target: End) -> CardWire:
    """A wire with other ends; most have the same ones."""
    if source == wire.source and target == wire.target:
        return wire
    return with_fields(wire, source=source, target=target)


def _bundle(card: Card, wires: List[CardWire], merges: Dict[int, Tuple[Merge, Merge]]) -> Tuple[CardWire, ...]:
    """Find the bundles among a card's wires, and return its wires with them.

    The merged ports of those of its child cards that have any are put into `merges`.
    """
    if not any(isinstance(child, Card) for child in card.children):  # bundles begin or end at a card
        return _joined(card, wires, merges)
    uses: Dict[End, Set[End]] = {}
    pairs: Dict[Tuple[End, End, str, str], List[int]] = {}
    for index, wire in enumerate(wires):
        uses.setdefault(wire.source, set()).add(_side(card, wire.target))
        if wire.kind == "data":  # only tensors are bundled, no control wires
            ends = (_side(card, wire.source), _side(card, wire.target))
            # What a bundle says is true of each.
            pairs.setdefault((*ends, wire.taken, wire.called), []).append(index)
    ins: Dict[int, List[List[int]]] = {}
    outs: Dict[int, List[List[int]]] = {}
    for (source, target, _, called), members in pairs.items():
        # The tensors of a child card must go nowhere else. What comes from one port, as a bundle from outside, may.
        alone = [index for index in members if source.port != ANY_PORT or len(uses[wires[index].source]) == 1]
        whole = source.port == ANY_PORT and target.port == ANY_PORT
        # A bundle from or to the border goes on with two, and two tensors that have one word for both say no more than one wire with it.
        if len(alone) < (LEAST_BUNDLE if whole and called == TENSORS else 2):
            continue
        if source.port == ANY_PORT:
            outs.setdefault(source.child, []).append(sorted({wires[index].source.port for index in alone}))
        if target.port == ANY_PORT:
            ins.setdefault(target.child, []).append(sorted({wires[index].target.port for index in alone}))
    for place in ins.keys() | outs.keys():
        child = card.children[place]
        if isinstance(child, Card):
            merges[id(child)] = (
                _merge(len(child.inputs), ins.get(place, [])),
                _merge(len(child.outputs), outs.get(place, [])),
            )
    return _joined(card, wires, merges)


def _side(card: Card, end: End) -> End:
    """The end by which wires are grouped: a child card with all its ports, or one port of a box or of the border."""
    if end.child != BORDER and isinstance(card.children[end.child], Card) and end.port >= 0:
        return End(end.child, ANY_PORT)
    return end


def _merge(count: int, sets: List[List[int]]) -> Merge:
    """New numbers for a card's `count` ports: each of the `sets` becomes one port, at the place of its first."""
    first = {port: ports[0] for ports in sets for port in ports}
    heads = sorted({first.get(port, port) for port in range(count)})
    number = {head: index for index, head in enumerate(heads)}
    return {port: number[first.get(port, port)] for port in range(count)}


def _joined(card: Card, wires: List[CardWire], merges: Dict[int, Tuple[Merge, Merge]]) -> Tuple[CardWire, ...]:
    """The wires between merged ports. Wires that now have the same ends become one, with their number."""
    keys = [(_merged(card, wire.source, merges, 1), _merged(card, wire.target, merges, 0), wire.kind) for wire in wires]
    if len(set(keys)) == len(keys):
        return tuple([_between(wire, source, target) for wire, (source, target, _) in zip(wires, keys)])
    same: Dict[Tuple[End, End, str], List[CardWire]] = {}
    for wire, key in zip(wires, keys):
        same.setdefault(key, []).append(wire)
    return tuple([_one(members, source, target) for (source, target, _), members in same.items()])


def _one(wires: Sequence[CardWire], source: End, target: End) -> CardWire:
    """The wire that stands for all wires between two ends."""
    first: Dict[End, CardWire] = {}
    for wire in wires:
        first.setdefault(wire.source, wire)  # a tensor may have two wires into one card
    if len(first) == 1:
        return _between(wires[0], source, target)
    members = list(first.values())
    count = sum(wire.count for wire in members)
    tensors = sum(wire.times or wire.count for wire in members)
    tips, named = [members[0].tip], members[0].count
    for wire in members[1:]:
        named += wire.count
        if named <= MOST_NAMED:
            tips.append(wire.tip)
    return with_fields(
        members[0], source=source, target=target, count=count, label=_counted(tensors, members[0].called), tip="\n".join(tips),
        times=tensors if tensors > count else 0,
    )  # fmt: skip


def _counted(tensors: int, called: str) -> str:
    """What a bundle says: ``36 gradients``. How many tensors serve a purpose tells nobody anything, so that stands alone: ``for gradients``."""
    return called if called.startswith(PURPOSE) else f"{tensors} {called}"


def _merged(card: Card, end: End, merges: Dict[int, Tuple[Merge, Merge]], side: int) -> End:
    """A wire's end with the merged number of its port; `side` is 0 for a child card's inputs, 1 for its outputs."""
    if end.child == BORDER:
        return end
    merge = merges.get(id(card.children[end.child]))
    return End(end.child, merge[side].get(end.port, end.port)) if merge is not None else end


def _ports(ports: Tuple[CardPort, ...], merge: Merge) -> Tuple[CardPort, ...]:
    """The ports of a card after merging; a bundle's port says how many tensors it has."""
    if len(set(merge.values())) == len(merge):
        return ports
    sets: Dict[int, List[CardPort]] = {}
    for index, port in enumerate(ports):
        sets.setdefault(merge[index], []).append(port)
    return tuple([same[0] if len(same) == 1 else CardPort(f"{len(same)} tensors") for _, same in sorted(sets.items())])
