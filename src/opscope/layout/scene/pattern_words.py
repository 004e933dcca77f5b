"""Layers that TensorFlow writes as several ops: normalizations, GELU, SiLU. Each is told by what its ops take from each other."""

from __future__ import annotations

from typing import List, NamedTuple, Optional

from ...graph.content import content_of
from ...graph.graph import Graph
from . import setting_values as values
from .seen_op import SeenOp, is_weight

_OF_NORMS = frozenset(
    {
        "Mean",
        "SquaredDifference",
        "Square",
        "StopGradient",
        "Rsqrt",
        "Mul",
        "Sub",
        "Neg",
        "AddV2",
        "Add",
        "Squeeze",
        "Reshape",
    }
)
"""What normalizations are made of."""
_MOVING = frozenset({"AssignVariableOp", "AssignSubVariableOp", "AssignAddVariableOp"})
"""How a batch normalization that trains keeps its moving averages."""


class Activated(NamedTuple):
    """The ops of a group without those of an activation."""

    rows: List[int]
    activation: str
    """How the activation is written; "" if there is none."""


def without_activation(graph: Graph, rows: List[int]) -> Activated:
    """Take GELU and SiLU, which are several ops each, out of the ops of a group."""
    table = content_of(graph).table
    types = {row: table.ops[row] for row in rows}
    gelu = [row for row in rows if "/Gelu/" in f"/{table.names[row]}"]  # the scope that `tf.nn.gelu` opens
    if {"Erf", "Erfc", "Tanh"} & {types[row] for row in gelu}:
        return Activated([row for row in rows if row not in gelu], "GELU")
    for row in rows:
        taken = [edge.node for edge in table.data_inputs(row)] if types[row] == "Mul" else []
        for gate in taken:
            if types.get(gate) == "Sigmoid" and [edge.node for edge in table.data_inputs(gate)] == [
                node for node in taken if node != gate
            ]:
                return Activated([each for each in rows if each not in {row, gate}], "SiLU")
    return Activated(rows, "")


def normalization(graph: Graph, rows: List[int]) -> str:
    """``BN``, ``LayerNorm`` or ``RMSNorm`` for the ops of one; "" for others.

    A trained batch normalization divides by a variance that is a variable; the others work theirs out, along the last
    dimension (LayerNorm, without the mean RMSNorm) or along all others (BN).
    """
    table = content_of(graph).table
    types = {table.ops[row] for row in rows}
    if "Rsqrt" not in types or not types <= _OF_NORMS | _MOVING:
        return ""
    means = [row for row in rows if table.ops[row] == "Mean"]
    if not means:
        roots = [row for row in rows if table.ops[row] == "Rsqrt"]
        return "BN" if len(roots) == 1 and "Mul" in types and _is_of_weight(graph, roots[0]) else ""
    along = {_along(SeenOp(graph, row)) for row in means}
    centred = "SquaredDifference" in types
    if along == {"last"} and not types & _MOVING:
        return "LayerNorm" if centred else "RMSNorm" if "Square" in types else ""
    return "BN" if along == {"others"} and centred else ""


def _is_of_weight(graph: Graph, row: int) -> bool:
    """Whether the op takes a variable or constant to which a number was added: the variance and its guard."""
    table = content_of(graph).table
    for edge in table.data_inputs(row):
        if table.ops[edge.node] in {"AddV2", "Add"}:
            return all(is_weight(table, each.node) for each in table.data_inputs(edge.node))
    return False


def _along(op: SeenOp) -> Optional[str]:
    """Whether a mean is along the last dimension or along all others; ``None`` for neither."""
    axes, taken = op.constant(1), op.shape(0)
    if axes is None or not all(map(values.is_number, axes)):
        return None
    if axes == [-1]:
        return "last"
    if taken is None or len(taken) < 2:
        return None
    over = {int(axis) % len(taken) for axis in axes}
    return "last" if over == {len(taken) - 1} else "others" if over == set(range(len(taken) - 1)) else None
