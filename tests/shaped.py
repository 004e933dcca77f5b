"""Drawings with shape arithmetic folded, and what real tensors have for shapes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Dict, Optional

from opscope import passes
from opscope.graph.content import content_of
from opscope.graph.graph import Graph
from opscope.graph.view import SHAPING
from opscope.layout.scene.compose import compose
from truth import lies


def roles_given(graph: Graph) -> Graph:
    """The graph with all roles that drawings give."""
    for step in (
        passes.home_sums,
        passes.home_stores,
        passes.home_metrics,
        passes.hide_dead,
        passes.wire_through,
        passes.dock,
        passes.keep_only_ops,
    ):
        graph = step(graph)
    return graph


def decided(graph: Graph) -> Graph:
    """The same with shape arithmetic folded."""
    return passes.fold_shapes(roles_given(graph))


def folded(graph: Graph) -> Dict[str, str]:
    """Op that is folded -> its type."""
    content = content_of(decided(graph))
    pairs = zip(content.table.names, content.table.ops)
    return {name: kind for (name, kind), role in zip(pairs, content.view.roles) if role == SHAPING}


def made(graph: Graph) -> Dict[str, str]:
    """Op -> the shape that its label says."""
    content = content_of(decided(graph))
    return {content.table.names[row]: text for row, text in content.view.makes.items()}


def false(graph: Graph) -> list:
    """What is not so in the drawings of a graph with shape arithmetic folded: with stacks and without, open and closed."""
    shaped = decided(graph)
    found = []
    for one in (shaped, passes.gather_ends(passes.repeat(shaped))):
        for depth in (0, 1, "layers", "all"):
            drawn = passes.fold(one, depth)
            found += lies(graph, drawn, compose(drawn))
    return found


def claiming(graph: Graph, *names: str) -> Graph:
    """The graph drawn op by op, with these ops wrongly said to be shape arithmetic."""
    drawn = passes.for_drawing(graph, "all")
    content = content_of(drawn)
    roles = bytearray(content.view.roles)
    for name in names:
        roles[content.table.index(name)] = SHAPING
    counts = replace(content.view.counts, shaping=len(names))
    return Graph(drawn.name, replace(content, view=replace(content.view, roles=bytes(roles), counts=counts)))


def at(text: str, **sizes: int) -> Optional[Any]:
    """A shape in symbols with numbers put in; a dimension that it leaves open is ``None``."""
    dims = [dim.strip() for dim in text[1:-1].split(",") if dim.strip()]
    return tuple(None if dim == "None" else eval(re.sub("/", "//", dim.replace("·", "*")), {}, sizes) for dim in dims)
