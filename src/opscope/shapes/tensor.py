"""A tensor as cost formulas see it: its dtype, and a shape that is fully known or not known at all."""

from __future__ import annotations

from functools import reduce
from operator import mul
from typing import Optional, Sequence, Tuple

Dims = Tuple[int, ...]
Tensor = Tuple[str, Optional[Dims]]
"""A dtype and a shape; the shape is ``None`` if its rank or any of its dimensions is unknown."""


def product(dims: Sequence[int]) -> int:
    """The number of elements of a shape; 1 for a scalar."""
    return reduce(mul, dims, 1)
