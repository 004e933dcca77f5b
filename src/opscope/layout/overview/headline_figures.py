"""What the line of facts of an overview says of figures: all FLOPs, how long what runs takes, on which devices, and of how many samples that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Sequence

from ...graph.content import content_of
from ...graph.number_text import quantity_text
from ...graph.vocabulary import PHASES, is_step
from ..scene.captions import UNPROFILED_STEP, VERSION
from ..scene.labels import cut

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from .headline_flops import WholeFigures

_AND = " \u00b7 "
"""Between two facts."""
_STEP, _FORWARD = "step", "forward pass"
_MOST_DEVICES = 2
_ALIKE = 0.01
"""A profiled step that takes longer or shorter by no more than this part of the other is the same to a reader who adds up the figures of rows."""


def with_headline_figures(facts: str, graph: Graph, of_all: WholeFigures, *, shows_times: bool) -> str:
    """The line of facts with all FLOPs and the time of a step, and of how many samples both are: ``for a batch of 4: 31.1 GFLOP, forward pass 33.7 ms on CPU``.

    What is not known is left out. The version of TensorFlow stands behind it, as it tells least.
    """
    time = _time_words(graph, shows_times=shows_times)
    is_training = is_step({group.kind for group in content_of(graph).groups})
    flops = f"{of_all.flops} a step" if of_all.flops and is_training and not time else of_all.flops
    counted = ", ".join(filter(None, (flops, time if of_all.times_too else "")))
    whose = f"for {of_all.samples}: " if of_all.samples else ""
    said = [f"{whose}{counted}" if counted else "", "" if of_all.times_too else time]
    parts = [part for part in facts.split(_AND) if not (time and part.startswith(UNPROFILED_STEP))]
    version = [part for part in parts if part.startswith(VERSION)]
    return _AND.join([*[part for part in parts if part not in version], *filter(None, said), *version])


def _time_words(graph: Graph, *, shows_times: bool) -> str:
    """How long what runs takes: ``forward pass 33.7 ms on CPU``; empty without measured times.

    `shows_times`: whether the times of a profiled step stand in the drawing. Where that took longer, they do not add up to the other, so both are said.
    """
    measurement = graph.measurement or {}
    step, profiled = measurement.get("step_time_us"), measurement.get("profiled_step_time_us")
    long = step or (profiled if shows_times else None)
    if not long:
        return ""
    said = f"{_what(graph)} {quantity_text('time_us', long)}{_where(measurement.get('devices') or ())}"
    if not step:
        said += ", while profiled"
    elif profiled and shows_times and profiles_otherwise(measurement):
        said += f" ({quantity_text('time_us', profiled)} while profiled, as below)"
    return said


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
