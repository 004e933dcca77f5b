"""What is told of ops, groups and variables that are on both sides and changed, and of ops that only one side has."""

from __future__ import annotations

import json
from typing import Any, Dict, Hashable, Iterable, Iterator, List, Optional, Sequence, Set, Tuple

from ..matching.stems import full_stem
from ..model import Change, Delta, StoryEntry, WireDelta
from .evidence import Evidence
from .told_wiring import Wiring

QUIET = frozenset({"measured", "cost", "order"})
"""What does not make two graphs different: measurements, estimates that only one side has, and the order in which ops are listed."""
FREE = frozenset({"source", "dead", "call", "of", "layer_source", "variables", "parameters", "object_path", "outputs"})
"""Changes that are no edits of their own: they follow from others, or only say where the code is."""
WHERE_AND_CALLED = frozenset({"name", "path", "parent", "group"})
"""Changes that other parts of the story tell."""
_FOLLOWING = frozenset({"call", "of", "variables", "parameters", "outputs", "object_path", "dead"})
"""Changes that are told only where nothing else is."""


def change_entries(evidence: Evidence, wiring: Wiring) -> Iterator[StoryEntry]:
    """The changes of groups, variables and ops; equal ones of several ops, groups or variables are told together."""
    for delta in evidence.lists.groups:
        if delta.row_a in evidence.replaced[0] and delta.row_b >= 0:
            yield _replacement(evidence, delta)
    told: Dict[Hashable, List[Tuple[Delta, Tuple[Change, ...], int]]] = {}
    for what, deltas in (
        ("group", evidence.lists.groups),
        ("op", evidence.lists.nodes),
        ("variable", evidence.lists.variables),
    ):
        for delta in deltas:
            if delta.row_a < 0 or delta.row_b < 0 or _is_in(evidence, what, delta):
                continue
            changes, cost = _told(evidence, what, delta, wiring)
            if changes:
                key = (what, json.dumps([[change.what, change.a, change.b] for change in changes]))
                told.setdefault(
                    key if all(change.what != "inputs" for change in changes) else (what, delta.b), []
                ).append((delta, changes, cost))
    for (what, _), found in told.items():  # type: ignore[misc]
        yield _entry(evidence, what, found)


def _entry(evidence: Evidence, what: str, found: Sequence[Tuple[Delta, Tuple[Change, ...], int]]) -> StoryEntry:
    deltas = [delta for delta, _, _ in found]
    first = deltas[0]
    ops = len(found) if what == "op" else 0
    labels = ("", "")
    if what == "op":
        labels = evidence.sides[0].table.ops[first.row_a], evidence.sides[1].table.ops[first.row_b]
        if len({evidence.sides[1].table.ops[delta.row_b] for delta in deltas}) > 1:
            labels = ("", "")
    elif what == "group":
        ops = sum(evidence.sizes[1][delta.row_b] for delta in deltas)
        labels = evidence.label(0, first.row_a), evidence.label(1, first.row_b)
    return StoryEntry(
        "replaced" if _is_other_op(what, found[0][1]) else "changed", what, tuple([str(delta.a) for delta in deltas]), tuple([str(delta.b) for delta in deltas]), ops,
        sum(cost for _, _, cost in found), found[0][1], labels=labels,
    )  # fmt: skip


def _told(evidence: Evidence, what: str, delta: Delta, wiring: Wiring) -> Tuple[Tuple[Change, ...], int]:
    """The changes that are told of one op, group or variable, and how many edits they are."""
    changes: List[Change] = []
    cost = 0
    for change in delta.changes:
        if change.what in QUIET or (
            change.what in WHERE_AND_CALLED and not _is_moved_op(evidence, what, change, delta)
        ):
            continue
        if what != "variable" and _follows(evidence, what, change, delta):
            continue
        if what == "op" and change.what == "inputs":
            edits = sum(
                not wiring.tells(wire) for wire in rewired_wires(evidence, evidence.wires.get(str(delta.b), ()))
            )
            if not edits and not is_element(change):
                continue
            cost += max(edits, 1)
        elif change.what.startswith("outputs"):
            if what != "op" or not _is_origin(evidence, delta):
                continue
            cost += 1 if not any(other.what.startswith("outputs") for other in changes) else 0
        elif change.what not in FREE:
            cost += 1
        elif change.what in _FOLLOWING:
            continue
        changes.append(change)
    if cost:  # a line of code that moved says nothing beside what changed in it
        changes = [change for change in changes if change.what != "source"]
    # As much as to remove the one op and to insert the other.
    return tuple(changes), min(cost, 2) if _is_other_op(what, changes) else cost


def _is_other_op(what: str, changes: Sequence[Change]) -> bool:
    return what == "op" and any(change.what == "op" for change in changes)


def _follows(evidence: Evidence, what: str, change: Change, delta: Delta) -> bool:
    """Whether a setting or attribute only repeats what is told elsewhere: another name, the dtype of what an op takes or gives."""
    if change.absent or not change.what.startswith(("attrs.", "settings.")):
        return False
    if (change.a, change.b) == (_leaf(delta.a), _leaf(delta.b)):
        return True
    if change.what == "settings.optimizers":
        return bool(_without_counts(change.a) == _without_counts(change.b))
    if is_naming(change):
        return True
    if what == "op" and _counts_inputs(evidence, change, delta):
        return True
    is_text = isinstance(change.a, str) and isinstance(change.b, str)
    return what == "op" and is_text and (change.a, change.b) in _dtypes(evidence, delta)


def is_naming(change: Change) -> bool:
    """Whether a setting or attribute differs in nothing but numbers that make the names in it unique."""
    is_name = change.what.startswith("settings.") or change.what[len("attrs.") :] in NAMING_ATTRS
    return bool(is_name and _numberless(change.a) == _numberless(change.b))


def _counts_inputs(evidence: Evidence, change: Change, delta: Delta) -> bool:
    """Whether an attribute says how many inputs an op has, or their dtypes one by one, and these are not the same."""
    one, two = [
        [side.table.input_type(edge) for edge in side.table.data_inputs(row)]
        for side, row in zip(evidence.sides, (delta.row_a, delta.row_b))
    ]
    if len(one) == len(two):
        return False
    if change.what == "attrs.N":  # what TensorFlow calls it in all ops that take any number of tensors
        return True
    dtypes = [[type_.dtype for type_ in types if type_ is not None] for types in (one, two)]
    return [change.a, change.b] == dtypes


NAMING_ATTRS = frozenset(
    {"_user_specified_name", "shared_name", "_class", "debug_name", "container", "_gradient_op_type"}
)
"""Attributes that hold names, which get numbers to be unique."""


def _leaf(name: Optional[str]) -> str:
    return (name or "").rpartition("/")[2]


def _numberless(value: Any) -> Any:
    """A plain value, without the numbers that make the names in it unique."""
    if isinstance(value, str):
        return full_stem(value)
    if isinstance(value, dict):
        return {key: _numberless(inner) for key, inner in value.items()}
    return [_numberless(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _without_counts(optimizers: Any) -> Any:
    """The settings of the optimizers of a step, without how many variables each of them updates."""
    if not isinstance(optimizers, list):
        return optimizers
    return [{**each, "variables": None} if isinstance(each, dict) else each for each in _numberless(optimizers)]


def _dtypes(evidence: Evidence, delta: Delta) -> Set[Tuple[str, str]]:
    """The old and the new dtype of the inputs of an op that are not the same: attributes such as `T` follow from them."""
    found = set()
    for edge in evidence.sides[0].table.data_inputs(delta.row_a):
        other = evidence.nodes[0][edge.node]
        types = evidence.sides[0].table.outputs[edge.node], evidence.sides[1].table.outputs[other]
        if other >= 0 and edge.output < min(map(len, types)):
            found.add((types[0][edge.output].dtype, types[1][edge.output].dtype))
    number = _variable_of(evidence, delta.row_a)
    if number >= 0 and evidence.variables[0][number] >= 0:
        pair = evidence.sides[0].variables[number], evidence.sides[1].variables[evidence.variables[0][number]]
        found.add((pair[0].dtype, pair[1].dtype))
    return {pair for pair in found if pair[0] != pair[1]}


def _variable_of(evidence: Evidence, row: int) -> int:
    """The variable whose handle an op of `a` takes first, or is; -1 if there is none."""
    handles = evidence.sides[0].content.handles
    inputs = evidence.sides[0].table.data_inputs(row)
    return handles.get(row, handles.get(inputs[0].node, -1) if inputs else -1)


def _is_moved_op(evidence: Evidence, what: str, change: Change, delta: Delta) -> bool:
    """Whether an op lies in a group now that does not correspond to the old one, also when groups of one side are looked through."""
    if what != "op" or change.what != "group":
        return False
    homes = [side.group_of[row] for side, row in zip(evidence.sides, (delta.row_a, delta.row_b))]
    return not evidence.same_home(*homes)


def is_element(change: Change) -> bool:
    """Whether the inputs differ in which element of a dataset they bring."""
    one, two = ([edge["element"] for edge in side if "element" in edge] for side in (change.a, change.b))
    return one != two


def rewired_wires(evidence: Evidence, wires: Iterable[WireDelta]) -> Iterator[WireDelta]:
    """The inputs that come from elsewhere although both the old and the new producer are in both graphs."""
    for wire in wires:
        if (
            (wire.a is None or wire.a.source not in evidence.one_sided[0])
            and (wire.b is None or wire.b.source not in evidence.one_sided[1])
            and not _is_shifted(evidence, wire)
        ):
            yield wire


def _is_shifted(evidence: Evidence, wire: WireDelta) -> bool:
    """Whether an input comes from the same op as before, whose outputs are numbered anew since it has more or fewer."""
    if wire.a is None or wire.b is None or evidence.renamed.get(wire.a.source) != wire.b.source:
        return False
    one, two = [side.table.outputs[side.table.index(end.source)] for side, end in zip(evidence.sides, (wire.a, wire.b))]
    return len(one) != len(two)


def _is_origin(evidence: Evidence, delta: Delta) -> bool:
    """Whether the types of an op's outputs changed here, and not because those of its inputs did, or the op itself."""
    if any(
        change.what == "op" or change.what.startswith("attrs.") or change.what == "inputs" for change in delta.changes
    ):
        return False
    a, b = evidence.sides
    number = _variable_of(evidence, delta.row_a)
    if number >= 0 and evidence.variables[0][number] >= 0:
        one, two = a.variables[number], b.variables[evidence.variables[0][number]]
        if (one.dtype, one.shape) != (two.dtype, two.shape):
            return False
    return all(
        evidence.nodes[0][edge.node] >= 0 and a.types[edge.node] == b.types[evidence.nodes[0][edge.node]]
        for edge in a.table.inputs(delta.row_a)
    )


def _is_in(evidence: Evidence, what: str, delta: Delta) -> bool:
    """Whether an op lies in a group that was replaced, and lay in it, or the group is that one."""
    if what == "group":
        return delta.row_a in evidence.replaced[0]
    home = evidence.sides[0].group_of[delta.row_a] if what == "op" else -1
    return evidence.is_replaced(0, home) and delta.change("group") is None


def _replacement(evidence: Evidence, delta: Delta) -> StoryEntry:
    """A layer with another one in its place: as much as to remove it and to add the other."""
    changes = tuple([change for change in delta.changes if change.what not in QUIET | WHERE_AND_CALLED | FREE])
    return StoryEntry(
        "replaced", "group", (str(delta.a),), (str(delta.b),), evidence.sizes[1][delta.row_b], 2, changes,
        labels=(evidence.label(0, delta.row_a), evidence.label(1, delta.row_b)),
    )  # fmt: skip


def lone_ops(evidence: Evidence) -> Iterator[StoryEntry]:
    """The ops that only one side has, in groups that both have: those of one group together, and of groups with the same ones."""
    for side, kind in ((0, "removed"), (1, "inserted")):
        places: Dict[int, List[int]] = {}
        handles = evidence.sides[side].content.handles
        for row, other in enumerate(evidence.nodes[side]):
            group = evidence.sides[side].group_of[row]
            told = evidence.is_replaced(side, group) or handles.get(row, -1) in evidence.held[side]
            if other < 0 and not told and (group < 0 or evidence.groups[side][group] >= 0):
                places.setdefault(group, []).append(row)
        alike: Dict[Tuple[str, ...], List[int]] = {}
        for rows in places.values():
            alike.setdefault(tuple([evidence.sides[side].table.ops[row] for row in rows]), []).extend(rows)
        for types, rows in alike.items():
            names = tuple([evidence.sides[side].table.names[row] for row in rows])
            label = types[0] if len(set(types)) == 1 else ""
            yield StoryEntry(
                kind, "op", () if side else names, names if side else (), len(rows), len(rows),
                labels=("", label) if side else (label, ""),
            )  # fmt: skip
