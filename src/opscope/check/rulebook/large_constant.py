"""An array that is written into the graph itself."""

from __future__ import annotations

from math import prod
from typing import Dict, Iterator, List, Optional, Tuple

from ...cost.op import element_bytes
from ...graph.content import traced_files
from ...graph.number_text import amount_text
from ...graph.quantities import SIZES
from ...graph.types import Source, TensorType
from ...graph.vocabulary import CONSTANTS
from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected

_LEAST_BYTES = 1_000_000
"""Smaller tables, such as masks and frequencies, are no burden."""


def _find(inspected: Inspected) -> Iterator[Hit]:
    if not (inspected.content.variables or traced_files(inspected.graph)):
        return  # a frozen file, whose constants are the weights
    copies: Dict[Tuple[Source, Optional[TensorType]], List[int]] = {}
    for row in inspected.rows(*CONSTANTS):
        size = _bytes(inspected.type_of(row))
        if size < _LEAST_BYTES or row in inspected.content.handles or not _is_written_out(inspected, row, size):
            continue  # a constant in place of a handle is a variable that was frozen
        source = inspected.source(row)
        if source is not None:
            copies.setdefault((source, inspected.type_of(row)), []).append(row)
        elif not inspected.content.sources:  # where lines are known, a constant without one is not the user's
            yield _hit(inspected, [row])
    for rows in copies.values():
        yield _hit(inspected, rows)


def _hit(inspected: Inspected, rows: List[int]) -> Hit:
    kind = inspected.type_of(rows[0])
    shape = "×".join(map(str, kind.shape or ())) if kind is not None else ""
    size = len(rows) * _bytes(kind)
    times = f", {len(rows)} times" if len(rows) > 1 else ""
    message = (
        f"an array of {shape} {kind.dtype if kind else ''} is written into the graph{times}: {amount_text(size, SIZES)}"
    )
    return Hit(message, tuple(rows), figures={"bytes": size})


def _bytes(kind: Optional[TensorType]) -> int:
    """The size of a tensor; 0 if it is not known, as of texts."""
    width = element_bytes(kind.dtype) if kind is not None else None
    if kind is None or width is None or kind.shape is None:
        return 0
    return width * prod(size or 0 for size in kind.shape)


def _is_written_out(inspected: Inspected, row: int, size: int) -> bool:
    """Whether the graph has each value of the constant; it has a single one where all are equal, as of ``tf.ones``."""
    raw = inspected.table.raw_attrs[row]
    node = getattr(raw, "node", raw)
    if isinstance(node, dict):  # of a graph that was read from JSON, which has the first values only
        value = node.get("value")
        if not isinstance(value, dict):
            return False
        values = value.get("values")
        # Whether equal values were written one by one is not known from there.
        return isinstance(values, (list, tuple)) and (len(set(values)) > 1 or value.get("min") != value.get("max"))
    attrs = getattr(node, "attr", None)
    return attrs is not None and 2 * len(attrs["value"].tensor.tensor_content) >= size


RULE = CheckRule(
    name="large-constant",
    severity="note",
    family="speed",
    title="A large array is written into the graph as a constant.",
    why="""A NumPy array that a traced function uses becomes a constant of its graph: once for each line that uses it and for each trace of
the function. It makes every trace and every saved file that much larger, and a graph cannot be saved beyond 2 GB. A variable
or a tensor that was made outside of the function is held once and only referred to. Reported from 1 MB on; not the weights of a
frozen model, and not constants whose elements are all equal, of which the graph has one.""",
    remedy="make it a tf.constant outside of the function, or a tf.Variable(..., trainable=False), or give it as an argument",
    find=_find,
    bad="""
import numpy as np
import tensorflow as tf

TABLE = np.arange(300_000, dtype="float32").reshape(1000, 300)


@tf.function
def target(x):
    return tf.matmul(x, TABLE)  # here


inputs = ((8, 1000),)
""",
    good="""
import numpy as np
import tensorflow as tf

TABLE = tf.constant(np.arange(300_000, dtype="float32").reshape(1000, 300))


@tf.function
def target(x):
    return tf.matmul(x, TABLE)


inputs = ((8, 1000),)
""",
)
