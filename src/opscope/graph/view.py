"""`View`: how a drawing treats each op and group. The drawing passes fill it; they leave the graph itself as it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Collection, FrozenSet, Mapping, NamedTuple, Optional, Sequence, Tuple

from .types import Measured, TensorType

if TYPE_CHECKING:
    from .groups import Group

BOX = 0
"""The op is a box of its own (or the card of the body that it owns)."""
CHIP = 1
"""The op is a small chip on each op that uses it, such as a constant or a variable ("side matter")."""
WIRE = 2
"""The op is not drawn. A wire runs through it, from what makes its first input to those that use the op."""
HIDDEN = 3
"""The op is not drawn, only counted."""
PILL = 4
"""The argument of a loop's body that changes from one iteration to the next: drawn as the loop's variable."""
OMITTED = 5
"""The op is outside of what the user selected: not drawn, only counted."""
SHAPING = 6
"""The op is part of the shape that a box's label says (`View.makes`): not drawn, only counted."""

ASIDE = 7
"""The op is in a copy of a stack that has it more than the drawn one: not drawn, only counted; the gradients that use it name it."""

BOOKKEEPING = 8
"""The op only counts a loop's iterations, or keeps the list of its results: words say it, it is not drawn, only counted."""

TOLD_IN_WORDS = frozenset({SHAPING, BOOKKEEPING})
"""Ops that no mark stands for, since the words of others say what they do."""

UNWIRED = frozenset({CHIP, *TOLD_IN_WORDS})
"""An op with one of these roles is wired to none that uses it."""

LACKING = -1
"""Where an op of a copy would stand that corresponds to one of the drawn copy: this copy has none there."""


@dataclass(frozen=True)
class Unseen:
    """How many ops have no box in a drawing, by reason. An op that two passes took away is counted twice, see `stacked_twice`."""

    dead: int = 0
    """Ops that reach no output and no side effect."""
    idle: int = 0
    """``NoOp`` ops that no op with an effect waits for."""
    docked: int = 0
    """Ops that are drawn as chips."""
    passed_on: Mapping[str, int] = field(default_factory=dict)
    """Ops that only pass on their input, so that a wire runs through them: op type -> how many."""
    stacked: int = 0
    """Ops in the copies of a stack that are not drawn: only one copy is."""
    stacked_twice: int = 0
    """Those of them that another reason counts as well, so that a sum over the reasons can count each op once."""
    edges_stacked: int = 0
    """The edges in these copies."""
    shaping: int = 0
    """Ops that only compute the shapes which labels say; see `passes.shape_arithmetic`."""
    bookkeeping: int = 0
    """Ops that only keep the books of loops; see `passes.loop_bookkeeping`."""
    left_out: Optional[int] = None
    """Ops outside of what the user selected; ``None`` if nothing was selected."""

    @property
    def selected(self) -> bool:
        """Whether the user selected a part of the graph, even if that part leaves out no op."""
        return self.left_out is not None


class Leaving(NamedTuple):
    """The tensor that leaves a stack where the drawn copy has an output, or that the drawn copy has where one enters.

    In a chain of copies, what follows the chain uses the output of the last copy, not that of the drawn one; and what enters the
    chain is the input of the first copy, whichever is drawn.
    """

    name: str
    """The op that makes it. If several copies make one each, that of the last."""
    type: Optional[TensorType]
    """Its type; ``None`` if several copies make tensors of different types."""
    place: Optional[int] = None
    """Of a tensor that leaves: the place of the copy that makes it, in the order of the data. ``None`` if several copies make one each."""


ONE_EACH = "one each"
"""Of a wire into a stack: each copy takes a tensor of its own."""
LAST_FIRST = f"{ONE_EACH}, last first"
"""Of a wire from a stack into another one: its last copy gives to the other's first one, the one before to the second, and so on."""


def own_each(numbers: Collection[int]) -> str:
    """What a wire into a stack says of which each copy takes tensors of its own, given how many: a sum takes several.

    >>> own_each([1, 1, 1]), own_each([2, 2]), own_each([1, 2, 1]), own_each([3, 1])
    ('one each', '2 each', '1 or 2 each', '1 to 3 each')
    """
    least, most = min(numbers), max(numbers)
    if least == most:
        return ONE_EACH if most == 1 else f"{most} each"
    return f"{least} {'or' if most == least + 1 else 'to'} {most} each"


class Carried(NamedTuple):
    """What a drawn wire at the border of stacks stands for, beside the one tensor of the drawn copy."""

    taken: Tuple[Tuple[int, str], ...] = ()
    """For a stack (its group) that the wire enters: ``each`` if all copies take this tensor, ``one each`` if each takes its own,
    ``2 each`` or ``1 or 2 each`` if it takes several (`own_each`), `LAST_FIRST` if its own come from copies in the reverse order.

    What only the first copy takes, or some, has no entry.
    """
    given: FrozenSet[Tuple[int, int]] = frozenset()
    """Where it leaves a stack: the tensors of copies that it stands for, in rows of the whole graph."""


class Borders(NamedTuple):
    """What drawn uses of tensors stand for, of those that cross the border of a stack."""

    edges: Mapping[int, Carried] = {}
    """By edge: a row of the drawn table's edges."""
    outputs: Mapping[int, Carried] = {}
    """By output of the graph: its position in `Content.outputs`."""
    others: Mapping[Tuple[int, Tuple[int, int]], Carried] = {}
    """By stack and tensor, of what is in `Stack.others`."""


class Stack(NamedTuple):
    """Groups with the same structure, such as the equal blocks of a network. Only one of them is drawn.

    Some copies may have more than the others, as the first block of a stage has a projection, or lack something, as it has no shortcut;
    one of those that have what most have is drawn.
    """

    names: Tuple[str, ...]
    """The names of the copies, the drawn one first."""
    copies: Tuple[Sequence[int], ...]
    """For each copy its ops, as rows of the whole graph. Ops at the same position correspond to each other.

    A copy that has more than the drawn one has these ops at its end; no op of the drawing stands for them. One that lacks an op
    of the drawn one has `LACKING` in its place.
    """
    differences: Tuple[str, ...] = ()
    """What is not the same in all copies, in words."""
    succession: str = ""
    """How data flows from copy to copy, in words, since no wire shows it."""
    others: Tuple[Tuple[int, int], ...] = ()
    """Tensors from outside that only undrawn copies use: op (row of the graph that is drawn) and output."""
    measured: Optional[Measured] = None
    """What was measured on all copies together."""
    gives: Mapping[Tuple[int, int], Leaving] = {}
    """Op (row of the graph that is drawn) and output -> the tensor that leaves the stack there.

    Only outputs are listed whose tensor another copy than the drawn one makes.
    """
    takes: Mapping[Tuple[int, int], Leaving] = {}
    """Op and output of the drawing that enter the stack -> what the drawn copy takes in that place, where it is not the first."""
    places: Tuple[int, ...] = ()
    """For each copy its place in the order of the data, counted from 0. Empty: they are in that order."""
    own_layers: Mapping[int, Tuple[Group, ...]] = {}
    """Place in the order of the data -> the layers that only this copy has, in the order in which they are called."""
    strided: Mapping[int, Tuple[Group, ...]] = {}
    """Place in the order of the data -> the layers that have other strides in this copy than in most; see `passes.peculiar`."""


ALONE = Stack(("",), ())
"""The "stack" of a group that stands only for itself."""


@dataclass(frozen=True)
class View:
    """The decisions of the drawing passes. With the default, every op is a box and every group is open."""

    roles: bytes = b""
    """For each op one of the codes above (`BOX` and so on). Empty means that every op is a `BOX`."""
    closed: FrozenSet[int] = frozenset()
    """The groups that are drawn folded."""
    stacks: Mapping[int, Stack] = field(default_factory=dict)
    """Group -> the stack that it is drawn for, of which it is the drawn copy. A group without a stack is not a key."""
    sizes: Mapping[int, int] = field(default_factory=dict)
    """Group -> how many ops lie in it, in the graph before copies were taken out of it; empty where none were."""
    layers: Optional[int] = None
    """How many layers the graph had before copies were taken out of it; ``None`` where none were."""
    made: FrozenSet[int] = frozenset()
    """Groups that a pass made around repeating siblings. They do not count as a level of nesting."""
    gathered_inputs: Mapping[int, int] = field(default_factory=dict)
    """Input op -> the one whose oval stands for it, which is the first of many of one type."""
    gathered_outputs: Tuple[Tuple[int, ...], ...] = ()
    """Sets of outputs (positions in `Content.outputs`) for which one oval stands."""
    makes: Mapping[int, str] = field(default_factory=dict)
    """Op whose shape arithmetic is folded into it -> the shape that it makes, as in ``(b, t, 8, 64)``. Of unknown rank: not a key."""
    focus: int = -1
    """The group that the user focuses on: it is open and its neighbours are folded. -1 if there is none."""
    borders: Borders = field(default_factory=Borders)
    """What the wires at the borders of stacks stand for."""
    counts: Unseen = field(default_factory=Unseen)
    """How many ops have no box, by reason."""
    vain: Tuple[str, ...] = ()
    """Patterns of what to leave out that match only what has no box anyway."""

    def marks(self, ops: int) -> int:
        """How many ops are boxes, ovals or chips, of so many in all."""
        return sum(1 for role in self.roles if role in (BOX, PILL, CHIP)) if self.roles else ops

    def role(self, node: int) -> int:
        """How one op is drawn: one of the codes above."""
        return self.roles[node] if self.roles else BOX
