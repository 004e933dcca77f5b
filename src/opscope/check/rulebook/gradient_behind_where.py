"""A `tf.where` that leaves a bad number out of the result, and not out of the gradient."""

from __future__ import annotations

from typing import Iterator, List, Optional, Set, Tuple

from ...shapes.inference import At
from ..check_rule import CheckRule
from ..guards import BAD_NUMBER_TESTS, KEEPING_PLACES, SELECTS, OncePerLine
from ..hit import Hit
from ..inspected import Inspected

_ARGUMENT = {"Log": 0, "Sqrt": 0, "Rsqrt": 0, "Reciprocal": 0, "Inv": 0, "RealDiv": 1, "Pow": 0}
"""Ops with an infinite derivative -> the input that has to stay away from 0."""
_COMPARISONS = frozenset("Greater GreaterEqual Less LessEqual Equal NotEqual".split())
_LOGIC = frozenset({"LogicalAnd", "LogicalOr", "LogicalNot"})
_KEEPING_ZERO = frozenset(
    "Abs Square Sum Mean Mul Reshape ExpandDims Squeeze Identity Neg Cast Sqrt BroadcastTo Tile".split()
)
"""Ops behind which a 0 is still a 0, and which are walked from the argument to what the condition is about."""
_MOST_OPS = 40


def _find(inspected: Inspected) -> Iterator[Hit]:
    lines = OncePerLine(inspected)
    for select in inspected.computed(*SELECTS):
        condition, *branches = inspected.inputs(select)
        for row in _left_out(inspected, branches):
            if _is_about(inspected, condition, row) and lines.first(row):
                verb = "division" if inspected.table.ops[row] == "RealDiv" else inspected.table.ops[row].lower()
                message = f"tf.where leaves the result of this {verb} out at 0, and its gradient is computed all the same: infinity times 0, NaN"
                yield Hit(message, (row, select))


def _left_out(inspected: Inspected, branches: List[At]) -> Iterator[int]:
    """The ops before a branch, element by element, whose derivative is infinite at 0 and whose argument is not kept from it."""
    for row in _before(inspected, branches, KEEPING_PLACES):
        place = _ARGUMENT.get(inspected.table.ops[row])
        if place is None or row not in inspected.differentiated:
            continue
        argument = inspected.inputs(row)[place]
        if (
            inspected.ranges.of(argument).low <= 0
            and inspected.origins.op(argument) not in SELECTS
            and _can_be_bad(inspected, row)
        ):
            yield row


def _can_be_bad(inspected: Inspected, row: int) -> bool:
    """Whether the op has an infinite derivative at 0 at all: a power has one below an exponent of 1."""
    if inspected.table.ops[row] != "Pow":
        return True
    power = inspected.ranges.constant(inspected.inputs(row)[1])
    return power is not None and power[1] < 1


def _is_about(inspected: Inspected, condition: At, row: int) -> bool:
    """Whether the condition asks if the op's argument is 0 (or beyond it), or if its result is a number."""
    argument = inspected.inputs(row)[_ARGUMENT[inspected.table.ops[row]]]
    for asked in _before(inspected, [condition], _LOGIC):
        op, inputs = inspected.table.ops[asked], inspected.inputs(asked)
        if op in BAD_NUMBER_TESTS and row in _before(inspected, [inputs[0]], KEEPING_PLACES):
            return True
        if op in _COMPARISONS and any(
            _is_small(inspected, bound) and _leads_to(inspected, argument, subject)
            for subject, bound in (inputs[:2], inputs[1::-1])
        ):
            return True
    return False


def _is_small(inspected: Inspected, tensor: At) -> bool:
    """Whether the tensor is the constant 0, or as small as an epsilon."""
    ends: Optional[Tuple[float, float]] = inspected.ranges.constant(tensor)
    return ends is not None and 0 <= ends[0] <= ends[1] <= 1e-3


def _leads_to(inspected: Inspected, argument: At, subject: At) -> bool:
    """Whether the argument is 0 where the subject of the comparison is: the same tensor, or made from it by what keeps a 0."""
    wanted = inspected.origins.elements(subject)[0]
    return inspected.origins.elements(argument)[0] == wanted or wanted in _before(inspected, [argument], _KEEPING_ZERO)


def _before(inspected: Inspected, tensors: List[At], through: "frozenset[str]") -> List[int]:
    """The ops that made these tensors, and those before them through ops of the given types."""
    waiting = [inspected.origins.same(tensor)[0] for tensor in tensors]
    found: List[int] = []
    seen: Set[int] = set()
    while waiting and len(found) < _MOST_OPS:
        row = waiting.pop()
        if row in seen:
            continue
        seen.add(row)
        found.append(row)
        if inspected.table.ops[row] in through:
            waiting.extend(inspected.origins.same(tensor)[0] for tensor in inspected.inputs(row))
    return found


RULE = CheckRule(
    name="gradient-behind-where",
    severity="warning",
    family="numerics",
    title="tf.where leaves a logarithm, root or division out at 0, and its gradient is computed there all the same.",
    why="""``tf.where(x > 0, tf.math.log(x), 0.0)`` gives the right values. Its gradient does not: both branches are differentiated, the one that was not
chosen with a gradient of 0, and 0 times the infinite derivative at 0 is NaN. The remedy is a second ``tf.where`` inside, which puts a harmless number
where the condition is false. Reported where the backward pass goes through the logarithm, root, power or division, and the condition asks whether its
argument is 0 (or beyond), or whether its result is a finite number. An argument that itself comes from a ``tf.where``, or is kept above 0 by a maximum or
an epsilon, is right.""",
    remedy="choose the argument too: safe = tf.where(x > 0, x, 1.0), then tf.where(x > 0, tf.math.log(safe), 0.0)",
    find=_find,
    bad="""
import tensorflow as tf


class Step(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(tf.ones((4, 3)))

    @tf.function
    def __call__(self, x):
        with tf.GradientTape() as tape:
            rate = tf.nn.relu(tf.matmul(x, self.w))
            logs = tf.where(rate > 0.0, tf.math.log(rate), 0.0)  # here
            loss = tf.reduce_mean(logs)
        self.w.assign_sub(0.1 * tape.gradient(loss, self.w))
        return loss


target, inputs = Step(), ((8, 4),)
""",
    good="""
import tensorflow as tf


class Step(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(tf.ones((4, 3)))

    @tf.function
    def __call__(self, x):
        with tf.GradientTape() as tape:
            rate = tf.nn.relu(tf.matmul(x, self.w))
            safe = tf.where(rate > 0.0, rate, 1.0)
            logs = tf.where(rate > 0.0, tf.math.log(safe), 0.0)
            loss = tf.reduce_mean(logs)
        self.w.assign_sub(0.1 * tape.gradient(loss, self.w))
        return loss


target, inputs = Step(), ((8, 4),)
""",
)
