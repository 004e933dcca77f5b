"""The limits on the shapes and values that we work out without running a graph, and the budget that all rules spend from.

A file may come from a stranger. Two hundred bytes can ask for a list of 2^31 numbers, for integers that double in
length with every op, or for a loop of 2^62 iterations. What lies beyond a limit is unknown, just like the result of an
op that has no rule. A rule checks sizes before it allocates anything.
"""

from __future__ import annotations

from functools import wraps
from typing import Any, Callable, List, Sequence, TypeVar, cast

from ..graph.types import MOST_RANK, Shape

MOST_ELEMENTS = 256
"""A value has at most this many elements: room for any shape, which has at most `MOST_RANK` (254) dimensions."""
MOST_NUMBER = (1 << 63) - 1
"""The largest integer of TensorFlow, and so the most elements of a tensor."""
MOST_DEPTH = 60
"""A value may depend on a chain of at most this many ops. In real graphs, shapes and conditions are computed in a few
ops; longer chains are given up because the evaluator calls itself for each op of a chain, and Python's stack is
short."""
MOST_TIMES = 1 << 512
"""An op may run at most this often in a step, the trips of nested loops multiplied. It is chosen so that a float (up
to almost 2^1024) can still hold this number times the size of any tensor."""
LEAST_STEPS = 50_000
"""The budget of a graph has at least this many steps, a fraction of a second of work ..."""
STEPS_AN_OP = 8
"""... and this many more for each op, so that a large model is known as well as a small one. A value costs one step,
one more for each input of its op, and one for each of its elements. It is worked out once."""
MOST_WALKED = 300
"""A loop is followed iteration by iteration up to this many: enough for recurrent layers over a few hundred time
steps."""
WALKING_STEPS = 20_000
"""Following loops like that may spend this many steps of the budget, all loops of a graph together."""


class Unknown(Exception):  # noqa: N818 - not an error: a rule's way to say that what it needs is not known
    """A shape or value that a rule needs is not known."""


class TooDeep(Unknown):
    """A value depends on a chain of more than `MOST_DEPTH` ops."""


FAILURES = (Unknown, TypeError, ValueError, LookupError, AttributeError, ArithmeticError)
"""Exceptions that a rule may raise. Rules do not check what they are given: an op of a damaged file makes them fail in
one of these ways, and whoever asked treats the result as unknown. What asks of ops and is no rule is an `or_unknown`."""

Context = TypeVar("Context")
Ask = TypeVar("Ask", bound=Callable[..., Any])


def or_unknown(ask: Ask) -> Ask:
    """A decorator for what looks at the inputs and attributes of ops as if they were all there: where it fails, it gives ``None``.

    A damaged file may have a `TensorListReserve` without a length, or a `_Retval` of nothing. It is enough if what is asked from outside
    is such a function; what it calls may fail.
    """

    @wraps(ask)
    def asked(*args: Any, **options: Any) -> Any:
        try:
            return ask(*args, **options)
        except TooDeep:  # it must reach the value that was asked for first
            raise
        except FAILURES:
            return None

    return cast("Ask", asked)


class Budget:
    """The steps that are left for one graph.

    Everything that works out values of the graph spends from the same budget.
    """

    def __init__(self, ops: int) -> None:
        self.left = LEAST_STEPS + STEPS_AN_OP * ops
        self.depth = 0
        """How many values are being worked out right now, each needed by the one before it (at most `MOST_DEPTH`)."""

    def spend(self, steps: int = 1) -> None:
        """Take `steps` from what is left; raises `Unknown` when there are fewer.

        After that, every further call raises it too.
        """
        self.left -= steps
        if self.left < 0:
            raise Unknown


def number_within(number: Any) -> bool:
    """Whether TensorFlow can hold a number: a finite float, or an integer that fits into 64 bits."""
    if isinstance(number, float):
        return number - number == 0  # false for infinities and NaN
    return isinstance(number, int) and -MOST_NUMBER - 1 <= number <= MOST_NUMBER


def shape_within(shape: Any) -> Shape:
    """The shape, or ``None`` if no tensor can have it: too many dimensions or elements, or a negative dimension."""
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
    """The shapes that a rule gives for an op's outputs, as many as it knows; none if the rule fails."""
    try:
        told = rule(at)
        # Each distinct object is checked once: a Split may have thousands of outputs, which share one shape.
        within = {key: shape_within(shape) for key, shape in {id(shape): shape for shape in told}.items()}
    except FAILURES:
        return []
    return [within[id(shape)] for shape in told]
