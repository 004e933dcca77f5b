"""Makes the measured graph of steps that the user's own program ran, and brings it where the user wants it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Literal, Optional, Tuple, Union

from ..capture.random_state import python_state_kept
from ..capture.tracing import trace_function
from ..errors import InputError, check_count, option
from ..graph.content import with_facts
from ..graph.graph import Graph
from .attribution.attribute import attribute
from .running.level import LEVELS
from .running.watched import OwnSteps

StepRange = Union[int, Tuple[int, int]]
"""Which steps are measured: one, or the first and the last, counted from 1."""
_MOST_MEASURED = 100
"""More are refused: each may have a hundred thousand events, and a few tell as much."""


@dataclass(frozen=True)
class AskedRun:
    """What the user asked for."""

    path: Union[str, "os.PathLike[str]", None]
    first: int
    last: int
    show: bool
    batch: Optional[int]
    trace_level: int
    name: Optional[str]


def asked_run(
    path: Union[str, "os.PathLike[str]", None],
    steps: StepRange,
    show: bool,
    batch: Optional[int],
    trace_level: Literal[2, 3],
    name: Optional[str],
) -> AskedRun:
    """What the user asked for; `InputError` if no run can have it."""
    given: Any = steps
    first, last = given if isinstance(given, (tuple, list)) and len(given) == 2 else (given, given)
    whole = all(isinstance(each, int) and not isinstance(each, bool) for each in (first, last))
    if not whole or not 1 <= first <= last:
        raise InputError(
            f"{option('steps', steps)} is not possible; give one step, or the first and the last, counted from 1, as in "
            f"{option('steps', (10, 15))}"
        )
    if last - first >= _MOST_MEASURED:
        raise InputError(f"{option('steps', steps)} are {last - first + 1:,} steps; measure at most {_MOST_MEASURED}")
    if batch is not None:
        check_count("batch", batch)
    if trace_level not in LEVELS:
        raise InputError(f"{option('trace_level', trace_level)} is not possible; use 3 for every op, or 2")
    return AskedRun(path, first, last, show, batch, trace_level, name)


def measured_graph(own: OwnSteps, asked: AskedRun, name: Optional[str], whose: str) -> Graph:
    """The graph of the function that ran, with what was measured. A copy of the function is traced for it.

    Without a `name` it is called as the function is. `whose` says in words whose steps these are, such as ``fit``.
    """
    with python_state_kept():
        graph = trace_function(own.function, *own.args, name=asked.name or name, unwrapped=True, **own.kwargs).graph
    measured = attribute(graph, own.recording, batch=asked.batch)
    return with_facts(measured, {"own_run": _told(own, asked, whose)})


def delivered(graph: Graph, asked: AskedRun) -> None:
    """Write the graph to its file, and show it."""
    if asked.path is not None:
        graph.save(asked.path)
    if asked.show:
        graph.show()


def _told(own: OwnSteps, asked: AskedRun, whose: str) -> str:
    """Which steps were measured, in words."""
    numbers, count_asked = own.measured, asked.last - asked.first + 1
    spelled = f"step {numbers[0]}" if len(numbers) == 1 else f"steps {numbers[0]} to {numbers[-1]}"
    fewer = f", {len(numbers)} of the {count_asked} asked for," if len(numbers) < count_asked else ""
    count = len(own.recording.baseline_us)
    before = (
        f"the unprofiled ones are the {count} before"
        if count > 1
        else "the one before is the unprofiled one"
        if count
        else "none before was timed"
    )
    return f"{spelled} of {whose}{fewer} were measured as they ran; {before}"
