"""Two graphs as columns that can be compared: equal types and attributes get equal numbers, whichever graph they are in."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, Dict, List, Sequence, Tuple

from ..graph.content import content_of

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from ..graph.table import Consumers, NodeTable


class Numbers:
    """Numbers values by what they are, so that 1, 1.0 and true are three. An object that occurs often is looked at once."""

    def __init__(self) -> None:
        self._known: Dict[str, int] = {}

    def of(self, value: Any) -> int:
        """The number of a plain value."""
        return self._known.setdefault(json.dumps(value, sort_keys=True), len(self._known))


class GraphSide:
    """One of the two graphs."""

    def __init__(self, graph: "Graph", attrs: Numbers, types: Dict[Any, int]) -> None:
        self.graph = graph
        self.content = content_of(graph)
        self.table = self.content.table
        self.groups = self.content.groups
        self.variables = self.content.variables
        self.group_of = self.content.node_group
        self.attrs = _attributes(self.table, attrs)
        """For each op the number of its attributes."""
        self.types = _types(self.table, types)
        """For each op the number of the types of its outputs."""
        self.dead: Sequence[int] = self.content.dead or bytes(len(self.table))

    @cached_property
    def users(self) -> "Consumers":
        """Who uses each op."""
        return self.table.consumers()

    def inputs(self, row: int) -> Tuple[List[int], List[int]]:
        """The producers of a row's inputs, and which of their outputs they are."""
        start, end = self.table.edge_start[row], self.table.edge_start[row + 1]
        return list(self.table.edge_node[start:end]), list(self.table.edge_output[start:end])


def _attributes(table: "NodeTable", numbers: Numbers) -> List[int]:
    known: Dict[int, int] = {}
    for row, raw in enumerate(table.raw_attrs):
        if id(raw) not in known:
            known[id(raw)] = numbers.of(table.attrs(row))
    return [known[id(raw)] for raw in table.raw_attrs]


def _types(table: "NodeTable", numbers: Dict[Any, int]) -> List[int]:
    known: Dict[int, int] = {}
    for types in table.outputs:
        if id(types) not in known:
            known[id(types)] = numbers.setdefault(types, len(numbers))
    return [known[id(types)] for types in table.outputs]


def sides(a: "Graph", b: "Graph") -> Tuple[GraphSide, GraphSide]:
    """Both graphs, with numbers that mean the same in both."""
    attrs, types = Numbers(), {}  # type: Numbers, Dict[Any, int]
    return GraphSide(a, attrs, types), GraphSide(b, attrs, types)
