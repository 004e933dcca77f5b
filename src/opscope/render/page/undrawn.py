"""What is said of ops that a copy of a stack has more than the drawn one, which have no place in the drawing, and of those that it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

from ...graph.content import content_of
from ...graph.view import BOX
from ...graph.vocabulary import chain
from ...layout.scene.labels import plural

if TYPE_CHECKING:
    from ...graph.graph import Graph

NOT_DRAWN = "not drawn"
NOT_THERE = "not in this copy"
"""What a card says in a copy that lacks it."""
HANDED_ON = "handed on"
"""What a wire into something says that this copy lacks, if it hands on this tensor in the place of what that would give."""
NOT_TAKEN = "not taken"
"""The same, if it takes no such tensor there."""
_MOST = 3
"""How many of them a card names."""


def layer_or_op(graph: Graph, row: int) -> str:
    """The innermost layer that an op belongs to, else the op itself, by its own name."""
    content = content_of(graph)
    layers = (index for index in chain(content.groups, content.node_group[row]) if content.groups[index].is_call)
    layer = next(layers, -1)
    return content.groups[layer].name if layer >= 0 else content.table.names[row].rpartition("/")[2]


def undrawn_text(graph: Graph, rows: Sequence[int]) -> str:
    """What a card says of them: ``not drawn: conv4_block1_0_conv, conv4_block1_0_bn (27 ops)``."""
    view = content_of(graph).view
    boxes = [row for row in rows if view.role(row) == BOX] or list(rows)
    names = list(dict.fromkeys(layer_or_op(graph, row) for row in boxes))
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return f"{NOT_DRAWN}: {', '.join(names[:_MOST])}{more} ({plural(len(rows), 'op')})"
