"""opscope shows what a TensorFlow model really does: every op, layer, loop and branch, as one graph and its picture.

Every name is imported when it is first used, so that ``import opscope`` is fast and needs no TensorFlow.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, List

from .version import __version__ as __version__

if TYPE_CHECKING:
    from .capture import trace
    from .check import check
    from .check.findings import Findings
    from .check.hit import Finding
    from .diff import diff
    from .diff.difference import Difference
    from .errors import (
        InputError,
        KeywordError,
        LoadError,
        MissingDependencyError,
        NotFoundError,
        OpscopeError,
        RenderError,
        TraceError,
        WriteError,
    )
    from .graph.graph import Graph
    from .load import load
    from .profile.fit_callback import Callback
    from .profile.measure import profile
    from .profile.own_loop import profiling
    from .visualize import visualize_model, visualize_model_with_profile


# `opscope.load` is a function, but also the name of a room. When Python first imports a submodule, it sets it as an
# attribute of the package, and would so overwrite the function. It does this only once. Therefore the rooms with such
# a name are imported and removed again here, before `__getattr__` sets the function.
for _room in ("check", "diff", "load", "profile"):
    import_module(f".{_room}", __name__)
    globals().pop(_room, None)  # when the package is loaded again, as by %reload_ext, nothing sets it

_HOMES = {
    "trace": ".capture",
    "check": ".check",
    "Finding": ".check.hit",
    "Findings": ".check.findings",
    "diff": ".diff",
    "Difference": ".diff.difference",
    "load": ".load",
    "profile": ".profile.measure",
    "Callback": ".profile.fit_callback",
    "profiling": ".profile.own_loop",
    "visualize_model": ".visualize",
    "visualize_model_with_profile": ".visualize",
    "Graph": ".graph.graph",
    "OpscopeError": ".errors",
    "InputError": ".errors",
    "KeywordError": ".errors",
    "NotFoundError": ".errors",
    "TraceError": ".errors",
    "LoadError": ".errors",
    "RenderError": ".errors",
    "WriteError": ".errors",
    "MissingDependencyError": ".errors",
    "load_ipython_extension": ".notebook.magic",  # what IPython calls for %load_ext opscope
}

__all__ = [
    "Callback",
    "Difference",
    "Finding",
    "Findings",
    "Graph",
    "InputError",
    "KeywordError",
    "LoadError",
    "MissingDependencyError",
    "NotFoundError",
    "OpscopeError",
    "RenderError",
    "TraceError",
    "WriteError",
    "check",
    "diff",
    "load",
    "profile",
    "profiling",
    "trace",
    "visualize_model",
    "visualize_model_with_profile",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        msg = f"module 'opscope' has no attribute {name!r}"
        raise AttributeError(msg)
    value = getattr(import_module(_HOMES[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> List[str]:
    return sorted([*__all__, "__version__"])
