"""The variables of a graph that has no object graph: read off the ops that hold them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Set, Tuple

from ..graph.types import CONTROL, Shape, Variable
from ..graph.vocabulary import ARGUMENT, FED, READ, VARIABLES
from ..program.body import Body
from ..program.output_types import shape_of
from ..program.proto import dtype_name, message_class

_GIVEN = FED | {ARGUMENT}
_ADDS = ("AssignAdd", "AssignSub", "Apply", "ResourceApply", "ResourceSparseApply", "SparseApply")
"""How the names of ops begin that change a variable by an amount. What sets it anew may be its initializer."""
_FLOATS = ("float", "bfloat", "half", "complex")


class Held(NamedTuple):
    """The variables of a graph, the name of each, and which row of the main graph stands for which."""

    variables: Tuple[Variable, ...]
    names: Tuple[str, ...]
    handles: Mapping[int, int]


def held(body: Body, trainable: Optional[Set[str]] = None) -> Held:
    """The variables that the main graph's ops hold or are given.

    `trainable` are the names of those that a v1 graph calls so; without it every variable of a floating dtype counts, but
    those that are plainly an optimizer's.
    """
    uses = _uses(body)
    variables: List[Variable] = []
    names: Dict[str, int] = {}
    handles: Dict[int, int] = {}
    for row, op in enumerate(body.ops):
        known = _held_by(body, row) if op in VARIABLES else uses.get(row) if op in _GIVEN else None
        if known is None:
            continue
        name, dtype, shape = known
        if name not in names:
            names[name] = len(variables)
            may_train = name in trainable if trainable is not None else dtype.startswith(_FLOATS)
            variables.append(Variable(len(variables), name, dtype, shape, may_train))
        handles[row] = names[name]
    if trainable is None and handles:
        state = _of_optimizers(body, handles, list(names))
        variables = [
            replace(variable, trainable=variable.trainable and variable.id not in state) for variable in variables
        ]
    return Held(tuple(variables), tuple(names), handles)


def _of_optimizers(body: Body, handles: Mapping[int, int], names: List[str]) -> Set[int]:
    """The variables that an optimizer keeps beside the model's, as far as names and uses tell them.

    TensorFlow 1 names a moment after its variable (``dense/kernel/Adam``), and a fused update takes it after its variable.
    Else it is used in the optimizer's scope only: the scope that adds to variables which other scopes read.
    """
    scopes: Dict[int, Set[str]] = defaultdict(set)
    added: Dict[int, Set[str]] = defaultdict(set)
    known = set(names)
    found = {number for number, name in enumerate(names) if name.rpartition("/")[0] in known}
    for row, op in enumerate(body.ops):
        for place, (producer, output) in enumerate(body.inputs(row)):
            if producer in handles and output != CONTROL:
                number, scope = handles[producer], body.names[row].partition("/")[0]
                scopes[number].add(scope)
                if place == 0 and op.startswith(_ADDS):
                    added[number].add(scope)
                if place and "Apply" in op:
                    found.add(number)
    optimizers = {scope for number, own in added.items() if len(scopes[number]) > 1 for scope in own}
    return found | {number for number, own in scopes.items() if len(own) == 1 and own <= optimizers}


def _held_by(body: Body, row: int) -> Tuple[str, str, Shape]:
    attr = body.raw_attrs[row].attr
    shared = attr["shared_name"].s.decode("utf-8", "backslashreplace") if "shared_name" in attr else ""
    dtype = dtype_name(attr["dtype"].type) if "dtype" in attr else "unknown"
    return shared or body.names[row], dtype, shape_of(attr["shape"].shape) if "shape" in attr else None


def _uses(body: Body) -> Dict[int, Tuple[str, str, Shape]]:
    """For each resource that the graph is given and uses as a variable: name, dtype, shape."""
    given = {row for row, op in enumerate(body.ops) if op in _GIVEN and _is_resource(body, row)}
    found: Dict[int, Tuple[str, str, Shape]] = {}
    using = {op for op in set(body.ops) if _uses_variable(op)} if given else ()
    for row, op in enumerate(body.ops):
        for producer, output in body.inputs(row) if op in using else ():
            if producer not in given or output == CONTROL or (producer in found and op != READ):
                continue
            if op == READ and body.outputs[row]:
                found[producer] = (_name(body.names[producer]), *body.outputs[row][0])
            else:
                attr = body.raw_attrs[row].attr
                dtype = next((dtype_name(attr[key].type) for key in ("dtype", "T") if key in attr), "unknown")
                found[producer] = (_name(body.names[producer]), dtype, None)
    return found


def _is_resource(body: Body, row: int) -> bool:
    return bool(body.outputs[row]) and body.outputs[row][0].dtype == "resource"


def _uses_variable(op: str) -> bool:
    return op == READ or op.startswith(("Resource", "Assign"))


def _name(handle: str) -> str:
    for end in ("/ReadVariableOp/resource", "/resource"):
        if handle.endswith(end):
            return handle[: -len(end)]
    return handle


def trainable_names(meta: Any) -> Optional[Set[str]]:
    """The variables that a v1 MetaGraphDef's collection calls trainable; ``None`` where it has no collections."""
    if "variables" not in meta.collection_def and "trainable_variables" not in meta.collection_def:
        return None
    if "trainable_variables" not in meta.collection_def:
        return set()
    return set(_names(meta.collection_def["trainable_variables"].bytes_list.value))


def _names(records: Iterable[bytes]) -> Iterable[str]:
    """The variable in each VariableDef (tensorflow/core/framework/variable.proto)."""
    for record in records:
        variable = message_class("VariableDef")()
        try:
            variable.ParseFromString(record)
        except Exception:  # noqa: BLE001, S112, protobuf's runtimes raise different classes; a collection may hold anything
            continue
        yield variable.variable_name.rpartition(":")[0] or variable.variable_name
