"""The ends of a model: the ops that a drawing shows as ovals of their own, outside of every card."""

from __future__ import annotations

from typing import TYPE_CHECKING, FrozenSet

from ..graph.view import BOX
from ..graph.vocabulary import PLACEHOLDERS

if TYPE_CHECKING:
    from ..graph.graph import Graph


def drawn_inputs(graph: Graph) -> FrozenSet[int]:
    """The ops that are drawn as the model's inputs, whatever group they were traced in."""
    roles = graph.content.view.roles
    named = {port.node for port in graph.content.inputs}
    fed = (node for node, op in enumerate(graph.table.ops) if op in PLACEHOLDERS)
    return frozenset(node for node in (*fed, *named) if not roles or roles[node] == BOX)
