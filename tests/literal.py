"""Graphs written down as node tables, with shapes and attributes, for tests of what is known and of costs."""

from __future__ import annotations

from array import array

from opscope.cost import estimate
from opscope.graph import CONTROL, Content, Graph, Group, NodeTable, TensorType


def literal(*nodes, groups=(), places=None, **columns):
    """A graph from ``(name, op, inputs, outputs, attrs)``; an input is a name, ``name:k`` or ``^name``, an output
    ``(dtype, shape)``."""
    rows = {node[0]: row for row, node in enumerate(nodes)}
    start, producer, output = array("q", [0]), array("i"), array("i")
    for node in nodes:
        for text in node[2]:
            name, _, index = text.lstrip("^").partition(":")
            producer.append(rows[name])
            output.append(CONTROL if text.startswith("^") else int(index or 0))
        start.append(len(producer))
    table = NodeTable(
        [node[0] for node in nodes], [node[1] for node in nodes], start, producer, output,
        [tuple(TensorType(*kind) for kind in node[3]) for node in nodes],
        [node[4] if len(node) > 4 else {} for node in nodes], [""] * len(nodes),
    )  # fmt: skip
    groups = tuple(
        Group(path, parent, kind, path.rpartition("/")[2], owner=rows[owner] if owner else -1)
        for path, parent, kind, owner in groups
    )
    return Graph("literal", Content(table, groups, array("i", places or [-1] * len(nodes)), **columns))


def cost(op, inputs, outputs, **attrs):
    """The cost of one op; an input or output is a float32's shape or ``(dtype, shape)``."""
    kinds = [kind if kind and isinstance(kind[0], str) else ("float32", kind) for kind in (*inputs, *outputs)]
    nodes = [(f"in{k}", "Placeholder", (), (kind,)) for k, kind in enumerate(kinds[: len(inputs)])]
    node = ("op", op, [name for name, *_ in nodes], kinds[len(inputs) :], attrs)
    graph = estimate(literal(*nodes, node))
    return graph.content.costs[graph.table.index("op")]
