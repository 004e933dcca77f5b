"""What the line of facts of an overview says of time: how long what runs takes, and on which devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Sequence

from ...graph.content import content_of
from ...graph.number_text import quantity_text
from ...graph.vocabulary import PHASES
from ..scene.captions import UNPROFILED_STEP
from ..scene.labels import cut

if TYPE_CHECKING:
    from ...graph.graph import Graph

_STEP, _FORWARD = "step", "forward pass"
_MOST_DEVICES = 2
_ALIKE = 0.01
"""A profiled step that takes longer or shorter by no more than this part of the other is the same to a reader who adds up the figures of rows."""


def with_headline_time(facts: str, graph: Graph, *, shows_times: bool) -> str:
    """The line of facts with the time of a step: ``forward pass 33.7 ms on CPU``. Without measured times it is as it was.

    `shows_times`: whether the times of a profiled step stand in the drawing. Where that took longer, they do not add up to the other, so the line has both.
    """
    measurement = graph.measurement or {}
    step, profiled = measurement.get("step_time_us"), measurement.get("profiled_step_time_us")
    long = step or (profiled if shows_times else None)
    if not long:
        return facts
    said = f"{_what(graph)} {quantity_text('time_us', long)}{_where(measurement.get('devices') or ())}"
    if not step:
        said += ", while profiled"
    elif profiled and shows_times and profiles_otherwise(measurement):
        said += f" ({quantity_text('time_us', profiled)} while profiled, as below)"
    others = [part for part in facts.split(" \u00b7 ") if not part.startswith(UNPROFILED_STEP)]
    return " \u00b7 ".join([*others, said])


def profiles_otherwise(measurement: Mapping[str, Any]) -> bool:
    """Whether a profiled step took clearly longer or shorter than one without the profiler, so that the line of facts has both times."""
    step, profiled = measurement.get("step_time_us"), measurement.get("profiled_step_time_us")
    return step is not None and profiled is not None and abs(profiled - step) > _ALIKE * step


def _what(graph: Graph) -> str:
    """What a step is: the forward pass of a model where it is all of the graph, and one of its phases at most."""
    groups = content_of(graph).groups
    outermost = [group for group in groups if group.parent < 0]
    alone = len(outermost) == 1 and (outermost[0].is_call or outermost[0].kind == PHASES[0])
    return _FORWARD if alone and not any(group.kind in PHASES[1:] for group in groups) else _STEP


def _where(devices: Sequence[str]) -> str:
    """On which devices; empty where that is not known."""
    named = " and ".join(cut(device) for device in devices[:_MOST_DEVICES])
    more = f" and {len(devices) - _MOST_DEVICES} more" if len(devices) > _MOST_DEVICES else ""
    return f" on {named}{more}" if named else ""
