"""The work of `Graph.to_pandas`: a data frame with one row for each op."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import MissingDependencyError
from .op_columns import op_columns

if TYPE_CHECKING:
    from ...graph.graph import Graph


def to_pandas(graph: "Graph") -> Any:
    """A `pandas.DataFrame` indexed by op name; see `Graph.to_pandas`."""
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingDependencyError("to_pandas needs pandas; install it: pip install 'opscope[pandas]'") from error
    return pd.DataFrame(op_columns(graph)).set_index("name")
