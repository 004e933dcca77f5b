"""`Body`: the ops of one function, read once. All calls of the function share it, until `expand` copies it to each."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field, replace
from typing import Any, Dict, Hashable, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ..graph.settings import NO_SETTINGS, Settings
from ..graph.types import Source, TensorType
from .data_functions import ArgumentSource


@dataclass(frozen=True)
class Call:
    """A node of a body that runs functions of the library: a call, a loop or a branch."""

    node: int
    """Its row in the body."""
    kind: str
    """The kind of the group it owns: ``function``, ``while``, ``if`` or ``dataset``."""
    parts: Tuple[Tuple[str, str], ...]
    """A pair (role, function's name) for each function it runs. The roles are ``cond`` and ``body`` for a loop, ``then`` and
    ``else`` for an If, ``branch_0``, ``branch_1``, ... for a Case; a plain call has one function, with an empty role. For an op
    of tf.data the role is the attribute that names the function."""
    first_arg: int = 0
    """Which data input becomes the functions' first argument: 1 for a branch, whose input 0 chooses the branch."""
    feeds: Tuple[Tuple[ArgumentSource, ...], ...] = ()
    """For each part what its arguments are given; empty for a call, loop or branch, which hands its inputs on in their order."""

    def passed(self, part: int, data_inputs: Sequence[Any]) -> List[Optional[Any]]:
        """For each argument of a part the one of the op's `data_inputs` that it is given whole; ``None`` where it is given none.

        State counts as given: it begins as that input.
        """
        if not self.feeds:
            return list(data_inputs[self.first_arg :])
        return [data_inputs[feed.data] if feed.data >= 0 > feed.element else None for feed in self.feeds[part]]


class LocalGroup(NamedTuple):
    """A group inside one body. Expansion makes a `Group` of it at each place where the body is called.

    `parent` is an index in the same body's `groups`; -1 means that the group lies directly in the body. `layer` says
    which layer object this is a call of, by any value that stands for the object: groups with equal values are calls 1, 2,
    3, ... of one layer, counted over the whole graph. `key` identifies this very group. A group under backward has the
    `key` of its forward group as `of_key`, and expansion turns that into the path `Group.of`.
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
    settings: Settings = NO_SETTINGS
    defined_in: Optional[str] = None

    def below(self, parent: int) -> "LocalGroup":
        """As ``_replace(parent=parent)``, in half the time: a large graph has hundreds of thousands."""
        return self if parent == self.parent else LocalGroup(self.name, self.kind, parent, *self[3:])


@dataclass(frozen=True)
class Body:
    """The ops of one function, or of the main graph, in columns as in `NodeTable`. Edges name rows of this body.

    The first `args` rows are the function's `_Arg` nodes, the last `rets` rows its `_Retval` nodes. Each `_Arg` has one
    edge, which means nothing (it names row 0) until expansion overwrites it with what the call passes. In a main graph
    `args` and `rets` are 0.
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
    missing: Mapping[int, Tuple[str, ...]] = field(default_factory=dict)
    """Row of an op that runs functions -> those of them that the file does not have. It is none of `calls`."""
    closed: Mapping[int, Tuple[str, ...]] = field(default_factory=dict)
    """Row of an op that names functions which opscope does not expand, such as a TPU's -> the functions."""
    control_outputs: Tuple[int, ...] = ()
    """Rows that run whenever the function is called, for their effect."""
    groups: Tuple[LocalGroup, ...] = ()
    node_group: "array[int]" = field(default_factory=lambda: array("i"))
    """For each row the index of its innermost group in `groups`, -1 for none."""
    sources: Mapping[int, Source] = field(default_factory=dict)
    handles: Mapping[int, int] = field(default_factory=dict)
    """Row -> number of the variable whose handle the row is."""
    dead: bytes = b""
    """One byte a row, 1 for a dead op; empty until `mark_dead` has run."""
    called_as: Optional[LocalGroup] = None
    """For a function that is a layer's or module's own: the group of the layer, which a call of the function gets."""

    def __len__(self) -> int:
        return len(self.names)

    def rows(self) -> Dict[str, int]:
        """Name -> row of the body's nodes, without its arguments and results."""
        return {self.names[row]: row for row in range(self.args, len(self.names) - self.rets)}

    def inputs(self, row: int) -> List[Tuple[int, int]]:
        """The inputs of a row as pairs (row that makes it, which of its outputs); the output of a control input is -1.

        Empty for an argument: only the expanded graph knows what it is given.
        """
        if row < self.args:
            return []
        edges = range(self.edge_start[row], self.edge_start[row + 1])
        return [(self.edge_node[edge], self.edge_output[edge]) for edge in edges]

    def as_main(self) -> "Body":
        """The function as a main graph. Its arguments and results stay as ops; the arguments have no inputs."""
        # The edges of the arguments come first, one each: dropping them moves every later edge up by `args`.
        start = array("q", [max(0, edge - self.args) for edge in self.edge_start])
        return self.with_columns(
            args=0, rets=0, edge_start=start, edge_node=self.edge_node[self.args :],
            edge_output=self.edge_output[self.args :],
        )  # fmt: skip

    def with_columns(self, **columns: Any) -> "Body":
        """The same body with some columns replaced."""
        return replace(self, **columns)
