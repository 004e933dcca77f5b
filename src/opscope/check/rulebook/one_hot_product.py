"""A matrix product that only picks rows."""

from __future__ import annotations

from typing import Iterator, List, Optional

from ...graph.attrs import constant_of, is_set, text_of, whole_of
from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected

_BATCHED = ("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3")
_PASSES = frozenset({"Cast", "Identity", "Reshape"})
_MOST_STEPS = 4
"""Ops between the one-hot vectors and the product: a cast, and the reshapes of a product along one axis."""


def _find(inspected: Inspected) -> Iterator[Hit]:
    for row in inspected.rows("OneHot"):
        if not _is_plain(inspected, row):
            continue
        for tensor in _same_vectors(inspected, row):
            for user in inspected.users(tensor):
                if inspected.phase(user) != "backward" and _picks_rows(inspected, user, tensor):
                    table = max(inspected.inputs(user), key=lambda each: each[0] != tensor)
                    kind = inspected.type_of(*table)
                    shape = "×".join("?" if size is None else str(size) for size in (kind and kind.shape) or ())
                    yield Hit(
                        f"one-hot vectors are multiplied by a matrix of {shape}, which picks its rows", (user, row)
                    )


def _is_plain(inspected: Inspected, row: int) -> bool:
    """Whether the op gives ones and zeros, along the last axis."""
    inputs = inspected.inputs(row)
    values = [constant_of(inspected.table.attrs(node)) for node, _ in inputs[2:4]]
    known = [value.values for value in values if value is not None]
    kind = inspected.type_of(row)
    rank = len(kind.shape) if kind is not None and kind.shape is not None else 0
    return known == [(1,), (0,)] and whole_of(inspected.table.attrs(row), "axis", -1) in (-1, rank - 1)


def _same_vectors(inspected: Inspected, row: int) -> Iterator[int]:
    """The op, and those that hand its vectors on."""
    waiting, depth = [row], _depth(inspected, row)
    for _ in range(_MOST_STEPS):
        yield from waiting
        if depth is None:
            return
        waiting = [
            user
            for each in waiting
            for user in inspected.users(each)
            if inspected.table.ops[user] in _PASSES and _depth(inspected, user) == depth
        ]


def _depth(inspected: Inspected, row: int) -> Optional[int]:
    """The size of the last axis, if it is known."""
    kind = inspected.type_of(row)
    return kind.shape[-1] if kind is not None and kind.shape else None


def _picks_rows(inspected: Inspected, user: int, vectors: int) -> bool:
    """Whether the op multiplies the vectors, along their last axis, by a matrix."""
    inputs, op, attrs = inspected.inputs(user), inspected.table.ops[user], inspected.table.attrs(user)
    if len(inputs) != 2 or sum(node == vectors for node, _ in inputs) != 1:
        return False
    place = 0 if inputs[0][0] == vectors else 1
    kind = inspected.type_of(*inputs[1 - place])
    if kind is None or kind.shape is None or len(kind.shape) != 2:
        return False
    if op == "MatMul":
        return is_set(attrs, ("transpose_a", "transpose_b")[place]) == bool(place)
    if op in _BATCHED:
        return is_set(attrs, ("adj_x", "adj_y")[place]) == bool(place)
    return op == "Einsum" and _is_lookup(text_of(attrs, "equation"), place)


def _is_lookup(equation: str, place: int) -> bool:
    """Whether an equation sums over the last axis of the operand at `place`, and the other operand, of rank 2, has one axis besides.

    >>> _is_lookup("bsv,vd->bsd", 0), _is_lookup("vd,bsv->bsd", 1), _is_lookup("bv,bd->vd", 0)
    (True, True, False)
    """
    given, _, result = equation.replace(" ", "").partition("->")
    operands: List[str] = given.split(",")
    if len(operands) != 2 or not operands[place]:
        return False
    vectors, matrix = operands[place], operands[1 - place]
    others = matrix.replace(vectors[-1], "", 1)
    return vectors[-1] in matrix and vectors[-1] not in result and others not in vectors and result.endswith(others)


RULE = CheckRule(
    name="one-hot-product",
    severity="note",
    family="speed",
    title="One-hot vectors are multiplied by a matrix, in place of a gather.",
    why="""A one-hot vector times a matrix is a row of the matrix. The product reads the whole matrix and multiplies by zeros for each vector, and
the one-hot vectors take as much memory as they have classes; a gather reads the rows that it needs. Its gradient is sparse, too. Reported
where vectors of zeros and ones are contracted along the axis of the classes with a matrix; not where they sum over the batch, or
select within each sample. On TPUs a product of small tables may be the faster one.""",
    remedy="use tf.gather or tf.nn.embedding_lookup with the indices, or an Embedding layer",
    find=_find,
    bad="""
import tensorflow as tf

table = tf.Variable(tf.ones((100, 8)))


@tf.function
def target(words):
    return tf.matmul(tf.one_hot(words, 100), table)  # here


inputs = (tf.TensorSpec((4,), tf.int32),)
""",
    good="""
import tensorflow as tf

table = tf.Variable(tf.ones((100, 8)))


@tf.function
def target(words):
    return tf.gather(table, words)


inputs = (tf.TensorSpec((4,), tf.int32),)
""",
)
