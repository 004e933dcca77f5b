"""Finds the rows of the main graph that are the inputs and outputs of a traced function, and names them for the caller."""

from __future__ import annotations

from typing import Any, List, Mapping, NamedTuple, Sequence, Tuple

from ..graph.types import Port
from ..program.program import Program
from .seams import tensorflow


def captured(graph: Any) -> List[Any]:
    """The tensors inside a function's graph that stand for what it captures, which no caller passes.

    It captures variables and tensors, and values that it asks for at each call: collective ops of a distribution strategy
    get the key of their exchange in this way.
    """
    # A capture is a pair: the tensor outside, and the placeholder that stands for it inside.
    inside = [inner for _, inner in graph.captures]
    later = getattr(graph, "deferred_internal_captures", ())
    return [*inside, *tensorflow().nest.flatten(later, expand_composites=True)]


def arguments(concrete: Any) -> List[Any]:
    """The tensors inside a function that stand for what its caller passes."""
    inside = {id(tensor) for tensor in captured(concrete.graph)}
    return [tensor for tensor in concrete.inputs if id(tensor) not in inside]


class Passed(NamedTuple):
    """Something that a function is called with."""

    value: Any
    placeholder: Any
    """The tensor that stands for it inside the function."""


def passed(concrete: Any, dtype: Any, in_order: Sequence[Any], named: Mapping[str, Any]) -> List[Passed]:
    """Each positional and each keyword argument of this dtype with its placeholder, as far as that is clear.

    The placeholders of positional arguments are in the order of these. Those of keywords have their names; what their order is
    differs from version to version.
    """
    free = [tensor for tensor in arguments(concrete) if tensor.dtype == dtype]
    by_name = {tensor.op.name: tensor for tensor in free}
    found = [Passed(value, by_name[key]) for key, value in named.items() if key in by_name]
    taken = {id(each.placeholder) for each in found}
    rest = [tensor for tensor in free if id(tensor) not in taken]
    return [*map(Passed, in_order, rest), *found] if len(in_order) == len(rest) else found


def input_ports(program: Program, concrete: Any) -> List[Port]:
    """The tensors that a caller passes. Variables, and what is captured, which TensorFlow passes itself, are left out."""
    rows = program.main.rows()
    return [
        Port(tensor.op.name, rows[tensor.op.name], tensor.value_index)
        for tensor in arguments(concrete)
        if tensor.op.name in rows and rows[tensor.op.name] not in program.main.handles
    ]


def output_ports(program: Program, concrete: Any, structure: Any) -> List[Port]:
    """The tensors that a caller gets, named by their place in `structure`: the nest that the function returns."""
    rows = program.main.rows()
    names = _names(structure)
    if len(names) != len(concrete.outputs):  # the structure does not fit, so the tensors are only numbered
        names = [f"output_{index}" for index in range(len(concrete.outputs))]
    return [Port(name, rows[tensor.op.name], tensor.value_index) for name, tensor in zip(names, concrete.outputs)]


def controls_of(program: Program, concrete: Any) -> Tuple[int, ...]:
    """The rows of the ops that run for their effect whenever the function is called."""
    rows = program.main.rows()
    return tuple(rows[op.name] for op in getattr(concrete.graph, "control_outputs", ()) if op.name in rows)


def _names(structure: Any, prefix: str = "") -> List[str]:
    """Names for the tensors in what a function returns, in TensorFlow's order, made of dict keys and positions.

    ``{"b": [x, y], "a": z}`` has the tensors ``a``, ``b_0``, ``b_1``: TensorFlow sorts the keys of a dict.
    """
    if isinstance(structure, dict):
        return [name for key in sorted(structure, key=str) for name in _names(structure[key], _joined(prefix, key))]
    if isinstance(structure, (list, tuple)):
        return [name for at, item in enumerate(structure) for name in _names(item, _joined(prefix or "output", at))]
    # A leaf may be a sparse or ragged tensor, which is several tensors, or ``None``, which is not a tensor at all.
    flat = tensorflow().nest.flatten(structure, expand_composites=True)
    count = len([leaf for leaf in flat if hasattr(leaf, "dtype")])
    plain = prefix or "output"
    return [plain] if count == 1 else [_joined(plain, at) for at in range(count)]


def _joined(prefix: str, key: Any) -> str:
    return f"{prefix}_{key}" if prefix else str(key)
