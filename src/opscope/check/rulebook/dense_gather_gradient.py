"""The gradient of a gather that is as large as the table."""

from __future__ import annotations

from math import prod
from typing import Dict, Iterator, List, Optional, Tuple

from ...graph.attrs import constant_of, whole_of
from ...graph.types import Shape
from ...graph.vocabulary import LATER_PHASES, READ
from ...shapes.elementwise_rules import ELEMENTWISE
from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected

_Tensor = Tuple[int, int]
_DENSE = "UnsortedSegmentSum"
"""What TensorFlow makes of a sparse gradient (`tf.IndexedSlices`) where a dense one is asked for."""
_SHAPED = frozenset({"Identity", "Reshape", "Cast"})
_MOST_STEPS = 8


def _find(inspected: Inspected) -> Iterator[Hit]:
    sums = [row for row in inspected.rows(_DENSE) if inspected.phase(row) in LATER_PHASES]
    gathers = _gathers(inspected) if sums else {}
    found: Dict[int, List[int]] = {}
    for row in sums:
        gather = _gather_of(inspected, row, gathers)
        if gather is not None and not _meets_dense(inspected, row):
            found.setdefault(gather, []).append(row)
    for gather, rows in found.items():
        shape = "×".join("?" if size is None else str(size) for size in _table_shape(inspected, gather) or ())
        where = "in the optimizer" if inspected.phase(rows[0]) == "optimizer" else "in the backward pass"
        yield Hit(f"the gradient of this gather becomes a dense tensor of {shape} {where}", (gather, *rows))


def _gathers(inspected: Inspected) -> Dict[_Tensor, List[int]]:
    """The gathers of rows from variables, by the tensor that has the indices."""
    found: Dict[_Tensor, List[int]] = {}
    for row in inspected.rows("ResourceGather", "GatherV2", "Gather"):
        inputs = inspected.inputs(row)
        if len(inputs) > 1 and inspected.phase(row) not in LATER_PHASES and _is_of_variable(inspected, row, inputs):
            found.setdefault(inputs[1], []).append(row)
    return found


def _is_of_variable(inspected: Inspected, row: int, inputs: List[_Tensor]) -> bool:
    """Whether the op takes rows of a variable, or of what is made of one element by element."""
    if whole_of(inspected.table.attrs(row), "batch_dims"):
        return False
    if inspected.table.ops[row] == "ResourceGather":
        return True
    if len(inputs) == 3:
        axis = constant_of(inspected.table.attrs(inputs[2][0]))
        if axis is None or axis.values != (0,):
            return False
    here = inputs[0][0]
    for _ in range(_MOST_STEPS):
        if inspected.table.ops[here] == READ:
            return True
        given = [each for each in inspected.inputs(here) if _rank(inspected, each) != 0]
        if inspected.table.ops[here] not in ELEMENTWISE or len(given) != 1:
            break
        here = given[0][0]
    return False


def _rank(inspected: Inspected, tensor: _Tensor) -> Optional[int]:
    kind = inspected.type_of(*tensor)
    return len(kind.shape) if kind is not None and kind.shape is not None else None


def _gather_of(inspected: Inspected, row: int, gathers: Dict[_Tensor, List[int]]) -> Optional[int]:
    """The gather whose gradient the op makes dense; ``None`` if it is another's, or not known which."""
    inputs = inspected.inputs(row)
    tensor = inputs[1] if len(inputs) == 3 else (row, 0)
    made_by = tensor[0]
    for _ in range(_MOST_STEPS):
        if tensor in gathers or inspected.table.ops[tensor[0]] not in _SHAPED:
            break
        tensor = inspected.inputs(tensor[0])[0]
    fitting = [gather for gather in gathers.get(tensor, ()) if _is_larger(inspected, row, gather)]
    if len(fitting) > 1:  # several tables are asked for the same rows: the group of the gradient tells whose it is
        home = inspected.content.node_group[made_by]
        of = inspected.content.groups[home].of if home >= 0 else None
        fitting = [gather for gather in fitting if of is not None and inspected.content.group_path(gather) == of]
    return fitting[0] if len(fitting) == 1 else None


def _is_larger(inspected: Inspected, row: int, gather: int) -> bool:
    """Whether the dense gradient may be that of the table, and the table is not known to have fewer rows than are taken from it."""
    table, dense, indices = (
        _table_shape(inspected, gather),
        inspected.type_of(row),
        inspected.type_of(*inspected.inputs(gather)[1]),
    )
    if not table or dense is None or not dense.shape or indices is None or indices.shape is None:
        return False
    if dense.shape[1:] != table[1:] or dense.shape[0] not in (None, table[0]):
        return False
    return table[0] is None or table[0] > prod(size or 1 for size in indices.shape)


def _table_shape(inspected: Inspected, gather: int) -> Shape:
    """The shape of what a gather takes rows of; ``None`` if it is not known."""
    node, output = inspected.inputs(gather)[0]
    if inspected.table.ops[gather] == "ResourceGather":
        variable = inspected.content.handles.get(node)
        return None if variable is None else inspected.content.variables[variable].shape
    kind = inspected.type_of(node, output)
    return None if kind is None else kind.shape


def _meets_dense(inspected: Inspected, row: int) -> bool:
    """Whether the gradient is added to another one of the same variable that is dense anyway, as where weights are tied or penalised."""
    for user in inspected.users(row):
        others = [inspected.table.ops[node] for node, _ in inspected.inputs(user) if node != row]
        if inspected.table.ops[user] == "AddN" and any(op != _DENSE for op in others):
            return True
    return False


RULE = CheckRule(
    name="dense-gather-gradient",
    severity="note",
    family="speed",
    title="The gradient of a gather becomes as large as the table.",
    why="""The gradient of a gather from a variable is sparse: the rows that were taken, as `tf.IndexedSlices`. What knows no sparse gradients
turns it into a dense tensor of the table's size, mostly zeros, in each step: arithmetic on the gradient, a gather from something made of
the variable, and optimizers without a sparse update (those of Keras 3 with moments keep dense ones). With a large vocabulary that costs more
than the rest of the step. Reported where the table is not known to be smaller than what is taken from it; not where the variable has
a dense gradient anyway, as with tied weights and penalties, and not of gathers from activations.""",
    remedy="gather from the variable itself, and give the sparse gradient to an optimizer that updates rows",
    find=_find,
    bad="""
import tensorflow as tf

table = tf.Variable(tf.ones((100, 8)))


@tf.function
def target(words):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.gather(table, words) ** 2)  # here
    gradient = tf.convert_to_tensor(tape.gradient(loss, table))
    table.assign_sub(0.1 * gradient)
    return loss


inputs = (tf.TensorSpec((4,), tf.int32),)
""",
    good="""
import tensorflow as tf

table = tf.Variable(tf.ones((100, 8)))


@tf.function
def target(words):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.gather(table, words) ** 2)
    gradient = tape.gradient(loss, table)
    table.scatter_sub(tf.IndexedSlices(0.1 * gradient.values, gradient.indices))
    return loss


inputs = (tf.TensorSpec((4,), tf.int32),)
""",
)
