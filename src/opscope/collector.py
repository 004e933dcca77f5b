"""Pauses Python's garbage collector while a large graph is built: a million new objects, none of them garbage."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import Iterator


@contextmanager
def paused() -> Iterator[None]:
    """Within the block, Python does not collect garbage: each collection would walk all objects made so far.

    Objects without references are freed all the same; only cycles have to wait. If the collector is off already, it
    stays off afterwards.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
