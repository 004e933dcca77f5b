"""GraphDef -> one `Body` for the main graph and one for each library function that it reaches.

Format: tensorflow/core/framework/graph.proto, node_def.proto, function.proto. An input of a graph node is ``name``,
``name:k`` or ``^name``; inside a function it is ``argument``, ``node:output_argument:k`` or ``^node``.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Tuple

from ..errors import LoadError
from ..graph.types import CONTROL, TensorType
from .body import Body, Call
from .opdefs import Signature, Signatures, from_opdef, output_dtypes
from .proto import dtype_name, message_class

_PARTS = {
    "PartitionedCall": ("function", (("", "f"),), 0),
    "StatefulPartitionedCall": ("function", (("", "f"),), 0),
    "While": ("while", (("cond", "cond"), ("body", "body")), 0),
    "StatelessWhile": ("while", (("cond", "cond"), ("body", "body")), 0),
    "If": ("if", (("then", "then_branch"), ("else", "else_branch")), 1),
    "StatelessIf": ("if", (("then", "then_branch"), ("else", "else_branch")), 1),
}
_CASES = frozenset({"Case", "StatelessCase"})


@dataclass(frozen=True)
class Program:
    """A main graph and the functions it reaches, each read once."""

    main: Body
    functions: Mapping[str, Body]

    def map(self, change: Callable[[Body], Body]) -> "Program":
        """The program with `change` applied to the main graph and to every function."""
        return Program(change(self.main), {name: change(body) for name, body in self.functions.items()})


class Library:
    """The functions of a GraphDef by name, their signatures, and those of the ops."""

    def __init__(self, graph_def: Any, signatures: Optional[Signatures] = None) -> None:
        self.functions: Dict[str, Any] = {}
        for function in graph_def.library.function:
            self.functions.setdefault(function.signature.name, function)
        self._ops = signatures or Signatures()
        self._own: Dict[str, Signature] = {}

    def signature(self, op: str) -> Optional[Signature]:
        """The signature of an op, or of a library function used as one."""
        if op not in self.functions:
            return self._ops.get(op)
        if op not in self._own:
            self._own[op] = from_opdef(self.functions[op].signature)
        return self._own[op]

    def call(self, row: int, node: Any) -> Optional[Call]:
        """The library functions that a node runs; ``None`` where it runs none or none that is here."""
        if node.op in self.functions:
            return Call(row, "function", (("", node.op),))
        if node.op in _CASES:
            branches = [func.name for func in node.attr["branches"].list.func]
            parts = tuple((f"branch_{k}", name) for k, name in enumerate(branches))
            return Call(row, "if", parts, 1) if parts and self._has(parts) else None
        if node.op not in _PARTS:
            return None
        kind, roles, first = _PARTS[node.op]
        parts = tuple((role, node.attr[key].func.name) for role, key in roles if key in node.attr)
        return Call(row, kind, parts, first) if parts and self._has(parts) else None

    def _has(self, parts: Iterable[Tuple[str, str]]) -> bool:
        return all(name in self.functions for _, name in parts)


class _Columns:
    """The columns of one body while they are filled."""

    def __init__(self, body: str, types: Dict[Any, TensorType]) -> None:
        self.body = body
        self.rows: Dict[str, int] = {}
        self.names: List[str] = []
        self.ops: List[str] = []
        self.outputs: List[Tuple[TensorType, ...]] = []
        self.raw: List[Any] = []
        self.devices: List[str] = []
        self.starts: List[Mapping[str, int]] = []
        self.edge_start = array("q", [0])
        self.edge_node = array("i")
        self.edge_output = array("i")
        self._types = types

    def add(self, name: str, op: str, outputs: Tuple[TensorType, ...], raw: Any, device: str = "") -> None:
        self.names.append(name)
        self.ops.append(op)
        self.outputs.append(outputs)
        self.raw.append(raw)
        self.devices.append(device)

    def name_row(self, name: str, row: int) -> None:
        if self.rows.setdefault(name, row) != row:
            raise LoadError(f"two nodes are called {_shown(name)}{self.where()}; the file is damaged")

    def type(self, dtype: str, shape: Any) -> TensorType:
        """The interned type for a dtype and a TensorShapeProto (or ``None``)."""
        if shape is None or shape.unknown_rank:
            dims = None
        else:
            dims = tuple([dim.size if dim.size >= 0 else None for dim in shape.dim])
        key = (dtype, dims)
        found = self._types.get(key)
        if found is None:
            found = self._types[key] = TensorType(dtype, dims)
        return found

    def edge(self, producer: int, output: int) -> None:
        self.edge_node.append(producer)
        self.edge_output.append(output)

    def end_row(self) -> None:
        self.edge_start.append(len(self.edge_node))

    def where(self) -> str:
        return f" in function {_shown(self.body)}" if self.body else ""


def _shown(name: str) -> str:
    return repr(name if len(name) <= 120 else name[:119] + "…")


def parse(data: bytes, origin: str = "the graph") -> Any:
    """Bytes of a GraphDef -> the message; `LoadError` when they are none."""
    graph_def = message_class("GraphDef")()
    try:
        graph_def.ParseFromString(data)
    except Exception as error:
        raise LoadError(f"{origin} is not a GraphDef ({error}); was the file cut off or is it another format?") from error
    return graph_def


def read(graph_def: Any, signatures: Optional[Signatures] = None) -> Program:
    """A GraphDef message -> its bodies. `LoadError` names the node whose edge or name is wrong."""
    library = Library(graph_def, signatures)
    types: Dict[Any, TensorType] = {}
    main = _read_main(graph_def.node, library, types)
    functions: Dict[str, Body] = {}
    waiting = [main]
    while waiting:
        for call in waiting.pop().calls:
            for _, name in call.parts:
                if name not in functions:
                    functions[name] = read_function(library.functions[name], library, types)
                    waiting.append(functions[name])
    return Program(main, functions)


def _read_main(nodes: Any, library: Library, types: Dict[Any, TensorType]) -> Body:
    columns = _Columns("", types)
    for row, node in enumerate(nodes):
        columns.name_row(node.name, row)
    calls = _add_nodes(columns, nodes, library)
    for node in nodes:
        for text in node.input:
            _graph_edge(columns, node.name, text)
        columns.end_row()
    _check_calls(columns, calls, library)
    return _body(columns, calls)


def read_function(function: Any, library: Library, types: Optional[Dict[Any, TensorType]] = None) -> Body:
    """A FunctionDef -> its body: arguments first, then its nodes, then its results."""
    signature = function.signature
    columns = _Columns(signature.name, {} if types is None else types)
    for index, arg in enumerate(signature.input_arg):
        columns.name_row(arg.name, index)
        columns.add(arg.name, "_Arg", (_arg_type(columns, function, index, arg),), _arg_attrs(function, index, arg))
        columns.starts.append({})
        columns.edge(0, 0)
        columns.end_row()
    args = len(columns.names)
    for row, node in enumerate(function.node_def):
        columns.name_row(node.name, args + row)
    calls = _add_nodes(columns, function.node_def, library)
    for node in function.node_def:
        for text in node.input:
            _function_edge(columns, node.name, text, args)
        columns.end_row()
    _check_calls(columns, calls, library)
    for index, result in enumerate(signature.output_arg):
        columns.add(result.name, "_Retval", (), {"T": dtype_name(result.type), "index": index})
        if result.name not in function.ret:
            raise LoadError(f"result {_shown(result.name)}{columns.where()} is never computed; the file is damaged")
        _function_edge(columns, result.name, function.ret[result.name], args)
        columns.end_row()
    controls = tuple(columns.rows[name] for name in function.control_ret.values() if name in columns.rows)
    return _body(columns, calls, args=args, rets=len(signature.output_arg), control_outputs=controls)


def _arg_type(columns: _Columns, function: Any, index: int, arg: Any) -> TensorType:
    shape = None
    if index in function.arg_attr and "_output_shapes" in function.arg_attr[index].attr:
        shapes = function.arg_attr[index].attr["_output_shapes"].list.shape
        shape = shapes[0] if len(shapes) else None
    return columns.type(dtype_name(arg.type), shape)


def _arg_attrs(function: Any, index: int, arg: Any) -> Dict[str, Any]:
    attrs: Dict[str, Any] = {"T": dtype_name(arg.type), "index": index}
    if index in function.arg_attr and "_user_specified_name" in function.arg_attr[index].attr:
        name = function.arg_attr[index].attr["_user_specified_name"].s
        attrs["_user_specified_name"] = name.decode("utf-8", "backslashreplace")
    return attrs


def _add_nodes(columns: _Columns, nodes: Any, library: Library) -> List[Call]:
    calls: List[Call] = []
    for node in nodes:
        outputs, starts = _outputs(columns, node, library.signature(node.op))
        call = library.call(len(columns.names), node)
        if call is not None:
            calls.append(call)
        columns.add(node.name, node.op, outputs, node, node.device)
        columns.starts.append(starts)
    return calls


def _outputs(
    columns: _Columns, node: Any, signature: Optional[Signature]
) -> Tuple[Tuple[TensorType, ...], Mapping[str, int]]:
    attr = node.attr
    shapes: Any = attr["_output_shapes"].list.shape if "_output_shapes" in attr else ()
    if signature is None:
        return tuple([columns.type("unknown", shape) for shape in shapes]), {}
    dtypes, starts = output_dtypes(signature, attr)
    known = len(shapes)
    return tuple([columns.type(kind, shapes[k] if k < known else None) for k, kind in enumerate(dtypes)]), starts


def _missing(columns: _Columns, node: str, text: str) -> LoadError:
    return LoadError(f"node {_shown(node)}{columns.where()} reads {_shown(text)}, which does not exist; the file is damaged")


def _number(columns: _Columns, node: str, text: str, digits: str) -> int:
    if digits.isdecimal() and len(digits) < 7:
        return int(digits)
    raise LoadError(f"node {_shown(node)}{columns.where()} reads {_shown(text)}, which names no output; the file is damaged")


def _graph_edge(columns: _Columns, node: str, text: str) -> None:
    rows = columns.rows
    if text in rows:
        columns.edge(rows[text], 0)
        return
    if text[:1] == "^":
        if text[1:] not in rows:
            raise _missing(columns, node, text)
        columns.edge(rows[text[1:]], CONTROL)
        return
    producer, _, digits = text.rpartition(":")
    if producer not in rows:
        raise _missing(columns, node, text)
    columns.edge(rows[producer], _number(columns, node, text, digits))


def _function_edge(columns: _Columns, node: str, text: str, args: int) -> None:
    rows = columns.rows
    if text[:1] == "^":
        if text[1:] not in rows:
            raise _missing(columns, node, text)
        columns.edge(rows[text[1:]], CONTROL)
        return
    producer, _, rest = text.partition(":")
    row = rows.get(producer)
    if row is None:
        raise _missing(columns, node, text)
    if row < args or not rest:
        columns.edge(row, 0)
        return
    name, _, digits = rest.partition(":")
    start = columns.starts[row].get(name, 0)
    columns.edge(row, start + _number(columns, node, text, digits or "0"))


def _check_calls(columns: _Columns, calls: List[Call], library: Library) -> None:
    """Every call passes as many tensors as its functions take."""
    for call in calls:
        start, end = columns.edge_start[call.node], columns.edge_start[call.node + 1]
        given = sum(1 for edge in range(start, end) if columns.edge_output[edge] != CONTROL) - call.first_arg
        for _, name in call.parts:
            takes = len(library.functions[name].signature.input_arg)
            if takes != given:
                node = _shown(columns.names[call.node])
                raise LoadError(
                    f"node {node}{columns.where()} passes {given} inputs to function {_shown(name)}, "
                    f"which takes {takes}; the file is damaged"
                )


def _body(columns: _Columns, calls: List[Call], **more: Any) -> Body:
    return Body(
        columns.body, columns.names, columns.ops, columns.edge_start, columns.edge_node, columns.edge_output,
        columns.outputs, columns.raw, columns.devices, calls=tuple(calls), **more,
    )  # fmt: skip
