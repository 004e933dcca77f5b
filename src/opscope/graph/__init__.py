"""The graph itself: node table, groups, types, JSON, and what scripts see of it.

No module here imports another room. Only methods of `Graph`, such as `Graph.save`, do so when they are called.
"""

from .content import Content
from .graph import Graph
from .groups import Group
from .table import NodeTable
from .types import CONTROL, Cost, Edge, GraphCost, Measured, Port, Source, TensorType, Variable

__all__ = [
    "CONTROL", "Content", "Cost", "Edge", "Graph", "GraphCost", "Group", "Measured", "NodeTable", "Port", "Source",
    "TensorType", "Variable",
]  # fmt: skip
