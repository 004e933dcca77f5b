"""Makes the columns of the page's data about ops and groups. `docs/page.md` describes each of them.

Distinct texts, types, sets of attributes and so on are stored once, in tables; the columns hold numbers in these
tables.
"""

from __future__ import annotations

import json
import math
from operator import sub
from typing import Any, Dict, Generic, Hashable, List, Mapping, Optional, Sequence, Tuple, TypeVar

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.types import Cost, Source, TensorType
from .container import PageColumns
from .measure_columns import known

Key = TypeVar("Key", bound=Hashable)


class Pool(Generic[Key]):
    """Gives distinct values numbers in the order in which they come. `values` is the table that the header stores."""

    def __init__(self) -> None:
        self.values: List[Key] = []
        self._ids: Dict[Key, int] = {}

    def __call__(self, value: Key) -> int:
        """The number of a value."""
        found = self._ids.get(value)
        if found is None:
            found = self._ids[value] = len(self.values)
            self.values.append(value)
        return found

    def numbers(self, values: Sequence[Key]) -> List[int]:
        """The number of each value. Many values are the same object; each object is looked up only once."""
        distinct = dict(zip(map(id, values), values))
        known = {identity: self(value) for identity, value in distinct.items()}
        return list(map(known.__getitem__, map(id, values)))

    def each(self, values: Sequence[Key]) -> List[int]:
        """The number of each value, of values that are objects of their own."""
        for value in dict.fromkeys(values):
            self(value)
        return list(map(self._ids.__getitem__, values))


class Pools:
    """The tables to which the columns refer."""

    def __init__(self) -> None:
        self.strings: Pool[str] = Pool()
        self.types: Pool[TensorType] = Pool()
        self.outputs: Pool[Tuple[TensorType, ...]] = Pool()
        self.attrs: Pool[str] = Pool()
        self.costs: Pool[Cost] = Pool()
        self.sources: Pool[Source] = Pool()
        self.tuples: Pool[Tuple[int, ...]] = Pool()
        self.strings("")  # so that 0 is the empty text

    def header(self) -> Dict[str, Any]:
        """The tables as the header has them. Sets of attributes are kept as JSON text, so they are parsed here."""
        outputs = [[self.types(kind) for kind in kinds] for kinds in self.outputs.values]
        sources = [
            (self.strings(source.file), source.line, self.strings(source.function)) for source in self.sources.values
        ]
        return {
            "outputs": outputs,
            "types": self.types.values,
            "attrs": [json.loads(text) for text in self.attrs.values],
            "costs": [
                (finite(cost.flops), finite(cost.bytes), cost.per, finite(cost.macs)) for cost in self.costs.values
            ],
            "sources": sources,
            "tuples": self.tuples.values,
            "strings": self.strings.values,
        }


def add_nodes(graph: Graph, columns: PageColumns, pools: Pools) -> None:
    """Add the columns of ops (`n.*`): name, op type, group, edges, output types, attributes, device, source, cost.

    A name is split after its last slash, since many ops share the first part.
    """
    content, table = content_of(graph), content_of(graph).table
    count, strings = len(table), pools.strings
    cuts = [name.rfind("/") + 1 for name in table.names]
    columns.ints("n.scope", strings.each([name[:cut] for name, cut in zip(table.names, cuts)]))
    columns.ints("n.leaf", strings.each([name[cut:] for name, cut in zip(table.names, cuts)]))
    columns.ints("n.op", strings.numbers(table.ops))
    columns.ints("n.group", content.node_group)
    columns.ints("n.device", strings.numbers(table.devices))
    columns.ints("n.outputs", pools.outputs.numbers(table.outputs))
    columns.ints("n.attrs", _attrs(graph, pools))
    columns.ints("n.source", _sparse(count, content.sources, pools.sources))
    columns.ints("n.cost", _sparse(count, content.costs, pools.costs))
    columns.ints("n.dead", list(content.dead or bytes(count)))
    _add_edges(graph, columns)


def _add_edges(graph: Graph, columns: PageColumns) -> None:
    """Add the edges: how many inputs each op has; for each input, how many rows back its producer is, and which output (`CONTROL`: none).

    Most producers are near, so that "rows back" gives small numbers, which compress well.
    """
    table = content_of(graph).table
    starts = table.edge_start
    columns.ints("n.degree", map(sub, starts[1:], starts))
    columns.ints("e.back", map(sub, table.edge_users(), table.edge_node))
    columns.ints("e.output", table.edge_output)


def _attrs(graph: Graph, pools: Pools) -> List[int]:
    """For each op the number of its set of attributes. A set that several ops share is decoded only once."""
    table = content_of(graph).table
    keys = [table.attrs_key(row) for row in range(len(table))]
    known: Dict[int, int] = {}
    for row, key in enumerate(keys):
        if key not in known:
            known[key] = pools.attrs(json.dumps(table.attrs(row), ensure_ascii=False, default=str))
    return [known[key] for key in keys]


def _sparse(count: int, values: Mapping[int, Any], pool: Pool[Any]) -> List[int]:
    """For each row the number of its value; -1 if it has none."""
    column = [-1] * count
    for row, number in zip(values, pool.numbers(list(values.values()))):
        column[row] = number
    return column


def add_groups(graph: Graph, columns: PageColumns, pools: Pools) -> None:
    """Add the columns of groups (`g.*`): place in the tree, kind, class, object, variables, outputs, source, cost."""
    groups, strings = content_of(graph).groups, pools.strings
    parents = [groups[group.parent].path if group.parent >= 0 else "" for group in groups]
    columns.ints("g.parent", [group.parent for group in groups])
    parts = [group.path[len(parent) + 1 :] if parent else group.path for group, parent in zip(groups, parents)]
    columns.ints("g.part", [strings(part) for part in parts])
    columns.ints("g.kind", [strings(group.kind) for group in groups])
    columns.ints("g.cls", [strings(group.cls or "") for group in groups])
    columns.ints("g.object", [strings(group.object_path or "") for group in groups])
    columns.ints("g.of", [strings(group.of or "") for group in groups])
    columns.ints("g.recovered", [strings(group.layer_source or "") for group in groups])
    columns.ints("g.call", [group.call or 0 for group in groups])
    columns.ints("g.owner", [group.owner for group in groups])
    columns.ints("g.outputs", [pools.outputs(group.outputs) for group in groups])
    columns.ints("g.variables", [pools.tuples(group.variables) for group in groups])
    columns.floats("g.parameters", [known(group.parameters) for group in groups])
    columns.ints("g.source", [pools.sources(group.source) if group.source else -1 for group in groups])
    columns.ints("g.cost", [pools.costs(group.cost) if group.cost else -1 for group in groups])


def variables(graph: Graph) -> List[Dict[str, Any]]:
    """The variables with the fields that they have in the JSON."""
    return [
        {
            "id": own.id,
            "object_path": own.object_path,
            "dtype": own.dtype,
            "shape": own.shape,
            "trainable": own.trainable,
        }
        for own in graph.variables
    ]


def finite(value: Optional[float]) -> Optional[float]:
    """The value; ``None`` for infinity and NaN, which JSON does not have."""
    return value if value is not None and math.isfinite(value) else None
