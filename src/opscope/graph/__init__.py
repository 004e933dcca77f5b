"""The graph itself: node table, groups, types, JSON. Imports no other room, but for the methods of `Graph`, when called."""

from .graph import Content, Graph
from .groups import Group
from .table import NodeTable
from .types import CONTROL, Cost, Edge, GraphCost, Measured, Port, Source, TensorType, Variable

__all__ = [
    "CONTROL", "Content", "Cost", "Edge", "Graph", "GraphCost", "Group", "Measured", "NodeTable", "Port", "Source",
    "TensorType", "Variable",
]  # fmt: skip
