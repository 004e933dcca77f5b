"""Two graphs and what corresponds to what -> the exact lists of what is not the same."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple

from ..graph.groups import Group
from ..graph.json.write import group_record, node_record, variable_record
from .increasing import longest_increasing
from .model import ADDED, CHANGED, REMOVED, Change, Delta, Matches, inverse
from .sides import GraphSide


def changes_of(a: Mapping[str, Any], b: Mapping[str, Any], names: Iterable[str]) -> Iterator[Change]:
    """The changes between two records in what has these names, in their order."""
    for name in names:
        yield from changed(name, a.get(name), b.get(name))


def changed(what: str, a: Any, b: Any) -> Iterator[Change]:
    """The changes from one plain value to another: of a mapping one for each key, of the types of outputs one for each part."""
    if same(a, b):
        return
    if what in _KEYED:
        yield from _changed_keys(what, a or {}, b or {})
    elif what == "outputs" and len(a) == len(b):
        for index, (one, other) in enumerate(zip(a, b)):
            for key in ("dtype", "shape"):
                if one[key] != other[key]:
                    yield Change(f"outputs[{index}].{key}", one[key], other[key])
    else:
        yield Change(what, a, b)


_KEYED = frozenset({"attrs", "settings"})


def _changed_keys(what: str, a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[Change]:
    for key in sorted({*a, *b}):
        if key not in a:
            yield Change(f"{what}.{key}", None, b[key], "a")
        elif key not in b:
            yield Change(f"{what}.{key}", a[key], None, "b")
        elif not same(a[key], b[key]):
            yield Change(f"{what}.{key}", a[key], b[key])


def same(a: Any, b: Any) -> bool:
    """Whether two plain values are equal as JSON writes them: 1, 1.0 and true are three values."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and bool(a == b)


def out_of_order(match: Sequence[int]) -> Dict[int, int]:
    """The rows that have to move so that all others are in the same order on both sides; row of a -> row of b."""
    pairs = [(row, other) for row, other in enumerate(match) if other >= 0]
    if all(one[1] < next_one[1] for one, next_one in zip(pairs, pairs[1:])):
        return {}
    kept = set(longest_increasing([other for _, other in pairs]))
    return dict(pair for position, pair in enumerate(pairs) if position not in kept)


class DeltaLists:
    """Compares what is matched, and records the rest."""

    def __init__(self, a: GraphSide, b: GraphSide, matches: Matches) -> None:
        self.a = a
        self.b = b
        self.matches = matches
        self.group_to = (*matches.groups, -1)

    def nodes(self) -> List[Delta]:
        """The ops that are not the same."""
        moved = out_of_order(self.matches.nodes)
        found = []
        for row in self._unequal_nodes(moved):
            other = self.matches.nodes[row]
            changes = self._node_changes(row, other, moved)
            names = self.a.table.names[row], self.b.table.names[other]
            found.append(Delta(CHANGED, *names, tuple(changes), None, row, other))
        return found + self._one_sided(self.matches.nodes, len(self.b.table), _NODE)

    def _unequal_nodes(self, moved: Mapping[int, int]) -> Iterator[int]:
        """The matched rows in which something differs. Nearly all rows of two large graphs are equal, so columns are compared first."""
        a, b, to = self.a, self.b, self.matches.nodes
        one, two = a.table, b.table
        starts, producers, outputs = one.edge_start, one.edge_node, one.edge_output
        other_starts, other_producers, other_outputs = two.edge_start, two.edge_node, two.edge_output
        mapped = [to[producer] for producer in producers]
        theirs = list(other_producers)
        for row, other in enumerate(to):
            if other < 0:
                continue
            start, end = starts[row], starts[row + 1]
            first, last = other_starts[other], other_starts[other + 1]
            if (
                one.names[row] != two.names[other]
                or one.ops[row] != two.ops[other]
                or a.attrs[row] != b.attrs[other]
                or a.types[row] != b.types[other]
                or mapped[start:end] != theirs[first:last]
                or outputs[start:end] != other_outputs[first:last]
                or _unequal_home(self.group_to, a.group_of[row], b.group_of[other])
                or one.devices[row] != two.devices[other]
                or a.dead[row] != b.dead[other]
                or row in moved
                or self._unequal_sparse(row, other)
            ):
                yield row

    def _unequal_sparse(self, row: int, other: int) -> bool:
        """Whether the rows differ in a column that few graphs have."""
        a, b = self.a.content, self.b.content
        return (
            a.sources.get(row) != b.sources.get(other)
            or a.costs.get(row) != b.costs.get(other)
            or a.measured.get(row) != b.measured.get(other)
            or self.a.table.elements.get(row) != self.b.table.elements.get(other)
        )

    def _node_changes(self, row: int, other: int, moved: Mapping[int, int]) -> Iterator[Change]:
        one, two = node_record(self.a.graph, row), node_record(self.b.graph, other)
        yield from changes_of(one, two, ("name", "op"))
        if _unequal_home(self.group_to, self.a.group_of[row], self.b.group_of[other]):
            yield Change("group", one["group"], two["group"])
        if self.wires(row) != [(node, output) for node, output in zip(*self.b.inputs(other))] or not _same_elements(
            one, two
        ):
            yield Change("inputs", one["inputs"], two["inputs"])
        yield from changes_of(one, two, ("outputs", "attrs", "device", "source", "dead", "cost", "measured"))
        if row in moved:
            yield Change("order", row, other)

    def wires(self, row: int) -> List[Tuple[int, int]]:
        """The inputs of a row of `a`, by the rows of `b` that correspond to their producers (-1 where none does)."""
        return [(self.matches.nodes[node], output) for node, output in zip(*self.a.inputs(row))]

    def groups(self) -> List[Delta]:
        """The groups that are not the same."""
        moved = out_of_order(self.matches.groups)
        found = []
        for row, other in enumerate(self.matches.groups):
            changes = tuple(self._group_changes(row, other, moved)) if other >= 0 else ()
            if changes:
                paths = self.a.groups[row].path, self.b.groups[other].path
                found.append(Delta(CHANGED, *paths, changes, None, row, other))
        return found + self._one_sided(self.matches.groups, len(self.b.groups), _GROUP)

    def _group_changes(self, row: int, other: int, moved: Mapping[int, int]) -> Iterator[Change]:
        one, two = self.a.groups[row], self.b.groups[other]
        yield from changed("name", one.name, two.name)
        yield from changed("path", segment(self.a.groups, row), segment(self.b.groups, other))
        if _unequal_home(self.group_to, one.parent, two.parent):
            yield Change("parent", _path(self.a.groups, one.parent), _path(self.b.groups, two.parent))
        if not self._same_of(one.of, two.of):
            yield Change("of", one.of, two.of)
        if tuple([self.matches.variables[number] for number in one.variables]) != two.variables:
            yield Change("variables", list(one.variables), list(two.variables))
        yield from self._plain_group_changes(one, two)
        if row in moved:
            yield Change("order", row, other)

    def _plain_group_changes(self, one: Group, two: Group) -> Iterator[Change]:
        """The changes of what does not name other parts of the graph."""
        if _plain(one) == _plain(two) and one.outputs == two.outputs and one.settings == two.settings == {}:
            return
        records = group_record(self.a.graph, one), group_record(self.b.graph, two)
        yield from changes_of(
            *records,
            (
                "kind", "class", "call", "object_path", "layer_source", "outputs", "parameters", "source", "cost", "measured",
                "settings", "defined_in",
            ),
        )  # fmt: skip

    def _same_of(self, one: Optional[str], two: Optional[str]) -> bool:
        """Whether both name the same group or variable: each is what the other one is called on its side."""
        if one is None or two is None:
            return one is two
        names = self._names
        return names[0].get(one, one) == two and names[1].get(two, two) == one

    @cached_property
    def _names(self) -> Tuple[Dict[str, str], Dict[str, str]]:
        return names_across(
            [group.path for group in self.a.groups], [group.path for group in self.b.groups], self.matches.groups,
            [variable.object_path for variable in self.a.variables], [variable.object_path for variable in self.b.variables],
            self.matches.variables,
        )  # fmt: skip

    def variables(self) -> List[Delta]:
        """The variables that are not the same."""
        moved = out_of_order(self.matches.variables)
        found = []
        for row, other in enumerate(self.matches.variables):
            if other < 0:
                continue
            one, two = variable_record(self.a.variables[row]), variable_record(self.b.variables[other])
            changes = [*changes_of(one, two, ("object_path", "dtype", "shape", "trainable"))]
            if row in moved:
                changes.append(Change("order", row, other))
            if changes:
                found.append(Delta(CHANGED, one["object_path"], two["object_path"], tuple(changes), None, row, other))
        return found + self._one_sided(self.matches.variables, len(self.b.variables), _VARIABLE)

    def _one_sided(self, match: Sequence[int], size: int, kind: "Tuple[str, Any]") -> List[Delta]:
        """The records of what has no counterpart, of both sides."""
        key, record = kind
        found = []
        for row, other in enumerate(match):
            if other < 0:
                made = record(self.a, row)
                found.append(Delta(REMOVED, made[key], None, (), made, row, -1))
        for row, other in enumerate(inverse(tuple(match), size)):
            if other < 0:
                made = record(self.b, row)
                found.append(Delta(ADDED, None, made[key], (), made, -1, row))
        return found


_NODE = ("name", lambda side, row: node_record(side.graph, row))
_GROUP = ("path", lambda side, row: group_record(side.graph, side.groups[row]))
_VARIABLE = ("object_path", lambda side, row: variable_record(side.variables[row]))


def _plain(group: Group) -> Tuple[Any, ...]:
    return (
        group.kind, group.cls, group.call, group.object_path, group.layer_source, group.parameters, group.source, group.cost,
        group.measured, group.defined_in,
    )  # fmt: skip


def _unequal_home(group_to: Sequence[int], one: int, two: int) -> bool:
    """Whether two ops, or two groups, lie in groups that do not correspond. -1 is the top of the graph, as the last of `group_to`."""
    return group_to[one] != two or (one < 0) != (two < 0)


def _same_elements(one: Mapping[str, Any], two: Mapping[str, Any]) -> bool:
    """Whether the inputs bring the same elements of a dataset."""
    return [edge.get("element") for edge in one["inputs"]] == [edge.get("element") for edge in two["inputs"]]


def _path(groups: Sequence[Group], index: int) -> Optional[str]:
    return groups[index].path if index >= 0 else None


def segment(groups: Sequence[Group], index: int) -> str:
    """What a group's path adds to that of its parent."""
    group = groups[index]
    return group.path[len(groups[group.parent].path) + 1 :] if group.parent >= 0 else group.path


def names_across(
    paths_a: Sequence[str], paths_b: Sequence[str], groups: Sequence[int],
    objects_a: Sequence[str], objects_b: Sequence[str], variables: Sequence[int],
) -> Tuple[Dict[str, str], Dict[str, str]]:  # fmt: skip
    """What groups and variables of `a` are called in `b`, and the other way round. Of equal names the first counts, groups before variables."""
    there: Dict[str, str] = {}
    back: Dict[str, str] = {}
    for names_a, names_b, match in ((paths_a, paths_b, groups), (objects_a, objects_b, variables)):
        for row, other in enumerate(match):
            if other >= 0:
                there.setdefault(names_a[row], names_b[other])
        for row, other in enumerate(inverse(tuple(match), len(names_b))):
            if other >= 0:
                back.setdefault(names_b[row], names_a[other])
    return there, back
