"""Checks whole columns of JSON values at once: a function call for each field of a million ops would be too slow.

A check first decides whether the column is right: from the set of its types, from its distinct values, or from each
distinct record once. Only if something is wrong is the column searched for the place that the error has to name.
"""

from __future__ import annotations

import marshal
from array import array
from operator import itemgetter
from typing import Any, Callable, Dict, Generic, List, Mapping, Optional, Sequence, Set, Tuple, TypeVar

from .json_values import record, refuse, shown, text

T = TypeVar("T")
_TOGETHER = 2_000
"""How many records are taken apart together. They then stay in the processor's cache, which makes it twice as fast."""
Check = Callable[[Any, str], T]
"""Takes a value and its place; returns what the value means, or raises `LoadError`."""
RowPlace = Callable[[int], str]
"""Gives the place of a row, such as ``"nodes[{}].name".format``. It is called only when a message needs it."""
_HASHABLE = {str, bool, type(None)}
"""Types of which no value equals a value of another, so that a set of them loses nothing.

Numbers are not among them: as 1 == True == 1.0, a set would keep only one of these.
"""


def record_columns(records: Sequence[Any], keys: Tuple[str, ...], at: RowPlace) -> List[List[Any]]:
    """Records with exactly these keys as columns, one for each key; `LoadError` if a record has other keys."""
    columns: List[List[Any]] = [[] for _ in keys]
    for start in range(0, len(records), _TOGETHER):
        part = records[start : start + _TOGETHER]
        values = _values(part, keys)
        if values is None:
            for row, value in enumerate(part, start):
                record(value, at(row), keys)
            refuse(at(start), "no such record belongs here")  # never reached: `record` has raised already
        for column, more in zip(columns, values):
            column.extend(more)
    return columns


def _values(part: Sequence[Any], keys: Tuple[str, ...]) -> Optional[List[Tuple[Any, ...]]]:
    """The columns of some records; ``None`` if one of them is not an object with exactly these keys."""
    if set(map(type, part)) != {dict} or set(map(len, part)) != {len(keys)}:
        return None
    try:
        return list(zip(*map(itemgetter(*keys), part)))
    except KeyError:
        return None


def _walk(values: Sequence[Any], check: Check[Any], at: RowPlace) -> None:
    """Check the values one by one, so that the error names the first wrong one."""
    for row, value in enumerate(values):
        check(value, at(row))


def texts(values: List[Any], at: RowPlace) -> List[str]:
    """A column of texts that are mostly distinct, such as names."""
    # An ASCII text has no surrogates. Other texts are rare and are checked one by one.
    if set(map(type, values)) - {str} or not all(map(str.isascii, values)):
        _walk(values, text, at)
    return values


def distinct(values: List[Any], check: Check[Any], at: RowPlace) -> List[Any]:
    """A column of texts, booleans and nulls with few distinct values, such as op types. Equal texts get one object."""
    if set(map(type, values)) - _HASHABLE:
        _walk(values, check, at)
        refuse(at(0), "no such value belongs here")  # never reached, unless `check` accepts other types
    shared = {}
    for value in set(values):
        try:
            # Without a place, since a distinct value occurs in many rows. If it is wrong, the first of these is looked
            # for.
            check(value, "")
        except ValueError:
            check(value, at(values.index(value)))
        shared[value] = value
    return [shared[value] for value in values]


def rows_of(names: Sequence[str], at: RowPlace) -> Dict[str, int]:
    """Name -> row; `LoadError` if a name occurs twice."""
    rows = dict(zip(names, range(len(names))))
    if len(rows) != len(names):
        seen: Set[str] = set()
        for row, name in enumerate(names):
            if name in seen:
                refuse(at(row), f"{shown(name)} is there twice; each needs a name of its own")
            seen.add(name)
    return rows


def looked_up(keys: Sequence[Any], known: Mapping[Any, int], at: RowPlace, what: str) -> "array[int]":
    """The number of each name. `LoadError` if a name is not known: it is `what`, such as "not the name of an op"."""
    try:
        return array("i", map(known.__getitem__, keys))
    except (KeyError, TypeError):
        for row, key in enumerate(keys):
            if type(key) not in _HASHABLE or key not in known:
                refuse(at(row), f"{shown(key)} is {what}")
        raise


_PLAIN = 2
"""The version of marshal in which equal values of equal types give equal bytes. From version 3 on it also writes which objects are
identical, so that equal values could differ."""


class Memo(Generic[T]):
    """Converts records, equal ones only once: they share the result as one object, which saves time and memory."""

    def __init__(self, make: Check[T]) -> None:
        self._make = make
        self._known: Dict[bytes, T] = {}

    def one(self, value: Any, at: RowPlace, row: int) -> T:
        """The result for the value in a row."""
        try:
            key = marshal.dumps(value, _PLAIN)
        except ValueError:  # nested too deep, or not a plain value; the check will say which
            return self._make(value, at(row))
        made = self._known.get(key)
        if made is None:
            made = self._known[key] = self._make(value, at(row))
        return made

    def column(self, values: Sequence[Any], at: RowPlace) -> List[T]:
        """The result for each value of a column."""
        known, dumps, one = self._known, marshal.dumps, self.one
        found: List[T] = []
        for row, value in enumerate(values):
            try:
                made = known.get(dumps(value, _PLAIN))
            except ValueError:
                made = None
            found.append(one(value, at, row) if made is None else made)
        return found

    def sparse(self, values: Sequence[Any], at: RowPlace) -> Dict[int, T]:
        """Row -> result, for the values of a column that are not null."""
        return {row: self.one(value, at, row) for row, value in enumerate(values) if value is not None}
