"""Imports TensorFlow when it is first needed, and finds the private parts of it that moved between 2.4 and 2.21."""

from __future__ import annotations

import importlib
from functools import lru_cache
from typing import Any, Callable, Dict, List, Tuple

from ..errors import MissingDependencyError, spelled

_MISSING = (
    "tracing a live model needs TensorFlow 2.4 or newer, which is not installed here; "
    "install it (pip install tensorflow, or 'opscope[tf]'), or save the model where TensorFlow is and "
    f"{spelled('use opscope.load', 'give that file')}"
)


@lru_cache(maxsize=None)
def tensorflow() -> Any:
    """The module `tensorflow`; `MissingDependencyError` if it is not installed or older than 2.4."""
    try:
        module = importlib.import_module("tensorflow")
        version = tuple(int(part) for part in module.__version__.split(".")[:2])
    except (ImportError, AttributeError) as error:
        raise MissingDependencyError(_MISSING) from error
    if version < (2, 4):
        raise MissingDependencyError(f"TensorFlow {module.__version__} is too old for opscope; install 2.4 or newer")
    return module


@lru_cache(maxsize=None)
def private(*places: str) -> Any:
    """The first of several places that exists in this TensorFlow.

    A place is ``module`` or ``module:attribute``, below ``tensorflow.python``.
    """
    for place in places:
        module, _, attribute = place.partition(":")
        try:
            found = importlib.import_module(f"tensorflow.python.{module}" if module else "tensorflow.python")
            return getattr(found, attribute) if attribute else found
        except (ImportError, AttributeError):
            continue
    raise MissingDependencyError(f"this TensorFlow has none of {', '.join(places)}; install one from 2.4 to 2.21")


def default_graph() -> Callable[[], Any]:
    """The function that gives the graph to which ops are being added."""
    return private("framework.ops:get_default_graph")  # type: ignore[no-any-return]


def function_class() -> type:
    """The class of what `tf.function` returns."""
    # The first place is that of newer versions, which have a package in place of the one module.
    return private("eager.polymorphic_function.polymorphic_function:Function", "eager.def_function:Function")  # type: ignore[no-any-return]


def concrete_class() -> type:
    """The class of traced functions; those of a loaded SavedModel have a class derived from it."""
    return private("eager.polymorphic_function.concrete_function:ConcreteFunction", "eager.function:ConcreteFunction")  # type: ignore[no-any-return]


def gradient_registry() -> Tuple[Callable[[Any], Any], Any]:
    """A function that sets the tape's gradient function, and the gradient function that is set now.

    The tape calls its gradient function once for each forward op. It makes the ops of the gradient.
    """
    register = private("pywrap_tfe:TFE_Py_RegisterGradientFunction", "eager.pywrap_tfe:TFE_Py_RegisterGradientFunction")
    return register, private("eager.backprop:_gradient_function")


def call_stack() -> Any:
    """The traceback of the line that is running, as an op that is made here would have it; ``None`` if TensorFlow does not tell."""
    return private("util.tf_stack").extract_stack()


def converted_lines() -> Dict[Tuple[str, int], Tuple[str, int, str]]:
    """Each line, by file and number, of the code that AutoGraph generated so far -> the file, line and function that it was made of.

    Empty where this TensorFlow keeps them elsewhere.
    """
    cache = getattr(getattr(private("autograph.impl.api"), "_TRANSPILER", None), "_cache", None)
    found: Dict[Tuple[str, int], Tuple[str, int, str]] = {}
    for factories in list(getattr(cache, "_cache", {}).values()):
        for factory in factories.values():
            for place, origin in (getattr(factory, "source_map", None) or {}).items():
                written = origin.loc.filename, origin.loc.lineno, origin.function_name or ""
                found[place.filename, place.lineno] = written
    return found


def op_count(graph: Any) -> int:
    """How many ops were made in `graph` so far. Every TensorFlow has this counter, which only grows, as `graph.version`."""
    return int(graph.version)


def ordered_ops(graph: Any) -> Tuple[List[Any], List[int]]:
    """The ops of `graph` in the order in which they were made, and what `op_count` was after each."""
    ops = graph.get_operations()
    if hasattr(graph, "num_operations"):  # TensorFlow 2.13 and newer: the list is in that order
        return ops, list(range(1, len(ops) + 1))
    # TensorFlow 2.12 and older: the list need not be in order, and each op has its own number.
    ops = sorted(ops, key=lambda op: op._id)
    return ops, [op._id for op in ops]


def function_graphs(graph: Any) -> Dict[str, Any]:
    """Name of each function in the library of `graph`, and in theirs -> its graph, if TensorFlow still has that."""
    graphs: Dict[str, Any] = {}
    waiting = [graph]
    while waiting:
        for name, function in getattr(waiting.pop(), "_functions", {}).items():
            inner = getattr(function, "graph", None)
            if inner is not None and name not in graphs:
                graphs[name] = inner
                waiting.append(inner)
    return graphs
