"""Asks XLA for the program that it makes of each function with `jit_compile=True`: that of the traced function, and of those it calls.

TensorFlow keeps no program that ran. XLA compiles once more, with the same arguments: shapes, variables, and the values that decide
shapes. Nothing runs for it. A function that is called inside another gets zeros for the tensors that are only known when it runs.
"""

from __future__ import annotations

from contextlib import suppress
from inspect import signature
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from ...capture.seams import function_graphs, private, tensorflow
from ...executed.compiled_function import CompiledFunction, GivenArgument
from ...graph.types import TensorType
from ...graph.vocabulary import COMPILED_MARK, FUNCTION_CALLS, LOOPS

_LONGEST = 200
"""How many characters of XLA's message are kept."""


def compiled_functions(concrete: Any, tensors: Sequence[Any]) -> Tuple[CompiledFunction, ...]:
    """What XLA makes of a ConcreteFunction that is called with `tensors`, or of the functions in it; each function once."""
    given = [*tensors, *concrete.captured_inputs]
    if is_compiled(concrete):
        return (_asked("", concrete.name, concrete.inputs, given),)
    graphs = function_graphs(concrete.graph)
    return tuple(
        _asked(call.function, call.function, call.inputs, call.given)
        for call in _calls(concrete.graph, given, graphs).values()
    )


def is_compiled(concrete: Any) -> bool:
    """Whether XLA compiles the whole of a ConcreteFunction."""
    return bool(concrete.function_def.attr[COMPILED_MARK].b)


class _Call(NamedTuple):
    """A call of a function that XLA compiles."""

    function: str
    inputs: Sequence[Any]
    """The arguments of the function's own graph; of a function without one, what the call is given."""
    given: Sequence[Any]
    """For each argument the tensor that it is given; ``None`` where that is known only when it runs."""


def _calls(graph: Any, given: Sequence[Any], graphs: Dict[str, Any]) -> Dict[str, _Call]:
    """Name of each compiled function that a graph runs, also in its loops, branches and calls -> the first call of it."""
    found: Dict[str, _Call] = {}
    waiting: List[Tuple[Any, Sequence[Any]]] = [(graph, given)]
    seen = set()
    while waiting:
        around, values = waiting.pop()
        known = {id(tensor): value for tensor, value in zip(around.inputs, values)}
        for op in around.get_operations():
            for name in _functions(op):
                inner = graphs.get(name)
                if op.type in FUNCTION_CALLS and _is_set(op, COMPILED_MARK):
                    inputs = op.inputs if inner is None else inner.inputs
                    found.setdefault(name, _Call(name, inputs, _given(op, known, len(inputs))))
                elif inner is not None and name not in seen:
                    seen.add(name)
                    passed = _given(op, known, len(inner.inputs))
                    if op.type in LOOPS:  # what a loop carries changes; the handle of a variable does not
                        passed = [value if _is_resource(value) else None for value in passed]
                    waiting.append((inner, passed))
    return found


def _functions(op: Any) -> Iterator[str]:
    """The functions that an op names in its attributes."""
    for value in op.node_def.attr.values():
        yield from (func.name for func in (value.func, *value.list.func) if func.name)


def _is_set(op: Any, name: str) -> bool:
    with suppress(ValueError):  # it has no such attribute
        return bool(op.get_attr(name))
    return False


def _given(op: Any, known: Dict[int, Any], count: int) -> List[Any]:
    """What an op gives to the `count` arguments of its function. A branch has its choice before them."""
    inputs = list(op.inputs)[-count:] if count else []
    values = [known[id(tensor)] if id(tensor) in known else _static(tensor) for tensor in inputs]
    return [*values, *[None] * (count - len(values))]


def _static(tensor: Any) -> Optional[Any]:
    """The value of a tensor that is known without running; ``None`` if it is not."""
    tf = tensorflow()
    value = None if tensor.dtype == tf.resource else tf.get_static_value(tensor)
    return None if value is None else tf.constant(value, tensor.dtype)


def _is_resource(value: Any) -> bool:
    return value is not None and value.dtype == tensorflow().resource


def _asked(function: str, name: str, inputs: Sequence[Any], given: Sequence[Any]) -> CompiledFunction:
    """Ask XLA for one function."""
    arguments: List[GivenArgument] = []
    values: List[Any] = []
    for tensor, value in zip(inputs, given):
        kind = _type(tensor if value is None else value)
        why = _unusable(tensor, kind, known=value is not None)
        if why:
            return CompiledFunction(function, refused=why)
        arguments.append(GivenArgument(tensor.op.name, kind, value is not None))
        values.append(tensorflow().zeros(kind.shape, kind.dtype) if value is None else value)
    try:
        return CompiledFunction(function, tuple(arguments), _program(name, values))
    except (tensorflow().errors.OpError, ValueError, TypeError, RuntimeError) as error:
        return CompiledFunction(function, tuple(arguments), refused=_line(error))


def _type(tensor: Any) -> TensorType:
    """The type of a tensor, or of the variable behind a handle."""
    dtype, shape = tensor.dtype, getattr(tensor, "shape", None)
    if tensor.dtype == tensorflow().resource:
        data = getattr(tensor, "_handle_data", None)
        kinds: Any = data.shape_and_type if data is not None and data.is_set else ()
        if len(kinds) != 1:
            return TensorType("resource", None)
        dtype, shape = tensorflow().as_dtype(kinds[0].dtype), tensorflow().TensorShape(kinds[0].shape)
    dims = None if shape is None or shape.rank is None else tuple(shape.as_list())
    return TensorType(dtype.name, dims)


def _unusable(tensor: Any, kind: TensorType, *, known: bool) -> str:
    """Why XLA cannot be asked with such an argument; empty if it can."""
    name = tensor.op.name
    if kind.dtype == "resource" or (not known and tensor.dtype == tensorflow().resource):
        return f"its argument {name!r} is no variable that is known before it runs"
    if kind.shape is None or None in kind.shape:
        shape = "of unknown rank" if kind.shape is None else f"{kind.shape}".replace("None", "?")
        return f"the shape of its argument {name!r} is known only when it runs ({shape}); trace it with fixed sizes"
    if not known and kind.dtype in ("string", "variant"):
        return f"its argument {name!r} is a {kind.dtype}, which XLA does not take"
    return ""


def _program(name: str, values: Sequence[Any]) -> str:
    """XLA's optimised program of a function in TensorFlow's library, for the device on which ops run by default."""
    tf, context = tensorflow(), private("eager.context").context()
    parameters = signature(context.get_compiler_ir).parameters
    device = tf.add(tf.constant(1.0), 1.0).device
    given: Dict[str, Any] = {"device_name": device, "function_name": name, "stage": "optimized_hlo"}
    if "args" in parameters:  # TensorFlow 2.10 and older
        given["args"] = list(values)
    else:
        given.update(flat_args=list(values), captured_inputs=[])
    if "platform_name" in parameters:
        given["platform_name"] = None
    text = context.get_compiler_ir(**given)
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)


def _line(error: Exception) -> str:
    """What XLA says, in one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    line = lines[0] if lines else type(error).__name__
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
