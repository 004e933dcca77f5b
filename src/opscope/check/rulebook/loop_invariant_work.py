"""Heavy work in a loop that gives the same in each iteration."""

from __future__ import annotations

from typing import Dict, Iterator, List, Tuple

from ...graph.types import Source
from ..check_rule import CheckRule
from ..heavy_ops import HEAVY
from ..hit import Hit
from ..inspected import Inspected


def _find(inspected: Inspected) -> Iterator[Hit]:
    found: Dict[Tuple[int, object], List[int]] = {}
    if not inspected.bodies.loops:
        return
    for row in inspected.rows(*HEAVY):
        loop = inspected.loop_invariants.loop(row)
        if loop >= 0 and row in inspected.loop_invariants and inspected.phase(row) != "backward":
            source = inspected.source(row)
            layer = inspected.layer(row)
            place: object = source if isinstance(source, Source) else layer if layer >= 0 else row
            found.setdefault((loop, place), []).append(row)
    for rows in found.values():
        what = inspected.table.ops[rows[0]] if len(rows) == 1 else f"{len(rows)} heavy ops"
        yield Hit(f"{what} in a loop with the same inputs in each iteration", tuple(rows))


RULE = CheckRule(
    name="loop-invariant-work",
    severity="warning",
    family="speed",
    title="A matrix product, a convolution or a decomposition in a loop does not depend on the iteration.",
    why="""Each iteration of a loop runs all ops of its body, and TensorFlow takes none of them out: what has the same inputs each time is
computed again and again. Reported are matrix products, convolutions, Fourier transforms, solutions and decompositions whose inputs
are constants, variables that the loop does not write, and what the loop hands on unchanged; not cheap ops such as casts, not what a
branch in the loop may skip, and not the gradients of a loop.""",
    remedy="compute it once before the loop and use the result inside",
    find=_find,
    bad="""
import tensorflow as tf

weights = tf.Variable(tf.ones((4, 4)))


@tf.function
def target(x):
    for _ in tf.range(10):
        squared = tf.matmul(weights, weights)  # here
        x = tf.matmul(x, squared)
    return x


inputs = ((8, 4),)
""",
    good="""
import tensorflow as tf

weights = tf.Variable(tf.ones((4, 4)))


@tf.function
def target(x):
    squared = tf.matmul(weights, weights)
    for _ in tf.range(10):
        x = tf.matmul(x, squared)
    return x


inputs = ((8, 4),)
""",
)
