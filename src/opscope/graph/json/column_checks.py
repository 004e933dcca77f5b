"""Columns of JSON values checked fast: a verdict on the whole column first, a walk that finds the place only after a no.

A million ops leave no time for a function call a field. What is looked at is the set of a column's types, its distinct
values, or, of records that repeat, each distinct record once.
"""

from __future__ import annotations

import marshal
from array import array
from operator import itemgetter
from typing import Any, Callable, Dict, Generic, List, Mapping, Optional, Sequence, Set, Tuple, TypeVar

from .check import record, refuse, shown, text

T = TypeVar("T")
_TOGETHER = 2_000
"""Records that are looked at together: all of their fields while they are in the processor's cache, twice as fast."""
Check = Callable[[Any, str], T]
"""Takes a value and its place; gives what it stands for, or raises `LoadError`."""
RowPlace = Callable[[int], str]
"""The place of a row of a column, such as ``"nodes[{}].name".format``: made only for a message."""
_HASHABLE = {str, bool, type(None)}
"""Types of which no value equals one of another type, as 1 equals true: a set of them tells all that is there."""


def record_columns(records: Sequence[Any], keys: Tuple[str, ...], at: RowPlace) -> List[List[Any]]:
    """The columns of records that have exactly `keys`."""
    columns: List[List[Any]] = [[] for _ in keys]
    for start in range(0, len(records), _TOGETHER):
        part = records[start : start + _TOGETHER]
        values = _values(part, keys)
        if values is None:
            for row, value in enumerate(part, start):
                record(value, at(row), keys)
            refuse(at(start), "no such record belongs here")
        for column, more in zip(columns, values):
            column.extend(more)
    return columns


def _values(part: Sequence[Any], keys: Tuple[str, ...]) -> Optional[List[Tuple[Any, ...]]]:
    if set(map(type, part)) != {dict} or set(map(len, part)) != {len(keys)}:
        return None
    try:
        return list(zip(*map(itemgetter(*keys), part)))
    except KeyError:
        return None


def _walk(values: Sequence[Any], check: Check[Any], at: RowPlace) -> None:
    for row, value in enumerate(values):
        check(value, at(row))


def texts(values: List[Any], at: RowPlace) -> List[str]:
    """A column of texts, most of them distinct."""
    if set(map(type, values)) - {str} or not all(map(str.isascii, values)):
        _walk(values, text, at)
    return values


def distinct(values: List[Any], check: Check[Any], at: RowPlace) -> List[Any]:
    """A column of few distinct texts, flags and nulls; equal texts become one object."""
    if set(map(type, values)) - _HASHABLE:
        _walk(values, check, at)
        refuse(at(0), "no such value belongs here")  # a check let pass what is no text, flag or null
    shared = {}
    for value in set(values):
        try:
            check(value, "")
        except ValueError:
            check(value, at(values.index(value)))
        shared[value] = value
    return [shared[value] for value in values]


def rows_of(names: Sequence[str], at: RowPlace) -> Dict[str, int]:
    """Name -> row; no name may be there twice."""
    rows = dict(zip(names, range(len(names))))
    if len(rows) != len(names):
        seen: Set[str] = set()
        for row, name in enumerate(names):
            if name in seen:
                refuse(at(row), f"{shown(name)} is there twice; each needs a name of its own")
            seen.add(name)
    return rows


def looked_up(keys: Sequence[Any], known: Mapping[Any, int], at: RowPlace, what: str) -> "array[int]":
    """The numbers of names; all must be known."""
    try:
        return array("i", map(known.__getitem__, keys))
    except (KeyError, TypeError):
        for row, key in enumerate(keys):
            if type(key) not in _HASHABLE or key not in known:
                refuse(at(row), f"{shown(key)} is {what}")
        raise


class Memo(Generic[T]):
    """Makes something of each record; of equal records once, so that what they become is one object too."""

    def __init__(self, make: Check[T]) -> None:
        self._make = make
        self._known: Dict[bytes, T] = {}

    def one(self, value: Any, at: RowPlace, row: int) -> T:
        """What the value of a row becomes."""
        try:
            key = marshal.dumps(value, 2)  # version 2 knows no identity: equal values of equal types give equal bytes
        except ValueError:  # nested too deep, or no plain value: the check says which
            return self._make(value, at(row))
        made = self._known.get(key)
        if made is None:
            made = self._known[key] = self._make(value, at(row))
        return made

    def column(self, values: Sequence[Any], at: RowPlace) -> List[T]:
        """What each value of a column becomes."""
        return [self.one(value, at, row) for row, value in enumerate(values)]

    def sparse(self, values: Sequence[Any], at: RowPlace) -> Dict[int, T]:
        """What the values of a column become that are not null, by row."""
        return {row: self.one(value, at, row) for row, value in enumerate(values) if value is not None}
