"""Fills in sizes that TensorFlow left open though they follow from others: a Reshape to (b, -1, 768) of what has 64 places a sample gives (b, 64, 768)."""

from __future__ import annotations

from dataclasses import replace
from itertools import compress, count
from typing import Dict, List, Sequence, Tuple

from ..graph.content import content_of, with_content
from ..graph.graph import Graph
from ..graph.types import Shape, TensorType
from ..shapes.symbolic import SymbolicShapes

_Types = Tuple[TensorType, ...]


def with_known_sizes(graph: Graph) -> Graph:
    """The graph in which open dimensions behind the first have their size, where it is the same whatever is put in for those of the inputs.

    Before: the ops are those that the graph was read with. Other dimensions stay open, as do those of inputs.
    """
    table = content_of(graph).table
    distinct = dict(zip(map(id, table.outputs), table.outputs))  # ops share them: each is looked at once
    open_types = {key for key, types in distinct.items() if any(map(_is_open, types))}
    if not open_types:
        return graph
    rows = list(compress(count(), map(open_types.__contains__, map(id, table.outputs))))
    shapes = SymbolicShapes(graph)
    interned: Dict[_Types, _Types] = {types: types for types in table.outputs}
    outputs = list(table.outputs)
    for row in rows:
        told = tuple([_filled(kind, shapes, row, place) for place, kind in enumerate(table.outputs[row])])
        outputs[row] = interned.setdefault(told, told)
    return with_content(graph, table=replace(table, outputs=outputs))


def _is_open(kind: TensorType) -> bool:
    return kind.shape is not None and None in kind.shape[1:]


def _filled(kind: TensorType, shapes: SymbolicShapes, row: int, output: int) -> TensorType:
    if not _is_open(kind):
        return kind
    assert kind.shape is not None
    return kind._replace(shape=_with_numbers(kind.shape, shapes.of(row, output)))


def _with_numbers(recorded: Sequence[object], found: Shape) -> Shape:
    """A recorded shape with the numbers of one that was worked out, in the place of open dimensions behind the first.

    >>> _with_numbers((None, None, 768), (None, 64, 768)), _with_numbers((None, None), None)
    ((None, 64, 768), (None, None))
    """
    if found is None or len(found) != len(recorded):
        return tuple(recorded)  # type: ignore[arg-type]
    dims: List[object] = list(recorded)
    for place in range(1, len(dims)):
        if dims[place] is None and isinstance(found[place], int):
            dims[place] = found[place]
    return tuple(dims)  # type: ignore[arg-type]
