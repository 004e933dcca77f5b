"""What the inputs of a graph are called in drawings."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Dict

from ..graph.content import content_of
from ..graph.vocabulary import PLACEHOLDERS

if TYPE_CHECKING:
    from ..graph.graph import Graph

_UNNAMED = re.compile(r"keras_tensor(_\d+)?")
"""How Keras 3 numbers the inputs of a functional model that were given no name; it counts every tensor of the session."""


def input_names(graph: Graph) -> Dict[int, str]:
    """Input op -> its name. An input that its author did not name is ``input``, the next one ``input_1``.

    Only drawings say so: the op keeps its name, which tooltips and the JSON have.
    """
    table = content_of(graph).table
    names = {port.node: port.name for port in content_of(graph).inputs}
    for node, op in enumerate(table.ops):
        if op in PLACEHOLDERS:
            names.setdefault(node, table.names[node])
    taken = set(names.values())
    free = (name for name in (f"input_{n}" if n else "input" for n in count()) if name not in taken)
    return {node: next(free) if _UNNAMED.fullmatch(name) else name for node, name in names.items()}
