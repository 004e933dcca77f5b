"""The work of `Graph.to_networkx`: the ops as a graph of networkx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterator, Tuple

from ...errors import MissingDependencyError
from ...graph.content import content_of
from ..report.op_columns import op_columns

if TYPE_CHECKING:
    from ...graph.graph import Graph


def to_networkx(graph: "Graph") -> Any:
    """A `networkx.MultiDiGraph` whose nodes are the names of ops; see `Graph.to_networkx`."""
    try:
        import networkx as nx
    except ImportError as error:
        msg = "to_networkx needs networkx; install it: pip install 'opscope[networkx]'"
        raise MissingDependencyError(msg) from error
    made = nx.MultiDiGraph()
    made.graph.update(graph.producer)
    made.graph["name"] = graph.name
    columns = op_columns(graph)
    names = columns.pop("name")
    made.add_nodes_from((name, _known(columns, row)) for row, name in enumerate(names))
    made.add_edges_from((names[edge[0]], names[edge[1]], attributes) for *edge, attributes in op_edges(graph))
    return made


def _known(columns: Dict[str, Any], row: int) -> Dict[str, Any]:
    """What is known of an op. What is not known has no key: algorithms would take ``None`` for a weight."""
    return {key: column[row] for key, column in columns.items() if column[row] is not None}


def op_edges(graph: "Graph") -> Iterator[Tuple[int, int, Dict[str, Any]]]:
    """Each input of each op as the row of its producer, the row of the op, and what is known of it.

    ``input`` is its place among the op's inputs. ``output`` is the output of the producer that it takes, and ``dtype`` and ``shape`` are
    those of the tensor; a control edge takes none.
    """
    table = content_of(graph).table
    for row in range(len(table)):
        for place, edge in enumerate(table.inputs(row)):
            attributes: Dict[str, Any] = {"input": place, "control": edge.control}
            if not edge.control:
                attributes["output"] = edge.output
            kind = table.input_type(edge)
            if kind is not None:
                attributes["dtype"] = kind.dtype
                if kind.shape is not None:
                    attributes["shape"] = kind.shape
            yield edge.node, row, attributes
