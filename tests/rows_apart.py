"""Takes the rows of an overview apart, by what a row says: its cells feed each other from left to right, and nothing else takes a part in it.

It shares nothing with what makes rows. A checker of drawings (`truth`) can then read an overview like any other drawing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, List

from opscope.layout.scene.items import Card, CardWire, ChainRow, End, Item, Scene

BORDER = -1


def apart(scene: Scene) -> Scene:
    """The scene with the cells of each row as items of their own, joined by the wires that the row stands for."""
    return replace(scene, root=_card(scene.root))


def _card(card: Card) -> Card:
    children: List[Item] = []
    first: Dict[int, int] = {BORDER: BORDER}
    last: Dict[int, int] = {BORDER: BORDER}
    between: List[CardWire] = []
    for place, child in enumerate(card.children):
        first[place] = len(children)
        if isinstance(child, ChainRow):
            # What an operand is made of no wire brings; the wire to the row ends at what takes both.
            operand = child.cells[0].operand
            children.extend(child.items)
            if operand is not None:
                port = next(1 - wire.target.port for wire in card.wires if wire.target.child == place)
                between.append(CardWire(End(first[place], 0), End(first[place] + 1, port)))
                first[place] += 1
            for left in range(first[place], len(children) - 1):
                between.append(CardWire(End(left, 0), End(left + 1, 0)))
        else:
            children.append(_card(child) if isinstance(child, Card) else child)
        last[place] = len(children) - 1
    wires = [
        replace(
            wire,
            source=End(last[wire.source.child], wire.source.port),
            target=End(first[wire.target.child], wire.target.port),
        )
        for wire in card.wires
    ]
    return replace(card, children=tuple(children), wires=(*wires, *between))
