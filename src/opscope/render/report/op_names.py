"""What the summary calls an op: the path of its layer, then the op's type, as in ``net/dense MatMul``.

TensorFlow's own names have scopes such as ``block_1``, which may be the name of another layer than the one the op is in.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Dict, List, Sequence

from ...graph.content import content_of
from ...graph.vocabulary import chain

if TYPE_CHECKING:
    from ...graph.graph import Graph


def op_names(graph: "Graph") -> List[str]:
    """For each op what it is called. To what several ops would be called, the end of the name is added: ``(Relu_1)``.

    An op in no layer is called by its name.
    """
    content = content_of(graph)
    names = content.table.names
    paths = _paths(graph)
    layers = [paths[group] if group >= 0 else "" for group in content.node_group]
    short = [f"{layer} {op}" if layer else name for layer, op, name in zip(layers, content.table.ops, names)]
    found, parts, shared = list(short), 0, _shared(short, range(len(short)))
    # With one more part of the name each time, until no two are equal. A name without a further part stays as it is.
    while shared:
        parts += 1
        for row in shared:
            found[row] = f"{short[row]} ({'/'.join(names[row].split('/')[-parts:])})"
        shared = [row for row in _shared(found, shared) if names[row].count("/") >= parts]
    return found


def _shared(texts: List[str], rows: Sequence[int]) -> List[int]:
    """Those of the rows whose text another of them has too."""
    counts = Counter(texts[row] for row in rows)
    return [row for row in rows if counts[texts[row]] > 1]


def _paths(graph: "Graph") -> Dict[int, str]:
    """Group -> the path of the layer, or of a layer's gradient or update, that it is or lies in; empty if in none."""
    groups = content_of(graph).groups
    found: Dict[int, str] = {}
    for index in range(len(groups)):
        around = (groups[each] for each in chain(groups, index))
        found[index] = next((group.path for group in around if group.is_call or group.of is not None), "")
    return found
