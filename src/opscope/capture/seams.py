"""TensorFlow, imported when first needed, and the few private places of it whose names moved between 2.4 and 2.21."""

from __future__ import annotations

import importlib
from functools import lru_cache
from typing import Any, Callable, Dict, List, Tuple

from ..errors import MissingDependencyError

_MISSING = (
    "tracing a live model needs TensorFlow 2.4 or newer, which is not installed here; "
    "install it (pip install tensorflow), or save the model where TensorFlow is and use opscope.load"
)


@lru_cache(maxsize=None)
def tensorflow() -> Any:
    """The `tensorflow` module; `MissingDependencyError` where there is none or one older than 2.4."""
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
    """The first of several ``module:attribute`` places that exists in this TensorFlow."""
    for place in places:
        module, _, attribute = place.partition(":")
        try:
            found = importlib.import_module(f"tensorflow.python.{module}" if module else "tensorflow.python")
            return getattr(found, attribute) if attribute else found
        except (ImportError, AttributeError):
            continue
    raise MissingDependencyError(f"this TensorFlow has none of {', '.join(places)}; install one from 2.4 to 2.21")


def default_graph() -> Callable[[], Any]:
    """The function that gives the graph under construction."""
    return private("framework.ops:get_default_graph")  # type: ignore[no-any-return]


def function_class() -> type:
    """The class of what `tf.function` returns."""
    return private("eager.polymorphic_function.polymorphic_function:Function", "eager.def_function:Function")  # type: ignore[no-any-return]


def concrete_class() -> type:
    """The class of traced functions, base also of those that a loaded SavedModel has."""
    return private("eager.polymorphic_function.concrete_function:ConcreteFunction", "eager.function:ConcreteFunction")  # type: ignore[no-any-return]


def gradient_registry() -> Tuple[Callable[[Any], Any], Any]:
    """How to tell the gradient tape which function makes an op's gradient, and the function it has now."""
    register = private("pywrap_tfe:TFE_Py_RegisterGradientFunction", "eager.pywrap_tfe:TFE_Py_RegisterGradientFunction")
    return register, private("eager.backprop:_gradient_function")


def op_count(graph: Any) -> int:
    """How many ops `graph` has made so far: a counter that only grows. `graph.version` is it, on every version."""
    return int(graph.version)


def ordered_ops(graph: Any) -> Tuple[List[Any], List[int]]:
    """The ops of `graph` in the order they were made, and the value of `op_count` after each."""
    ops = graph.get_operations()
    if hasattr(graph, "num_operations"):
        return ops, list(range(1, len(ops) + 1))
    # TensorFlow 2.12 and older: the list need not be in order, and each op has its own number.
    ops = sorted(ops, key=lambda op: op._id)
    return ops, [op._id for op in ops]


def function_graphs(graph: Any) -> Dict[str, Any]:
    """The graph that each function in the library of `graph` was made from, where TensorFlow still has it."""
    graphs: Dict[str, Any] = {}
    waiting = [graph]
    while waiting:
        for name, function in getattr(waiting.pop(), "_functions", {}).items():
            inner = getattr(function, "graph", None)
            if inner is not None and name not in graphs:
                graphs[name] = inner
                waiting.append(inner)
    return graphs
