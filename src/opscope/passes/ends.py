"""The ends of a model: the ops that a drawing shows as ovals of their own, outside of every card."""

from __future__ import annotations

from dataclasses import replace
from itertools import compress, count
from typing import TYPE_CHECKING, Dict, FrozenSet, List, Sequence, Tuple

from ..graph.content import content_of, with_content
from ..graph.view import BOX
from ..graph.vocabulary import PLACEHOLDERS

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from ..graph.types import TensorType

MOST_ALIKE = 12
"""So many inputs of one type are drawn one by one, and as many outputs."""


def drawn_inputs(graph: Graph) -> FrozenSet[int]:
    """The ops that are drawn as the model's inputs, whatever group they were traced in."""
    roles = content_of(graph).view.roles
    named = {port.node for port in content_of(graph).inputs}
    fed = compress(count(), map(PLACEHOLDERS.__contains__, content_of(graph).table.ops))
    return frozenset(node for node in (*fed, *named) if not roles or roles[node] == BOX)


def gather_ends(graph: Graph) -> Graph:
    """Let one oval stand for inputs of one type if there are more than `MOST_ALIKE`, and likewise for outputs.

    Before: the rows are those that are drawn. After: `view.gathered_inputs` and `view.gathered_outputs` say which.
    """
    content = content_of(graph)
    types = content.table.outputs
    inputs = _alike([(node, types[node]) for node in sorted(drawn_inputs(graph))])
    outputs = _alike(
        [(place, types[port.node][port.output : port.output + 1]) for place, port in enumerate(content.outputs)]
    )
    if not inputs and not outputs:
        return graph
    first = {node: nodes[0] for nodes in inputs for node in nodes}
    return with_content(graph, view=replace(content.view, gathered_inputs=first, gathered_outputs=tuple(outputs)))


def _alike(ends: Sequence[Tuple[int, Tuple[TensorType, ...]]]) -> List[Tuple[int, ...]]:
    """The sets of more than `MOST_ALIKE` ends of one type."""
    found: Dict[Tuple[TensorType, ...], List[int]] = {}
    for end, kind in ends:
        found.setdefault(kind, []).append(end)
    return [tuple(same) for same in found.values() if len(same) > MOST_ALIKE]
