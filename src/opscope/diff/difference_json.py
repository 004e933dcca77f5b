"""`Difference` <-> plain values, as JSON has them: the format ``opscope-diff``, which docs/diff.md and ``graph/json/schema-diff.json`` describe."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Tuple

from ..errors import LoadError
from ..graph.json.json_values import (
    any_number,
    flag,
    items,
    number_or_none,
    one_of,
    plain,
    record,
    refuse,
    shown,
    text,
    text_or_none,
    whole,
    whole_or_none,
)
from ..graph.json.records import producer
from .difference import Difference, sorted_lists
from .model import (
    ADDED,
    CHANGED,
    REMOVED,
    STORY_KINDS,
    Change,
    Delta,
    FigureDelta,
    GraphHead,
    StoryEntry,
    TakenInput,
    WireDelta,
)

DIFF_FORMAT = "opscope-diff"
DIFF_VERSION = 1
_STATUSES = (CHANGED, ADDED, REMOVED)


def difference_to_dict(difference: Difference) -> Dict[str, Any]:
    """The difference as plain values."""
    return {
        "format": DIFF_FORMAT,
        "version": DIFF_VERSION,
        "a": _head(difference.head_a),
        "b": _head(difference.head_b),
        "same": difference.same,
        "cost": difference.cost,
        "ignored": list(difference.ignored),
        "counts": difference.counts,
        "story": [_entry(entry) for entry in difference.story],
        "nodes": [_delta(delta) for delta in difference.nodes],
        "groups": [_delta(delta) for delta in difference.groups],
        "variables": [_delta(delta) for delta in difference.variables],
        "edges": [{"status": delta.status, "a": _wire(delta.a), "b": _wire(delta.b)} for delta in difference.edges],
        "figures": [_figure(figure) for figure in difference.figures],
    }


def _head(head: GraphHead) -> Dict[str, Any]:
    found: Dict[str, Any] = {
        "name": head.name, "producer": dict(head.producer), "measurement": head.measurement, "cost": head.cost,
        "ops": head.ops, "groups": head.groups, "variables": head.variables,
    }  # fmt: skip
    return found if head.outputs is None else {**found, "outputs": [dict(port) for port in head.outputs]}


def _change(change: Change) -> Dict[str, Any]:
    found = {"what": change.what, "a": change.a, "b": change.b}
    return {**found, "absent": change.absent} if change.absent else found


def _delta(delta: Delta) -> Dict[str, Any]:
    found: Dict[str, Any] = {
        "status": delta.status, "a": delta.a, "b": delta.b, "changes": [_change(change) for change in delta.changes],
        "place": {"a": _row(delta.row_a), "b": _row(delta.row_b)},
    }  # fmt: skip
    return found if delta.record is None else {**found, "record": dict(delta.record)}


def _row(row: int) -> Optional[int]:
    return row if row >= 0 else None


def _wire(wire: Optional[TakenInput]) -> Optional[Dict[str, Any]]:
    if wire is None:
        return None
    return {"node": wire.node, "slot": wire.slot, "source": wire.source, "output": wire.output}


def _figure(figure: FigureDelta) -> Dict[str, Any]:
    return {
        "path": figure.path, "quantity": figure.quantity, "a": figure.a, "b": figure.b,
        "interval": None if figure.interval is None else list(figure.interval), "significant": figure.significant,
    }  # fmt: skip


def _entry(entry: StoryEntry) -> Dict[str, Any]:
    return {
        "kind": entry.kind, "what": entry.what, "a": list(entry.a), "b": list(entry.b), "ops": entry.ops, "cost": entry.cost,
        "changes": [_change(change) for change in entry.changes], "count": [entry.count_a, entry.count_b],
        "name": entry.name, "labels": list(entry.labels), "words": entry.words,
    }  # fmt: skip


def difference_from_dict(data: Mapping[str, Any]) -> Difference:
    """The difference that `to_dict` made; `LoadError` names the place of what is wrong."""
    head = record(data, "the difference", (), more=True)
    if head.get("format") != DIFF_FORMAT:
        raise LoadError(
            f"JSON, but not a difference that opscope wrote ({shown(head.get('format'))}); is it the right file?"
        )
    if type(head.get("version")) is not int or head["version"] != DIFF_VERSION:
        raise LoadError(
            f"version: {shown(head.get('version'))} is not a version that this opscope reads, {DIFF_VERSION}; write it again"
        )
    record(data, "the difference", _KEYS)
    return sorted_lists(
        Difference(
            head_a=_read_head(data["a"], "a"),
            head_b=_read_head(data["b"], "b"),
            nodes=_each(data["nodes"], "nodes", _read_delta),
            groups=_each(data["groups"], "groups", _read_delta),
            variables=_each(data["variables"], "variables", _read_delta),
            edges=_each(data["edges"], "edges", _read_wires),
            figures=_each(data["figures"], "figures", _read_figure),
            story=_each(data["story"], "story", _read_entry),
            ignored=_each(data["ignored"], "ignored", text),
        )
    )


_KEYS = (
    "format", "version", "a", "b", "same", "cost", "ignored", "counts", "story", "nodes", "groups", "variables", "edges", "figures",
)  # fmt: skip


def _each(value: Any, place: str, read: Any) -> Tuple[Any, ...]:
    return tuple([read(item, f"{place}[{index}]") for index, item in enumerate(items(value, place))])


def _read_head(value: Any, place: str) -> GraphHead:
    keys = ("name", "producer", "measurement", "cost", "ops", "groups", "variables")
    outputs = ("outputs",) if type(value) is dict and "outputs" in value else ()
    record(value, place, (*keys, *outputs))
    sizes = [whole(value[key], f"{place}.{key}") for key in keys[-3:]]
    ports = tuple(plain(items(value["outputs"], f"{place}.outputs"), place)) if outputs else None
    return GraphHead(
        text(value["name"], f"{place}.name"), producer(value["producer"], f"{place}.producer"), plain(value["measurement"], place),
        plain(value["cost"], place), ports, *sizes,
    )  # fmt: skip


def _read_change(value: Any, place: str) -> Change:
    absent = ("absent",) if type(value) is dict and "absent" in value else ()
    record(value, place, ("what", "a", "b", *absent))
    side = one_of(value["absent"], f"{place}.absent", ("a", "b")) if absent else ""
    return Change(text(value["what"], f"{place}.what"), plain(value["a"], place), plain(value["b"], place), side)


def _read_delta(value: Any, place: str) -> Delta:
    kept = ("record",) if type(value) is dict and "record" in value else ()
    record(value, place, ("status", "a", "b", "changes", "place", *kept))
    rows = record(value["place"], f"{place}.place", ("a", "b"))
    found = [whole_or_none(rows[side], f"{place}.place.{side}") for side in ("a", "b")]
    return Delta(
        one_of(value["status"], f"{place}.status", _STATUSES),
        text_or_none(value["a"], f"{place}.a"),
        text_or_none(value["b"], f"{place}.b"),
        _each(value["changes"], f"{place}.changes", _read_change),
        _read_record(value["record"], f"{place}.record") if kept else None,
        *[-1 if row is None else row for row in found],
    )


def _read_record(value: Any, place: str) -> Dict[str, Any]:
    found = record(plain(value, place), place, (), more=True)
    text_or_none(
        found.get("group"), f"{place}.group"
    )  # the table by layer is told by it; the rest is read where it is applied
    return found


def _read_wire(value: Any, place: str) -> Optional[TakenInput]:
    if value is None:
        return None
    record(value, place, ("node", "slot", "source", "output"))
    return TakenInput(
        text(value["node"], f"{place}.node"), whole(value["slot"], f"{place}.slot"), text(value["source"], f"{place}.source"),
        whole_or_none(value["output"], f"{place}.output"),
    )  # fmt: skip


def _read_wires(value: Any, place: str) -> WireDelta:
    record(value, place, ("status", "a", "b"))
    return WireDelta(
        one_of(value["status"], f"{place}.status", _STATUSES),
        _read_wire(value["a"], f"{place}.a"),
        _read_wire(value["b"], f"{place}.b"),
    )


def _read_figure(value: Any, place: str) -> FigureDelta:
    record(value, place, ("path", "quantity", "a", "b", "interval", "significant"))
    bounds = value["interval"]
    if bounds is not None and len(items(bounds, f"{place}.interval")) != 2:
        refuse(f"{place}.interval", f"{shown(bounds)} is not a pair of bounds")
    return FigureDelta(
        text(value["path"], f"{place}.path"),
        text(value["quantity"], f"{place}.quantity"),
        number_or_none(value["a"], f"{place}.a"),
        number_or_none(value["b"], f"{place}.b"),
        None
        if bounds is None
        else (any_number(bounds[0], f"{place}.interval"), any_number(bounds[1], f"{place}.interval")),
        flag(value["significant"], f"{place}.significant"),
    )


def _read_entry(value: Any, place: str) -> StoryEntry:
    record(value, place, ("kind", "what", "a", "b", "ops", "cost", "changes", "count", "name", "labels", "words"))
    counts = [whole(count, f"{place}.count") for count in items(value["count"], f"{place}.count")]
    labels = _each(value["labels"], f"{place}.labels", text)
    if len(counts) != 2 or len(labels) != 2:
        refuse(place, "count and labels have a value for each side")
    return StoryEntry(
        one_of(value["kind"], f"{place}.kind", STORY_KINDS),
        one_of(value["what"], f"{place}.what", ("group", "op", "variable", "output")),
        _each(value["a"], f"{place}.a", text),
        _each(value["b"], f"{place}.b", text),
        whole(value["ops"], f"{place}.ops"),
        whole(value["cost"], f"{place}.cost"),
        _each(value["changes"], f"{place}.changes", _read_change),
        counts[0],
        counts[1],
        (labels[0], labels[1]),
        text(value["name"], f"{place}.name"),
    )
