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


_NUMBERS = re.compile(r"((_\d+)+|[#~-]\d+)+(?=$|/)")


@lru_cache(maxsize=1 << 14)
def full_stem(name: str) -> str:
    """A name without any number that made a part of it unique.

    >>> full_stem("net_1/dense_1_2/MatMul"), full_stem("keras_tensor_17")
    ('net/dense/MatMul', 'keras_tensor')
    """
    return _NUMBERS.sub("", name)


def letters(name: str) -> str:
    """A name without any of its digits: what the copies of a repeat have in common.

    >>> letters("attn12_1"), letters("block_7")
    ('attn', 'block')
    """
    return re.sub(r"\d+", "", full_stem(name))
