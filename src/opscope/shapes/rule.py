"""What a shape rule is, and the rules and helpers that several families of ops share."""

from __future__ import annotations

from typing import Any, Callable, Iterable, List, Optional, Tuple

from ..graph.types import Shape
from .inference import Dim, InferenceContext
from .symbol import Symbol
from .value import Value, single

Rule = Callable[[InferenceContext], List[Shape]]
"""Gives the shapes of an op's outputs in their order. It may give fewer than there are outputs, and none if it knows
nothing; ``None`` is an output of unknown shape. It may raise any of `budget.FAILURES` instead of answering."""


def like(*indices: int) -> Rule:
    """The rule of an op whose outputs have the shapes of these inputs, in this order."""
    return lambda at: [at.shape(index) for index in indices]


def asked(index: int) -> Rule:
    """The rule of an op whose output's shape is the value of one of its inputs, such as ``Fill(dims, value)``."""

    def rule(at: InferenceContext) -> List[Shape]:
        value = at.value(index)
        return [tuple(None if dim is None or dim < 0 else dim for dim in value)] if value is not None else []

    return rule


def broadcast(left: Shape, right: Shape) -> Shape:
    """The shape of two tensors that are broadcast, as in NumPy; ``None`` if it is unknown or they do not fit.

    >>> broadcast((None, 1, 3), (4, 1)), broadcast((2,), (3,))
    ((None, 4, 3), None)
    """
    if left is None or right is None:
        return None
    size = max(len(left), len(right))
    # Any: where dimensions have names, some are `Symbol`s.
    pairs: Iterable[Tuple[Any, Any]] = zip((1,) * (size - len(left)) + left, (1,) * (size - len(right)) + right)
    dims: List[Dim] = []
    for one, other in pairs:
        if isinstance(one, Symbol) or isinstance(other, Symbol):
            dims.append(_with_symbol(one, other))
        elif one in (1, other):
            dims.append(other)
        elif other == 1 or other is None:  # an unknown dimension beside 5 is 5, or 1 and broadcast to 5
            dims.append(one)
        elif one is None:
            dims.append(other)
        else:
            return None
    return tuple(dims)


def _with_symbol(one: Any, other: Any) -> Any:
    """A dimension that two give that are broadcast, of which one has a name: it may be 1, as one that is unknown may."""
    for dim, beside in ((one, other), (other, one)):
        if isinstance(dim, int):
            return beside if dim == 1 else dim
    return one if same_dim(one, other) else None


def same_dim(one: Any, other: Any) -> bool:
    """Whether two dimensions are the same for all that names may stand for."""
    if isinstance(one, Symbol) or isinstance(other, Symbol):
        return isinstance(one, Symbol) and isinstance(other, Symbol) and one.terms == other.terms
    return bool(one == other)


def joined(*parts: Shape) -> Shape:
    """The dimensions of several shapes, one after the other."""
    found: List[Dim] = []
    for part in parts:
        if part is None:
            return None
        found.extend(part)
    return tuple(found)


def keeps_batch(index: int, inner: int) -> Rule:
    """The rule of an op on matrices (or whatever the last `inner` dimensions of an input are): what is in front of them stays.

    All that is told is the leading dimension. What else changes, the graph itself says of such ops, or nobody.
    """

    def rule(at: InferenceContext) -> List[Shape]:
        shape = at.shape(index)
        if shape is None or len(shape) <= inner:
            return []
        own = [at.own(output) for output in range(at.outputs)]
        return [(shape[0], *one[1:]) if one else None for one in own]

    return rule


def axis_place(value: Value, rank: int) -> Optional[int]:
    """The dimension that an axis names, counted from 0 (-1 is the last); ``None`` if it is unknown or out of range."""
    axis: Optional[int] = single(value)
    return axis % rank if axis is not None and -rank <= axis < rank else None
