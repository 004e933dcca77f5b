"""In which order the inputs of a loop stand in its border: as what the loop runs takes them, not as the loop op has them.

A loop op lists its variables first and what it only reads behind them, while a cell takes its input first and its state then. By the
loop's numbers the two wires would cross above the cell.
"""

from __future__ import annotations

from typing import Dict, List, Set, Tuple

from ..flat import BORDER
from ..scene.items import Card, Pill

_NOWHERE = 1_000_000
"""In place of a port: what comes to no card stands last."""
_STATE = "state"


def input_places(card: Card) -> Dict[int, Tuple[int, int]]:
    """For each input port of an open card that is the body of a loop its place among them; empty for other cards.

    The place is the number of the port at which the tensor, or what is made of it, first comes to a card in the loop.
    """
    if not card.open or not any(isinstance(child, Pill) and child.kind == _STATE for child in card.children):
        return {}
    leads: Dict[int, List[Tuple[int, int]]] = {}
    entering: Dict[int, List[Tuple[int, int]]] = {}
    for wire in card.wires:
        if wire.kind == "data" and wire.target.child != BORDER:
            ends = entering.setdefault(wire.source.port, []) if wire.source.child == BORDER else None
            (ends if ends is not None else leads.setdefault(wire.source.child, [])).append(
                (wire.target.child, wire.target.port)
            )
    return {port: (_first_port(card, ends, leads), port) for port, ends in entering.items()}


def _first_port(card: Card, ends: List[Tuple[int, int]], leads: Dict[int, List[Tuple[int, int]]]) -> int:
    """The least port of a card to which these ends of wires lead, through other items, level by level."""
    seen: Set[int] = set()
    while ends:
        found = [port for child, port in ends if isinstance(card.children[child], Card)]
        if found:
            return min(found)
        further = sorted({child for child, _ in ends} - seen)
        seen.update(further)
        ends = [end for child in further for end in leads.get(child, ())]
    return _NOWHERE
