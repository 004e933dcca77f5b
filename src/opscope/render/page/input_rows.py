"""What the page's list of facts says of the hosts that recorded a measured step, and of its input pipelines."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional, Tuple

from ...graph.input_pipeline import WAITING, PipelineStage, input_pipeline, longest_words
from ...graph.measured_hosts import host_words
from ...graph.number_text import percent_text, quantity_text
from ...graph.quantities import TIME
from ...visible import one_line

_WAITING = "how long it asked for the next element of its input while none of its ops ran"
_STAGE_OPS = "run in the step and are no ops of this graph: a part of what is not attributed"
_HOSTS = "each figure is the mean over the steps of all hosts"
_STAGE = "time of its threads in this stage of the input alone, added up over threads"


def input_rows(measurement: Optional[Mapping[str, Any]]) -> List[Tuple[str, str, str]]:
    """For each fact its name, what it says, and what that means; empty if there was one host and no pipeline was recorded."""
    hosts = host_words(measurement)
    told_before = [("Hosts", one_line(hosts), _HOSTS)] if hosts else []
    found = input_pipeline(measurement)
    if found is None:
        return told_before
    share, waited = found.waited_share, found.waited_us
    whose = "from step to step" if found.between_steps else "of the step"
    told = (
        "not known"
        if share is None or waited is None
        else f"{percent_text(share)} {whose}, {quantity_text(TIME.field, waited)}{one_line(longest_words(found))}"
    )
    return [
        *told_before,
        ("Waits for input", told, _WAITING),
        *_stage_ops(found.ops_share),
        # What the figures mean is said once.
        *[
            (f"Input: {one_line(each.name)}", _stage_text(each), "" if place else _STAGE)
            for place, each in enumerate(found.stages)
        ],
    ]


def _stage_ops(share: Optional[float]) -> List[Tuple[str, str, str]]:
    if share is None or share < WAITING:
        return []
    return [("Ops of its stages", f"{percent_text(share)} of the profiled step", _STAGE_OPS)]


def _stage_text(stage: PipelineStage) -> str:
    own = "not recorded" if stage.self_us is None else quantity_text(TIME.field, stage.self_us)
    busy = "" if stage.busy_share is None else f", at work {percent_text(stage.busy_share)}"
    place = "" if stage.source is None else f", {one_line(stage.source)}"
    return f"{own}{busy}{place}"
