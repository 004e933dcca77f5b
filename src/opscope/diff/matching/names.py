"""Names without the numbers that only make them unique."""

from __future__ import annotations

import re
from functools import lru_cache

_NUMBER = re.compile(r"(_\d+)?(#\d+)?(~\d+)?$")


@lru_cache(maxsize=1 << 14)
def stem(name: str) -> str:
    """A name without the number that made it unique.

    >>> stem("dense_12"), stem("dense#2"), stem("w~2"), stem("conv2d")
    ('dense', 'dense', 'w', 'conv2d')
    """
    return _NUMBER.sub("", name)
