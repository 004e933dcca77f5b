"""Finds the variables of a graph by its ops: those that hold a variable, and those that use one they are given.

For files without an object graph (TensorFlow 1), and for what the object graph does not say.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import compress, count
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Set, Tuple

from ..graph.edges import user_of
from ..graph.model_variables import ADDS, FLOATS
from ..graph.types import CONTROL, Shape, Variable
from ..graph.vocabulary import ARGUMENT, FED, READ, VARIABLES
from ..graph.with_fields import with_fields
from ..program.body import Body
from ..program.output_types import shape_of
from ..program.proto import dtype_name, message_class

# Ops that may stand for a variable of the caller's: its handle is passed in.
_GIVEN = FED | {ARGUMENT}
_COLLECTIONS = ("variables", "trainable_variables", "model_variables", "global_variables")
"""The collections in which a graph of TensorFlow 1 lists variables of its model (tensorflow/python/framework/ops.py, GraphKeys);
``global_variables`` is how newer programs call ``variables``."""


class Held(NamedTuple):
    """The variables that were found in a main graph, and their names."""

    variables: Tuple[Variable, ...]
    names: Tuple[str, ...]
    handles: Mapping[int, int]
    """Row that stands for a variable -> number of the variable."""


def held(body: Body, trainable: Optional[Set[str]] = None) -> Held:
    """The variables that the main graph's ops hold or are given.

    `trainable` are the names of those that a v1 graph calls so; without it every variable of a floating dtype counts, but
    those that are plainly an optimizer's.
    """
    uses = _uses(body)
    variables: List[Variable] = []
    names: Dict[str, int] = {}
    handles: Dict[int, int] = {}
    for row, op in compress(enumerate(body.ops), map((VARIABLES | _GIVEN).__contains__, body.ops)):
        # Either the op holds the variable, or it stands for one of the caller's.
        known = _held_by(body, row) if op in VARIABLES else uses.get(row)
        if known is None:
            continue
        name, dtype, shape = known
        if name not in names:
            names[name] = len(variables)
            may_train = name in trainable if trainable is not None else dtype.startswith(FLOATS)
            variables.append(Variable(len(variables), name, dtype, shape, may_train))
        handles[row] = names[name]
    if trainable is None and handles:
        state = _of_optimizers(body, handles, list(names))
        variables = [with_fields(each, trainable=False) if each.id in state else each for each in variables]
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
    # Few edges are of handles, so most are passed over without a step in Python.
    for edge in compress(count(), map(handles.__contains__, body.edge_node)):
        if body.edge_output[edge] != CONTROL:
            row = user_of(body.edge_start, edge)
            number, scope = handles[body.edge_node[edge]], body.names[row].partition("/")[0]
            is_first = edge == body.edge_start[row]
            scopes[number].add(scope)
            if is_first and body.ops[row].startswith(ADDS):
                added[number].add(scope)
            if not is_first and "Apply" in body.ops[row]:
                found.add(number)
    optimizers = {scope for number, own in added.items() if len(scopes[number]) > 1 for scope in own}
    return found | {number for number, own in scopes.items() if len(own) == 1 and own <= optimizers}


def _held_by(body: Body, row: int) -> Tuple[str, str, Shape]:
    """Name, dtype and shape of the variable that an op holds. Ops with one `shared_name` hold the same variable."""
    attr = body.raw_attrs[row].attr
    shared = attr["shared_name"].s.decode("utf-8", "backslashreplace") if "shared_name" in attr else ""
    dtype = dtype_name(attr["dtype"].type) if "dtype" in attr else "unknown"
    return shared or body.names[row], dtype, shape_of(attr["shape"].shape) if "shape" in attr else None


def _uses(body: Body) -> Dict[int, Tuple[str, str, Shape]]:
    """For each row that is the handle of a variable of the caller's: the variable's name, dtype and shape.

    A handle has dtype "resource" like that of a table; it is a variable's if an op for variables uses it. A read tells most,
    since its output has the variable's dtype and shape, so it replaces what another use told.
    """
    given = {row for row, op in enumerate(body.ops) if op in _GIVEN and _is_resource(body, row)}
    found: Dict[int, Tuple[str, str, Shape]] = {}
    using = {op for op in set(body.ops) if _uses_variable(op)} if given else ()  # most graphs are given no handles
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
    """Whether an op's output is a handle of something: a variable, a table, an iterator."""
    return bool(body.outputs[row]) and body.outputs[row][0].dtype == "resource"


def _uses_variable(op: str) -> bool:
    """Whether ops of a type read or change a variable: ``ReadVariableOp``, ``ResourceGather``, ``AssignAddVariableOp``."""
    return op == READ or op.startswith(("Resource", "Assign"))


def _name(handle: str) -> str:
    """A variable's name, made of its handle's: ``dense`` for ``dense/ReadVariableOp/resource``."""
    for end in ("/ReadVariableOp/resource", "/resource"):
        if handle.endswith(end):
            return handle[: -len(end)]
    return handle


def trainable_names(meta: Any) -> Optional[Set[str]]:
    """The names of the trainable variables, if a MetaGraphDef of TensorFlow 1 lists its variables; else ``None``.

    An empty set means that it lists variables and none of them is trainable.
    """
    if not any(name in meta.collection_def for name in _COLLECTIONS):
        return None
    if "trainable_variables" not in meta.collection_def:
        return set()
    return set(_names(meta.collection_def["trainable_variables"].bytes_list.value))


def _names(records: Iterable[bytes]) -> Iterable[str]:
    """The name of the variable in each VariableDef (tensorflow/core/framework/variable.proto): ``w`` for ``w:0``."""
    for record in records:
        variable = message_class("VariableDef")()
        try:
            variable.ParseFromString(record)
        except Exception:  # noqa: BLE001, S112, protobuf's runtimes raise different classes; a collection may hold anything
            continue
        yield variable.variable_name.rpartition(":")[0] or variable.variable_name
