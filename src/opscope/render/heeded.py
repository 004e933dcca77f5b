"""Refuses, before any work, options that would change nothing: a user who writes ``--hide BiasAdd`` for a page would believe that it hides."""

from __future__ import annotations

from typing import Any, FrozenSet, Sequence

from ..errors import InputError, option
from .options import Options, described
from .registry import honouring, output_for

_GRAPHVIZ_LACKS = {"theme": "dark", "links": None, "check": None}
"""What drawings by Graphviz do not have, and the value that they lack; ``None``: any. Columns are refused by `Options`."""


def require_heeded(options: Options, suffixes: Sequence[str]) -> None:
    """`InputError` if an option was chosen that none of the files with these suffixes honours.

    One of several files is enough, so that ``-o a.svg -o b.json --depth 2`` works. Without files a summary is meant. For a drawing with
    ``check`` the project's settings are read, so that a wrong one is told before a long trace.
    """
    honoured: FrozenSet[str] = frozenset().union(*(output_for(suffix).honours for suffix in suffixes))
    for each in described():
        value = getattr(options, each.name)
        if not _chosen(value, each.default):
            continue
        name = option(each.name, value) if isinstance(value, bool) else option(each.name)
        if each.name not in honoured:
            files = f"{' and '.join(dict.fromkeys(suffixes))} files take" if suffixes else "a summary takes"
            raise InputError(f"{files} no {name}; leave that out, or write {' or '.join(honouring(each.name))}")
        _check_engine(options, each.name, value, name)
    if options.check:
        from ..check.wanted_checks import project_checks

        project_checks()


def _check_engine(options: Options, which: str, value: Any, name: str) -> None:
    """`InputError` for an option that the chosen engine passes over."""
    if options.engine == "graphviz" and which in _GRAPHVIZ_LACKS and _GRAPHVIZ_LACKS[which] in (None, value):
        raise InputError(f"drawings by Graphviz take no {name}; leave that out, or use {option('engine', 'opscope')}")
    if options.engine == "opscope" and which == "timeout":
        raise InputError(f"{name} is how long Graphviz may take; leave it out, or use {option('engine', 'graphviz')}")


def _chosen(value: Any, default: Any) -> bool:
    """Whether it differs from the default; an empty list of patterns is as good as none."""
    return (
        list(value) != list(default) if isinstance(default, tuple) and not isinstance(value, str) else value != default
    )
