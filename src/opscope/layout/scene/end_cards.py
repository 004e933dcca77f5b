"""Puts a card in the place of each oval that stands for many inputs or outputs, so that a reader of the page can open it.

A picture keeps the oval; ``unfold=True`` draws each input and output by itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, List, Tuple

from ..flat import BORDER
from .items import Card, CardPort, CardWire, End, Item, Pill, Scene


def with_end_cards(scene: Scene) -> Scene:
    """The scene with such cards. Before: wires are not bundled. After: each input and output is a pill of its own.

    A card has the ovals that it stands for, by name, and a port for each that a wire leads from or to.
    """
    root = scene.root
    for place, child in enumerate(root.children):
        if isinstance(child, Pill) and child.each:
            root = _opened(root, place, child)
    return replace(scene, root=root) if root is not scene.root else scene


def _opened(root: Card, place: int, pill: Pill) -> Card:
    """The root with a card instead of the child `pill` at `place`."""
    wires: List[CardWire] = []
    inner: List[CardWire] = []
    ports: Dict[int, int] = {}
    """Which of the ends -> the number of its port."""
    for wire in root.wires:
        end = _end(wire, place, pill)
        if end < 0:
            wires.append(wire)
            continue
        fresh = end not in ports
        port = ports.setdefault(end, len(ports))
        if wire.source.child == place:
            wires.append(replace(wire, source=End(place, port)))
            way = End(end, 0), End(BORDER, port)
        else:
            wires.append(replace(wire, target=End(place, port)))
            way = End(BORDER, port), End(end, 0)
        inner += [CardWire(*way, wire.kind, tip=wire.tip)] if fresh else []
    # A constant that the model gives is a chip beside the oval, and has its place in the card then.
    first, *others = pill.each
    sides = tuple(CardPort(pill.detail) for _ in ports)
    card = Card(
        -1, f"{pill.kind}s", pill.title, pill.tip, True, detail=pill.detail,
        children=(replace(first, chips=pill.chips), *others), wires=tuple(inner),
        inputs=sides if pill.kind == "output" else (), outputs=sides if pill.kind == "input" else (),
    )  # fmt: skip
    children: Tuple[Item, ...] = (*root.children[:place], card, *root.children[place + 1 :])
    return replace(root, children=children, wires=tuple(wires))


def _end(wire: CardWire, place: int, pill: Pill) -> int:
    """Which of the ends of a pill the wire leads from or to; -1 if it leads to another mark or means the pill as a whole."""
    if wire.source.child == place and wire.told is not None:
        return pill.nodes.index(wire.told.tensor[0])
    if wire.target.child == place and wire.target.port >= 0:
        return pill.ports[wire.target.port]
    return -1
