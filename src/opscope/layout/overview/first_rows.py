"""Tells where an op takes the first rows of a weight: of a table of 256 positions those that a text of 128 words needs."""

from __future__ import annotations

from typing import Optional

from ...graph.attrs import whole_of
from ...graph.content import content_of
from ...graph.graph import Graph
from ..scene.seen_op import SeenOp

SLICING = frozenset({"StridedSlice", "Slice"})
FIRST_ROWS = "first "
"""How it begins what is said of such an op: ``first 128 rows of table``."""
_BEGIN, _STRIDES = 1, 3
"""The inputs of a slice that say where it begins, and how far it steps."""


def first_rows(graph: Graph, node: int) -> int:
    """How many of the first rows of a weight an op takes; 0 if it does anything else, or that is not known."""
    table, seen = content_of(graph).table, SeenOp(graph, node)
    types, whole = table.outputs[node], seen.weight(0)
    made = types[0].shape if types else None
    if table.ops[node] not in SLICING or not whole or made is None or len(made) != len(whole) or made[1:] != whole[1:]:
        return 0
    attrs = table.attrs(node)
    from_first = bool(whole_of(attrs, "begin_mask") & 1) or _first(graph, node, _BEGIN) == 0
    stride = _first(graph, node, _STRIDES) if table.ops[node] == "StridedSlice" else 1
    changes_axes = any(whole_of(attrs, mask) for mask in ("shrink_axis_mask", "new_axis_mask"))
    if not from_first or changes_axes or stride != 1:
        return 0
    return made[0] if made[0] is not None and made[0] < whole[0] else 0


def _first(graph: Graph, node: int, place: int) -> Optional[int]:
    """The first of the numbers that an input is, if it is a constant, or constants packed together; ``None`` where it is not known."""
    table, seen = content_of(graph).table, SeenOp(graph, node)
    values = seen.constant(place)
    taken = table.data_inputs(node)
    if values is None and place < len(taken) and table.ops[taken[place].node] == "Pack":
        values = SeenOp(graph, taken[place].node).constant(0)
    return values[0] if values and isinstance(values[0], int) else None
