"""What the words beside figures mean, in a line each, for readers who have not met them: the page says these where it has the figures."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from .disturbance import disturbance
from .measured_programs import program_sentences
from .measured_runs import between_runs
from .number_text import percent_text
from .uncertainty import UNCERTAIN

PARTS: Dict[str, str] = {
    "ops": "an op runs",
    "dispatch": "no op runs: TensorFlow chooses and starts the next",
    "python": "before the first op and after the last",
    "copies": "data is moved between devices",
    "unattributed": "what runs is no op of this graph",
}
"""What goes on in each part of a measured step, by the keys of `step_parts.STEP_PARTS`."""

UNPROFILED = "the median of steps that ran without the profiler: the one to compare"
OF_PROFILED = "times and shares of ops and layers are of this step"

SAMPLE = "for one sample: the batch is open"
"""What estimates are of where a leading dimension is open and no batch size was given."""


def error(measurement: Optional[Mapping[str, Any]] = None) -> str:
    """What ± and ~ beside a time mean.

    >>> error()
    '± its standard error; ~ where that is more than 10 % of it'
    >>> error({"runs": {"count": 5}})
    '± its standard error between 5 runs in fresh processes; ~ where that is more than 10 % of it'
    """
    return f"± its standard error{between_runs(measurement)}; ~ where that is more than {percent_text(UNCERTAIN)} of it"


def profiled(measurement: Optional[Mapping[str, Any]] = None) -> str:
    """What is told of the profiled step, beside the unprofiled one, and which code has only one time in it.

    >>> profiled({"step_time_us": 164.0, "profiled_step_time_us": 225.0})
    'longer, as each op is recorded; times and shares of ops and layers are of this step'
    >>> profiled({"step_time_us": 225.0, "profiled_step_time_us": 164.0})
    'not longer than an unprofiled one here, though each op is recorded; times and shares of ops and layers are of this step'
    >>> profiled({"step_time_us": 225.0, "profiled_step_time_us": 164.0, "disturbed": True}).split(":")[0]
    'disturbed'
    """
    return "; ".join([_compared(measurement), *program_sentences(measurement)])


def _compared(measurement: Optional[Mapping[str, Any]]) -> str:
    step, recorded = ((measurement or {}).get(key) for key in ("step_time_us", "profiled_step_time_us"))
    if measurement and measurement.get("disturbed"):
        return f"{disturbance(measurement)[-1]}; {OF_PROFILED}"
    if not step or not recorded:
        return OF_PROFILED
    longer = recorded > step
    said = (
        "longer, as each op is recorded"
        if longer
        else "not longer than an unprofiled one here, though each op is recorded"
    )
    return f"{said}; {OF_PROFILED}"


def why_another(measurement: Optional[Mapping[str, Any]] = None) -> str:
    """Why a profiled step takes longer than an unprofiled one, in a few words beside both; nothing where it does not, or only one is known.

    >>> why_another({"step_time_us": 164.0, "profiled_step_time_us": 225.0})
    'longer as each op is recorded'
    >>> why_another({"step_time_us": 225.0, "profiled_step_time_us": 164.0})
    ''
    >>> why_another({"step_time_us": 225.0, "profiled_step_time_us": 164.0, "disturbed": True})
    'disturbed, measure again'
    """
    step, recorded = ((measurement or {}).get(key) for key in ("step_time_us", "profiled_step_time_us"))
    if measurement and measurement.get("disturbed"):
        return "disturbed, measure again"
    if not step or not recorded:
        return ""
    return "longer as each op is recorded" if recorded > step else ""
