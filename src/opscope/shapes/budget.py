"""How much may be worked out without running: the limits that every rule for shapes and values keeps to.

A file is untrusted: two hundred bytes can ask for a list of 2^31 numbers, for integers that double in length with every
op, or for a loop of 2^62 iterations. Whatever lies beyond a limit is unknown, as is what has no rule. Sizes are looked
at before anything is made.
"""

from __future__ import annotations

from typing import Any, Callable, List, Sequence, TypeVar

from ..graph.types import MOST_RANK, Shape

MOST_ELEMENTS = 256
"""Elements of one value. A shape has at most `MOST_RANK`, and loops count with single numbers."""
MOST_NUMBER = (1 << 63) - 1
"""The largest integer of TensorFlow, and so the most elements of a tensor."""
MOST_DEPTH = 60
"""How many ops a value may lie behind: what computes a shape or a condition is a few ops away."""
MOST_TIMES = 1 << 512
"""How often an op may run in a step, loops in loops multiplied: a float still holds this times any tensor's size."""
LEAST_STEPS = 50_000
"""Values that may be worked out in any graph, a fraction of a second of work ..."""
STEPS_AN_OP = 8
"""... and as many more for each of its ops, so that a large model knows as much as a small one: an op with its inputs and
the elements of its value, each worked out once."""
MOST_WALKED = 300
"""Iterations of a loop that are followed one by one: recurrent layers over a few hundred steps."""
WALKING_STEPS = 20_000
"""Values that following the loops of a graph so may take together."""


class Unknown(Exception):  # noqa: N818 - not an error: a rule's way to say that what it needs is not known
    """A shape or value that a rule needs is not known."""


class TooDeep(Unknown):
    """A value lies behind more than `MOST_DEPTH` ops."""


FAILURES = (Unknown, TypeError, ValueError, LookupError, AttributeError, ArithmeticError)
"""What a rule ends in that is given values, shapes or attributes of a kind it does not expect; it then tells nothing."""

Context = TypeVar("Context")


class Budget:
    """The steps that are left for one graph, shared by all who work out its values."""

    def __init__(self, ops: int) -> None:
        self.left = LEAST_STEPS + STEPS_AN_OP * ops
        self.depth = 0
        """Ops that wait for the value of another just now, through calls and loops."""

    def spend(self, steps: int = 1) -> None:
        """Take `steps` from what is left; `Unknown` when there is nothing left."""
        self.left -= steps
        if self.left < 0:
            raise Unknown


def number_within(number: Any) -> bool:
    """Whether a number is one that TensorFlow can hold: an integer of 64 bits, or a finite float."""
    if isinstance(number, float):
        return number - number == 0  # false for infinities and for what is no number
    return isinstance(number, int) and -MOST_NUMBER - 1 <= number <= MOST_NUMBER


def shape_within(shape: Any) -> Shape:
    """A shape as it came, or ``None`` where no tensor can have it."""
    if shape is None or len(shape) > MOST_RANK:
        return None
    elements = 1
    for dim in shape:
        if type(dim) is int and dim >= 0:
            elements *= dim
        elif dim is not None:
            return None
    return tuple(shape) if elements <= MOST_NUMBER else None


def shapes_told(rule: Callable[[Context], Sequence[Any]], at: Context) -> List[Shape]:
    """The shapes that a rule tells of an op's outputs; none where the op is not as the rule expects."""
    try:
        told = rule(at)
        # The thousands of parts of a Split are one object.
        within = {key: shape_within(shape) for key, shape in {id(shape): shape for shape in told}.items()}
    except FAILURES:
        return []
    return [within[id(shape)] for shape in told]
