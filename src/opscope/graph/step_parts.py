"""The parts of a measured step (``coverage`` in the JSON), with their names in pictures, pages and summaries."""

from __future__ import annotations

from typing import Dict

NOT_ATTRIBUTED = "not attributed"
"""The name of the time that ops took which could not be found in the graph."""

OF_PROFILED_STEP = "of the profiled step"
"""What the shares refer to. It has to be said, because a profiled step takes longer than one that is not profiled."""

STEP_PARTS: Dict[str, str] = {
    "ops": "ops",
    "dispatch": "op dispatch",
    "python": "Python and TensorFlow outside ops",
    "copies": "memory copies",
    "unattributed": NOT_ATTRIBUTED,
}
"""Key in the JSON -> name, in the order in which they are listed."""


def step_part(key: str) -> str:
    """The name of a part of a step. A key that this version does not know, from a newer file, is its own name.

    >>> step_part("dispatch"), step_part("network")
    ('op dispatch', 'network')
    """
    return STEP_PARTS.get(key, key)
