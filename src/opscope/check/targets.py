"""Makes a graph of whatever `check` is given."""

from __future__ import annotations

import os
from typing import Any, Dict, Mapping, NamedTuple, Sequence

from ..errors import InputError, option
from ..graph.graph import Graph


class CheckTarget(NamedTuple):
    """What the user gave to be checked, and how a graph is made of it."""

    target: Any
    inputs: Sequence[Any]
    keywords: Mapping[str, Any]
    """The inputs that are given by name."""
    tracing: Mapping[str, Any]
    """Options of `trace`; those that were not given are false or ``None``."""
    choosing: Mapping[str, Any]
    """Options of `load`, likewise."""


def graph_to_check(given: CheckTarget) -> Graph:
    """The graph itself; of a file what `opscope.load` reads; of a live model, in code or in hand, what `opscope.trace` makes.

    A Keras file with inputs, or with options of tracing, is rebuilt and traced, as `trace` does it.
    """
    target, tracing, choosing = given.target, _asked(given.tracing), _asked(given.choosing)
    is_called = bool(given.inputs or given.keywords or tracing)
    if isinstance(target, Graph):
        if is_called or choosing:
            raise InputError(
                "a graph is checked as it is; leave out inputs and options, or give the model that they are for"
            )
        return target
    if isinstance(target, str) and ":" in target:
        target = _in_code(target)
    if isinstance(target, (str, os.PathLike)) and not is_called:
        from ..load import load

        return load(target, **choosing)
    if choosing:
        name = next(iter(choosing))
        raise InputError(
            f"{option(name)} chooses a part of a file that is read; leave it out for a model that is traced"
        )
    from ..capture.zero_gradients import trace_with_zeros

    return trace_with_zeros(target, *given.inputs, **tracing, **given.keywords)


def _asked(options: Mapping[str, Any]) -> Dict[str, Any]:
    return {name: value for name, value in options.items() if value not in (None, False)}


def _in_code(target: str) -> Any:
    """The object that ``file.py:attribute`` names; the text itself if there is a file of this name."""
    from ..load.given_path import is_there

    if is_there(target):
        return target
    from ..capture.live_source import live_object

    return live_object(target)
