"""A batch size that is fixed in a graph for any batch."""

from __future__ import annotations

from math import prod
from typing import Iterator, Optional

from ...shapes.inference import At
from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected


def _find(inspected: Inspected) -> Iterator[Hit]:
    if not any(_is_open(inspected, (port.node, port.output)) for port in inspected.content.inputs):
        return
    for row in inspected.rows("Reshape"):
        fixed = _fixed_batch(inspected, row)
        if fixed is not None:
            yield Hit(
                f"a tensor of any batch size is reshaped to a fixed shape, which needs a batch of {fixed}", (row,)
            )


def _is_open(inspected: Inspected, tensor: At) -> bool:
    """Whether a tensor's first dimension may have any size."""
    kind = inspected.type_of(*tensor)
    return kind is not None and bool(kind.shape) and kind.shape[0] is None  # type: ignore[index]


def _fixed_batch(inspected: Inspected, row: int) -> Optional[int]:
    """The batch size that a reshape of a tensor (batch, ...) needs, if its result has a fixed number of elements."""
    tensor, wanted = inspected.inputs(row)
    kind, sizes = inspected.type_of(*tensor), inspected.ranges.integers(wanted)
    if kind is None or not kind.shape or kind.shape[0] is not None or sizes is None or min(sizes, default=-1) < 0:
        return None
    inner = prod(size or 0 for size in kind.shape[1:])
    whole = prod(sizes)
    return whole // inner if inner and whole % inner == 0 and whole > inner else None


RULE = CheckRule(
    name="batch-in-reshape",
    severity="warning",
    family="results",
    title="A reshape has the batch size as a constant, in a graph for any batch.",
    why="""A model that is traced with an open batch dimension, as in ``fit``, when it is saved, or with ``(None, 10)``, gets batches of other
sizes too: the last one of an epoch, one sample at inference. A ``tf.reshape`` to sizes that are all constant fails there. Reported where
the first dimension is open, all others are known, and the result has a fixed number of elements, more than one sample has. Nothing is said
of a reshape with a -1, nor in a graph that was traced with a fixed batch.""",
    remedy="write -1 or tf.shape(x)[0] in place of the batch size",
    find=_find,
    bad="""
import tensorflow as tf

model = tf.keras.layers.Dense(4)


@tf.function
def target(x):
    h = model(x)
    return tf.reshape(h, (32, 2, 2))  # here


inputs = ((None, 3),)
""",
    good="""
import tensorflow as tf

model = tf.keras.layers.Dense(4)


@tf.function
def target(x):
    h = model(x)
    return tf.reshape(h, (-1, 2, 2))


inputs = ((None, 3),)
""",
)
