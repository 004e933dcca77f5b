"""What dispatch costs a layer of many small ops: an estimate, since no event tells which op the executor worked for.

The executor's work between ops (``dispatch`` in the coverage) belongs to no op. A loop of small ops costs more of it than its ops
take themselves. So such a layer says what dispatch may come to: as large a part of all dispatch as it has of all op starts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Optional

from .number_text import quantity_text
from .quantities import TIME

if TYPE_CHECKING:
    from .types import Measured

LEAST_OF_OWN = 0.5
"""Dispatch is told of a layer if it is at least this part of the layer's own time."""
LEAST_OF_STEP = 0.02
"""And if it is at least this part of the profiled step."""


def estimated_dispatch(measurement: Optional[Mapping[str, Any]], measured: Optional[Measured]) -> Optional[float]:
    """The microseconds of dispatch that a group caused, by its share of op starts; ``None`` if it is not worth a word.

    >>> from opscope.graph.types import Measured
    >>> step = {"profiled_step_time_us": 1000.0, "coverage": {"dispatch": 0.5}, "op_starts": 200.0}
    >>> estimated_dispatch(step, Measured(time_us=100.0, calls=160.0)), estimated_dispatch(step, Measured(time_us=300.0, calls=10.0))
    (400.0, None)
    """
    if not measurement or measured is None or measured.calls is None or measured.time_us is None:
        return None
    step, starts = measurement.get("profiled_step_time_us"), measurement.get("op_starts")
    dispatch = (measurement.get("coverage") or {}).get("dispatch")
    if not step or not starts or not dispatch:
        return None
    found = float(dispatch * step * measured.calls / starts)
    return found if found >= LEAST_OF_OWN * measured.time_us and found >= LEAST_OF_STEP * step else None


def dispatch_text(time_us: float) -> str:
    """How the estimate is told beside the time of a layer.

    >>> dispatch_text(9130.0)
    '+ about 9.13 ms of op dispatch (estimate)'
    """
    return f"+ about {quantity_text(TIME.field, time_us)} of op dispatch (estimate)"
