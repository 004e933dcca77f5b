"""Ops that are pinned to the CPU in the middle of a model that is not."""

from __future__ import annotations

from typing import Dict, Iterator, List, Set

from ...graph.vocabulary import CONSTANTS, ENDS, LATER_PHASES, PLACEHOLDERS, READ
from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected

_COMPUTES_NOT = CONSTANTS | ENDS | PLACEHOLDERS | {READ, "Identity", "IdentityN", "NoOp"}
_FLOATS = frozenset({"float16", "bfloat16", "float32", "float64", "complex64", "complex128"})


def _find(inspected: Inspected) -> Iterator[Hit]:
    pinned = {
        row
        for row, device in enumerate(inspected.table.devices)
        if device and _is_pinned(device) and inspected.phase(row) not in LATER_PHASES and _runs(inspected, row)
    }
    for part in _parts(inspected, pinned):
        entered = [
            row
            for row in part
            if any(
                _is_other(inspected, node, pinned) and _is_large(inspected, node, output)
                for node, output in inspected.inputs(row)
            )
        ]
        left = [
            row
            for row in part
            if _is_large(inspected, row) and any(_is_other(inspected, user, pinned) for user in inspected.users(row))
        ]
        if entered and left:
            first = entered[0]
            what = inspected.table.ops[first] if len(part) == 1 else f"{len(part)} ops"
            message = f"{what} pinned to the CPU between ops that are not: tensors are copied there and back"
            yield Hit(message, (first, *[row for row in part if row != first]))


def _is_pinned(device: str) -> bool:
    """Whether a ``tf.device`` asks for the CPU. Names with a job are those of variables, whose ops TensorFlow places beside them.

    >>> _is_pinned("/device:CPU:0"), _is_pinned("/job:localhost/replica:0/task:0/device:CPU:0"), _is_pinned("/device:GPU:0")
    (True, False, False)
    """
    return "/job:" not in device and "device:CPU" in device


def _runs(inspected: Inspected, row: int) -> bool:
    dead = inspected.content.dead
    return inspected.table.ops[row] not in _COMPUTES_NOT and not (dead and dead[row])


def _is_other(inspected: Inspected, row: int, pinned: Set[int]) -> bool:
    """Whether the op computes something elsewhere."""
    return row not in pinned and not _is_pinned(inspected.table.devices[row]) and _runs(inspected, row)


def _is_large(inspected: Inspected, row: int, output: int = 0) -> bool:
    """Whether a tensor is one of numbers, and not a single one: scalars and shapes belong on the CPU."""
    kind = inspected.type_of(row, output)
    return kind is not None and kind.dtype in _FLOATS and kind.shape != ()


def _parts(inspected: Inspected, pinned: Set[int]) -> Iterator[List[int]]:
    """The pinned ops, those together that hand tensors to each other."""
    beside: Dict[int, List[int]] = {row: [] for row in pinned}
    for row in pinned:
        for node, _ in inspected.inputs(row):
            if node in pinned:
                beside[row].append(node)
                beside[node].append(row)
    left = set(pinned)
    for start in sorted(pinned):
        if start in left:
            left.discard(start)
            part, waiting = [start], [start]
            while waiting:
                for other in beside[waiting.pop()]:
                    if other in left:
                        left.discard(other)
                        part.append(other)
                        waiting.append(other)
            yield sorted(part)


RULE = CheckRule(
    name="pinned-to-cpu",
    severity="note",
    family="speed",
    title="Ops in the middle of a model are pinned to the CPU.",
    why="""On a machine with an accelerator, the tensors of a ``with tf.device("/CPU:0")`` in the middle of a model are copied to the host and back,
and the accelerator waits. Reported where float tensors both enter and leave the pinned ops from and to ops that are not; not where a
whole model or its inputs are on the CPU, of scalars and shapes, and of ops that TensorFlow puts beside a variable.""",
    remedy="leave out the tf.device, or move these ops to the beginning or the end of the model",
    find=_find,
    bad="""
import tensorflow as tf


@tf.function
def target(x):
    x = tf.nn.relu(x)
    with tf.device("/CPU:0"):
        x = tf.cumsum(x)  # here
    return tf.reduce_sum(x, 1)


inputs = ((8, 4),)
""",
    good="""
import tensorflow as tf


@tf.function
def target(x):
    x = tf.nn.relu(x)
    x = tf.cumsum(x)
    return tf.reduce_sum(x, 1)


inputs = ((8, 4),)
""",
)
