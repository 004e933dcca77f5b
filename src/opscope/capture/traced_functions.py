"""Finds the `tf.function` that a Python function calls, and what it was traced for."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Tuple

from .inputs import Reading, leaves, read
from .seams import function_class, tensorflow

_LISTS = ("_list_all_concrete_functions", "_list_all_concrete_functions_for_serialization")
"""What the method is called that lists the traces, in newer and in older TensorFlows."""


def traces_of(function: Any) -> List[Any]:
    """The ConcreteFunctions of a `tf.function`, in the order in which they were traced.

    None of one with an input signature: it is traced for that alone, and listing its traces would trace it.
    """
    if function.input_signature is not None:
        return []
    listing = next((getattr(function, name) for name in _LISTS if hasattr(function, name)), None)
    return list(listing()) if listing is not None else []


def functions_behind(function: Any) -> List[Any]:
    """The function itself if it is a `tf.function`; else those that its closure holds.

    So they are found that Keras 3 calls in its train function, which is plain Python.
    """
    kind = function_class()
    if isinstance(function, kind):
        return [function]
    cells = getattr(function, "__closure__", None) or ()
    return [cell.cell_contents for cell in cells if isinstance(cell.cell_contents, kind)]


def tracing_count(functions: List[Any]) -> int:
    """How often TensorFlow traced them, all together."""
    return sum(function.experimental_get_tracing_count() for function in functions)


def outermost_function(functions: List[Any]) -> Any:
    """The one of these functions that runs a step of Keras: the one that takes the iterator of the data, else the first that was traced."""
    traced = [function for function in functions if tracing_count([function])] or functions
    for function in traced:
        for concrete in traces_of(function):
            if any("Iterator" in type(leaf).__name__ for leaf in leaves(list(concrete.structured_input_signature))):
                return function
    return traced[0]


def specs_of(args: Tuple[Any, ...], kwargs: Mapping[str, Any]) -> Tuple[Tuple[Any, ...], Dict[str, Any]]:
    """The arguments of a call with a spec in place of each tensor."""
    return tuple(read(value, Reading()) for value in args), {
        key: read(value, Reading()) for key, value in kwargs.items()
    }


def trace_for(
    function: Any, args: Tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Tuple[Tuple[Any, ...], Dict[str, Any], Any]:
    """What a `tf.function` was traced with that ran on arguments of these specs, and the trace.

    TensorFlow traces for more general shapes than those that are given, once these vary. The newest trace that takes the
    arguments is the one. If there is none to be found, the specs themselves are returned, and ``None``.
    """
    if function.input_signature is not None:
        return (), {}, None
    for concrete in reversed(traces_of(function)):
        signature = concrete.structured_input_signature
        if signature is not None and _takes(signature, (args, kwargs)):
            return tuple(signature[0]), dict(signature[1]), concrete
    return args, dict(kwargs), None


def _takes(signature: Any, given: Any) -> bool:
    """Whether a trace for `signature` runs on what is given."""
    wanted, specs = list(leaves(list(signature))), list(leaves(list(given)))
    return len(wanted) == len(specs) and all(map(_fits_spec, wanted, specs))


def _fits_spec(wanted: Any, given: Any) -> bool:
    """Whether a function that was traced with one takes the other: a spec, or a constant."""
    if isinstance(wanted, tensorflow().TypeSpec) and isinstance(given, tensorflow().TypeSpec):
        return bool(wanted.is_compatible_with(given))
    return type(wanted) is type(given) and bool(wanted == given)
