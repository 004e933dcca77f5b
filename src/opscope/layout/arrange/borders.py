"""Arranges all open cards of a scene from the outside in.

The order around a card decides how the ports stand in the card's border; inside the card that order is given. So what
lies outside of a card never depends on whether the card is open, or on what is in it.
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
    """A card's flat graph, its order, and what the numbers of the ports in the flat graph stand for.

    The border ports of `flat` are numbered from left to right. The ports of a child have numbers of their own in `flat`,
    where only those that a wire uses are numbered. `tops[child]` has an entry for each number of an input:

    - for a card, the port's place in the card's own border, counted from the left;
    - for a box, the port as the box numbers it;
    - `WHOLE` for wires that end on the child as a whole.

    `bottoms` has the same for outputs.
    """

    flat: Flat
    order: Order
    tops: Tuple[Tuple[int, ...], ...]
    bottoms: Tuple[Tuple[int, ...], ...]


def arranged(cards: Iterable[Card], order: Callable[[Flat], Order], *, aside: bool = True) -> Dict[int, Arranged]:
    """Arrange open cards. The result is by the `id` of the card, since two cards of a scene may be equal in all they hold.

    Before: parents come before their children.

    Args:
        cards: the open cards.
        order: arranges one flat graph, see `layered.arrange`.
        aside: wires may enter signs from the side.
    """
    found: Dict[int, Arranged] = {}
    borders: Dict[int, Border] = {}
    for card in cards:
        # The order around the card has decided its border; only the root has nothing around it.
        border = borders.get(id(card)) or Border(tuple(range(len(card.inputs))), tuple(range(len(card.outputs))))
        wired = wire_up(card, border.inputs, border.outputs, aside=aside)
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
    """A child's ports as the order around it has them, then those that nothing outside uses. A box has no border."""
    if not isinstance(child, Card):
        return Border((), ())
    return Border(
        _in_order(wired.tops[index], order.tops[index], len(child.inputs)),
        _in_order(wired.bottoms[index], order.bottoms[index], len(child.outputs)),
    )


def _in_order(numbers: Tuple[int, ...], ports: Ports, count: int) -> Tuple[int, ...]:
    """All ports on one side of a child, 0 to `count` - 1, from left to right: first those that `ports` puts in order.

    `ports` has numbers of the flat graph; `numbers` turns such a number into the child's port.
    """
    used = [numbers[port] for port in ports.order if numbers[port] != WHOLE]
    known = set(used)
    return (*used, *(port for port in range(count) if port not in known))


def _places(ports: Tuple[int, ...], border: Tuple[int, ...]) -> Tuple[int, ...]:
    """Where each port stands in the border. What is not in it stays as it is: `WHOLE`, and the ports of a box."""
    place = {port: index for index, port in enumerate(border)}
    return tuple([place.get(port, port) for port in ports])
