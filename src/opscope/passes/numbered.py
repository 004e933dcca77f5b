"""Reads the author's blocks off the names of siblings: ``conv3_block2_1_conv`` belongs to block 2 of stage 3.

Equal structure alone does not tell where a block begins, nor where one stage ends and an equal one begins. Names do: from
one block to the next a single number changes, and it changes alike in all names of the block.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import List, NamedTuple, Optional, Sequence, Tuple

_NUMBERS = re.compile(r"\d+|(?<=\d)[a-z](?![a-z])")
"""A number in a name, or a single letter behind a number, with which some names count on: ``block6b`` has 6 and b."""


_MOST_DIGITS = 18
"""Nobody counts further; and Python makes no integer of a text of more than 4,300 digits, which a strange file may have in a name."""


class _Parsed(NamedTuple):
    template: str
    """The name with ``#`` for each number: ``conv#_block#_#_conv``."""
    numbers: Tuple[int, ...]
    counted: bool
    """Whether the name ends with a number. Keras counts the layers of a class so: ``dense``, ``dense_1``, ``dense_2``."""


class NumberChange(NamedTuple):
    """A number that differs between two names."""

    place: int
    """Which of the numbers in the name."""
    step: int
    """By how much it grows."""


class Numbering:
    """The names of siblings in order, asked about blocks of one length. An empty name tells nothing."""

    def __init__(self, names: Sequence[str], period: int, start: int, end: int) -> None:
        """Compares each sibling from `start` to `end` with the one a `period` later."""
        self._names, self._period, self._start = names, period, start
        self._agreed: List[int] = []
        """For each sibling the earliest one from which on all names up to this sibling agree: at most one number
        changes in a name, and by one and the same step in all that change. If several numbers change in the sibling's
        own name, it agrees with none, and we note the next sibling."""
        self._told: List[Optional[Tuple[int, NumberChange]]] = []
        """For each sibling the last one up to it in whose name one number changes, and how it changes; ``None`` if
        there is none since several numbers changed in a name."""
        first, told = start, None
        for place in range(start, end - period):
            changes = _changes(names[place], names[place + period])
            if len(changes) > 1:
                first, told = place + 1, None
            elif changes:
                # Only steps are compared: in names of different forms the same number may stand in different places.
                if told is not None and told[1].step != changes[0].step:
                    first = told[0] + 1
                told = (place, changes[0])
            self._agreed.append(first)
            self._told.append(told)

    @property
    def tells(self) -> bool:
        """Whether a number changes in any of the names."""
        return any(self._told)

    def corresponds(self, start: int) -> bool:
        """Whether the block at `start` and the one behind it are blocks of one series, as far as the names tell."""
        last = start + self._period - 1 - self._start
        if self._agreed[last] > start:
            return False
        told = self._told[last]
        # If no number changes within the block, the names tell nothing against it.
        return told is None or told[0] < start or self._are_whole(start, told[1].place)

    def _are_whole(self, start: int, number: int) -> bool:
        """Whether both blocks begin and end where that number changes, and not between siblings with one value of it.

        Otherwise a block could consist of the end of one stage and the beginning of the next. Between the two blocks the number
        itself must change: ``conv_dw_6`` and ``conv_pw_6`` are of one block.
        """
        ends = (start, start + self._period, start + 2 * self._period)
        last = next((name for name in reversed(self._names[start : ends[1]]) if name), "")
        first = next((name for name in self._names[ends[1] : ends[2]] if name), "")
        before = _number(last, number)
        changes_between = before is None or before != _number(first, number)
        return changes_between and all(
            self._is_boundary(place, number) for place in ends if 0 < place < len(self._names)
        )

    def _is_boundary(self, place: int, number: int) -> bool:
        """Whether the sibling at `place` and the one before it have different names up to that number."""
        stem = _up_to(self._names[place - 1], number)
        return not stem or not _begins(self._names[place], stem)


def changes(names: Sequence[str], others: Sequence[str]) -> List[Tuple[NumberChange, ...]]:
    """For each pair of names the numbers that differ, and by how much: equal lists where blocks count on in the same way."""
    return [_changes(*pair) for pair in zip(names, others)]


def _begins(name: str, stem: str) -> bool:
    """Whether a name begins with a stem that ends in a number: ``block1`` begins ``block1_conv``, but not ``block12_conv``."""
    return name.startswith(stem) and not name[len(stem) : len(stem) + 1].isdigit()


def _number(name: str, place: int) -> Optional[int]:
    """One of the numbers in a name; ``None`` if it has fewer."""
    parsed = _parsed(name)
    return parsed.numbers[place] if parsed and place < len(parsed.numbers) else None


def _up_to(name: str, number: int) -> str:
    """A name up to one of its numbers, that included: ``conv3_block2`` of ``conv3_block2_1_conv``. Empty if it has fewer."""
    ends = [found.end() for found in _NUMBERS.finditer(name)]
    return name[: ends[number]] if number < len(ends) else ""


@lru_cache(maxsize=65_536)
def _changes(one_name: str, other_name: str) -> Tuple[NumberChange, ...]:
    """The numbers that differ between two names. Names of another form, and counts at their ends, tell nothing.

    >>> [tuple(change) for change in _changes("conv2_block1_1_conv", "conv2_block2_1_conv")]
    [(1, 1)]
    >>> [tuple(change) for change in _changes("conv2_block3_out", "conv3_block1_out")]
    [(0, 1), (1, -2)]
    >>> _changes("dense_3", "dense_4"), _changes("query", "key")
    ((), ())
    """
    one, other = _parsed(one_name), _parsed(other_name)
    if one is None or other is None or one.template != other.template:
        return ()
    told = len(one.numbers) - one.counted
    pairs = enumerate(zip(one.numbers[:told], other.numbers))
    return tuple([NumberChange(place, second - first) for place, (first, second) in pairs if first != second])


@lru_cache(maxsize=65_536)
def _parsed(name: str) -> Optional[_Parsed]:
    texts = _NUMBERS.findall(name)
    if not texts or max(map(len, texts)) > _MOST_DIGITS:
        return None
    numbers = tuple([int(text) if text.isdigit() else ord(text) for text in texts])
    return _Parsed(_NUMBERS.sub("#", name), numbers, name[-1:].isdigit())
