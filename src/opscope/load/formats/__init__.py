"""The formats that `load` knows. Every module in this folder has one, as ``FORMAT``."""

from __future__ import annotations

from functools import lru_cache
from typing import Optional, Tuple

from ...folder import modules
from ..format import Format
from ..heads import look


@lru_cache(maxsize=None)
def formats() -> Tuple[Format, ...]:
    """All formats, in the order in which they are asked."""
    return tuple(sorted((module.FORMAT for module in modules(__name__)), key=lambda found: found.precedence))


def of(data: bytes, name: str = "") -> Optional[Format]:
    """The format of a file with these bytes, called `name`; ``None`` if no format fits."""
    start = look(data, name)
    return next((found for found in formats() if found.fits(start)), None)
