"""What dispatch costs a layer of many small ops: an estimate, since no event tells which op the executor worked for.

The executor's work between ops (``dispatch`` in the coverage) belongs to no op. A loop of small ops costs more of it than its ops
take themselves. So such a layer says what dispatch may come to: as large a part of all dispatch as it has of all op starts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from .content import content_of
from .number_text import quantity_text
from .quantities import TIME

if TYPE_CHECKING:
    from .graph import Graph
    from .types import Measured

LEAST_OF_OWN = 0.5
"""Dispatch is told of a layer if it is at least this part of the layer's own time."""
LEAST_OF_STEP = 0.02
"""And if it is at least this part of the profiled step."""
_EVERY_OP = 3
"""The trace level at which every start of an op is recorded."""


class Dispatch:
    """The dispatch of one measured graph, to be divided among its groups."""

    def __init__(self, graph: Graph) -> None:
        measurement = graph.measurement or {}
        self._step = measurement.get("profiled_step_time_us") or 0.0
        self._all = self._step * ((measurement.get("coverage") or {}).get("dispatch") or 0.0)
        self._starts = _op_starts(graph) if self._all and measurement.get("trace_level") == _EVERY_OP else 0.0

    def of(self, measured: Optional[Measured]) -> Optional[float]:
        """The microseconds of dispatch that a group caused, by its share of op starts; ``None`` if it is not worth a word."""
        if not self._starts or measured is None or measured.calls is None or measured.time_us is None:
            return None
        found = float(self._all * measured.calls / self._starts)
        return found if found >= LEAST_OF_OWN * measured.time_us and found >= LEAST_OF_STEP * self._step else None


def _op_starts(graph: Graph) -> float:
    """How many ops start in a step. 0 if that is not known: in a graph that was read, and is drawn with stacks."""
    facts = graph.facts.get("profile")
    if facts is not None:
        return facts["op_starts"]
    content = content_of(graph)
    return 0.0 if content.view.counts.stacked else sum(one.calls or 0.0 for one in content.measured.values())


def dispatch_text(time_us: float) -> str:
    """How the estimate is told beside the time of a layer.

    >>> dispatch_text(9130.0)
    'about 9.13 ms more in op dispatch (estimate)'
    """
    return f"about {quantity_text(TIME.field, time_us)} more in op dispatch (estimate)"
