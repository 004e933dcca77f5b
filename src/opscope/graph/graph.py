"""`Graph`: the one contract between recovering a model and showing it."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple, Union

from .groups import Group
from .table import NodeTable
from .types import Cost, Measured, Port, Source, Variable
from .view import View


@dataclass(frozen=True)
class Content:
    """All that a `Graph` holds of its ops; passes make a new one and share the columns they leave alone.

    `node_group` gives each op its innermost group (-1: loose). `sources`, `costs`, `measured` are sparse, by node.
    `handles` names the variable that a resource handle op (Placeholder, VarHandleOp, `_Arg`) stands for.
    """

    table: NodeTable
    groups: Tuple[Group, ...]
    node_group: "array[int]"
    variables: Tuple[Variable, ...] = ()
    handles: Mapping[int, int] = field(default_factory=dict)
    inputs: Tuple[Port, ...] = ()
    outputs: Tuple[Port, ...] = ()
    sources: Mapping[int, Source] = field(default_factory=dict)
    dead: bytes = b""
    costs: Mapping[int, Cost] = field(default_factory=dict)
    measured: Mapping[int, Measured] = field(default_factory=dict)
    closed_calls: Mapping[str, int] = field(default_factory=dict)
    """Function name -> how many of its calls stay closed (recursive, or beyond the expansion limit)."""
    view: View = field(default_factory=View)
    """How drawings treat each op and group; no part of the graph itself."""


class Graph:
    """A model's complete graph: ops, groups, variables. Immutable; made by `opscope.trace` and `opscope.load`.

    The content may be given as a function: bodies then stay shared in memory until someone looks at the ops.
    """

    def __init__(
        self,
        name: str,
        content: Union[Content, Callable[[], Content]],
        *,
        producer: Optional[Mapping[str, str]] = None,
        measurement: Optional[Mapping[str, Any]] = None,
        facts: Optional[Mapping[str, Any]] = None,
    ) -> None:
        self.name = name
        self.producer: Dict[str, str] = dict(producer or {})
        self.measurement = dict(measurement) if measurement is not None else None
        self.facts: Dict[str, Any] = dict(facts or {})
        """What a loader knows beyond the graph itself (format, signatures, functions, sizes): for `summary`."""
        self._content = content

    @property
    def content(self) -> Content:
        """The ops and groups, expanded at the first look."""
        if not isinstance(self._content, Content):
            self._content = self._content()
        return self._content

    @property
    def table(self) -> NodeTable:
        """The node table."""
        return self.content.table

    @property
    def groups(self) -> Tuple[Group, ...]:
        """All groups, parents before children."""
        return self.content.groups

    @property
    def variables(self) -> Tuple[Variable, ...]:
        """All variables that the graph uses, each once."""
        return self.content.variables

    @property
    def parameters(self) -> int:
        """Number of elements in all distinct variables (those of unknown shape aside)."""
        return sum(variable.size or 0 for variable in self.variables)

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        if not isinstance(self._content, Content):
            return f"<opscope.Graph {self.name!r}, not expanded yet>"
        return f"<opscope.Graph {self.name!r}: {len(self)} ops in {len(self.groups)} groups>"

    def with_content(self, **columns: Any) -> "Graph":
        """A graph with some columns of its content replaced and everything else shared."""
        return self._with(replace(self.content, **columns))

    def with_measurement(self, measurement: Mapping[str, Any], **columns: Any) -> "Graph":
        """A graph with `measurement` and the columns that carry it."""
        graph = self.with_content(**columns)
        graph.measurement = dict(measurement)
        return graph

    def _with(self, content: Content) -> "Graph":
        return Graph(
            self.name, content, producer=self.producer, measurement=self.measurement, facts=self.facts
        )

    def group_path(self, node: int) -> Optional[str]:
        """The path of the op's innermost group; ``None`` for a loose op."""
        group = self.content.node_group[node]
        return self.groups[group].path if group >= 0 else None

    def children(self) -> List[List[int]]:
        """For each group the indices of its direct subgroups; the last entry holds the top-level groups."""
        lists: List[List[int]] = [[] for _ in range(len(self.groups) + 1)]
        for index, group in enumerate(self.groups):
            lists[group.parent].append(index)
        return lists

    def members(self) -> List[List[int]]:
        """For each group the ops directly in it; the last entry holds the loose ops."""
        lists: List[List[int]] = [[] for _ in range(len(self.groups) + 1)]
        for node, group in enumerate(self.content.node_group):
            lists[group].append(node)
        return lists
