"""Finds the scopes of a file whose ops are those of one known layer: a reader knows what that does, so they stay closed."""

from __future__ import annotations

from typing import FrozenSet

from ...graph.content import content_of
from ...graph.graph import Graph
from ..scene.group_ops import GroupOps
from ..scene.layer_words import card_text


def known_scopes(graph: Graph) -> FrozenSet[int]:
    """The scopes that are a ``Dense 256, GELU`` or a ``LayerNorm`` by their ops, in a graph that knows no layers."""
    content = content_of(graph)
    if any(group.is_call for group in content.groups):
        return frozenset()
    stacks, ops = content.view.stacks, GroupOps(graph)
    return frozenset(
        index
        for index, group in enumerate(content.groups)
        if group.kind == "scope" and index not in stacks and card_text(graph, index, ops)
    )
