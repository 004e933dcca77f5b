"""The parts of a measured step (``coverage`` in the JSON), with their names in pictures, pages and summaries."""

from __future__ import annotations

from typing import Dict, Optional

from .number_text import percent_text, quantity_text

NOT_ATTRIBUTED = "not attributed"
"""The name of the time that ops took which could not be found in the graph."""

STEP_PARTS: Dict[str, str] = {
    "ops": "ops",
    "dispatch": "op dispatch",
    "python": "Python and TensorFlow outside ops",
    "copies": "memory copies",
    "unattributed": NOT_ATTRIBUTED,
}
"""Key in the JSON -> name, in the order in which they are listed."""


def of_profiled_step(time_us: Optional[float]) -> str:
    """What the shares refer to: a profiled step takes longer than one that is not profiled, so its length is named.

    >>> of_profiled_step(3570.0), of_profiled_step(None)
    ('of the profiled step, 3.57 ms', 'of the profiled step')
    """
    return "of the profiled step" + (f", {quantity_text('time_us', time_us)}" if time_us else "")


def share_of_profiled_step(share: float) -> str:
    """A share beside a figure, with what it is a part of, in short: the step that is not profiled is told in other places.

    >>> share_of_profiled_step(0.18)
    '18 % of profiled'
    """
    return f"{percent_text(share)} of profiled"


def step_part(key: str) -> str:
    """The name of a part of a step. A key that this version does not know, from a newer file, is its own name.

    >>> step_part("dispatch"), step_part("network")
    ('op dispatch', 'network')
    """
    return STEP_PARTS.get(key, key)
