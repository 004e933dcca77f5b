"""Sums of squares, long sums and logarithms that are computed in float16."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..guards import OncePerLine
from ..hit import Hit
from ..inspected import Inspected

_LONG = 2048
"""From this whole number on float16 cannot count: 2048 + 1 is 2048."""
_LOSSES = ("LogSoftmax", "Log")
_SUMS = ("Sum", "Mean")


def _find(inspected: Inspected) -> Iterator[Hit]:
    lines = OncePerLine(inspected)
    for row in inspected.computed(*_SUMS, *_LOSSES):
        kind = inspected.type_of(*inspected.inputs(row)[0]) if inspected.inputs(row) else None
        if kind is None or kind.dtype != "float16" or inspected.phase(row) == "optimizer":
            continue
        what = _what(inspected, row)
        if what and lines.first(row):
            yield Hit(f"{what} is computed in float16", (row,))


def _what(inspected: Inspected, row: int) -> str:
    op = inspected.table.ops[row]
    if op in _LOSSES:
        return "a logarithm"
    squared = inspected.origins.same(inspected.inputs(row)[0])[0]
    inputs = [inspected.origins.same(tensor) for tensor in inspected.inputs(squared)]
    is_square = inspected.table.ops[squared] in {"Square", "SquaredDifference"}
    if is_square or (inspected.table.ops[squared] == "Mul" and inputs[0] == inputs[1]):
        return "a sum of squares, which overflows from 256 squared on,"
    return f"a sum of {_LONG} numbers or more" if op == "Sum" and _terms(inspected, row) >= _LONG else ""


def _terms(inspected: Inspected, row: int) -> int:
    """How many numbers each result is the sum of; 0 if that is not known."""
    kind, over = inspected.type_of(*inspected.inputs(row)[0]), inspected.ranges.reduced(row)
    if kind is None or kind.shape is None or over is None:
        return 0
    terms = 1
    for axis in over[0]:
        terms *= kind.shape[axis] or 0
    return terms


RULE = CheckRule(
    name="float16-statistics",
    severity="note",
    family="numerics",
    title="A variance, a long sum or a logarithm is computed in float16.",
    why="""float16 ends at 65504 and has 11 bits: the square of 256 is infinite, a sum that has reached 2048 no longer grows by 1, and a probability below 6e-8 is 0. Mixed precision computes such things
in float32, and so do Keras's normalisations and TensorFlow's cross entropies. Reported where a sum or mean of squares, a sum of 2048 or more elements, a logarithm or a log-softmax has float16 input, in the forward pass and the
loss. Kernels may add up in float32 inside, and data may be small, so this is a note. Products of matrices, convolutions, pooling and softmax as an activation inside a model are not reported.""",
    remedy="cast to float32 before it, or give the last layer dtype='float32'",
    find=_find,
    bad="""
import tensorflow as tf


@tf.function
def centred(x):
    mean = tf.reduce_mean(x, axis=1, keepdims=True)
    variance = tf.reduce_mean(tf.square(x - mean), axis=1, keepdims=True)  # here
    return (x - mean) * tf.math.rsqrt(variance + 1e-3)


target, inputs = centred, (tf.TensorSpec((8, 4), tf.float16),)
""",
    good="""
import tensorflow as tf


@tf.function
def centred(x):
    wide = tf.cast(x, tf.float32)
    mean = tf.reduce_mean(wide, axis=1, keepdims=True)
    variance = tf.reduce_mean(tf.square(wide - mean), axis=1, keepdims=True)
    return tf.cast((wide - mean) * tf.math.rsqrt(variance + 1e-3), tf.float16)


target, inputs = centred, (tf.TensorSpec((8, 4), tf.float16),)
""",
)
