"""Reads a GraphDef: one `Body` for the main graph and one for each library function that it reaches.

Format: tensorflow/core/framework/graph.proto, node_def.proto, function.proto. An input of a graph node is ``name``,
``name:k`` or ``^name``; inside a function it is ``argument``, ``node:output_argument:k`` or ``^node``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Callable, Dict, Iterable, Mapping, NamedTuple, Optional, Sequence, Tuple

from ..errors import LoadError
from ..graph.types import CONTROL, TensorType
from ..graph.vocabulary import ARGUMENT, BRANCHES, CASES, FUNCTION_CALLS, LITE_RUNNERS, LOOPS, MISSING, RESULT
from . import data_functions
from .body import Body, Call
from .body_columns import BodyColumns, quoted
from .opdefs import OpSignature, OpSignatures, from_opdef
from .output_types import OutputTypes
from .proto import dtype_name


class _Runner(NamedTuple):
    """How ops of a type run functions; the fields are as in `Call`."""

    kind: str
    parts: Tuple[Tuple[str, str], ...]
    """For each function its role and the attribute that names it."""
    first_arg: int


_CASES = CASES - LITE_RUNNERS
_RUNNERS = {
    **dict.fromkeys(FUNCTION_CALLS - LITE_RUNNERS, _Runner("function", (("", "f"),), 0)),
    **dict.fromkeys(LOOPS - LITE_RUNNERS, _Runner("while", (("cond", "cond"), ("body", "body")), 0)),
    **dict.fromkeys(
        BRANCHES - CASES - LITE_RUNNERS, _Runner("if", (("then", "then_branch"), ("else", "else_branch")), 1)
    ),
}
"""Op type -> how it runs functions. A Case has any number of them and is no entry: see `Library.call`."""


@dataclass(frozen=True)
class Program:
    """A main graph and the functions that it calls, directly or through others."""

    main: Body
    functions: Mapping[str, Body]

    def map(self, change: Callable[[Body], Body]) -> "Program":
        """The program with `change` applied to the main graph and to every function."""
        return Program(change(self.main), {name: change(body) for name, body in self.functions.items()})


class Library:
    """The functions of a GraphDef by name, and the signatures of all op types. Each function is an op type too."""

    def __init__(self, graph_def: Any, signatures: Optional[OpSignatures] = None) -> None:
        self.functions: Dict[str, Any] = {}
        for function in graph_def.library.function:  # of two with one name the first counts
            self.functions.setdefault(function.signature.name, function)
        self._ops = signatures or OpSignatures()
        self._own: Dict[str, OpSignature] = {}

    def signature(self, op: str) -> Optional[OpSignature]:
        """The signature of an op type, which may be the name of a library function."""
        if op not in self.functions:
            return self._ops.get(op)
        if op not in self._own:
            self._own[op] = from_opdef(self.functions[op].signature)
        return self._own[op]

    def runs_functions(self, op: str) -> bool:
        """Whether nodes of an op type run library functions that are expanded."""
        return op in _RUNNERS or op in _CASES or op in data_functions.RUNNERS or op in self.functions

    def holds_functions(self, op: str) -> bool:
        """Whether nodes of an op type may name library functions that are not expanded, since who runs them when is not known."""
        if op == MISSING or self.runs_functions(op):
            return False
        signature = self._ops.get(op)
        return signature is None or bool(signature.functions)

    def held(self, op: str, attr: Any) -> Tuple[str, ...]:
        """The functions that a node of such an op type names, each once. An op without a signature may do so in any attribute."""
        signature = self._ops.get(op)
        keys = list(attr) if signature is None else [name for name in signature.functions if name in attr]
        found = (func.name for key in keys for func in (attr[key].func, *attr[key].list.func))
        return tuple(dict.fromkeys(name for name in found if name))

    def call(self, row: int, op: str, attr: Any) -> Optional[Call]:
        """The functions that a node is to run, in this library or not (see `missing`); ``None`` if it runs none."""
        if op in self.functions:  # TensorFlow 1 calls a function by a node whose op type is the function's name
            return Call(row, "function", (("", op),))
        if op in _CASES:
            branches = [func.name for func in attr["branches"].list.func]
            parts = tuple((f"branch_{k}", name) for k, name in enumerate(branches))
            return Call(row, "if", parts, 1) if parts else None
        if op in data_functions.RUNNERS:
            keys = (key for key in data_functions.function_attributes(op) if key in attr)
            parts = tuple((key, attr[key].func.name) for key in keys if attr[key].func.name)
            return Call(row, "dataset", parts) if parts else None
        if op not in _RUNNERS:
            return None
        runner = _RUNNERS[op]
        parts = tuple((role, attr[key].func.name) for role, key in runner.parts if key in attr)
        return Call(row, runner.kind, parts, runner.first_arg) if parts else None

    def fed(self, call: Call, op: str, attr: Any) -> Optional[Call]:
        """A call of an op of tf.data with its `feeds`; ``None`` if these do not fit what its functions take."""
        signature = self._ops.get(op)
        if signature is None:
            return None
        defined = {role: self.functions[name].signature for role, name in call.parts}
        takes = {role: len(each.input_arg) for role, each in defined.items()}
        returns = {role: len(each.output_arg) for role, each in defined.items()}
        found = data_functions.feeds(op, signature, attr, takes, returns)
        return None if found is None else replace(call, feeds=tuple(found[role] for role, _ in call.parts))

    def missing(self, call: Call) -> Tuple[str, ...]:
        """Those of a call's functions that are not in this library, each once."""
        return tuple(dict.fromkeys(name for _, name in call.parts if name not in self.functions))


def read(
    graph_def: Any,
    signatures: Optional[OpSignatures] = None,
    *,
    nodes: Optional[Sequence[Any]] = None,
    function: Any = None,
) -> Program:
    """Read a GraphDef with packed attributes (see `packed`). `LoadError` names the node whose edge or name is wrong.

    The main graph is all nodes of the GraphDef, or only `nodes`, or one `function` of the library. No call passes
    anything to such a function, so its arguments are ops without inputs.
    """
    library = Library(graph_def, signatures)
    types = OutputTypes()
    if function is not None:
        main = read_function(function, library, types).as_main()
    else:
        main = _read_main(graph_def.node if nodes is None else nodes, library, types)
    # Only functions that are called are read: a library may hold many more, for gradients and other signatures.
    functions: Dict[str, Body] = {}
    waiting = [main]
    while waiting:
        for call in waiting.pop().calls:
            for _, name in call.parts:
                if name not in functions:
                    functions[name] = read_function(library.functions[name], library, types)
                    waiting.append(functions[name])
    return Program(main, functions)


def _read_main(nodes: Any, library: Library, types: OutputTypes) -> Body:
    """The main graph's body."""
    columns = BodyColumns("", types)
    listed = list(nodes)
    columns.add_nodes(listed, library.signature)
    columns.name_rows()
    columns.graph_edges(listed)
    columns.check_outputs()
    return _body(columns, library)


def read_function(function: Any, library: Library, types: Optional[OutputTypes] = None) -> Body:
    """A FunctionDef -> its body: arguments first, then its nodes, then its results."""
    signature, types = function.signature, types or OutputTypes()
    columns = BodyColumns(signature.name, types)
    args = len(signature.input_arg)
    for index, arg in enumerate(signature.input_arg):
        columns.add_one(arg.name, ARGUMENT, (_arg_type(types, function, index, arg),), _arg_attrs(function, index, arg))
        columns.edge(0, 0)  # a place for the edge that expansion writes here, once for each call
        columns.end_row()
    nodes = list(function.node_def)
    columns.add_nodes(nodes, library.signature)
    columns.name_rows()
    for node in nodes:
        for text in node.input[:]:  # the slice is a list, which Python reads faster than protobuf's own sequence
            columns.function_edge(node.name, text, args)
        columns.end_row()
    columns.end_missing()
    given = [function.ret[result.name] for result in signature.output_arg if result.name in function.ret]
    columns.add_missing(signature.name, given)  # now, since results are a body's last rows
    if len({result.name for result in signature.output_arg}) != len(signature.output_arg):
        raise LoadError(f"two results of function {quoted(signature.name)} have one name; the file is damaged")
    for index, result in enumerate(signature.output_arg):
        columns.add_one(result.name, RESULT, (), {"T": dtype_name(result.type), "index": index})
        if result.name not in function.ret:
            where = f"result {quoted(result.name)} of function {quoted(signature.name)}"
            raise LoadError(f"{where} is never computed; the file is damaged")
        columns.function_edge(result.name, function.ret[result.name], args)
        columns.end_row()
    columns.check_outputs()
    controls = tuple(columns.rows[name] for name in function.control_ret.values() if name in columns.rows)
    return _body(columns, library, args=args, rets=len(signature.output_arg), control_outputs=controls)


def _arg_type(types: OutputTypes, function: Any, index: int, arg: Any) -> TensorType:
    """An argument's type. Its shape is known if TensorFlow noted it in the function's `arg_attr`."""
    shape = None
    if index in function.arg_attr and "_output_shapes" in function.arg_attr[index].attr:
        shapes = function.arg_attr[index].attr["_output_shapes"].list.shape
        shape = shapes[0] if len(shapes) else None
    return types.type(dtype_name(arg.type), shape)


def _arg_attrs(function: Any, index: int, arg: Any) -> Dict[str, Any]:
    """The attributes of an `_Arg`, as plain values, since the file has no NodeDef for an argument."""
    attrs: Dict[str, Any] = {"T": dtype_name(arg.type), "index": index}
    if index in function.arg_attr and "_user_specified_name" in function.arg_attr[index].attr:
        name = function.arg_attr[index].attr["_user_specified_name"].s
        attrs["_user_specified_name"] = name.decode("utf-8", "backslashreplace")
    return attrs


def _body(columns: BodyColumns, library: Library, **more: Any) -> Body:
    """The filled columns as a `Body`, with the calls that are found in them."""
    nodes = range(more.get("args", 0), len(columns.names) - more.get("rets", 0))
    # A large graph has few op types, and few of these run functions.
    running = {op for op in set(columns.ops) if library.runs_functions(op)}
    found = [library.call(row, columns.ops[row], columns.raw[row].attr) for row in nodes if columns.ops[row] in running]
    calls = [call for call in found if call is not None]
    missing = {call.node: names for call in calls for names in [library.missing(call)] if names}
    fed = {call.node: _checked(columns, call, library) for call in calls if call.node not in missing}
    known = tuple(call for call in fed.values() if call is not None)
    closed = _closed(columns, nodes, library)
    closed.update(
        (call.node, tuple(name for _, name in call.parts)) for call in calls if fed.get(call.node, call) is None
    )
    return Body(
        columns.function, columns.names, columns.ops, columns.edge_start, columns.edge_node, columns.edge_output,
        columns.outputs, columns.raw, columns.devices, calls=known, missing=missing, closed=closed, **more,
    )  # fmt: skip


def _closed(columns: BodyColumns, nodes: Iterable[int], library: Library) -> Dict[int, Tuple[str, ...]]:
    """The ops that name functions which are not expanded, with these functions."""
    holding = {op for op in set(columns.ops) if library.holds_functions(op)}
    rows = [row for row in nodes if columns.ops[row] in holding] if holding else []
    found = {row: library.held(columns.ops[row], columns.raw[row].attr) for row in rows}
    return {row: names for row, names in found.items() if names}


def _checked(columns: BodyColumns, call: Call, library: Library) -> Optional[Call]:
    """The call, with what its functions are given.

    `LoadError` if a call passes more or fewer tensors than its function takes. The functions of an op of tf.data stay closed then
    (``None``): some TensorFlow may give them something that our table does not know.
    """
    start, end = columns.edge_start[call.node], columns.edge_start[call.node + 1]
    given = sum(1 for edge in range(start, end) if columns.edge_output[edge] != CONTROL)
    if call.kind == "dataset":
        fed = library.fed(call, columns.ops[call.node], columns.raw[call.node].attr)
        return None if fed is None or any(feed.data >= given for feeds in fed.feeds for feed in feeds) else fed
    for _, name in call.parts:
        takes = len(library.functions[name].signature.input_arg)
        if takes != given - call.first_arg:
            where = f" in function {quoted(columns.function)}" if columns.function else ""
            raise LoadError(
                f"node {quoted(columns.names[call.node])}{where} passes {given - call.first_arg} inputs to function {quoted(name)}, "
                f"which takes {takes}; the file is damaged"
            )
    return call
