"""The cost of one op, written down with its shapes."""

from __future__ import annotations

from graphs import literal
from opscope.cost import estimate
from opscope.graph.content import content_of


def cost(op, inputs, outputs, **attrs):
    """The cost of one op; an input or output is a float32's shape or ``(dtype, shape)``."""
    kinds = [kind if kind and isinstance(kind[0], str) else ("float32", kind) for kind in (*inputs, *outputs)]
    nodes = [(f"in{k}", "Placeholder", (), (kind,)) for k, kind in enumerate(kinds[: len(inputs)])]
    node = ("op", op, [name for name, *_ in nodes], kinds[len(inputs) :], attrs)
    graph = estimate(literal(*nodes, node))
    return content_of(graph).costs[content_of(graph).table.index("op")]
