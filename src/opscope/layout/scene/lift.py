"""Splits wires at the borders of cards: a wire between any two items becomes one wire inside each card on its way.

Each of these joins direct children of one card, or a child and the card's border. Where the way crosses a border there
is a port.
"""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Tuple

from ...passes.flow import TensorRef
from ..flat import BORDER
from .stage import Stage


class WireKey(NamedTuple):
    """The ends of a wire inside one card: items (`BORDER` is the card itself) and their ports (-1: the whole item)."""

    source: int
    source_port: int
    target: int
    target_port: int


class Lead(NamedTuple):
    """What a wire inside a card carries: the tensor, its `CardWire.kind`, and whether the label stands on it."""

    tensor: TensorRef
    kind: str
    labelled: bool


class Lift:
    """Collects the wires of every card. A tensor crosses a border once, however many items use it on the other side."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.inputs: Dict[int, Dict[TensorRef, int]] = {}
        """Group -> tensor that enters its card -> number of the input port."""
        self.outputs: Dict[int, Dict[TensorRef, int]] = {}
        """The same for the tensors that leave its card."""
        self.wires: Dict[int, Dict[WireKey, Lead]] = {}
        """Open group (-1: the drawing) -> its wires."""

    def connect(self, tensor: TensorRef, source: int, target: int, port: int, *, kind: str = "data") -> None:
        """Wire `tensor` from the item `source`, which makes it, to `port` of the item `target`.

        If the target is a card, the tensor decides which port it is. A `port` of -1 means the item as a whole.
        """
        group = self._stage.group_of(target)
        if group >= 0 and port >= 0:
            port = self._port(self.inputs, group, tensor)
        self._wire(tensor, source, target, port, self._stage.home(target), kind)

    def leave(self, tensor: TensorRef, source: int, group: int, result: TensorRef) -> None:
        """Wire `tensor` from the item `source` to the border of the open card of `group`; it leaves as `result`."""
        self._wire(tensor, source, BORDER, self._port(self.outputs, group, result), group, "data")

    def _wire(self, tensor: TensorRef, source: int, target: int, port: int, home: int, kind: str) -> None:
        """Go outwards from the target and from the source until both are in the same card, and wire them there.

        `home` is the group in whose card the target end lies.
        """
        source_home = self._stage.home(source)
        meeting = self._meeting(source_home, home)
        along = kind if kind == "control" else "data"  # only the piece in the meeting card shows another kind
        steps: List[Tuple[int, WireKey]] = []
        while home != meeting:
            known = tensor in self.inputs.get(home, ())
            entry = self._port(self.inputs, home, tensor)
            steps.append((home, WireKey(BORDER, entry, target, port)))  # inside this card, from its border on
            if known:  # the tensor has come in here before: the rest of the way is wired
                self._add(steps, Lead(tensor, along, labelled=False))
                return
            target, port, home = self._stage.card(home), entry, self._stage.parents[home]
        source_port = self._leaving(tensor, source)
        while source_home != meeting:
            leaving = self._port(self.outputs, source_home, tensor)
            steps.append((source_home, WireKey(source, source_port, BORDER, leaving)))  # ... and up to its border
            source, source_port, source_home = self._stage.card(source_home), leaving, self._stage.parents[source_home]
        self._add(steps, Lead(tensor, along, labelled=False))
        self._add([(meeting, WireKey(source, source_port, target, port))], Lead(tensor, kind, labelled=True))

    def _leaving(self, tensor: TensorRef, source: int) -> int:
        """The port by which a tensor leaves an item: of a box the op's output number; of a card a port of its own."""
        group = self._stage.group_of(source)
        if group < 0:
            return tensor[1]
        return self._port(self.outputs, group, tensor) if tensor[1] >= 0 else -1

    def _port(self, ports: Dict[int, Dict[TensorRef, int]], group: int, tensor: TensorRef) -> int:
        """The number of a tensor's port in a card's border; a new one if the tensor has none there."""
        known = ports.setdefault(group, {})
        return known.setdefault(tensor, len(known))

    def _meeting(self, one: int, other: int) -> int:
        """The innermost group whose card holds both; -1: the drawing."""
        depth, parents = self._stage.depth, self._stage.parents
        while one != other:
            # The deeper of the two goes on outwards.
            if other < 0 or (one >= 0 and depth[one] >= depth[other]):
                one = parents[one]
            else:
                other = parents[other]
        return one

    def _add(self, steps: List[Tuple[int, WireKey]], lead: Lead) -> None:
        """Add wires; of those with the same ends in one card, the first stays."""
        for group, key in steps:
            self.wires.setdefault(group, {}).setdefault(key, lead)
