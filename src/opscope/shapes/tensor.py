"""A tensor whose shape is known as a whole, or not at all: what formulas compute with."""

from __future__ import annotations

from functools import reduce
from operator import mul
from typing import Optional, Sequence, Tuple

Dims = Tuple[int, ...]
Tensor = Tuple[str, Optional[Dims]]
"""A dtype and a fully known shape, or ``None`` where a dimension or the rank stays unknown."""


def product(dims: Sequence[int]) -> int:
    """The number of elements of a shape; 1 for a scalar."""
    return reduce(mul, dims, 1)
