"""What keeps a bad number from doing harm: whether a later choice leaves it out, and who only looks at its order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, Set, Tuple

if TYPE_CHECKING:
    from ..graph.types import Source
    from .inspected import Inspected

SELECTS = frozenset({"Select", "SelectV2"})
"""The ops of `tf.where` with three arguments."""
KEEPING_PLACES = frozenset(
    "Add AddV2 AddN Sub Mul RealDiv Neg Square Sqrt Log Exp Abs Identity Reshape Squeeze ExpandDims Cast Pow Log1p BroadcastTo".split()
)
"""Ops that keep a number in its place, among others, on its way to the choice that may leave it out."""
BAD_NUMBER_TESTS = frozenset({"IsNan", "IsFinite", "IsInf"})
"""Ops that ask whether a number is one."""
_CHECKED = BAD_NUMBER_TESTS.union("MulNoNan DivNoNan Xdivy Xlogy Minimum Maximum ClipByValue".split())
"""Ops that know what to do with an infinite number, or bound it, or tell somebody who will."""
_SAMPLERS = frozenset({"Multinomial", "StatelessMultinomial", "ArgMax", "ArgMin", "TopKV2", "TopK"})
_SUMS = frozenset({"Add", "AddV2", "AddN"})
_SHAPING = frozenset("Identity Reshape ExpandDims Squeeze StridedSlice Transpose Cast BroadcastTo".split())
_MOST_OPS = 60


def is_chosen_away(inspected: "Inspected", row: int, *, of_gradient: bool = False) -> bool:
    """Whether what the op computes goes on, element by element, to a `tf.where`, or to an op that copes with infinite numbers.

    None of these copes with an infinite derivative, of which the question is with `of_gradient`: what a maximum leaves out
    has the gradient 0, and 0 times infinity is NaN.
    """
    ends = SELECTS | (BAD_NUMBER_TESTS if of_gradient else _CHECKED)
    return any(inspected.table.ops[user] in ends for user in _later(inspected, row))


def only_ordered(inspected: "Inspected", row: int) -> bool:
    """Whether nothing but samplers, and what finds the largest, uses the op's result: to them minus infinity is fine."""
    ends = {inspected.table.ops[user] for user in _later(inspected, row)} - KEEPING_PLACES
    return bool(ends) and ends <= _SAMPLERS


def only_added(inspected: "Inspected", row: int) -> bool:
    """Whether the op's result is only added to something, perhaps in another shape: minus infinity takes logits, and log probabilities, out."""
    seen: Set[int] = {row}
    waiting = [row]
    while waiting:
        users = [user for user in inspected.users(waiting.pop()) if inspected.phase(user) != "backward"]
        if not users or any(inspected.table.ops[user] not in _SUMS | _SHAPING for user in users):
            return False
        shaping = [user for user in users if inspected.table.ops[user] in _SHAPING and user not in seen]
        seen.update(shaping)
        waiting.extend(shaping)
    return True


def _later(inspected: "Inspected", row: int) -> Iterator[int]:
    """The ops behind this one, through those that work element by element; those of a backward pass are none."""
    seen: Set[int] = {row}
    waiting = [row]
    while waiting and len(seen) < _MOST_OPS:
        for user in inspected.users(waiting.pop()):
            if user in seen or inspected.phase(user) == "backward":
                continue
            seen.add(user)
            yield user
            if inspected.table.ops[user] in KEEPING_PLACES:
                waiting.append(user)


class OncePerLine:
    """Lets the first op of each line of each layer's call pass: a line that makes five such ops has one fault."""

    def __init__(self, inspected: "Inspected") -> None:
        self._inspected = inspected
        self._seen: "Set[Tuple[int, Source]]" = set()

    def first(self, row: int) -> bool:
        """Whether no op of the same line and layer was asked about before. An op without a line always is the first."""
        source = self._inspected.source(row)
        if source is None:
            return True
        key = (self._inspected.layer(row), source)
        new = key not in self._seen
        self._seen.add(key)
        return new
