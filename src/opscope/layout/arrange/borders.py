"""Arranging a whole scene from the outside in: the order around a card decides how the ports stand in its border.

Inside the card that order is given. So a card is arranged the same way around whether it is open or not, and what lies
outside never depends on what is open inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, Dict, Iterable, NamedTuple, Tuple

from ..scene.items import Card
from .wiring import WHOLE, Wired, wire_up

if TYPE_CHECKING:
    from ..flat import Flat, Order, Ports


class Border(NamedTuple):
    """The ports of a card from left to right: its inputs in the top border, its outputs in the bottom border."""

    inputs: Tuple[int, ...]
    outputs: Tuple[int, ...]


@dataclass(frozen=True)
class Arranged:
    """A card's flat graph and its order.

    The flat graph's border ports are numbered from left to right. For each child `tops` and `bottoms` give, by the number
    of the port in the flat graph, the place of that port in the child's border; `WHOLE` for the child as a whole.
    """

    flat: Flat
    order: Order
    tops: Tuple[Tuple[int, ...], ...]
    bottoms: Tuple[Tuple[int, ...], ...]


def arranged(cards: Iterable[Card], order: Callable[[Flat], Order]) -> Dict[int, Arranged]:
    """Arrange cards, by their `id`. Before: parents come before children."""
    found: Dict[int, Arranged] = {}
    borders: Dict[int, Border] = {}
    for card in cards:
        border = borders.get(id(card)) or Border(tuple(range(len(card.inputs))), tuple(range(len(card.outputs))))
        wired = wire_up(card, border.inputs, border.outputs)
        ordered = order(wired.flat)
        inside = [_border(child, wired, ordered, index) for index, child in enumerate(card.children)]
        borders.update({id(child): each for child, each in zip(card.children, inside)})
        found[id(card)] = Arranged(
            wired.flat,
            ordered,
            tuple([_places(ports, each.inputs) for ports, each in zip(wired.tops, inside)]),
            tuple([_places(ports, each.outputs) for ports, each in zip(wired.bottoms, inside)]),
        )
    return found


def _border(child: object, wired: Wired, order: Order, index: int) -> Border:
    """A child's ports as the order around it has them; those that nothing outside uses come last."""
    if not isinstance(child, Card):
        return Border((), ())
    return Border(
        _in_order(wired.tops[index], order.tops[index], len(child.inputs)),
        _in_order(wired.bottoms[index], order.bottoms[index], len(child.outputs)),
    )


def _in_order(numbers: Tuple[int, ...], ports: Ports, count: int) -> Tuple[int, ...]:
    used = [numbers[port] for port in ports.order if numbers[port] != WHOLE]
    known = set(used)
    return (*used, *(port for port in range(count) if port not in known))


def _places(ports: Tuple[int, ...], border: Tuple[int, ...]) -> Tuple[int, ...]:
    place = {port: index for index, port in enumerate(border)}
    return tuple([place.get(port, port) for port in ports])
