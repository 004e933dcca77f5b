"""What losses are given: the logits of those that take logits, and the probabilities of those that take probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, NamedTuple, Optional

from ..shapes.inference import At
from .guards import SELECTS

if TYPE_CHECKING:
    from .inspected import Inspected

_FUSED = ("SoftmaxCrossEntropyWithLogits", "SparseSoftmaxCrossEntropyWithLogits")
_SUMS = frozenset({"Add", "AddV2"})
_EDGE = 0.01
"""What is clipped to at least 0 and at most this much, and to at most 1 and at least 1 minus this much, is meant to be a probability."""


class LossInput(NamedTuple):
    """A tensor that a loss takes as logits or as probabilities."""

    loss: int
    """The row of an op of the loss."""
    given: At
    """The tensor, before casts and changes of shape."""


def logits_of_losses(inspected: "Inspected") -> Iterator[LossInput]:
    """The logits of every cross entropy that takes logits: of TensorFlow's fused ops, and of its ops for a sigmoid's."""
    for row in inspected.rows(*_FUSED):
        yield LossInput(row, elements_of_float(inspected, inspected.inputs(row)[0]))
    for row in inspected.rows("Log1p"):
        logits = _of_sigmoid_loss(inspected, row)
        if logits is not None:
            yield LossInput(row, logits)


def probabilities_of_losses(inspected: "Inspected") -> Iterator[LossInput]:
    """What is clipped to be a little above 0 and a little below 1, before its logarithm is taken."""
    for row in inspected.rows("Log"):
        clipped = inspected.origins.elements(inspected.inputs(row)[0])
        if inspected.table.ops[clipped[0]] in _SUMS:  # an epsilon more
            inputs = inspected.inputs(clipped[0])
            clipped = next((each for each in inputs if not _is_number(inspected, each)), clipped)
        inner = _clipped(inspected, inspected.origins.elements(clipped))
        if inner is not None:
            yield LossInput(row, _before_normalizing(inspected, elements_of_float(inspected, inner)))


def elements_of_float(inspected: "Inspected", tensor: At) -> At:
    """The tensor that this one has its elements of, before changes of shape and casts from one floating dtype to another."""
    tensor = inspected.origins.elements(tensor)
    while inspected.table.ops[tensor[0]] == "Cast":
        source = inspected.inputs(tensor[0])[0]
        kind = inspected.type_of(*source)
        if kind is None or "float" not in kind.dtype:
            break
        tensor = inspected.origins.elements(source)
    return tensor


def _of_sigmoid_loss(inspected: "Inspected", row: int) -> Optional[At]:
    """The x of ``log1p(exp(-abs(x)))``, which `tf.nn.sigmoid_cross_entropy_with_logits` writes as a choice of x and -x."""
    ops, same = inspected.table.ops, inspected.origins.same
    exponential = same(inspected.inputs(row)[0])[0]
    if ops[exponential] != "Exp":
        return None
    chosen = same(inspected.inputs(exponential)[0])[0]
    inputs = inspected.inputs(chosen)
    if ops[chosen] in SELECTS and ops[same(inputs[1])[0]] == "Neg":
        negated = same(inspected.inputs(same(inputs[1])[0])[0])
        return elements_of_float(inspected, inputs[2]) if negated == same(inputs[2]) else None
    if ops[chosen] == "Neg" and ops[same(inputs[0])[0]] == "Abs":
        return elements_of_float(inspected, inspected.inputs(same(inputs[0])[0])[0])
    return None


def _clipped(inspected: "Inspected", tensor: At) -> Optional[At]:
    """The x of a tensor that is x clipped to a probability; ``None`` if it is something else."""
    lower = _limited(inspected, tensor, "Maximum")
    upper = _limited(inspected, lower[0], "Minimum") if lower is not None else None
    if lower is None or upper is None or not 0 < lower[1] <= _EDGE or not 1 - _EDGE <= upper[1] <= 1:
        return None
    return upper[0]


def _limited(inspected: "Inspected", tensor: At, op: str) -> "Optional[tuple[At, float]]":
    """What a Maximum or Minimum with a constant limits, and the constant."""
    row = inspected.origins.elements(tensor)[0]
    if inspected.table.ops[row] != op:
        return None
    first, second = inspected.inputs(row)
    for given, limit in ((first, second), (second, first)):
        if _is_number(inspected, limit):
            return given, inspected.ranges.of(limit).low
    return None


def _is_number(inspected: "Inspected", tensor: At) -> bool:
    """Whether all elements of the tensor are one number that is known: a constant, or computed of constants, as Keras 2 does ``1 - epsilon``."""
    known = inspected.ranges.of(tensor)
    return known.low == known.high


def _before_normalizing(inspected: "Inspected", tensor: At) -> At:
    """The x of ``x / sum(x)``, by which Keras makes sure that probabilities sum to 1; anything else as it is."""
    row = tensor[0]
    if inspected.table.ops[row] not in ("RealDiv", "DivNoNan"):
        return tensor
    above, below = inspected.inputs(row)
    total = inspected.origins.elements(below)[0]
    if inspected.table.ops[total] != "Sum":
        return tensor
    summed = inspected.origins.same(inspected.inputs(total)[0])
    return elements_of_float(inspected, above) if summed == inspected.origins.same(above) else tensor
