"""Reads the graphs that TensorFlow collected of one function: what Grappler made of it, and what each device was given to run.

They are the `FunctionGraphs` of TensorFlow's `RunMetadata`. The two differ where the types of ops were changed when kernels were
chosen: ``_FusedMatMul`` is Grappler's, and ``_MklNativeFusedMatMul`` what ran.
"""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, Sequence

from ..errors import LoadError
from ..graph.content import Content
from ..graph.hlo_opcodes import NOT_OPENED
from ..graph.types import CONTROL
from ..graph.vocabulary import COMPILED_MARK
from ..program.body import Body, Call
from ..program.decoding import Closed
from ..program.expand import expand
from ..program.parse import from_binary
from ..program.program import Program, read
from .compiled_function import CompiledFunction
from .compiled_program import CompiledProgram, called_program


class Collected(NamedTuple):
    """What ran of one function."""

    program: Program
    """The graphs of all devices together, with the functions that they call."""
    content: Content
    """The same with these functions put where they are called."""
    producer: int
    """The version of the graph's format (`GraphDef.versions.producer`)."""
    optimised: Dict[str, str]
    """Name of a node -> its type in Grappler's graph."""


def read_collected(data: bytes, compiled: Sequence[CompiledFunction] = ()) -> Optional[Collected]:
    """The graphs in a `FunctionGraphs` message; ``None`` if no device was given any.

    A function that XLA compiled has the instructions of its program in place of its ops, which did not run.

    Raises:
        LoadError: the message is damaged.
    """
    message = from_binary(data, "RunMetadata.FunctionGraphs", "what TensorFlow collected")
    if not message.partition_graphs:
        return None
    whole = message.partition_graphs[0]
    functions = {function.signature.name for function in whole.library.function}
    taken = {node.name for node in whole.node}
    for partition in message.partition_graphs[1:]:
        _unique(partition.node, taken)
        whole.node.extend(partition.node)
        for function in partition.library.function:
            if function.signature.name not in functions:
                functions.add(function.signature.name)
                whole.library.function.append(function)
    for function in message.post_optimization_graph.library.function:
        if function.signature.name not in functions:
            whole.library.function.append(function)
    program = _Compiling(read(whole), compiled).program()
    return Collected(
        program,
        expand(program),
        whole.versions.producer,
        {node.name: node.op for node in message.post_optimization_graph.node},
    )


class _Compiling:
    """Puts XLA's programs in place of the functions that they were made of."""

    def __init__(self, program: Program, compiled: Sequence[CompiledFunction]) -> None:
        self._program = program
        self._compiled = {each.function: each for each in compiled}
        self._functions = dict(program.functions)
        self._refused: Dict[str, str] = {}

    def program(self) -> Program:
        """The program in which each call of a compiled function runs instructions, or nothing if these are not known."""
        main = self._changed(self._program.main)
        for name, body in self._program.functions.items():
            self._functions[name] = self._changed(body)
        return Program(main, self._functions)

    def _changed(self, body: Body) -> Body:
        """A body, with other calls."""
        calls: List[Call] = []
        raw = body.raw_attrs
        for call in body.calls:
            attrs = getattr(raw[call.node], "attr", {})
            if call.kind != "function" or COMPILED_MARK not in attrs or not attrs[COMPILED_MARK].b:
                calls.append(call)
                continue
            key = self._key(call.parts[0][1], body, call.node)
            if key in self._functions:
                calls.append(Call(call.node, call.kind, (("", key),), call.first_arg))
            else:
                raw = list(raw) if raw is body.raw_attrs else raw
                raw[call.node] = Closed(raw[call.node], NOT_OPENED, (self._refused[key],))
        return (
            body
            if raw is body.raw_attrs and tuple(calls) == body.calls
            else body.with_columns(calls=tuple(calls), raw_attrs=raw)
        )

    def _key(self, function: str, caller: Body, row: int) -> str:
        """The name of the function with the instructions, which is made here when it is first asked for."""
        key = f"{function} compiled"
        if key in self._functions or key in self._refused:
            return key
        try:
            made = self._made(function, key, caller, row)
        except LoadError as error:
            self._refused[key] = str(error)
        else:
            self._functions.update({**made.functions, key: made.entry})
        return key

    def _made(self, function: str, key: str, caller: Body, row: int) -> CompiledProgram:
        """The program of a function that an op of `caller` calls; `LoadError` if it is not known."""
        found = self._compiled.get(function)
        if found is None:
            raise LoadError("XLA was not asked for its program")
        made = called_program(found, key, caller.outputs[row])
        given = sum(1 for _, output in caller.inputs(row) if output != CONTROL)
        if made.entry.args != given:
            raise LoadError(f"it takes {made.entry.args} tensors, and its call gives {given}")
        return made


def _unique(nodes: List[Any], taken: Any) -> None:
    """Give a node of another device that is called as one before another name, with what reads it there.

    Each device's graph has names of its own: the NoOp that ends a loop may be in each of them.
    """
    other: Dict[str, str] = {}
    for node in nodes:
        name, count = node.name, 2
        while name in taken:
            name, count = f"{node.name}~{count}", count + 1
        taken.add(name)
        if name != node.name:
            other[node.name] = name
    for node in nodes:
        node.name = other.get(node.name, node.name)
        for index, text in enumerate(node.input):
            mark = "^" if text.startswith("^") else ""
            producer, colon, number = text[len(mark) :].partition(":")
            if producer in other:
                node.input[index] = f"{mark}{other[producer]}{colon}{number}"
