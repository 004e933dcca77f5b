"""Says on wires what their tensors are for: queries, keys and values, states, gradients. A reader cannot tell it where several wires enter one box."""

from __future__ import annotations

from operator import is_
from typing import Dict, Iterator, List, Optional, Set, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.vocabulary import CONSTANTS, PHASES, chain
from ...graph.with_fields import with_fields
from ...passes.flow import TensorRef
from ...passes.rewire import origin, passing
from ..flat import BORDER
from ..scene.items import PURPOSE, Box, Card, CardWire, End, Item, Scene, from_all, with_each_card
from .attention_roles import attention_roles
from .loop_carried import carried_states
from .recurrent_words import is_recurrent, state_names

_LOSS, _BACKWARD, _OPTIMIZER = PHASES[1:4]
FOR_GRADIENTS, GRADIENTS = f"{PURPOSE}gradients", "gradients"
LAST, INITIAL = "last state", "initial state"
SUBTRACTED = "subtracted"
_DIFFERENCE, _OPERANDS = "Sub", 2
_BECOMES = " \u2192 "


class WireRoles:
    """Tells what tensors are for. Right for all graphs that differ only in which groups are closed."""

    def __init__(self, graph: Graph) -> None:
        content = content_of(graph)
        self._table, self._groups, self._passed = content.table, content.groups, passing(graph)
        self._home = content.node_group
        self._attention: Dict[Tuple[int, Optional[TensorRef]], List[str]] = {}
        for (row, place), role in sorted([*attention_roles(graph).items(), *_subtracted(graph)]):
            self._attention.setdefault((row, self._taken(row, place)), []).append(role)
        self._states = carried_states(graph)
        self._has_gradients = any(group.kind == _BACKWARD for group in content.groups)

    def told(self, scene: Scene) -> Scene:
        """The scene, in which wires say what they are for."""
        if not (self._attention or self._states or self._has_gradients):
            return scene
        return with_each_card(scene, self._card)

    def _card(self, card: Card) -> Card:
        wires = [self._wire(card, wire) for wire in card.wires]
        return card if all(map(is_, wires, card.wires)) else with_fields(card, wires=tuple(wires))

    def _wire(self, card: Card, wire: CardWire) -> CardWire:
        """One wire inside a card."""
        if wire.kind != "data" or wire.told is None or wire.target.child == BORDER:
            return wire
        source = card.children[wire.source.child] if wire.source.child != BORDER else None
        target = card.children[wire.target.child]
        tensor = origin(self._table, *wire.told.tensor, self._passed) if wire.told.tensor[1] >= 0 else wire.told.tensor
        if isinstance(target, Box):
            roles = self._attention.get((target.node, tensor)) or self._left(source, tensor)
            return with_fields(wire, role=", ".join(roles)) if roles else wire
        if not isinstance(target, Card) or target.open:
            left = self._left(source, tensor)
            return with_fields(wire, role=left[0]) if left else wire
        if target.kind == _BACKWARD:
            return self._for_gradients(source, wire)
        if target.kind == _OPTIMIZER and _is(source, _BACKWARD):
            return with_fields(wire, called=GRADIENTS)
        state = [part for part in (self._last(source, tensor), self._initial(target, tensor)) if part]
        return with_fields(wire, role=_BECOMES.join(state)) if state else wire

    def _taken(self, row: int, place: int) -> Optional[TensorRef]:
        """What an op takes in one place, as a loop its states; ``None`` if a damaged file says it takes less."""
        taken = self._table.data_inputs(row)
        return origin(self._table, *taken[place], self._passed) if place < len(taken) else None

    @staticmethod
    def _for_gradients(source: Optional[Item], wire: CardWire) -> CardWire:
        """A wire into a backward pass. Those from the loss stand close to others, so that only their label has room for what they are."""
        if _is(source, _LOSS):
            return with_fields(wire, called=FOR_GRADIENTS)
        if _is(source, _BACKWARD):
            return wire
        of_stack = isinstance(source, Card) and source.repeat == wire.times > 1
        return with_fields(wire, role=f"{from_all(wire.times)}, {FOR_GRADIENTS}" if of_stack else FOR_GRADIENTS)

    def _left(self, source: Optional[Item], tensor: TensorRef) -> List[str]:
        """That a tensor is what an open loop leaves as its state, behind which a reader sees the wire of each iteration; nothing for others."""
        loop, place = tensor
        is_loop = isinstance(source, Card) and source.open and source.kind == "while"
        return [LAST] if is_loop and place in self._states.get(loop, ()) else []

    def _last(self, source: Optional[Item], tensor: TensorRef) -> str:
        """That a tensor is what a recurrent layer's loop leaves as its state: ``last state h``; empty for others."""
        loop, place = tensor
        if not isinstance(source, Card) or source.open or place not in self._states.get(loop, ()):
            return ""
        return self._named(LAST, source, loop, place)

    def _initial(self, target: Card, tensor: TensorRef) -> str:
        """That a recurrent layer's loop begins with a tensor as its state: ``initial state h``; empty for others."""
        found = {
            self._named(INITIAL, target, loop, place)
            for loop, places in self._states.items()
            for place in places
            if self._taken(loop, place) == tensor
        } - {""}
        return found.pop() if len(found) == 1 else ""

    def _named(self, words: str, card: Card, loop: int, place: int) -> str:
        """A state of a loop, if that is the loop of the recurrent layer that a card is."""
        if card.group < 0 or not is_recurrent(self._groups[card.group]):
            return ""
        if card.group not in chain(self._groups, self._home[loop]):
            return ""
        names, places = state_names(self._groups[card.group]), self._states[loop]
        return f"{words} {names[places.index(place)]}" if len(names) == len(places) else words


def _subtracted(graph: Graph) -> Iterator[Tuple[Tuple[int, int], str]]:
    """The second operands of differences of two tensors: a sign does not say which of its wires brings what is taken away.

    What is taken from a constant is not among them, as there is one wire, nor what is taken from itself.
    """
    table, passed = content_of(graph).table, passing(graph)
    for row, op in enumerate(table.ops):
        taken = [origin(table, *edge, passed) for edge in table.data_inputs(row)] if op == _DIFFERENCE else []
        if len(set(taken)) == _OPERANDS and table.ops[taken[0][0]] not in CONSTANTS:
            yield (row, 1), SUBTRACTED


def _is(item: Optional[Item], kind: str) -> bool:
    """Whether an item is the card of a phase."""
    return isinstance(item, Card) and item.kind == kind


def with_roles_in_labels(scene: Scene) -> Scene:
    """The scene, in which labels of wires begin with what these are for, as far as labels have room for it.

    A label stands where a wire begins: left of the first of several, and right of the last one, so that none is where another wire runs. It
    speaks of all that begins at its port. Other words stay at the heads of their wires, where nothing keeps room for them.
    """
    return with_each_card(scene, _labelled)


def _labelled(card: Card) -> Card:
    """A card with the roles of its wires in their labels."""
    wires = card.wires
    if not any(wire.role for wire in wires):
        return card
    roles: Dict[int, Dict[int, Set[str]]] = {}
    for wire in (each for each in wires if each.source.port >= 0):
        roles.setdefault(wire.source.child, {}).setdefault(wire.source.port, set()).add(wire.role)
    labels: Dict[End, str] = {}
    for child, ports in roles.items():
        for port in {min(ports), max(ports)} if child != BORDER else ():
            (role, *others) = sorted(ports[port])
            if role and not others:
                shape = next((wire.label for wire in wires if wire.source == (child, port) and wire.label), "")
                labels[End(child, port)] = f"{role} {shape}".rstrip()
    found: List[CardWire] = []
    said: Set[End] = set()
    for wire in wires:
        label = labels.get(wire.source)
        if label is None:
            found.append(wire)
            continue
        found.append(with_fields(wire, label="" if wire.source in said else label, role=""))
        said.add(wire.source)
    return with_fields(card, wires=tuple(found))
