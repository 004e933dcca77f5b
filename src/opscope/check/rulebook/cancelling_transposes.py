"""A transpose that takes back an earlier one."""

from __future__ import annotations

from typing import Iterator, List, Optional, Tuple

from ...graph.attrs import constant_of
from ...graph.groups import KERAS_PACKAGES
from ...graph.vocabulary import LATER_PHASES
from ...shapes.elementwise_rules import ELEMENTWISE
from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected

_NOT_EACH_BY_ITSELF = frozenset(
    {
        "Softmax", "LogSoftmax", "BiasAdd", "LRN", "Reverse", "ReverseV2", "ReverseSequence", "Cumsum", "Cumprod", "Roll", "MatrixBandPart",
        "CumulativeLogsumexp", "InvertPermutation", "EnsureShape", "Enter", "RefEnter", "Exit", "RefExit", "Assign",
    }
)  # fmt: skip
"""Ops whose result has the shape of their input, but whose axes do not all mean the same to them, or that do more."""
_MOST_STEPS = 32


def _find(inspected: Inspected) -> Iterator[Hit]:
    for row in inspected.rows("Transpose"):
        order = _order(inspected, row)
        if not order or inspected.phase(row) in LATER_PHASES or _is_of_keras(inspected, row):
            continue
        earlier, between = _earlier(inspected, row)
        before = _order(inspected, earlier) if earlier >= 0 else ()
        if earlier < 0 or _is_of_keras(inspected, earlier) or len(before) != len(order):
            continue
        if [before[axis] for axis in order if axis < len(before)] == list(range(len(order))) != list(order):
            what = f" behind {between} elementwise ops" if between else ""
            yield Hit(f"this transpose takes back an earlier one{what}", (row, earlier))


def _order(inspected: Inspected, row: int) -> Tuple[int, ...]:
    """The order of the axes, if it is known; else empty."""
    inputs = inspected.inputs(row)
    value = constant_of(inspected.table.attrs(inputs[1][0])) if len(inputs) == 2 else None
    kind = inspected.type_of(row)
    if value is None or kind is None or kind.shape is None or len(kind.shape) != len(value.values):
        return ()
    return tuple([int(axis) % len(value.values) for axis in value.values if isinstance(axis, int)])


def _earlier(inspected: Inspected, row: int) -> Tuple[int, int]:
    """The transpose that the op's input comes from, and how many elementwise ops are in between; -1 if there is none."""
    between = 0
    here = inspected.inputs(row)[0][0]
    for _ in range(_MOST_STEPS):
        if inspected.table.ops[here] == "Transpose":
            return here, between
        source = _handed_through(inspected, here)
        if source is None:
            break
        between += inspected.table.ops[here] != "Identity"
        here = source
    return -1, 0


def _handed_through(inspected: Inspected, row: int) -> Optional[int]:
    """Where the elements of an elementwise op come from that nothing else uses."""
    op, inputs = inspected.table.ops[row], inspected.inputs(row)
    if op not in ELEMENTWISE or op in _NOT_EACH_BY_ITSELF or _users_ahead(inspected, row) != 1:
        return None
    whole = [node for node, output in inputs if not _is_scalar(inspected, node, output)]
    return whole[0] if len(whole) == 1 else None


def _users_ahead(inspected: Inspected, row: int) -> int:
    users: List[int] = [user for user in inspected.users(row) if inspected.phase(user) != "backward"]
    return len(users)


def _is_scalar(inspected: Inspected, row: int, output: int) -> bool:
    kind = inspected.type_of(row, output)
    return kind is not None and kind.shape == ()


def _is_of_keras(inspected: Inspected, row: int) -> bool:
    """Whether one of Keras's layers transposes, as recurrent ones do for themselves; Permute does what its user says."""
    layer = inspected.layer(row)
    group = inspected.content.groups[layer] if layer >= 0 else None
    return group is not None and group.defined_in in KERAS_PACKAGES and group.kind == "layer" and group.cls != "Permute"


RULE = CheckRule(
    name="cancelling-transposes",
    severity="note",
    family="speed",
    title="Two transposes cancel.",
    why="""A transpose copies its whole tensor. Two that take each other back, with only elementwise ops in between, change nothing: the
elementwise ops give the same on the tensor as it was. Two that stand side by side TensorFlow takes out by itself where it optimises a
graph, but not where gradients or other ops use what is in between. Reported where the order of axes is known and nothing but the
second transpose (and a backward pass) uses what is in between; not what Keras's own layers do inside.""",
    remedy="leave out both",
    find=_find,
    bad="""
import tensorflow as tf


@tf.function
def target(x):
    channels_first = tf.nn.relu(tf.transpose(x, (0, 3, 1, 2)))
    return tf.transpose(channels_first, (0, 2, 3, 1))  # here


inputs = ((2, 8, 8, 3),)
""",
    good="""
import tensorflow as tf


@tf.function
def target(x):
    channels_first = tf.reduce_mean(tf.transpose(x, (0, 3, 1, 2)), 1, keepdims=True)
    return tf.transpose(channels_first, (0, 2, 3, 1))


inputs = ((2, 8, 8, 3),)
""",
)
