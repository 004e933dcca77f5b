"""The logarithm of what ordinary data make 0 or negative."""

from __future__ import annotations

from typing import Iterator

from ...shapes.inference import At
from ..check_rule import CheckRule
from ..guards import OncePerLine, is_chosen_away, only_added
from ..hit import Hit
from ..inspected import Inspected
from ..linear_outputs import has_bias
from ..range_rules import ROUNDING
from ..value_range import MASK

_MASK_ITSELF = "a mask, which is 0 for what it leaves out"


def _find(inspected: Inspected) -> Iterator[Hit]:
    lines = OncePerLine(inspected)
    for row in inspected.computed("Log"):
        why = _why(inspected, row)
        if why and not is_chosen_away(inspected, row) and lines.first(row):
            yield Hit(f"the logarithm of {why}", (row,))


def _why(inspected: Inspected, row: int) -> str:
    """What the argument is, and that it is no number to take a logarithm of; empty if it may well be one."""
    argument = inspected.inputs(row)[0]
    found = inspected.ranges.of(argument)
    if found.reaches_zero and found.zero not in ROUNDING:
        is_mask = _is_mask(inspected, argument)
        if is_mask and only_added(inspected, row):
            return ""
        zero = _MASK_ITSELF if is_mask and found.zero == MASK else found.zero
        return f"{zero}: the result is minus infinity there"
    if has_bias(inspected, argument):
        return "the output of a linear layer, which is negative for ordinary data: the result is NaN there"
    return ""


def _is_mask(inspected: Inspected, tensor: At) -> bool:
    """Whether the tensor is a mask itself, or one-hot, and not how much a mask lets through."""
    row = inspected.origins.elements(tensor)[0]
    if inspected.table.ops[row] == "Transpose":
        row = inspected.origins.elements(inspected.inputs(row)[0])[0]
    if inspected.table.ops[row] == "Cast":
        before = inspected.type_of(*inspected.inputs(row)[0])
        return before is not None and before.dtype == "bool"
    return inspected.table.ops[row] == "OneHot"


RULE = CheckRule(
    name="log-at-zero",
    severity="warning",
    family="numerics",
    title="A logarithm is taken of what ordinary data make 0 or negative.",
    why="""The logarithm of 0 is minus infinity and that of a negative number NaN; one such element makes the loss, every gradient and
then every weight NaN. Reported where the graph shows that ordinary data make the argument 0 or negative: it is the result of a ReLU, a
variance, a mask, one-hot, clipped to 0 and more, or a linear layer's raw output, and nothing on the way (an epsilon, a maximum, a ``tf.where`` before or behind the
logarithm) keeps it above 0. The logarithm of a mask that is only added, to logits or log probabilities, is meant: minus infinity leaves out.
Of inputs, exponentials and anything else that the graph does not tell about, nothing is said.""",
    remedy="keep the argument above 0: tf.maximum(x, 1e-7), or x + 1e-7; or use softplus or exp where ReLU is",
    find=_find,
    bad="""
import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = tf.keras.layers.Dense(4, activation="relu")

    def call(self, x):
        rate = self.dense(x)
        return tf.math.log(rate)  # here


target, inputs = Net(), ((8, 4),)
""",
    good="""
import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = tf.keras.layers.Dense(4, activation="relu")

    def call(self, x):
        rate = self.dense(x)
        return tf.math.log(rate + 1e-6)


target, inputs = Net(), ((8, 4),)
""",
)
