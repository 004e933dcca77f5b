"""Reads the graphs that TensorFlow collected of one function: what Grappler made of it, and what each device was given to run.

They are the `FunctionGraphs` of TensorFlow's `RunMetadata`. The two differ where the types of ops were changed when kernels were
chosen: ``_FusedMatMul`` is Grappler's, and ``_MklNativeFusedMatMul`` what ran.
"""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional

from ..graph.content import Content
from ..program.expand import expand
from ..program.parse import from_binary
from ..program.program import Program, read


class Collected(NamedTuple):
    """What ran of one function."""

    program: Program
    """The graphs of all devices together, with the functions that they call."""
    content: Content
    """The same with these functions put where they are called."""
    producer: int
    """The version of the graph's format (`GraphDef.versions.producer`)."""
    optimised: Dict[str, str]
    """Name of a node -> its type in Grappler's graph."""


def read_collected(data: bytes) -> Optional[Collected]:
    """The graphs in a `FunctionGraphs` message; ``None`` if no device was given any.

    Raises:
        LoadError: the message is damaged.
    """
    message = from_binary(data, "RunMetadata.FunctionGraphs", "what TensorFlow collected")
    if not message.partition_graphs:
        return None
    whole = message.partition_graphs[0]
    functions = {function.signature.name for function in whole.library.function}
    taken = {node.name for node in whole.node}
    for partition in message.partition_graphs[1:]:
        _unique(partition.node, taken)
        whole.node.extend(partition.node)
        for function in partition.library.function:
            if function.signature.name not in functions:
                functions.add(function.signature.name)
                whole.library.function.append(function)
    for function in message.post_optimization_graph.library.function:
        if function.signature.name not in functions:
            whole.library.function.append(function)
    program = read(whole)
    return Collected(
        program,
        expand(program),
        whole.versions.producer,
        {node.name: node.op for node in message.post_optimization_graph.node},
    )


def _unique(nodes: List[Any], taken: Any) -> None:
    """Give a node of another device that is called as one before another name, with what reads it there.

    Each device's graph has names of its own: the NoOp that ends a loop may be in each of them.
    """
    other: Dict[str, str] = {}
    for node in nodes:
        name, count = node.name, 2
        while name in taken:
            name, count = f"{node.name}~{count}", count + 1
        taken.add(name)
        if name != node.name:
            other[node.name] = name
    for node in nodes:
        node.name = other.get(node.name, node.name)
        for index, text in enumerate(node.input):
            mark = "^" if text.startswith("^") else ""
            producer, colon, number = text[len(mark) :].partition(":")
            if producer in other:
                node.input[index] = f"{mark}{other[producer]}{colon}{number}"
