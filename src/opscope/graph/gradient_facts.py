"""Which gradients a traced function asks for, which of them it gets, and which it applies: facts for checks, not in the JSON."""

from __future__ import annotations

from typing import NamedTuple, Optional, Tuple

from .types import Source


class TensorName(NamedTuple):
    """A tensor of a body, by the name that its op has there."""

    body: str
    """The function whose body it is in; empty for the main graph. It is expanded at each of its calls."""
    op: str
    output: int


class AskedSource(NamedTuple):
    """One of the things with respect to which a gradient is asked for."""

    variable: int
    """The `Variable.id`; -1 for a tensor, and for a variable that no op and no layer of the graph has."""
    path: str
    """The object path of a variable; empty for a tensor."""
    tensor: Optional[TensorName]
    """The tensor, if it is one."""
    gradient: Optional[TensorName]
    """The result; ``None`` if there is none."""
    trainable: bool = True


class AskedGradient(NamedTuple):
    """One call of ``tape.gradient`` or ``tf.gradients`` that is not made inside another one."""

    line: Optional[Source]
    """The user's line that asks; ``None`` if it is Keras that does."""
    targets: Tuple[TensorName, ...]
    """What is differentiated."""
    sources: Tuple[AskedSource, ...]


class AppliedGradient(NamedTuple):
    """A gradient that an optimizer is given, and the variable that it updates with it."""

    variable: int
    path: str
    gradient: TensorName
    """What is applied: what the tape gave, or something made of it."""


class AppliedGradients(NamedTuple):
    """One call of an optimizer's ``apply_gradients`` that is not made inside another one."""

    line: Optional[Source]
    pairs: Tuple[AppliedGradient, ...]


class GradientFacts(NamedTuple):
    """All calls of both kinds, in the order in which they were traced."""

    asked: Tuple[AskedGradient, ...] = ()
    applied: Tuple[AppliedGradients, ...] = ()
