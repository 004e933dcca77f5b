"""The parts of a measured step (`coverage` in the JSON), and what they are called in pictures, pages, summaries and exports."""

from __future__ import annotations

from typing import Dict

NOT_ATTRIBUTED = "not attributed"
"""Said of time that no op of the graph explains."""

OF_PROFILED_STEP = "of the profiled step"
"""What the shares are of: a step that is profiled takes longer than one that is not."""

STEP_PARTS: Dict[str, str] = {
    "ops": "ops",
    "dispatch": "op dispatch",
    "python": "Python and TensorFlow outside ops",
    "copies": "memory copies",
    "unattributed": NOT_ATTRIBUTED,
}
"""Key of the JSON -> words, in the order in which they are listed."""


def step_part(key: str) -> str:
    """What a part of a step is called; one that this version does not know keeps its key.

    >>> step_part("dispatch"), step_part("network")
    ('op dispatch', 'network')
    """
    return STEP_PARTS.get(key, key)
