"""What a comparison finds, as small frozen values: changes of ops, groups and variables, of wires, of figures, and the story they make."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Mapping, Optional, Tuple

from .words import words_of

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_TURNED = {ADDED: REMOVED, REMOVED: ADDED, CHANGED: CHANGED}


ORDER_OF_LAYERS = "order of layers"
"""What changed in a block whose layers stand in another order; its values are the names of those that had to move."""


@dataclass(frozen=True)
class Change:
    """One thing that is not the same on both sides of a matched pair. All values are plain, as JSON has them."""

    what: str
    """``name``, ``op``, ``group``, ``inputs``, ``device``, ``source``, ...; ``attrs.padding`` for one attribute, ``settings.units``
    for one setting, ``outputs[0].shape`` for one output. ``order`` is the place among all, where what is matched changed its order."""
    a: Any
    b: Any
    absent: str = ""
    """``a`` or ``b``: that side does not have this attribute or setting at all. (Then it is ``None``, which an attribute may be too.)"""

    def reversed(self) -> "Change":
        """The change the other way round."""
        return Change(self.what, self.b, self.a, {"a": "b", "b": "a"}.get(self.absent, ""))


@dataclass(frozen=True)
class Delta:
    """An op, a group or a variable that is not the same in both graphs."""

    status: str
    """``changed``, ``added`` (in `b` only) or ``removed`` (in `a` only)."""
    a: Optional[str]
    """The name of the op, the path of the group or the object path of the variable in `a`; ``None`` if it was added."""
    b: Optional[str]
    changes: Tuple[Change, ...] = ()
    """What is different; empty if it was added or removed."""
    record: Optional[Mapping[str, Any]] = None
    """All of what was added or removed, as the graph's JSON has it; ``None`` if it changed."""
    row_a: int = -1
    """The row in the list of ops, groups or variables of `a`; -1 if it was added."""
    row_b: int = -1

    def change(self, what: str) -> Optional[Change]:
        """The change of this kind, if there is one."""
        return next((change for change in self.changes if change.what == what), None)

    def reversed(self) -> "Delta":
        """The same the other way round: what was added was removed."""
        changes = tuple([change.reversed() for change in self.changes])
        return Delta(_TURNED[self.status], self.b, self.a, changes, self.record, self.row_b, self.row_a)


@dataclass(frozen=True)
class TakenInput:
    """One input of an op."""

    node: str
    """The op that takes it."""
    slot: int
    """Which of the op's inputs it is, counted from 0; control inputs are the last."""
    source: str
    """The op whose tensor it is."""
    output: Optional[int]
    """Which output of that op; ``None`` for a control input."""


@dataclass(frozen=True)
class WireDelta:
    """An input that an op takes from elsewhere, or that only one side has. Inputs of ops that were added or removed are in their records."""

    status: str
    a: Optional[TakenInput]
    b: Optional[TakenInput]

    def reversed(self) -> "WireDelta":
        """The same the other way round."""
        return WireDelta(_TURNED[self.status], self.b, self.a)


@dataclass(frozen=True)
class FigureDelta:
    """A figure of a group, or of the whole graph, that is not the same on both sides."""

    path: str
    """The group, as `b` calls it; empty for the whole graph."""
    quantity: str
    """``parameters``, ``flops``, ``macs``, ``bytes``, ``time_us``, ..."""
    a: Optional[float]
    b: Optional[float]
    interval: Optional[Tuple[float, float]] = None
    """Of measured figures: between which values b - a lies; ``None`` of figures that are exact."""
    significant: bool = True
    """Whether the difference can be claimed: exact figures always, measured ones if the interval does not hold zero."""

    def reversed(self) -> "FigureDelta":
        """The same the other way round."""
        interval = None if self.interval is None else (-self.interval[1], -self.interval[0])
        return replace(self, a=self.b, b=self.a, interval=interval)


STORY_KINDS = (
    "repeated", "inserted", "removed", "wrapped", "unwrapped", "moved", "renamed", "replaced", "changed",
    "fused", "expanded", "rewritten", "converted", "folded", "unfolded", "eliminated", "introduced", "quantized", "dequantized",
)  # fmt: skip
"""What the story can say of a group or op, the coarsest first; then what it says of a graph that a tool made of the other."""
CONVERTING = STORY_KINDS[9:]
"""What it says of ops of both graphs that do the same, other types of numbers included."""
_OPPOSITES = (
    ("inserted", "removed"), ("wrapped", "unwrapped"), ("fused", "expanded"), ("folded", "unfolded"), ("eliminated", "introduced"),
    ("quantized", "dequantized"),
)  # fmt: skip
_TURNED_KINDS = {one: other for pair in _OPPOSITES for one, other in (pair, pair[::-1])}


@dataclass(frozen=True)
class StoryEntry:
    """One thing that a person would say about the difference, such as that a layer was inserted."""

    kind: str
    """One of `STORY_KINDS`."""
    what: str
    """What it is said of: ``group``, ``op``, ``variable`` or ``output`` (of the graph)."""
    a: Tuple[str, ...]
    """The paths or names in `a`, the first one the most evidence."""
    b: Tuple[str, ...]
    ops: int = 0
    """How many ops it concerns."""
    cost: int = 1
    """How many edits it stands for, by the contract: 0 for what follows from another entry."""
    changes: Tuple[Change, ...] = ()
    """What changed, of an entry of kind ``changed`` or ``replaced``."""
    count_a: int = 0
    """Of kind ``repeated``: how many copies `a` has. Of others 0."""
    count_b: int = 0
    labels: Tuple[str, str] = ("", "")
    """What it is in `a` and in `b`: the class of a layer, the kind of another group, the type of an op; empty where there is none."""
    name: str = ""
    """Of kind ``repeated``: what all copies are called together, ``block1 … 8``; empty where a layer by itself is repeated. Of ops that
    were inserted or removed: the layer that they are in, with its class; empty where there is not the one."""

    @property
    def words(self) -> str:
        """The entry as a sentence."""
        return words_of(self)

    def reversed(self) -> "StoryEntry":
        """The same the other way round: what was inserted was removed."""
        return replace(
            self, kind=_TURNED_KINDS.get(self.kind, self.kind), a=self.b, b=self.a, count_a=self.count_b, count_b=self.count_a,
            changes=tuple([change.reversed() for change in self.changes]), labels=(self.labels[1], self.labels[0]),
        )  # fmt: skip


@dataclass(frozen=True)
class Matches:
    """What corresponds to what, by row; -1 where there is no counterpart."""

    nodes: Tuple[int, ...]
    """For each op of `a` the row of the same op in `b`."""
    groups: Tuple[int, ...]
    variables: Tuple[int, ...]

    def reversed(self, sizes: "Tuple[int, int, int]") -> "Matches":
        """For each row of `b` the row in `a`; `sizes` says how many ops, groups and variables `b` has."""
        return Matches(
            *[inverse(column, size) for column, size in zip((self.nodes, self.groups, self.variables), sizes)]
        )


def inverse(column: "Tuple[int, ...]", size: int) -> Tuple[int, ...]:
    """Row of b -> row of a, of a column with row of a -> row of b.

    >>> inverse((1, -1, 0), 3)
    (2, 0, -1)
    """
    found = [-1] * size
    for row, other in enumerate(column):
        if other >= 0:
            found[other] = row
    return tuple(found)


@dataclass(frozen=True)
class GraphHead:
    """What is known of a whole graph: all of its JSON but the lists of ops, groups and variables."""

    name: str
    producer: Mapping[str, str]
    measurement: Optional[Mapping[str, Any]] = None
    cost: Optional[Mapping[str, Any]] = None
    outputs: Optional[Tuple[Mapping[str, Any], ...]] = None
    """The outputs, where the ops alone do not tell them; as the graph's JSON has them."""
    ops: int = 0
    """How many ops it has."""
    groups: int = 0
    variables: int = 0
