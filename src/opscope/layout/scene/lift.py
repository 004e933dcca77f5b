"""Splits wires at the borders of cards: a wire between any two items becomes one wire inside each card on its way.

Each of these joins direct children of one card, or a child and the card's border. Where the way crosses a border there
is a port.
"""

from __future__ import annotations

from typing import Dict, FrozenSet, List, NamedTuple, Set, Tuple

from ...graph.view import Carried
from ...passes.flow import TensorRef
from ..flat import BORDER
from .stage import Stage

_NO_STACK = -2
"""No group has this number, and no item is its card."""
PLAIN = Carried()
"""What most wires stand for: the one tensor that they carry."""


class WireKey(NamedTuple):
    """The ends of a wire inside one card: items (`BORDER` is the card itself) and their ports (-1: the whole item)."""

    source: int
    source_port: int
    target: int
    target_port: int


class Load(NamedTuple):
    """What crosses borders together: a tensor, and how the stacks that it enters take it.

    One tensor may be two loads: the first copy of a chain takes what other ops in it take in each copy. These are two
    wires into the stack.
    """

    tensor: TensorRef
    taken: Tuple[Tuple[int, str], ...] = ()


class Lead(NamedTuple):
    """What a wire inside a card carries: the load, its `CardWire.kind`, and whether the label stands on it."""

    load: Load
    kind: str
    labelled: bool
    user: int = -1
    """An op that uses the tensor; -1 for an output of the graph."""
    taken: str = ""
    """How the copies of the stack that it leads to take it."""

    @property
    def tensor(self) -> TensorRef:
        """The tensor of its load."""
        return self.load.tensor


class Lift:
    """Collects the wires of every card. A tensor crosses a border once, however many items use it on the other side."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.inputs: Dict[int, Dict[Load, int]] = {}
        """Group -> load that enters its card -> number of the input port."""
        self.outputs: Dict[int, Dict[Load, int]] = {}
        """The same for the loads that leave its card, whoever takes them."""
        self._given: Dict[Tuple[int, WireKey], Set[TensorRef]] = {}
        """A wire where it meets its target -> the tensors of copies that it stands for."""
        self.wires: Dict[int, Dict[WireKey, Lead]] = {}
        """Open group (-1: the drawing) -> its wires."""

    def connect(
        self,
        tensor: TensorRef,
        source: int,
        target: int,
        port: int,
        *,
        kind: str = "data",
        user: int = -1,
        carried: Carried = PLAIN,
    ) -> None:
        """Wire `tensor` from the item `source`, which makes it, to `port` of the item `target`, in which the op `user` uses it.

        If the target is a card, the tensor decides which port it is. A `port` of -1 means the item as a whole.
        """
        # What is gone has ports of its own: a way that another wire to the same card shares would be there and not be there.
        load = Load(tensor, ((_NO_STACK, kind),)) if kind == "gone" else self._load(tensor, carried)
        group = self._stage.group_of(target)
        if group >= 0 and port >= 0:
            port = self._port(self.inputs, group, load)
        self._wire(load, source, target, port, self._stage.home(target), kind, user, carried.given)

    def leave(self, tensor: TensorRef, source: int, group: int, result: Load, user: int) -> None:
        """Wire `tensor` from the item `source` to the border of the open card of `group`; it leaves as `result`."""
        self._wire(
            Load(tensor), source, BORDER, self._port(self.outputs, group, result), group, "data", user, frozenset()
        )

    def _load(self, tensor: TensorRef, carried: Carried) -> Load:
        """A tensor with what is said of it at the stacks that are drawn."""
        stage = self._stage
        taken = tuple((group, word) for group, word in carried.taken if stage.is_open(group) or stage.is_folded(group))
        return Load(tensor, taken)

    def times(self, group: int, key: WireKey) -> int:
        """How many tensors of different copies a wire stands for, if more than one; else 0."""
        count = len(self._given.get((group, key), ()))
        return count if count > 1 else 0

    def _wire(
        self,
        load: Load,
        source: int,
        target: int,
        port: int,
        home: int,
        kind: str,
        user: int,
        given: FrozenSet[TensorRef],
    ) -> None:
        """Go outwards from the target and from the source until both are in the same card, and wire them there.

        `home` is the group in whose card the target end lies.
        """
        source_home = self._stage.home(source)
        meeting = self._meeting(source_home, home)
        along = (
            kind if kind in ("control", "gone") else "data"
        )  # of others only the piece in the meeting card shows another kind
        steps: List[Tuple[int, WireKey]] = []
        while home != meeting:
            known = load in self.inputs.get(home, ())
            entry = self._port(self.inputs, home, load)
            steps.append((home, WireKey(BORDER, entry, target, port)))  # inside this card, from its border on
            if known and not given:  # the load has come in here before: the rest of the way is wired
                self._add(steps, Lead(load, along, labelled=False, user=user))
                return
            target, port, home = self._stage.card(home), entry, self._stage.parents[home]
        source_port = self._leaving(load, source)
        while source_home != meeting:
            leaving = self._port(self.outputs, source_home, Load(load.tensor))
            steps.append((source_home, WireKey(source, source_port, BORDER, leaving)))  # ... and up to its border
            source, source_port, source_home = self._stage.card(source_home), leaving, self._stage.parents[source_home]
        self._add(steps, Lead(load, along, labelled=False, user=user))
        last = (meeting, WireKey(source, source_port, target, port))
        self._add([last], Lead(load, kind, labelled=True, user=user))
        if given:
            self._given.setdefault(last, set()).update(given)

    def _leaving(self, load: Load, source: int) -> int:
        """The port by which a tensor leaves an item: of a box the op's output number; of a card a port of its own."""
        group = self._stage.group_of(source)
        if group < 0:
            return load.tensor[1]
        return self._port(self.outputs, group, Load(load.tensor)) if load.tensor[1] >= 0 else -1

    def _port(self, ports: Dict[int, Dict[Load, int]], group: int, load: Load) -> int:
        """The number of a load's port in a card's border; a new one if it has none there."""
        known = ports.setdefault(group, {})
        return known.setdefault(load, len(known))

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
            taken = dict(lead.load.taken).get(self._stage.group_of(key.target), "") if lead.load.taken else ""
            self.wires.setdefault(group, {}).setdefault(key, lead._replace(taken=taken) if taken else lead)
