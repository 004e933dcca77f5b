"""What TensorFlow ran of a graph, as JSON: a whole graph of its own, and two lists that say what became of each op."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Sequence

from ...errors import LoadError
from ..content import Content, content_of, with_content
from ..graph import Graph
from ..vocabulary import HANDLES
from ..what_ran import FATES, ORIGINS, Executed, Fate, OpOrigin, Savings
from .column_checks import texts
from .json_values import items, record, refuse, shown, text, whole

_EXECUTED = ("graph", "fates", "origins")
_FATE = ("node", "kind", "ops")
_ORIGIN = (*_FATE, "optimised")
_SAVED = "saved"
"""A key that files have since opscope tells it."""


def executed_record(executed: Executed, graph_record: Callable[[Graph], Dict[str, Any]]) -> Dict[str, Any]:
    """What ran, as the JSON has it; `graph_record` writes its graph."""
    return {
        "graph": graph_record(executed.graph),
        "fates": [{"node": name, "kind": fate.kind, "ops": list(fate.ops)} for name, fate in executed.fates.items()],
        "origins": [
            {"node": name, "kind": origin.kind, "ops": list(origin.ops), "optimised": origin.optimised}
            for name, origin in executed.origins.items()
        ],
        **({} if executed.saved is None else {_SAVED: executed.saved._asdict()}),
    }


def read_executed(
    value: Any, written: Content, read_graph: Callable[[Mapping[str, Any]], Graph], place: str
) -> Executed:
    """What ran of the graph whose content is `written`; `read_graph` reads its graph.

    Raises:
        LoadError: the record is not what the schema describes, or it tells of other ops than there are.
    """
    found = record(value, place, _EXECUTED, more=True)
    record(value, place, (*_EXECUTED, *([_SAVED] if _SAVED in found else [])))
    inner = record(found["graph"], f"{place}.graph", (), more=True)
    if place.rpartition(".")[2] in inner:
        refuse(f"{place}.graph", "what was executed of what was executed is nothing that opscope writes")
    try:
        graph = read_graph(inner)
    except LoadError as error:
        raise LoadError(f"{place}.graph: {error}") from error
    ran = content_of(graph).table.names
    before = written.table.names
    fates = _listed(found["fates"], f"{place}.fates", _FATE, FATES, (before, ran))
    origins = _listed(found["origins"], f"{place}.origins", _ORIGIN, ORIGINS, (ran, before))
    types = [
        None if item["optimised"] is None else text(item["optimised"], f"{place}.origins[{index}].optimised")
        for index, item in enumerate(found["origins"])
    ]
    return Executed(
        with_content(graph, handles=_handles(content_of(graph), origins, written)),
        {item["node"]: Fate(item["kind"], tuple(item["ops"])) for item in fates},
        {item["node"]: OpOrigin(item["kind"], tuple(item["ops"]), of) for item, of in zip(origins, types)},
        _saved(found[_SAVED], f"{place}.{_SAVED}") if _SAVED in found else None,
    )


def _saved(value: Any, place: str) -> Savings:
    figures = record(value, place, Savings._fields)
    return Savings(**{key: whole(figures[key], f"{place}.{key}") for key in Savings._fields})


def _handles(ran: Content, origins: Sequence[Mapping[str, Any]], written: Content) -> Dict[int, int]:
    """The variable behind each handle of what ran: that of the written op which it comes from.

    TensorFlow orders what it runs as it likes, so the order of variables, which tells it of a written graph, tells nothing here.
    """
    if ran.variables != written.variables:
        return {}
    numbers = {written.table.names[row]: number for row, number in written.handles.items()}
    sole = {item["node"]: item["ops"][0] for item in origins if len(item["ops"]) == 1}
    columns = enumerate(zip(ran.table.names, ran.table.ops, ran.table.outputs))
    return {
        row: numbers[sole[name]]
        for row, (name, op, types) in columns
        if op in HANDLES and types and types[0].dtype == "resource" and sole.get(name) in numbers
    }


def _listed(
    value: Any,
    place: str,
    keys: "tuple[str, ...]",
    kinds: Mapping[str, str],
    names: "tuple[Sequence[str], Sequence[str]]",
) -> List[Dict[str, Any]]:
    """A list with a record for each op of the first of two graphs, which names ops of the second."""
    found = [record(item, f"{place}[{index}]", keys) for index, item in enumerate(items(value, place))]
    nodes = [item["node"] for item in found]
    texts(nodes, f"{place}[{{}}].node".format)
    if sorted(nodes) != sorted(names[0]):
        refuse(place, f"{len(nodes)} records, which are not of the {len(names[0])} ops of the graph")
    others = frozenset(names[1])
    for index, item in enumerate(found):
        if not isinstance(item["kind"], str) or item["kind"] not in kinds:
            refuse(f"{place}[{index}].kind", f"{shown(item['kind'])} is none of {', '.join(kinds)}")
        ops = items(item["ops"], f"{place}[{index}].ops")
        for number, name in enumerate(ops):
            if text(name, f"{place}[{index}].ops[{number}]") not in others:
                refuse(f"{place}[{index}].ops[{number}]", f"{shown(name)} is not an op of the other graph")
    return found
