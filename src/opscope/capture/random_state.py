"""Keeps global random numbers where the user left them while a model is traced."""

from __future__ import annotations

import random
import sys
from contextlib import contextmanager
from typing import Iterator


@contextmanager
def numpy_state_kept() -> Iterator[None]:
    """Afterwards NumPy's global generator is in the state in which it was before.

    The Keras of TensorFlow 2.4 draws the seed of a dropout or noise op from it when the layer is traced. Building a layer
    draws from Python's and TensorFlow's generators, as when the user builds it, and these go on: started again, they would
    give the next layer the same weights.
    """
    numpy = sys.modules["numpy"]  # TensorFlow needs it, so it is there
    before = numpy.random.get_state()
    try:
        yield
    finally:
        numpy.random.set_state(before)


@contextmanager
def python_state_kept() -> Iterator[None]:
    """Afterwards Python's global generator is in the state in which it was before. Only for models that are built: see above."""
    before = random.getstate()
    try:
        yield
    finally:
        random.setstate(before)
