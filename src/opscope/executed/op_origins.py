"""Where each executed op comes from: by its name, its type, its attributes and its device, beside those of the written op of that name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Dict, List, Mapping, NamedTuple, Tuple

from ..graph.content import Content, content_of
from ..graph.graph import Graph
from ..graph.vocabulary import ARGUMENT, CONSTANTS, ENDS, FUNCTION_RUNNERS, INPUTS, ITERATED, MERGES, RESULT, SWITCHES
from ..graph.what_ran import Outcome
from ..program.executed_names import Names
from ..program.fused import Fusions, is_fusion, plain_type

_LAYOUT = "LayoutOptimizer"
_TRANSFERS = frozenset({"_Send", "_Recv", "_HostSend", "_HostRecv"})
"""What a graph gets where tensors go from one device to another."""
_FRAMES = SWITCHES | MERGES | ITERATED | {"Enter", "RefEnter", "Exit", "RefExit", "LoopCond"}
"""What loops and branches are lowered to."""
_MADE_BY_GRAPPLER = re.compile(
    r"(^|/)(ConstantFolding|ConstantFoldingCtrl|ArithmeticOptimizer|DependencyOptimizer|Remapper)/|AutoMixedPrecision\Z"
)
_FOLDING = re.compile(r"(^|/)ConstantFolding(Ctrl)?/")
_DEVICE_PART = re.compile(r"/(job|replica|task|device|cpu|gpu|tpu):([^/]*)", re.IGNORECASE)


class FoundOrigin(NamedTuple):
    """Where one executed op comes from."""

    kind: str
    rows: Tuple[int, ...] = ()
    """The written ops that it was made of."""
    named: int = -1
    """The written op of its very name, or that it is in spite of its name; -1 if it has a name that TensorFlow made."""


@dataclass
class OpOrigins:
    """The origins of all executed ops, and what they tell of the written ones."""

    found: List[FoundOrigin] = field(default_factory=list)
    by_name: Dict[int, List[int]] = field(default_factory=dict)
    """Written op -> the executed ops of its name, ends of the function aside."""
    derived: Dict[int, List[int]] = field(default_factory=dict)
    """Written op -> executed ops that were made of it and have a name like it."""
    fused_in: Dict[int, int] = field(default_factory=dict)
    """Written op -> the executed op that it is a part of."""
    handed_on: Dict[int, int] = field(default_factory=dict)
    """Written op in a kernel -> the executed op behind that kernel which has its result: see `Fusions.views`."""


def origins_of(graph: Graph, executed: Content, compiled: Mapping[int, FoundOrigin]) -> OpOrigins:
    """The origin of each executed op; that of the rows in `compiled` is known."""
    names, written = Names(graph), content_of(graph)
    result = OpOrigins()
    table = executed.table
    direct: List[int] = []
    made: List[int] = []
    for index, (name, op) in enumerate(zip(table.names, table.ops)):
        if index in compiled:
            direct.append(compiled[index].named)
            made.append(-1)
            continue
        row = names.find(name, op)
        exact = row is not None and names.is_there(name, op, "")
        direct.append(row if row is not None and exact else -1)
        made.append(row if row is not None and not exact else -1)
    ran = [(row, op) for row, op in zip(direct, table.ops) if row >= 0 and op not in ENDS and op != "NoOp"]
    fusions = Fusions(graph, dict(zip(table.names, table.ops)), names, ran)
    for index, op in enumerate(table.ops):
        given = direct[index]
        direct[index] = given if index in compiled or given < 0 else fusions.row_of(given, op)
        if index in compiled:
            one = compiled[index]
        elif direct[index] != given:
            one = FoundOrigin(Outcome.REWRITTEN, (direct[index],), direct[index])
            result.handed_on[given] = index
        elif direct[index] >= 0:
            one = _named(written, executed, direct[index], index, fusions)
        else:
            one = _unnamed(written, executed, made[index], index, fusions)
        result.found.append(one)
        if one.kind == Outcome.FUSED and index not in compiled:
            result.fused_in.update((row, index) for row in one.rows)
        if direct[index] >= 0 and op != RESULT:
            result.by_name.setdefault(direct[index], []).append(index)
        elif made[index] >= 0:
            result.derived.setdefault(made[index], []).append(index)
    return result


def _named(written: Content, executed: Content, row: int, index: int, fusions: Fusions) -> FoundOrigin:
    """The origin of an executed op that has the name of the written op in `row`."""
    was, op = written.table.ops[row], executed.table.ops[index]
    if op == RESULT:
        return FoundOrigin(Outcome.SAME if was == RESULT else Outcome.INSERTED, (row,), row)
    if op == was or (op == ARGUMENT and (was in INPUTS or was in CONSTANTS)):
        return FoundOrigin(_placed(written, executed, row, index), (row,), row)
    if op in CONSTANTS:
        return FoundOrigin(Outcome.FOLDED, (row,), row)
    if was in FUNCTION_RUNNERS or was in ENDS:
        return FoundOrigin(Outcome.LOWERED, (row,), row)
    if _is_kernel_of_many(op, was):
        members = {*fusions.members(row), *_behind_normalization(executed, row, index, fusions)}
        return FoundOrigin(Outcome.FUSED, tuple(sorted(members)), row)
    if plain_type(op) == was:
        return FoundOrigin(Outcome.KERNEL, (row,), row)
    return FoundOrigin(Outcome.REWRITTEN, (row,), row)


def _is_kernel_of_many(op: str, was: str) -> bool:
    """Whether an op of a type that users cannot write does what the written one does, and more."""
    return is_fusion(op, was) or (op.startswith("_") and plain_type(op) != was)


def _behind_normalization(executed: Content, row: int, index: int, fusions: Fusions) -> Tuple[int, ...]:
    """What the kernel of a batch normalisation computes behind it: its attributes say that there is an activation, and whether there is a sum."""
    attrs = executed.table.attrs(index)
    activation = attrs.get("activation_mode")
    if not isinstance(activation, str) or activation == "Identity":
        return ()
    return fusions.behind(row, activation, summed=bool(attrs.get("num_side_inputs")))


def _unnamed(written: Content, executed: Content, row: int, index: int, fusions: Fusions) -> FoundOrigin:
    """The origin of an executed op with a name that TensorFlow made, of that of the op in `row` (-1: no rule tells of which)."""
    name, op = executed.table.names[index], executed.table.ops[index]
    rows = (row,) if row >= 0 else ()
    if op in _TRANSFERS or op in ENDS or _LAYOUT in name or name.endswith("AutoMixedPrecision"):
        return FoundOrigin(Outcome.INSERTED, rows)
    if row >= 0 and (written.table.ops[row] in FUNCTION_RUNNERS or written.table.ops[row] in ENDS):
        return FoundOrigin(Outcome.LOWERED, rows)
    if op in _FRAMES:
        return FoundOrigin(Outcome.INSERTED, rows)
    if op in CONSTANTS and _FOLDING.search(name):
        return FoundOrigin(Outcome.FOLDED, rows)
    if row >= 0 and op == "_UnaryOpsComposition":
        return FoundOrigin(Outcome.FUSED, fusions.members(row))
    if op in {"NoOp", "Identity"}:
        return FoundOrigin(Outcome.INSERTED, rows)  # it only says what runs after what, or hands a tensor on
    if row >= 0 or _MADE_BY_GRAPPLER.search(name):
        return FoundOrigin(Outcome.REWRITTEN, rows) if rows else FoundOrigin(Outcome.INSERTED)
    return FoundOrigin(Outcome.UNKNOWN)


def _placed(written: Content, executed: Content, row: int, index: int) -> str:
    """What became of an op that runs as what it was written: it may be somewhere else, or lie otherwise in memory."""
    asked, got = device_parts(written.table.devices[row]), device_parts(executed.table.devices[index])
    if any(got.get(part, value) != value for part, value in asked.items()):
        return Outcome.MOVED
    if executed.table.ops[index] in CONSTANTS | ENDS:
        return Outcome.SAME
    before, after = (
        table.attrs(place).get("data_format") for table, place in ((written.table, row), (executed.table, index))
    )
    return Outcome.RELAID if before is not None and after is not None and before != after else Outcome.SAME


def device_parts(device: str) -> Dict[str, str]:
    """``/job:w/task:0/device:GPU:0`` as ``{"job": "w", "task": "0", "device": "gpu:0"}``. A part that is not said may be any."""
    parts: Dict[str, str] = {}
    for key, value in _DEVICE_PART.findall(device):
        kind = key.lower()
        if kind in {"cpu", "gpu", "tpu"}:
            kind, value = "device", f"{kind}:{value}"
        parts[kind] = value.lower()
    if "*" in parts.get("device", ""):
        del parts["device"]
    return parts
