"""A softmax, log-sum-exp or softplus written by hand, whose exponential overflows."""

from __future__ import annotations

from typing import Iterator, List

from ...shapes.inference import At
from ..check_rule import CheckRule
from ..guards import OncePerLine
from ..hit import Hit
from ..inspected import Inspected
from ..linear_outputs import is_linear_output

_SUMS = frozenset({"Sum", "Add", "AddV2", "Mean"})


def _find(inspected: Inspected) -> Iterator[Hit]:
    lines = OncePerLine(inspected)
    for row in inspected.computed("RealDiv", "Log", "Log1p"):
        form = _softmax(inspected, row) if inspected.table.ops[row] == "RealDiv" else _of_a_sum(inspected, row)
        for exponential, name, remedy in form:
            if _overflows(inspected, exponential) and lines.first(exponential):
                message = (
                    f"a {name} by hand: exp overflows where the linear layer's output is above 88 (in float16, 11)"
                )
                yield Hit(message, (exponential, row), remedy=f"use {remedy}")


def _softmax(inspected: Inspected, row: int) -> "List[tuple[int, str, str]]":
    """exp(x) / sum(exp(x)), with one exponential or with two of the same tensor."""
    above, below = (_made_by(inspected, tensor) for tensor in inspected.inputs(row))
    if inspected.table.ops[above] != "Exp" or inspected.table.ops[below] != "Sum":
        return []
    summed = _made_by(inspected, inspected.inputs(below)[0])
    same = summed == above or (
        inspected.table.ops[summed] == "Exp"
        and inspected.origins.same(inspected.inputs(summed)[0]) == inspected.origins.same(inspected.inputs(above)[0])
    )
    return [(above, "softmax", "tf.nn.softmax, which subtracts the maximum first")] if same else []


def _of_a_sum(inspected: Inspected, row: int) -> "List[tuple[int, str, str]]":
    """log(sum(exp(x))), log(1 + exp(x)) and log1p(exp(x))."""
    inner = _made_by(inspected, inspected.inputs(row)[0])
    op = inspected.table.ops[inner]
    softplus = ("softplus", "tf.math.softplus")
    if inspected.table.ops[row] == "Log1p":
        return [(inner, *softplus)] if op == "Exp" else []
    if op not in _SUMS:
        return []
    terms = inspected.inputs(inner)[: 1 if op in {"Sum", "Mean"} else 2]
    exponentials = [
        each for each in (_made_by(inspected, term) for term in terms) if inspected.table.ops[each] == "Exp"
    ]
    if len(terms) == 1:
        return [(each, "log-sum-exp", "tf.reduce_logsumexp") for each in exponentials]
    one = any(inspected.ranges.constant(term) == (1, 1) for term in terms)
    return [(each, *softplus) for each in exponentials] if one else []


def _made_by(inspected: Inspected, tensor: At) -> int:
    return inspected.origins.elements(tensor)[0]


def _overflows(inspected: Inspected, exponential: int) -> bool:
    """Whether nothing bounds the exponent, and it is what a linear layer makes of data."""
    exponent = inspected.inputs(exponential)[0]
    row = inspected.origins.same(exponent)[0]
    if inspected.table.ops[row] == "Neg":  # softplus(-x)
        exponent = inspected.inputs(row)[0]
    return inspected.ranges.of(exponent).high > 88 and is_linear_output(inspected, exponent)


RULE = CheckRule(
    name="exp-overflow",
    severity="warning",
    family="numerics",
    title="A softmax, log-sum-exp or softplus is written by hand, and its exponential overflows.",
    why="""``exp`` is infinite from 89 on in float32 and from 12 on in float16, and infinity divided by infinity is NaN. TensorFlow's softmax,
``tf.reduce_logsumexp`` and softplus compute the same without such a large number in between, since they subtract the maximum first. Reported where an
exponential is divided by its own sum, or the logarithm of its sum (or of 1 plus it) is taken, and the exponent is the raw output of a linear layer or the product of two. An exponent that is
bounded (minus its maximum, clipped, a tanh, minus a square) is not reported, nor one of which the graph does not tell what it is.""",
    remedy="use tf.nn.softmax, tf.reduce_logsumexp or tf.math.softplus",
    find=_find,
    bad="""
import tensorflow as tf


class Net(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(tf.ones((4, 3)))

    @tf.function
    def __call__(self, x):
        scores = tf.exp(tf.matmul(x, self.w))  # here
        return scores / tf.reduce_sum(scores, axis=1, keepdims=True)


target, inputs = Net(), ((8, 4),)
""",
    good="""
import tensorflow as tf


class Net(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(tf.ones((4, 3)))

    @tf.function
    def __call__(self, x):
        logits = tf.matmul(x, self.w)
        scores = tf.exp(logits - tf.reduce_max(logits, axis=1, keepdims=True))
        return scores / tf.reduce_sum(scores, axis=1, keepdims=True)


target, inputs = Net(), ((8, 4),)
""",
)
