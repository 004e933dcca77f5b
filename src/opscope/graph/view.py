"""`View`: how a drawing treats each op and group. Passes fill it; the graph itself is never changed for a drawing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import FrozenSet, Mapping, NamedTuple, Optional, Sequence, Tuple

from .types import Measured, TensorType

BOX = 0
"""The op is a box of its own (or the card of the body that it owns)."""
CHIP = 1
"""Side matter: the op is a small chip on each op that uses it."""
WIRE = 2
"""The op only passes its input on: a wire runs through it."""
HIDDEN = 3
"""The op is left out of the drawing and counted."""
PILL = 4
"""The argument of a loop's body that changes from one iteration to the next: drawn as the loop's variable."""
OMITTED = 5
"""The op is outside of what was selected: left out of the drawing and counted."""


@dataclass(frozen=True)
class Unseen:
    """How many ops the passes took out of sight, by reason. An op is counted once for each pass that took it."""

    dead: int = 0
    """They reach no output and no side effect."""
    idle: int = 0
    """`NoOp`s that no op with an effect waits for."""
    docked: int = 0
    """Side matter, drawn as chips."""
    passed_on: Mapping[str, int] = field(default_factory=dict)
    """They only pass on their input, and a wire runs through: op type -> how many."""
    stacked: int = 0
    """They are in copies, for which the first is drawn."""
    edges_stacked: int = 0
    """The edges of these."""
    left_out: Optional[int] = None
    """They are outside of what was selected; ``None`` where nothing was."""

    @property
    def selected(self) -> bool:
        """Whether only a part of the graph was selected, however many ops that left out."""
        return self.left_out is not None


class Leaving(NamedTuple):
    """What leaves a stack for an output of the drawn copy."""

    name: str
    """The op that gives it; of several copies that give one each, the last."""
    type: Optional[TensorType]
    """Its type; ``None`` where several copies give tensors of different types."""


class Stack(NamedTuple):
    """Groups of one structure that are drawn once, by the first of them."""

    names: Tuple[str, ...]
    """What the copies are called, the one that is drawn first."""
    copies: Tuple[Sequence[int], ...]
    """For each copy its ops, as rows of the whole graph. The same place in each is the same op of the structure."""
    differences: Tuple[str, ...] = ()
    """What is not the same in all copies, in words."""
    succession: str = ""
    """How data flows from copy to copy, in words. No wire shows it."""
    others: Tuple[Tuple[int, int], ...] = ()
    """What only other copies than the drawn one take from outside: op (row of the graph that is drawn) and output."""
    measured: Optional[Measured] = None
    """What was measured on all copies together."""
    gives: Mapping[Tuple[int, int], Leaving] = {}
    """Op (row of the graph that is drawn) and output -> the tensor that leaves the stack for it, where it is another copy's:
    what follows a chain takes the last copy's."""


ALONE = Stack(("",), ())
"""What stands for a stack where a group is drawn for itself alone."""


@dataclass(frozen=True)
class View:
    """The decisions of the drawing passes. The default draws every op as a box and opens every group."""

    roles: bytes = b""
    """One of the codes above per op; empty: every op is a `BOX`."""
    closed: FrozenSet[int] = frozenset()
    """The groups that are drawn folded."""
    stacks: Mapping[int, Stack] = field(default_factory=dict)
    """Group -> the copies that it is drawn for, itself the first. Groups that stand for nothing else are not in it."""
    sizes: Mapping[int, int] = field(default_factory=dict)
    """Group -> how many ops lie in it, in the graph before copies were taken out of it; empty where none were."""
    made: FrozenSet[int] = frozenset()
    """The groups that a pass made of siblings which repeat; they are no level of their own."""
    focus: int = -1
    """The group that is drawn open among its folded neighbours; -1: there is none."""
    counts: Unseen = field(default_factory=Unseen)
    """What the passes took out of sight."""

    def role(self, node: int) -> int:
        """The code of one op."""
        return self.roles[node] if self.roles else BOX
