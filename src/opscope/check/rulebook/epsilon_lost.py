"""An epsilon that float16 does not have: it is 0 there, and guards nothing."""

from __future__ import annotations

from typing import Iterator, Set

from ...shapes.inference import At
from ..check_rule import CheckRule
from ..guards import OncePerLine
from ..hit import Hit
from ..inspected import Inspected

_GUARDED = {"Log": 0, "Sqrt": 0, "Rsqrt": 0, "Reciprocal": 0, "Inv": 0, "RealDiv": 1, "Div": 1}
"""Ops that have to be kept from 0 -> the input that has to be above it."""
_HANDED = frozenset({"Sqrt", "Minimum", "Reshape"})


def _find(inspected: Inspected) -> Iterator[Hit]:
    lines = OncePerLine(inspected)
    guards: Set[int] = set()
    for row in inspected.computed(*_GUARDED):
        kind = inspected.type_of(row)
        if kind is None or kind.dtype != "float16":
            continue
        guard = _guard(inspected, row)
        if guard >= 0 and guard not in guards and lines.first(guard):
            guards.add(guard)
            yield Hit("an epsilon below 3e-8 is 0 in float16, so it keeps nothing from being 0", (guard, row))


def _guard(inspected: Inspected, row: int) -> int:
    """The addition of, or the maximum with, the constant 0 that the argument of the op comes from; -1 if there is none."""
    place = _GUARDED[inspected.table.ops[row]]
    for _ in range(3):  # a division by the root of a sum with epsilon
        maker = inspected.origins.same(inspected.inputs(row)[place])[0]
        op = inspected.table.ops[maker]
        if op in {"Add", "AddV2", "Maximum"} and any(_is_nothing(inspected, each) for each in inspected.inputs(maker)):
            return maker
        if op not in _HANDED:
            break
        row, place = maker, 0
    return -1


def _is_nothing(inspected: Inspected, tensor: At) -> bool:
    """Whether the tensor is a constant that is 0, or that became 0 when it was cast to float16."""
    row = inspected.origins.same(tensor)[0]
    if inspected.table.ops[row] not in {"Const", "Cast"}:
        return False
    found = inspected.ranges.of((row, 0))
    return found.low == found.high == 0


RULE = CheckRule(
    name="epsilon-lost",
    severity="warning",
    family="numerics",
    title="An epsilon is too small for float16 and becomes 0.",
    why="""The smallest number above 0 in float16 is 6e-8, and what is below half of that becomes 0. An epsilon of 1e-8 or 1e-12, which float32 has, adds nothing
there, so the logarithm, root or division that it is to guard gets the 0 all the same. Reported where a sum with the float16 constant 0, or a maximum with it,
is the argument of a logarithm, a root or a divisor. bfloat16 has such small numbers, and what is computed in float32 under a mixed policy does not count.""",
    remedy="compute this part in float32 (tf.cast), or use an epsilon of 1e-4 or more",
    find=_find,
    bad="""
import tensorflow as tf


@tf.function
def normalized(x):
    squares = tf.reduce_sum(tf.square(x), axis=1, keepdims=True)
    return x * tf.math.rsqrt(squares + 1e-8)  # here


target, inputs = normalized, (tf.TensorSpec((8, 4), tf.float16),)
""",
    good="""
import tensorflow as tf


@tf.function
def normalized(x):
    wide = tf.cast(x, tf.float32)
    squares = tf.reduce_sum(tf.square(wide), axis=1, keepdims=True)
    return x * tf.cast(tf.math.rsqrt(squares + 1e-8), tf.float16)


target, inputs = normalized, (tf.TensorSpec((8, 4), tf.float16),)
""",
)
