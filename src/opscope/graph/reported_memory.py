"""Of which buffers the figures of measured memory are, in words."""

from __future__ import annotations

from typing import Any, Mapping

from .measured_memory import FIRST_HOST_KEY
from .number_text import quantity_text
from .quantities import MEMORY

_ONEDNN = "mklcpu"
"""The name of oneDNN's allocator."""


def reported_words(entry: Mapping[str, Any]) -> str:
    """Of which buffers the figures are. oneDNN's allocator leaves out small ones, which are most of what some models use.

    >>> reported_words({"allocator": "GPU_0_bfc", "smallest_bytes": 256})
    'of buffers that TensorFlow reported, which are 256 B or more'
    >>> reported_words({"allocator": "mklcpu", "smallest_bytes": 8192})
    'only of buffers that TensorFlow reported, which are 8 KiB or more: it reports no small ones, so the step may have used more'
    """
    alone = f"; of the host {entry[FIRST_HOST_KEY]} alone" if entry.get(FIRST_HOST_KEY) else ""
    told = (
        f"of buffers that TensorFlow reported, which are {quantity_text(MEMORY.field, entry['smallest_bytes'])} or more"
    )
    return (
        f"only {told}: it reports no small ones, so the step may have used more{alone}"
        if entry["allocator"] == _ONEDNN
        else f"{told}{alone}"
    )
