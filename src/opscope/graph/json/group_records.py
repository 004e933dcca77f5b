"""Reads the groups in a graph's JSON: checks them, puts parents before children, and finds the owner of each body."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from ..groups import Group
from ..settings import NO_SETTINGS
from ..table import NodeTable
from ..vocabulary import BODY_KINDS, ENDS, KINDS, chain
from .column_checks import Memo, looked_up, record_columns, rows_of, texts
from .json_values import items, one_of, refuse, shown, text, text_or_none, whole, whole_or_none
from .records import attrs, cost, measured, source, types
from .versions import DEFINED_IN_KEY, SETTINGS_KEY, Version

_KEYS = (
    "path", "parent", "kind", "name", "class", "call", "object_path", "of", "layer_source", "outputs", "variables",
    "parameters", "source", "cost", "measured",
)  # fmt: skip
_LAYER_SOURCES = ("recorded", "inferred", "scope", None)


class Groups(NamedTuple):
    """The groups that were read."""

    groups: List[Group]
    """Parents before their children."""
    rows: Dict[Optional[str], int]
    """Path -> index of the group. ``None`` (JSON's null, for a loose op) -> -1."""


def read_groups(records: List[Any], variables: int, version: Version) -> Groups:
    """All groups. `LoadError` if a parent is missing, a group lies in itself, or a path does not extend its parent's.

    `variables` is the number of variables in the graph.
    """
    paths, above, *_ = record_columns(_without_more(records, version), _KEYS, "groups[{}]".format)
    texts(paths, "groups[{}].path".format)
    # A group without a parent has the parent null. It gets the index -1.
    rows: Dict[Optional[str], int] = {None: -1}
    rows.update(rows_of(paths, "groups[{}].path".format).items())
    parents = looked_up(above, rows, "groups[{}].parent".format, "not the path of a group")
    order = _parents_first(paths, parents)
    place_of = {row: position for position, row in enumerate(order)}
    place_of[-1] = -1
    reader = _Reader(variables, version)
    groups = [reader.group(records[row], f"groups[{row}]", place_of[parents[row]]) for row in order]
    return Groups(groups, {path: place_of[row] for path, row in rows.items()})


def _without_more(records: List[Any], version: Version) -> List[Any]:
    """The records without the keys that not every group has."""
    more = version.group
    return [
        {key: value for key, value in record.items() if key not in more}
        if type(record) is dict and not record.keys().isdisjoint(more)
        else record
        for record in records
    ]


def _parents_first(paths: Sequence[str], parents: Sequence[int]) -> List[int]:
    """The rows of the groups, ordered so that each comes after its parent. An order that is right already is kept."""
    for row, parent in enumerate(parents):
        if parent >= 0 and not paths[row].startswith(paths[parent] + "/"):
            _refuse_parent(row, paths, parents)
    # So opscope itself writes them.
    if all(parent < row for row, parent in enumerate(parents)):
        return list(range(len(paths)))
    return sorted(range(len(paths)), key=lambda row: len(paths[row]))  # a parent's path is the shorter one


def _refuse_parent(row: int, paths: Sequence[str], parents: Sequence[int]) -> None:
    """Say what is wrong with a group whose path does not begin with its parent's: it may be its own ancestor."""
    seen = {row}
    above = parents[row]
    while above >= 0 and above not in seen:
        seen.add(above)
        above = parents[above]
    if above == row:
        refuse(
            f"groups[{row}].parent",
            f"the group {shown(paths[row])} lies in itself, through {shown(paths[parents[row]])}",
        )
    wanted = shown(paths[parents[row]] + "/")
    refuse(f"groups[{row}].path", f"{shown(paths[row])} does not begin with its parent's path, {wanted}")


class _Reader:
    """Reads single groups. Groups with equal types or sources share one object, as a layer may be called often."""

    def __init__(self, variables: int, version: Version) -> None:
        self._variables = variables
        self._cost, self._measured = cost(version.cost), measured(version.measured)
        self._types, self._source, self._settings = Memo(types), Memo(source), Memo(attrs)

    def group(self, value: Dict[str, Any], place: str, parent: int) -> Group:
        """Read one group, whose path and parent are already checked."""
        return Group(
            path=value["path"],
            parent=parent,
            kind=one_of(value["kind"], f"{place}.kind", KINDS),
            name=text(value["name"], f"{place}.name"),
            cls=text_or_none(value["class"], f"{place}.class"),
            call=whole_or_none(value["call"], f"{place}.call", low=1),
            object_path=text_or_none(value["object_path"], f"{place}.object_path"),
            of=text_or_none(value["of"], f"{place}.of"),
            layer_source=one_of(value["layer_source"], f"{place}.layer_source", _LAYER_SOURCES),
            outputs=self._types.one(value["outputs"], f"{place}.outputs".format, 0),
            variables=self._variable_ids(value["variables"], f"{place}.variables"),
            parameters=whole_or_none(value["parameters"], f"{place}.parameters"),
            source=None if value["source"] is None else self._source.one(value["source"], f"{place}.source".format, 0),
            cost=None if value["cost"] is None else self._cost(value["cost"], f"{place}.cost"),
            measured=None if value["measured"] is None else self._measured(value["measured"], f"{place}.measured"),
            settings=self._settings.one(value[SETTINGS_KEY], f"{place}.settings".format, 0)
            if SETTINGS_KEY in value
            else NO_SETTINGS,
            defined_in=text(value[DEFINED_IN_KEY], f"{place}.defined_in") if DEFINED_IN_KEY in value else None,
        )

    def _variable_ids(self, value: Any, place: str) -> Tuple[int, ...]:
        """The ids of the variables of a layer."""
        for index, variable in enumerate(items(value, place)):
            if whole(variable, f"{place}[{index}]") >= self._variables:
                refuse(f"{place}[{index}]", f"{shown(variable)} is not the id of a variable")
        return tuple(value)


def owned(groups: Sequence[Group], table: NodeTable, node_group: Sequence[int]) -> Tuple[Group, ...]:
    """The groups with `Group.owner` filled in: the call, loop or branch that runs a body."""
    found = _owners(groups, table, node_group)
    return tuple(
        [replace(group, owner=found[index]) if index in found else group for index, group in enumerate(groups)]
    )


def _owners(groups: Sequence[Group], table: NodeTable, node_group: Sequence[int]) -> Dict[int, int]:
    """The group of a body, and the group around the bodies of a loop or branch -> the row of the op that runs it.

    The JSON does not hold the owner, but names tell it: the arguments and results of a body are named
    ``<call>/<argument>`` (``<while>/body/<argument>`` in a loop). An op that lies in the body itself cannot be its
    owner.
    """
    # For each group the innermost body that it is or lies in; -1 if there is none.
    # Parents come before their children, so the entry of the parent is there already.
    body_of: List[int] = []
    for index, group in enumerate(groups):
        above = body_of[group.parent] if group.parent >= 0 else -1
        body_of.append(index if group.kind in BODY_KINDS else above)
    found: Dict[int, int] = {}
    rows = {name: row for row, name in enumerate(table.names)}
    for row, op in enumerate(table.ops):
        body = body_of[node_group[row]] if op in ENDS and node_group[row] >= 0 else -1
        if body < 0 or body in found:
            continue
        owner = table.names[row].rpartition("/")[0]
        outer = body
        if groups[body].kind != "function":  # the body of a loop or branch: one part more in the name, one group more
            owner, outer = owner.rpartition("/")[0], groups[body].parent
        owning = rows.get(owner, -1)
        if owning >= 0 and _lies_in(groups, node_group[owning], outer):
            owning = -1
        found[body] = found[outer] = owning
    return found


def _lies_in(groups: Sequence[Group], inner: int, outer: int) -> bool:
    """Whether a group is another one or lies in it. A negative `outer` stands for the whole graph."""
    return outer < 0 or outer in chain(groups, inner)
