"""An output that no input has an effect on."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected

_PRODUCTS = frozenset({"MatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum", "Conv1D", "Conv2D", "Conv3D"})
"""What an output is computed by, if it is: one that only tells a variable or a constant is meant to be the same always."""


def _find(inspected: Inspected) -> Iterator[Hit]:
    content = inspected.content
    inputs = {(port.node, port.output) for port in content.inputs}
    if not inputs or inspected.has_gradient or not any(group.is_call for group in content.groups):
        return
    for port in content.outputs:
        kind = inspected.type_of(port.node, port.output)
        if kind is not None and kind.dtype.startswith("float") and kind.shape != ():
            made_of = inspected.made_of.all_of([(port.node, port.output)])
            products = [row for row, _ in made_of if inspected.table.ops[row] in _PRODUCTS]
            if products and inputs.isdisjoint(made_of):
                message = f"the output '{port.name}' does not depend on the values of any input"
                yield Hit(message, (max(products), port.node))


RULE = CheckRule(
    name="unreached-output",
    severity="warning",
    family="results",
    title="An output does not depend on any input.",
    why="""The output is computed, by layers with weights, and yet is the same for every input: a tensor of zeros or ones, or only the shape of
an input, went in where the input should have. Reported for outputs of models of floating numbers to which no input's values lead, if
products with weights do; constants, such as anchors, and variables that a model returns are none. A decoder
that begins from a learned query does this on purpose: a comment on the line says so.""",
    remedy="use the input, or return what does not depend on it as a constant",
    find=_find,
    bad="""
import tensorflow as tf

model = tf.keras.layers.Dense(4)


@tf.function
def target(x):
    noise = tf.zeros_like(x)
    return model(noise)  # here


inputs = ((None, 3),)
""",
    good="""
import tensorflow as tf

model = tf.keras.layers.Dense(4)


@tf.function
def target(x):
    return model(x)


inputs = ((None, 3),)
""",
)
