"""A column and a row that make a matrix of all pairs."""

from __future__ import annotations

from typing import Iterator

from ...graph.vocabulary import INPUTS, LATER_PHASES, REST_PHASES
from ...shapes.inference import At
from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected
from ..linear_outputs import is_linear_output

_ELEMENTWISE = ("Sub", "SquaredDifference", "Add", "AddV2", "Mul", "RealDiv", "DivNoNan", "Equal", "NotEqual")
_ACTIVATIONS = frozenset(
    {
        "Sigmoid",
        "Tanh",
        "Relu",
        "Relu6",
        "Softplus",
        "Elu",
        "Round",
        "Cast",
        "Greater",
        "GreaterEqual",
        "Less",
        "LessEqual",
    }
)
_MOST_STEPS = 20


def _find(inspected: Inspected) -> Iterator[Hit]:
    for row in inspected.rows(*_ELEMENTWISE):
        sides = inspected.inputs(row)
        if len(sides) == 2 and inspected.phase(row) not in LATER_PHASES - REST_PHASES:
            for column, vector in (sides, sides[::-1]):
                if _meet(inspected, column, vector) and _is_by_accident(inspected, column, vector):
                    message = "(n, 1) and (n,) are broadcast to (n, n): each element meets those of all other samples"
                    yield Hit(message, (row,))


def _meet(inspected: Inspected, column: At, vector: At) -> bool:
    """Whether the shapes are (n, 1) and (n,), as far as they are known."""
    left, right = inspected.type_of(*column), inspected.type_of(*vector)
    if left is None or right is None or left.shape is None or right.shape is None:
        return False
    if len(left.shape) != 2 or len(right.shape) != 1 or left.shape[1] != 1:
        return False
    return left.shape[0] == right.shape[0] != 1


def _is_by_accident(inspected: Inspected, column: At, vector: At) -> bool:
    """Whether the column is an output of a layer or an input as it is, and not made a column in order to meet all others."""
    table = inspected.table
    beginning = _beginning(inspected, column)
    made = table.ops[beginning[0]] in INPUTS or is_linear_output(inspected, beginning)
    return made and _beginning(inspected, vector, reshaped=True) != _beginning(inspected, column, reshaped=True)


def _beginning(inspected: Inspected, tensor: At, reshaped: bool = False) -> At:
    """The tensor before activations, casts and comparisons with a threshold; with `reshaped` before changes of its shape too."""
    for _ in range(_MOST_STEPS):
        tensor = inspected.origins.elements(tensor) if reshaped else inspected.origins.same(tensor)
        if inspected.table.ops[tensor[0]] not in _ACTIVATIONS:
            break
        tensor = inspected.inputs(tensor[0])[0]
    return tensor


RULE = CheckRule(
    name="column-meets-row",
    severity="warning",
    family="results",
    title="Tensors of shapes (n, 1) and (n,) are broadcast to (n, n).",
    why="""A layer with one unit gives ``(n, 1)``, labels are often ``(n,)``. Their difference has the shape ``(n, n)``: each prediction is
compared with the labels of all samples, and the mean of that is a loss that is smallest where all predictions are the mean of the labels.
An accuracy by ``tf.equal`` is wrong in the same way. Reported where the column is the output of a layer with weights, or an input, as it is;
who makes a column of a vector (``x[:, None] - x``, ``tf.expand_dims``), or a vector of that same column, wants all pairs.""",
    remedy="give both the same shape: tf.squeeze(predictions, 1), or labels[:, None]",
    find=_find,
    bad="""
import tensorflow as tf

model = tf.keras.layers.Dense(1)


@tf.function
def target(x, y):
    error = model(x) - y  # here
    return tf.reduce_mean(error**2)


inputs = ((None, 3), (None,))
""",
    good="""
import tensorflow as tf

model = tf.keras.layers.Dense(1)


@tf.function
def target(x, y):
    error = tf.squeeze(model(x), 1) - y
    return tf.reduce_mean(error**2)


inputs = ((None, 3), (None,))
""",
)
