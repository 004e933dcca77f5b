"""Names for the groups that `repeat` makes of siblings, and titles for stacks."""

from __future__ import annotations

import re
from functools import lru_cache
from string import ascii_letters
from typing import TYPE_CHECKING, List, Sequence

from ..graph.content import content_of
from ..graph.view import BOX
from .structure import Child, Part

if TYPE_CHECKING:
    from ..graph.graph import Graph

LEAST_PREFIX = 3
"""A common beginning of names is used as a name if it has at least this many characters."""
BETWEEN = " … "
"""Between the first name and the last, where they stand for all."""
LONGEST_LIST = 32
"""A stack's title lists the names of all copies if that takes at most this many characters."""
_NUMBER = re.compile(r"[_#]?\d+([a-z](?![a-z]))?")


def are_a_series(names: Sequence[str]) -> bool:
    """Whether names differ only in their numbers, so that one of them can stand for all.

    >>> are_a_series(["dense", "dense_1", "dense_2"]), are_a_series(["generator", "critic"])
    (True, False)
    """
    return len({_NUMBER.sub("", name) for name in names}) < 2


def stack_title(names: Sequence[str], places: Sequence[int] = ()) -> str:
    """The title of a stack: its drawn copy's name if that can stand for all, else all names, or the first and the last.

    The drawn copy's name comes first in `names`; `places` has where each copy stands in the order of the data, which is the
    order that a title lists them in. Without places they are in that order. A name can stand for all if, numbers aside, the shortest name is the beginning of all others. This is often so if blocks
    were cut at an odd place: one is named ``conv3_block``, another ``conv``.

    >>> stack_title(["block_1", "block_2"]), stack_title(["query", "key", "value"])
    ('block_1', 'query, key, value')
    >>> stack_title(["key", "query", "value"], [1, 0, 2])
    'query, key, value'
    >>> stack_title(["conv3_block", "conv"])
    'conv3_block'
    """
    plain = [_NUMBER.sub("", name) for name in names]
    least = min(plain, key=len)
    if all(name.startswith(least) for name in plain):
        return names[0]
    ordered = [name for _, name in sorted(zip(places or range(len(names)), names))]
    listed = ", ".join(ordered)
    return listed if len(listed) <= LONGEST_LIST else f"{ordered[0]}{BETWEEN}{ordered[-1]}"


def range_title(names: Sequence[str]) -> str:
    """A name for copies in the order of the data: the one that all have, else the first and the last; of the last only its number, if that says it.

    >>> range_title(["block_0", "block_1", "block_2"]), range_title(["dense", "dense_1"]), range_title(["attn", "attn"])
    ('block_0 … 2', 'dense … 1', 'attn')
    >>> range_title(["conv1_bn", "conv2_bn"]), range_title(["query", "key", "value"])
    ('conv1_bn … conv2_bn', 'query, key, value')
    """
    first, last = names[0], names[-1]
    if len(set(names)) == 1:
        return first
    if not are_a_series(names):
        return stack_title(names, range(len(names)))
    # Keras names the first layer of a class without a number: dense, dense_1, dense_2.
    stem = first.rstrip("0123456789").rstrip("_")
    number = last[len(stem) :].lstrip("_")
    return f"{first} … {number if last.startswith(stem) and number.isdigit() else last}"


def copies_text(places: Sequence[int]) -> str:
    """Copies of a stack by their places in its order, which readers count from 1. All are named: what is said of these is not so of the others.

    >>> copies_text([0]), copies_text([1, 2])
    ('copy 1', 'copies 2, 3')
    """
    named = ", ".join(str(place + 1) for place in places)
    return f"copy {named}" if len(places) == 1 else f"copies {named}"


def part_name(graph: Graph, part: Part) -> str:
    """The name of a part: the group's own, or for siblings put together the beginning that their names share.

    If they share none, it is the first name and the last. If there is no group among them, the op types of the first
    and the last box are used.
    """
    if part.group >= 0:
        return content_of(graph).groups[part.group].name
    names = _inner_names(graph, part.children)
    if not names:
        return _by_ops(graph, part)
    shared = common_start(names).rstrip("_-./ …") if len(names) > 1 else names[0]
    if len(shared) >= LEAST_PREFIX:
        return shared
    # An inner part may be called by its first and last itself.
    return f"{names[0].partition(BETWEEN)[0]}{BETWEEN}{names[-1].rpartition(BETWEEN)[2]}"


def _inner_names(graph: Graph, children: List[Child]) -> List[str]:
    return [part_name(graph, child) for child in children if isinstance(child, Part)]


def _by_ops(graph: Graph, part: Part) -> str:
    table, roles = content_of(graph).table, content_of(graph).view.roles
    ops = part.traced()
    # Without roles all ops are boxes. A part without any box is named by all its ops.
    drawn = [node for node in ops if roles[node] == BOX] or ops if roles else ops
    first, last = table.ops[drawn[0]], table.ops[drawn[-1]]
    return f"{first}{BETWEEN}{last}" if len(drawn) > 1 else first


def common_start(names: List[str]) -> str:
    """What all names begin with, in whole words: ``concatenate`` and ``conv2d`` share none."""
    first, last = min(names), max(names)  # what these two share, the names between them in alphabetical order share too
    length = 0
    while length < len(first) and first[length] == last[length]:
        length += 1
    shared = first[:length]
    cut = shared[-1:].isalpha() and any(name[length : length + 1].islower() for name in (first, last))
    return shared.rstrip(ascii_letters) if cut else shared


def is_made_up(name: str, cls: str) -> bool:
    """Whether Keras made up a layer's name from its class.

    >>> is_made_up("conv2d_7", "Conv2D"), is_made_up("re_lu", "ReLU"), is_made_up("fc1", "Dense")
    (True, True, False)
    """
    return bool(cls) and _made_up_names(cls).fullmatch(name) is not None


@lru_cache(maxsize=1024)  # a stack of a thousand copies asks for each of their names
def _made_up_names(cls: str) -> "re.Pattern[str]":
    words = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", cls)  # as keras.src.utils.naming.to_snake_case
    snake = re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()
    return re.compile(re.escape(snake) + r"(_\d+)?(#\d+)?")
