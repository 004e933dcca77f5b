"""float32 data that are computed with in float64, since a constant is."""

from __future__ import annotations

from typing import Iterator

from ...graph.vocabulary import LATER_PHASES, REST_PHASES
from ..check_rule import CheckRule
from ..guards import OncePerLine
from ..hit import Hit
from ..inspected import Inspected

_SMALLER = frozenset({"float32", "float16", "bfloat16"})
_MEETING = frozenset(
    "Add AddV2 Sub Mul RealDiv Maximum Minimum Pow MatMul BatchMatMulV2 BatchMatMulV3 SquaredDifference FloorDiv FloorMod BiasAdd".split()
)
"""Ops with two inputs of one type, of which one makes the other be cast."""


def _find(inspected: Inspected) -> Iterator[Hit]:
    lines = OncePerLine(inspected)
    for row in inspected.rows("Const"):
        kind = inspected.type_of(row)
        if kind is None or kind.dtype != "float64" or inspected.phase(row) in LATER_PHASES - REST_PHASES:
            continue
        for user in inspected.users(row):
            cast = _cast_up(inspected, user)
            if cast >= 0 and inspected.table.ops[user] in _MEETING and lines.first(user):
                yield Hit("float32 data are cast to float64 to meet a constant of float64", (user, cast, row))
                break


def _cast_up(inspected: Inspected, user: int) -> int:
    """The cast to float64 that gives the op its other input; -1 if there is none."""
    for tensor in inspected.inputs(user):
        cast = inspected.origins.elements(tensor)[0]
        if inspected.table.ops[cast] == "Cast":
            before = inspected.type_of(*inspected.inputs(cast)[0])
            if (
                before is not None
                and before.dtype in _SMALLER
                and inspected.ranges.constant(inspected.inputs(cast)[0]) is None
            ):
                return cast
    return -1


RULE = CheckRule(
    name="float64-from-constant",
    severity="note",
    family="numerics",
    title="float32 data are computed with in float64, since a constant is of that type.",
    why="""NumPy makes arrays of float64, and a constant made of one is too. To multiply it with float32 data these have to be cast up, and from there on all is computed in float64:
twice the memory, half the speed on a CPU and a thirtieth on most GPUs. Reported, at the line where the two meet, where float32 (or smaller) data are cast to float64 for an op whose other input is a float64
constant. Who wants the digits does right, so this is a note. A model that is float64 throughout casts nothing, and a constant that is cast down costs nothing.""",
    remedy="make the constant float32: array.astype('float32'), or tf.constant(..., dtype=x.dtype)",
    find=_find,
    bad="""
import numpy as np
import tensorflow as tf

SCALE = np.linspace(0.0, 1.0, 4)


@tf.function
def scaled(x):
    wide = tf.cast(x, tf.float64)
    return tf.cast(wide * SCALE, tf.float32)  # here


target, inputs = scaled, ((8, 4),)
""",
    good="""
import numpy as np
import tensorflow as tf

SCALE = np.linspace(0.0, 1.0, 4).astype("float32")


@tf.function
def scaled(x):
    return x * SCALE


target, inputs = scaled, ((8, 4),)
""",
)
