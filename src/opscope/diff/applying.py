"""Applies a difference: `a` and the lists of what is not the same -> `b`, exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from ..errors import InputError, OpscopeError, option
from ..graph.json import JSON_FORMAT, JSON_VERSION, from_dict, to_dict
from .comparing import names_across
from .model import ADDED, REMOVED, Change, Delta, GraphHead

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from .difference import Difference

_Record = Dict[str, Any]


def applied(difference: "Difference", a: "Graph") -> "Graph":
    """The graph that the difference leads to."""
    if difference.ignored:
        raise InputError(
            "this difference leaves something out, so it does not lead to the other graph; "
            f"make it without {option('ignore')} and {option('only')}"
        )
    data = to_dict(a)
    try:
        _check(difference, data)
        made = _made(difference, data)
    except OpscopeError:
        raise
    except (LookupError, AttributeError, TypeError, ValueError) as error:  # its JSON was changed by hand
        raise InputError(
            "the difference has entries that cannot be applied; make it again from the two graphs"
        ) from error
    return from_dict({"format": JSON_FORMAT, "version": JSON_VERSION, **_head(difference.head_b), **made})


def _made(difference: "Difference", data: _Record) -> _Record:
    """The lists of `b`, made of those of `a`."""
    variables = _Rows(data["variables"], difference.variables, "id", difference.head_b.variables)
    groups = _Rows(data["groups"], difference.groups, "path", difference.head_b.groups)
    nodes = _Rows(data["nodes"], difference.nodes, "name", difference.head_b.ops)
    made = {
        "variables": variables.made(lambda record, _: record),
        **_groups_and_nodes(groups, nodes, variables),
    }
    return _with_ids(made)


def _head(head: GraphHead) -> _Record:
    found: _Record = {
        "name": head.name,
        "producer": dict(head.producer),
        "measurement": head.measurement,
        "cost": head.cost,
    }
    return found if head.outputs is None else {**found, "outputs": [dict(port) for port in head.outputs]}


def _with_ids(made: _Record) -> _Record:
    return {**made, "variables": [{**record, "id": row} for row, record in enumerate(made["variables"])]}


def _check(difference: "Difference", data: _Record) -> None:
    """`InputError` unless the graph is the one that the difference begins at, as far as the difference tells."""
    head = difference.head_a
    sizes = [len(data[key]) for key in ("nodes", "groups", "variables")]
    lists = (("nodes", "name", difference.nodes), ("groups", "path", difference.groups))
    is_it = sizes == [head.ops, head.groups, head.variables] and all(
        data[key][delta.row_a][name] == delta.a for key, name, deltas in lists for delta in deltas if delta.row_a >= 0
    )
    if not is_it:
        raise InputError(
            f"the difference begins at another graph than {data['name']!r}; give the graph {head.name!r} it was made of"
        )


class _Rows:
    """The records of one list, and where each of them is in `b`."""

    def __init__(self, records: Sequence[_Record], deltas: Sequence[Delta], key: str, size: int) -> None:
        self.records = records
        self.key = key
        self.changes: Dict[int, Tuple[Change, ...]] = {delta.row_a: delta.changes for delta in deltas if delta.changes}
        self.added = {delta.row_b: dict(delta.record or {}) for delta in deltas if delta.status == ADDED}
        removed = {delta.row_a for delta in deltas if delta.status == REMOVED}
        self.to = _places(len(records), removed, self.added, self.changes, size)

    def made(self, change: Callable[[_Record, int], _Record]) -> List[_Record]:
        """The records of `b`; `change` makes one of a record of `a` that has a counterpart."""
        found: Dict[int, _Record] = dict(self.added)
        for row, other in enumerate(self.to):
            if other >= 0:
                found[other] = with_changes(change(dict(self.records[row]), row), self.changes.get(row, ()))
        return [found[row] for row in range(len(found))]


def _places(
    count: int,
    removed: "set[int]",
    added: Mapping[int, Any],
    changes: Mapping[int, Sequence[Change]],
    size: int,
) -> List[int]:
    """Row of a -> row of b: what was moved stands where its change says, all others fill the free rows in their order."""
    moved = {row: change.b for row, some in changes.items() for change in some if change.what == "order"}
    taken = {*added, *moved.values()}
    free = iter([row for row in range(size) if row not in taken])
    return [-1 if row in removed else moved[row] if row in moved else next(free, -1) for row in range(count)]


def with_changes(record: _Record, changes: Sequence[Change]) -> _Record:
    """A record with changes made to it."""
    for change in changes:
        name, dot, key = change.what.partition(".")
        if dot and name in ("attrs", "settings"):
            inner = dict(record.get(name, {}))
            if change.absent == "b":
                del inner[key]
            else:
                inner[key] = change.b
            record[name] = inner
        elif dot:
            index = int(name[len("outputs[") : -1])
            record["outputs"] = [dict(output) for output in record["outputs"]]
            record["outputs"][index][key] = change.b
        elif change.what not in ("order", "path", "parent"):
            record[change.what] = change.b
    return _without_empty(record)


def _without_empty(record: _Record) -> _Record:
    """A group's record leaves out settings where there are none, and the package where it is not known."""
    if "path" in record:
        for key, empty in (("settings", {}), ("defined_in", None)):
            if key in record and record[key] == empty:
                del record[key]
    return record


def _groups_and_nodes(groups: _Rows, nodes: _Rows, variables: _Rows) -> _Record:
    """The groups and ops of `b`, in which what names other groups, ops and variables is what those are called in `b`."""
    paths = _paths(groups)
    objects_a = [record["object_path"] for record in variables.records]
    made_variables = variables.made(lambda record, _: record)
    of, _ = names_across(
        [record["path"] for record in groups.records], _made_paths(groups, paths), groups.to,
        objects_a, [record["object_path"] for record in made_variables], variables.to,
    )  # fmt: skip
    path_of = {record["path"]: paths[row] for row, record in enumerate(groups.records)}

    def group(record: _Record, row: int) -> _Record:
        record["path"] = paths[row]
        parent = _change(groups.changes.get(row, ()), "parent")
        record["parent"] = parent.b if parent is not None else path_of.get(record["parent"])
        record["of"] = of.get(record["of"], record["of"])
        record["variables"] = [variables.to[number] for number in record["variables"]]
        return record

    names = {record["name"]: _new_name(record, nodes.changes.get(row, ())) for row, record in enumerate(nodes.records)}

    def node(record: _Record, _: int) -> _Record:
        record["group"] = path_of.get(record["group"])
        record["inputs"] = [{**edge, "node": names[edge["node"]]} for edge in record["inputs"]]
        return record

    return {"groups": groups.made(group), "nodes": nodes.made(node)}


def _change(changes: Sequence[Change], what: str) -> Optional[Change]:
    return next((change for change in changes if change.what == what), None)


def _new_name(record: _Record, changes: Sequence[Change]) -> str:
    change = _change(changes, "name")
    return str(record["name"] if change is None else change.b)


def _paths(groups: _Rows) -> List[Optional[str]]:
    """Row of a group of `a` -> its path in `b`: that of its parent there, and what its own adds to that."""
    rows = {record["path"]: row for row, record in enumerate(groups.records)}
    found: Dict[int, Optional[str]] = {}

    def path(row: int) -> Optional[str]:
        waiting = [row]
        while waiting:
            here = waiting[-1]
            record, changes = groups.records[here], groups.changes.get(here, ())
            own, moved = _change(changes, "path"), _change(changes, "parent")
            around = record["parent"]
            above = None if moved is not None or around is None else rows[around]
            if above is not None and above not in found:
                waiting.append(above)
                continue
            waiting.pop()
            there = moved.b if moved is not None else None if above is None else found[above]
            adds = own.b if own is not None else record["path"][len(around) + 1 :] if around else record["path"]
            found[here] = f"{there}/{adds}" if there is not None else adds
        return found[row]

    return [path(row) if groups.to[row] >= 0 else None for row in range(len(groups.records))]


def _made_paths(groups: _Rows, paths: Sequence[Optional[str]]) -> List[str]:
    """The paths of the groups of `b`, by row."""
    found = {row: record["path"] for row, record in groups.added.items()}
    found.update((other, paths[row] or "") for row, other in enumerate(groups.to) if other >= 0)
    return [found[row] for row in range(len(found))]
