"""`Content`: the columns of a graph, and how the rooms reach them. Users have `Graph.ops` and `Graph.layers`."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, FrozenSet, List, Mapping, Optional, Tuple

from .absent import Absent
from .facts import Facts
from .groups import Group
from .shown_finding import ShownFinding
from .table import NodeTable
from .traced import TracedFiles
from .types import Cost, GraphCost, Measured, Port, Source, Variable
from .view import View
from .what_ran import Executed

if TYPE_CHECKING:
    from .graph import Graph


@dataclass(frozen=True)
class Content:
    """The ops of a `Graph`, its groups, and what is known of them.

    A pass makes a new `Content`, which shares with the old one all columns that the pass does not replace.
    """

    table: NodeTable
    groups: Tuple[Group, ...]
    """All groups, parents before their children."""
    node_group: "array[int]"
    """For each op the index of its innermost group; -1 for a loose op, one that is in no group."""
    variables: Tuple[Variable, ...] = ()
    handles: Mapping[int, int] = field(default_factory=dict)
    """Row of an op that gives a variable's resource handle (a Placeholder, VarHandleOp or _Arg) -> `Variable.id`."""
    inputs: Tuple[Port, ...] = ()
    outputs: Tuple[Port, ...] = ()
    sources: Mapping[int, Source] = field(default_factory=dict)
    """Row of an op -> the line that made it; no key if that is not known. `costs` and `measured` are sparse as well."""
    dead: bytes = b""
    """For each op 1 if no output and no side effect needs it, else 0. Empty means that no op is dead."""
    costs: Mapping[int, Cost] = field(default_factory=dict)
    measured: Mapping[int, Measured] = field(default_factory=dict)
    marks: Mapping[int, str] = field(default_factory=dict)
    """Of two graphs in one (`diff.union`): row of an op that is not the same in both -> ``added``, ``removed`` or ``changed``."""
    wires_gone: Tuple[Tuple[int, int, int], ...] = ()
    """Of two graphs in one: the wires that only the first has between ops of both, as producer, its output, and who takes it."""
    marked_groups: FrozenSet[str] = frozenset()
    """The paths of the groups that are set otherwise in both, of which perhaps no op is marked. A path is the same after every pass."""
    found: Optional[Tuple[ShownFinding, ...]] = None
    """What `check` found, the worst first, for drawings; ``None`` if they are not to show it. It is not in the JSON."""
    closed_calls: Mapping[str, int] = field(default_factory=dict)
    """Function name -> how many calls of it are not expanded, since they are recursive or beyond the limits."""
    absent: Absent = field(default_factory=Absent)
    """What ops name and the file does not have: inputs, functions."""
    view: View = field(default_factory=View)
    """How drawings treat each op and group. It is not a part of the graph itself, and not in the JSON."""

    @property
    def is_of_two(self) -> bool:
        """Whether this is two graphs in one that are not the same."""
        return bool(self.marks or self.marked_groups)

    def group_path(self, node: int) -> Optional[str]:
        """The path of the innermost group of the op in row `node`; ``None`` if the op is in no group."""
        group = self.node_group[node]
        return self.groups[group].path if group >= 0 else None

    def children(self) -> List[List[int]]:
        """For each group the indices of the groups directly in it; the last entry holds the top-level groups."""
        # The parent of a top-level group is -1, and index -1 is the last list.
        lists: List[List[int]] = [[] for _ in range(len(self.groups) + 1)]
        for index, group in enumerate(self.groups):
            lists[group.parent].append(index)
        return lists

    def members(self) -> List[List[int]]:
        """For each group the rows of the ops directly in it; the last entry holds the loose ops, whose group is -1."""
        lists: List[List[int]] = [[] for _ in range(len(self.groups) + 1)]
        for node, group in enumerate(self.node_group):
            lists[group].append(node)
        return lists


def content_of(graph: Graph) -> Content:
    """The ops and groups, expanded at the first look. For the rooms: users have `Graph.ops` and `Graph.layers`."""
    content = graph._content  # nearly always it is there already, and drawings ask a hundred thousand times
    return content if isinstance(content, Content) else graph._expanded()


def traced_files(graph: Graph) -> Optional[TracedFiles]:
    """The files of code that this process ran while it traced the graph; ``None`` for a graph that was read."""
    return graph._traced


def with_content(graph: Graph, **columns: Any) -> Graph:
    """The same graph with some fields of its `Content` replaced; everything else is shared."""
    return graph._with(content=replace(content_of(graph), **columns))


def with_measurement(graph: Graph, measurement: Mapping[str, Any], **columns: Any) -> Graph:
    """The same graph with `measurement`, and with the fields of its `Content` that hold the ops' measurements."""
    return graph._with(content=replace(content_of(graph), **columns), measurement=measurement)


def with_cost(graph: Graph, cost: GraphCost, **columns: Any) -> Graph:
    """The same graph with the totals `cost`, and with the fields of its `Content` that hold the ops' costs."""
    return graph._with(content=replace(content_of(graph), **columns), cost=cost)


def renamed(graph: Graph, name: str) -> Graph:
    """The same graph under another name."""
    return graph._with(name=name)


def with_executed(graph: Graph, executed: Optional[Executed]) -> Graph:
    """The same graph with what TensorFlow ran of it."""
    return graph._with(executed=executed)


def with_facts(graph: Graph, facts: Facts) -> Graph:
    """The same graph with these facts as well; a fact that it already has is replaced."""
    return graph._with(facts={**graph._facts, **facts})
