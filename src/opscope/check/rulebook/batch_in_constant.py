"""A constant that has as many rows as one batch size, in a graph for any batch."""

from __future__ import annotations

from typing import Iterator, List, Optional

from ...graph.vocabulary import LATER_PHASES
from ...shapes.inference import At
from ..check_rule import CheckRule
from ..first_dimensions import BROADCASTING_OPS, FirstDimensions
from ..guards import OncePerLine
from ..hit import Hit
from ..inspected import Inspected

_PAIRED = ("SparseSoftmaxCrossEntropyWithLogits", "SoftmaxCrossEntropyWithLogits")
"""Ops that need as many rows of one input as of the other."""


def _find(inspected: Inspected) -> Iterator[Hit]:
    first = FirstDimensions(inspected)
    if not first.any_batch:
        return
    rows = _Rows(inspected, first)
    lines = OncePerLine(inspected)
    for row in inspected.rows(*BROADCASTING_OPS, *_PAIRED, "ConcatV2", "BroadcastTo", "Unpack"):
        if inspected.phase(row) in LATER_PHASES:
            continue
        size = rows.needed(row)
        if size is not None and lines.first(row):
            yield Hit(f"a tensor of any batch size meets a constant size, which needs a batch of {size}", (row,))


class _Rows:
    """Compares the rows that an op's inputs have."""

    def __init__(self, inspected: Inspected, first: FirstDimensions) -> None:
        self._inspected = inspected
        self._first = first

    def needed(self, row: int) -> Optional[int]:
        """The one batch size that an op works with; ``None`` if it works with any, or that is not sure."""
        inspected = self._inspected
        op, inputs = inspected.table.ops[row], inspected.inputs(row)
        if op == "Unpack":
            count = inspected.table.attrs(row).get("num")
            along = inspected.table.attrs(row).get("axis") or 0
            return (
                count
                if along == 0 and isinstance(count, int) and count > 1 and self._first.is_batch(inputs[0])
                else None
            )
        if op == "BroadcastTo":
            sizes, dims = inspected.ranges.integers(inputs[1]), self._first.dims(inputs[0])
            fits = sizes is not None and dims is not None and len(sizes) == len(dims) and sizes[0] > 1
            return sizes[0] if sizes is not None and fits and self._first.is_batch(inputs[0]) else None
        if op == "ConcatV2":
            axis, dims = inspected.ranges.integers(inputs[-1]), self._first.dims((row, 0))
            if axis is None or dims is None or axis[0] % len(dims) == 0:
                return None
            inputs = inputs[:-1]
        return self._of_a_constant(inputs)

    def _of_a_constant(self, inputs: List[At]) -> Optional[int]:
        """The rows of a constant among inputs that need the same number, if a batch is among them too."""
        shapes = [self._first.dims(each) for each in inputs]
        if None in shapes or len({len(dims or ()) for dims in shapes}) > 1:
            return None
        sizes = [dims[0] for dims in shapes if dims]
        fixed = [each for each, size in zip(inputs, sizes) if size is not None and size > 1]
        if not any(map(self._first.is_batch, inputs)) or not any(map(self._is_made, fixed)):
            return None
        return max(size or 0 for size in sizes)

    def _is_made(self, tensor: At) -> bool:
        return self._first.is_made(self._first.origin(tensor))


RULE = CheckRule(
    name="batch-in-constant",
    severity="warning",
    family="results",
    title="A tensor is made for one batch size, in a graph for any batch.",
    why="""Zeros for the first state, ones as labels, noise: what is made with ``tf.zeros((32, 8))`` has 32 rows, and a batch of another size,
such as the last one of an epoch or one sample at inference, does not fit. In a graph that is traced with an open batch TensorFlow does not notice before
such a batch comes. Reported where an input's open first dimension meets rows of a constant size above 1, of zeros, ones, random numbers or an
array, in an op that needs both to be equal, and for ``tf.unstack`` and ``tf.broadcast_to`` with such a size. Nothing is said of variables, of inputs with
a fixed size, where one side has one row, nor in a graph that was traced with a fixed batch. Of reshapes see ``batch-in-reshape``, of slices
``batch-in-slice``.""",
    remedy="take the size from the batch: tf.shape(x)[0], tf.zeros_like, tf.ones_like",
    find=_find,
    bad="""
import tensorflow as tf

critic = tf.keras.layers.Dense(1)


@tf.function
def target(real):
    scores = critic(real)
    return tf.reduce_mean((scores - tf.ones((32, 1))) ** 2)  # here


inputs = ((None, 3),)
""",
    good="""
import tensorflow as tf

critic = tf.keras.layers.Dense(1)


@tf.function
def target(real):
    scores = critic(real)
    return tf.reduce_mean((scores - tf.ones_like(scores)) ** 2)


inputs = ((None, 3),)
""",
)
