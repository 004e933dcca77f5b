"""A cast to a type that holds less, and straight back."""

from __future__ import annotations

from typing import Iterator

from ...graph.vocabulary import JUDGING_PHASES
from ..check_rule import CheckRule
from ..guards import OncePerLine
from ..hit import Hit
from ..inspected import Inspected

_NARROWER = {
    "float64": ("float32", "float16", "bfloat16"), "float32": ("float16", "bfloat16"), "int64": ("int32", "float32", "float16", "bfloat16"),
    "int32": ("float32", "float16", "bfloat16", "int16", "int8"),
}  # fmt: skip
"""Type -> those that do not hold all of its numbers, and from which nobody casts back to get a rounded number."""


def _find(inspected: Inspected) -> Iterator[Hit]:
    lines = OncePerLine(inspected)
    for row in inspected.computed("Cast"):
        before = inspected.origins.elements(inspected.inputs(row)[0])[0]
        if inspected.table.ops[before] != "Cast" or inspected.layer(before) != inspected.layer(row):
            continue
        first = inspected.inputs(before)[0]
        kinds = [inspected.type_of(*tensor) for tensor in (first, (before, 0), (row, 0))]
        start, between, end = ("" if kind is None else kind.dtype for kind in kinds)
        lost = (
            start == end
            and not _is_of_keras(inspected, row)
            and between in _NARROWER.get(start, ())
            and inspected.ranges.constant(first) is None
        )
        if lost and lines.first(row):
            yield Hit(
                f"{start} is cast to {between} and straight back: what {between} does not hold is lost", (row, before)
            )


def _is_of_keras(inspected: Inspected, row: int) -> bool:
    """Whether a compiled step's own loss or metric does it, which casts labels of type int64 so: no line of the user's makes the op."""
    return inspected.phase(row) in JUDGING_PHASES and inspected.source(row) is None


RULE = CheckRule(
    name="cast-and-back",
    severity="note",
    family="numerics",
    title="A tensor is cast to a type that holds less, and straight back.",
    why="""float16 keeps 11 bits of each number and float32 24 bits, so float32 to float16 and back loses half the digits, as an integer above 16,777,216
does that goes through float32. Nothing is computed in between, so nothing is gained; under a mixed policy it happens in a layer that casts its input up again. Reported where
nothing but reshaping stands between the two casts and both are in one layer. A cast to an integer and back to a float is a way to round, and is not
reported, nor is what the backward pass casts, nor two layers that hand float16 to each other, as a mixed policy says, nor what the losses and metrics of a compiled model do with labels.""",
    remedy="leave out both casts, or give the layer dtype='float32'",
    find=_find,
    bad="""
import tensorflow as tf


@tf.function
def halved(x):
    small = tf.cast(x, tf.float16)
    flat = tf.reshape(small, (-1,))
    return tf.cast(flat, tf.float32) * 2.0  # here


target, inputs = halved, ((8, 4),)
""",
    good="""
import tensorflow as tf


@tf.function
def halved(x):
    small = tf.cast(x, tf.float16)
    flat = tf.reshape(small, (-1,)) * 2.0
    return tf.cast(flat, tf.float32)


target, inputs = halved, ((8, 4),)
""",
)
