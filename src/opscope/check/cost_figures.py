"""What a model costs as a whole, for budgets: parameters, FLOPs, activation memory, and what is missing in each figure."""

from __future__ import annotations

from typing import Dict, List, Mapping, NamedTuple, Optional

from ..cost.estimate import estimate
from ..graph.content import content_of
from ..graph.graph import Graph
from ..graph.model_variables import told_apart
from ..graph.types import GraphCost
from ..suggestions import some_of

COST_UNITS = {"parameters": "parameters", "flops": "FLOP", "activation_bytes": "bytes of activations"}
"""Name of a figure, here and in JSON -> what it is counted in."""


class CostFigures(NamedTuple):
    """The figures of one graph."""

    batch: Optional[int]
    """The batch size that they are for; ``None`` if an open batch counts as 1."""
    values: Mapping[str, Optional[float]]
    """Name of a figure -> its value; ``None`` if it is not known."""
    lacking: Mapping[str, str]
    """Name of a figure that is a lower bound -> what it leaves out, in words."""

    @property
    def record(self) -> Dict[str, Optional[float]]:
        """The figures as JSON has them."""
        return {**self.values, "batch": self.batch}

    def told(self, name: str) -> str:
        """A figure in words, every digit of it: budgets are compared to the last one."""
        value = self.values[name]
        return f"{'at least ' if name in self.lacking else ''}{value or 0:,.0f} {COST_UNITS[name]}"


def cost_figures(graph: Graph, batch: Optional[int]) -> CostFigures:
    """What a graph costs, by the same estimate as everywhere."""
    cost = estimate(graph, batch=batch, groups=False).cost
    assert cost is not None  # `estimate` always has the totals
    unsized = [each.object_path for each in told_apart(content_of(graph)).parameters if each.size is None]
    lacking = {
        "parameters": f"variables of unknown shape ({some_of(unsized)})" if unsized else "",
        "flops": _lacking(cost),
    }
    values = {
        "parameters": float(graph.parameters),
        "flops": cost.flops,
        "activation_bytes": cost.peak_activation_bytes,
    }
    return CostFigures(batch, values, {name: words for name, words in lacking.items() if words})


def _lacking(cost: GraphCost) -> str:
    """What the sum of FLOPs leaves out."""
    parts: List[str] = []
    if cost.without_formula:
        parts.append(f"ops without a formula ({some_of(list(cost.without_formula))})")
    if cost.unknown_shape:
        parts.append(f"ops of unknown shape ({some_of(list(cost.unknown_shape))})")
    if cost.per == "iteration":
        parts.append("all but one iteration of loops of unknown length")
    return " and ".join(parts)
