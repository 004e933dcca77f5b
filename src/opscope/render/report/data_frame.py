"""`Graph.to_pandas`: one row an op, with its group, source, cost and measurements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterator

from ...cost import activation_memory
from ...errors import MissingDependencyError
from ...graph.quantities import FIGURES

if TYPE_CHECKING:
    from ...graph.graph import Graph


def to_pandas(graph: "Graph") -> Any:
    """A `pandas.DataFrame` indexed by op name; see `Graph.to_pandas`."""
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingDependencyError("to_pandas needs pandas; install it: pip install 'opscope[pandas]'") from error
    return pd.DataFrame(list(_rows(graph))).set_index("name")


def _rows(graph: "Graph") -> Iterator[Dict[str, Any]]:
    content, table = graph.content, graph.table
    alive = _alive(graph)
    for row, name in enumerate(table.names):
        cost, measured, source = content.costs.get(row), content.measured.get(row), content.sources.get(row)
        outputs = table.outputs[row]
        yield {
            "name": name,
            "op": table.ops[row],
            "group": graph.group_path(row),
            "dtype": outputs[0].dtype if outputs else None,
            "shape": outputs[0].shape if outputs else None,
            "source": f"{source.file}:{source.line}" if source else None,
            "flops": cost.flops if cost else None,
            "macs": cost.macs if cost else None,
            "bytes": cost.bytes if cost else None,
            "per": cost.per if cost else None,
            "alive_bytes": alive.get(row),
            **{field: getattr(measured, field, None) for field in FIGURES},
            "fused": measured.fused if measured else None,
        }


def _alive(graph: "Graph") -> Dict[int, int]:
    """Bytes of activations alive while each op runs; nothing where costs were not estimated."""
    if graph.cost is None:
        return {}
    memory = activation_memory(graph, batch=graph.cost.batch)
    return dict(zip(memory.order, memory.alive))
