"""`Body`: one function's ops, read once; every call of the function shares it until the graph is expanded."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field, replace
from typing import Any, Dict, Hashable, List, Mapping, NamedTuple, Optional, Tuple

from ..graph.types import Source, TensorType


@dataclass(frozen=True)
class Call:
    """A node that runs library functions: `parts` pairs a role (``cond``, ``then``, ...) with a function's name."""

    node: int
    kind: str
    """The kind of the group it owns: ``function``, ``while`` or ``if``."""
    parts: Tuple[Tuple[str, str], ...]
    first_arg: int = 0
    """The data input that becomes the bodies' first argument (1 for a branch, whose input 0 is the predicate)."""


class LocalGroup(NamedTuple):
    """A group inside one body; `parent` is an index in the same body's `groups`, -1 for the body itself.

    `layer` is the identity of the layer object (its calls are counted over the whole graph), `key` the identity of
    this very group, `of_key` the `key` of the group that this one is ``of`` (a gradient's forward layer).
    """

    name: str
    kind: str
    parent: int = -1
    cls: Optional[str] = None
    object_path: Optional[str] = None
    of: Optional[str] = None
    layer_source: Optional[str] = None
    outputs: Tuple[TensorType, ...] = ()
    variables: Tuple[int, ...] = ()
    parameters: Optional[int] = None
    source: Optional[Source] = None
    layer: Optional[Hashable] = None
    key: Optional[Hashable] = None
    of_key: Optional[Hashable] = None


@dataclass(frozen=True)
class Body:
    """The ops of one function (or of the main graph) in columns, as in `NodeTable`, edges by local row.

    The first `args` rows are its `_Arg` nodes, each with one edge row that expansion fills; the last `rets` rows its
    `_Retval` nodes. The main graph has neither.
    """

    name: str
    names: List[str]
    ops: List[str]
    edge_start: "array[int]"
    edge_node: "array[int]"
    edge_output: "array[int]"
    outputs: List[Tuple[TensorType, ...]]
    raw_attrs: List[Any]
    devices: List[str]
    args: int = 0
    rets: int = 0
    calls: Tuple[Call, ...] = ()
    control_outputs: Tuple[int, ...] = ()
    groups: Tuple[LocalGroup, ...] = ()
    node_group: "array[int]" = field(default_factory=lambda: array("i"))
    sources: Mapping[int, Source] = field(default_factory=dict)
    handles: Mapping[int, int] = field(default_factory=dict)
    dead: bytes = b""
    called_as: Optional[LocalGroup] = None
    """What a call of this function is a call of (a layer, a module): the call's group takes it over."""

    def __len__(self) -> int:
        return len(self.names)

    def rows(self) -> Dict[str, int]:
        """Name -> row of the body's own nodes (its arguments and results aside)."""
        return {self.names[row]: row for row in range(self.args, len(self.names) - self.rets)}

    def inputs(self, row: int) -> List[Tuple[int, int]]:
        """Pairs (producer row, output), control inputs with output -1; an argument's input is not known here."""
        if row < self.args:
            return []
        edges = range(self.edge_start[row], self.edge_start[row + 1])
        return [(self.edge_node[edge], self.edge_output[edge]) for edge in edges]

    def as_main(self) -> "Body":
        """The function as a main graph: its arguments and results stay, and nothing feeds the arguments."""
        start = array("q", [max(0, edge - self.args) for edge in self.edge_start])
        return self.with_columns(
            args=0, rets=0, edge_start=start, edge_node=self.edge_node[self.args :],
            edge_output=self.edge_output[self.args :],
        )  # fmt: skip

    def with_columns(self, **columns: Any) -> "Body":
        """The same body with some columns replaced."""
        return replace(self, **columns)
