"""One op with its inputs written down, and what the rules for shapes and values tell of it.

An input is a shape (``None``: of unknown rank) of something that is fed, or a constant: ``ints(2, 7)``, ``one(7)``. An element of
a constant that is ``None`` is fed too: the rest is then known only in part.
"""

from __future__ import annotations

from typing import NamedTuple, Optional, Tuple

from graphs import literal
from opscope.graph.content import content_of
from opscope.shapes.budget import shapes_told
from opscope.shapes.inference import InferenceContext
from opscope.shapes.loops import Loops
from opscope.shapes.rules import ALL_RULES

F = "float32"


class Known(NamedTuple):
    """A tensor whose elements are known, apart from those that are ``None``."""

    values: Tuple[object, ...]
    shape: Tuple[int, ...]
    dtype: str = "int32"


def ints(*values, shape=None, dtype="int32"):
    """A vector, or the elements of a tensor of another shape in row-major order."""
    return Known(values, (len(values),) if shape is None else shape, dtype)


def one(value, dtype="int32"):
    """A scalar."""
    return Known((value,), (), dtype)


def _nodes(name, given):
    """The ops that make an input."""
    if not isinstance(given, Known):
        return [(name, "Placeholder", (), [(F, given)])]
    if None not in given.values:
        tensor = {"shape": list(given.shape), "values": list(given.values)}
        return [(name, "Const", (), [(given.dtype, given.shape)], {"value": tensor})]
    scalars = [_nodes(f"{name}/{k}", () if value is None else one(value))[0] for k, value in enumerate(given.values)]
    return [*scalars, (name, "Pack", [node[0] for node in scalars], [(given.dtype, given.shape)])]


def placed(op, inputs, outputs, **attrs):
    """A graph of the op, and its row."""
    nodes = [node for index, given in enumerate(inputs) for node in _nodes(f"in{index}", given)]
    graph = literal(*nodes, ("op", op, [f"in{index}" for index in range(len(inputs))], outputs, attrs))
    return graph, len(nodes)


def shapes(op, inputs, outputs=1, **attrs):
    """What the op's shape rule tells; `outputs` is how many the op has, or the shapes that the graph gives them."""
    own = [None] * outputs if isinstance(outputs, int) else outputs
    graph, row = placed(op, inputs, [(F, shape) for shape in own], **attrs)
    loops = Loops(graph, content_of(graph).table.outputs)
    return shapes_told(ALL_RULES[op], InferenceContext(loops.source, loops.values(), row, loops.source.inputs(row)))


def value(op, inputs, dtype="int32", *, shape: Optional[Tuple[Optional[int], ...]] = None, output=0, **attrs):
    """What is known of the value of an output."""
    graph, row = placed(op, inputs, [(dtype, shape)] * (output + 1), **attrs)
    return Loops(graph, content_of(graph).table.outputs).values().of(row, output)
