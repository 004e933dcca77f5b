"""What a shape rule is, and the few things that rules of several families share."""

from __future__ import annotations

from typing import Callable, List, Optional

from ..graph.types import Shape
from .inference import Dim, InferenceContext
from .value import Value, single

Rule = Callable[[InferenceContext], List[Shape]]
"""Gives the shapes of an op's outputs in their order, as many as it knows. It may raise any of `budget.FAILURES` instead."""


def like(*indices: int) -> Rule:
    """The rule of an op that has one output for each of these inputs, shaped as that input."""
    return lambda at: [at.shape(index) for index in indices]


def asked(index: int) -> Rule:
    """The rule of an op whose shape is the value of one of its inputs, such as `Fill(dims, value)`."""

    def rule(at: InferenceContext) -> List[Shape]:
        value = at.value(index)
        return [tuple(None if dim is None or dim < 0 else dim for dim in value)] if value is not None else []

    return rule


def broadcast(left: Shape, right: Shape) -> Shape:
    """The shape of two tensors broadcast to each other; unknown where they do not fit.

    >>> broadcast((None, 1, 3), (4, 1)), broadcast((2,), (3,))
    ((None, 4, 3), None)
    """
    if left is None or right is None:
        return None
    size = max(len(left), len(right))
    pairs = zip((1,) * (size - len(left)) + left, (1,) * (size - len(right)) + right)
    dims: List[Dim] = []
    for one, other in pairs:
        if one in (1, other):
            dims.append(other)
        elif other == 1 or other is None:
            dims.append(one)
        elif one is None:
            dims.append(other)
        else:
            return None
    return tuple(dims)


def axis_place(value: Value, rank: int) -> Optional[int]:
    """The dimension that a single number names, counted from 0; ``None`` where it is not known or out of range."""
    axis: Optional[int] = single(value)
    return axis % rank if axis is not None and -rank <= axis < rank else None
