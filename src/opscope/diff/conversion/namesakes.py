"""Which ops of a converted graph are called after which ops of the graph as it was written."""

from __future__ import annotations

import re
from typing import Callable, Dict, List, Sequence, Tuple

from ...graph.attrs import text_of
from ...graph.vocabulary import chain, is_called
from ..matching.stems import full_stem
from .dataflow import Dataflow

_COPY = re.compile(r"~\d+$")
_CALL = re.compile(r"^(Stateful)?PartitionedCall(_\d+)?/")
_NUMBER = re.compile(r"_\d+(?=/|$)")
_MOST_CALLS, _MOST_SCOPES = 64, 256
"""So many calls and scopes are taken off a name: a file may have names of any length."""
_MOST_DIGITS = 3
"""A converter makes names unique by digits behind them: ``MatMul1`` may be called after ``MatMul``."""


def _as_it_is(name: str) -> str:
    return name


def _without_last_numbers(name: str) -> str:
    """A name without the number that Keras 3 puts behind each scope: ``net_1/dense_1_1`` to ``net/dense_1``."""
    return _NUMBER.sub("", name)


_Normal = Callable[[str], str]
_WAYS: Tuple[Tuple[_Normal, _Normal], ...] = (
    (_as_it_is, _as_it_is), (_as_it_is, _without_last_numbers), (_without_last_numbers, _as_it_is), (full_stem, full_stem),
)  # fmt: skip
"""How names of the two graphs may be compared."""


def names_of(flow: Dataflow, row: int) -> List[str]:
    """What an op may be called elsewhere: its tensors' names, and these without the calls of functions around it."""
    name = _COPY.sub("", flow.table.names[row])
    made_of = text_of(flow.table.attrs(row), "tensor") or ""
    parts = [part for part in made_of.split(";") if part] if made_of else []
    around = name[: -len(parts[-1])] if parts and name.endswith(parts[-1]) else ""
    found = [name, *[around + part for part in parts]]
    groups = flow.side.groups
    for group in chain(groups, flow.side.group_of[row]):
        if is_called(groups[group]) and groups[group].owner >= 0:
            prefix = flow.table.names[groups[group].owner] + "/"
            found = list(dict.fromkeys([*found, *[each[len(prefix) :] for each in found if each.startswith(prefix)]]))
    for each in list(found):
        for _ in range(_MOST_CALLS):
            inside = _CALL.sub("", each)
            if inside == each:
                break
            each = inside
            found.append(each)
    return list(dict.fromkeys(found))


class Namesakes:
    """Finds the ops of the graph as it was written that an op of the converted one is called after."""

    def __init__(self, written: Dataflow, converted: Dataflow, *, layers: bool) -> None:
        self._written, self._converted, self._layers = written, converted, layers
        names = [self._of_converted(row) for row in range(len(converted.table))]
        self._found = max(
            [self._index(names, *way) for way in _WAYS], key=len
        )  # of equally good ones the first, which changes names least

    def of(self, row: int) -> Sequence[int]:
        """The rows of the ops as they were written; none if no name tells."""
        return self._found.get(row, ())

    def __len__(self) -> int:
        return len(self._found)

    def _of_converted(self, row: int) -> List[List[str]]:
        """The names that an op was given, each with what to look for where it is not known itself."""
        found = names_of(self._converted, row)
        if not self._layers:
            return [[name] for name in found]
        groups = self._converted.side.groups
        paths = [groups[group].path for group in chain(groups, self._converted.side.group_of[row])]
        return [paths, *[_starts(name) for name in found]]

    def _index(self, every: Sequence[List[List[str]]], normal: _Normal, other: _Normal) -> Dict[int, List[int]]:
        rows: Dict[str, List[int]] = {}
        for row in range(len(self._written.table)):
            for name in dict.fromkeys(map(normal, names_of(self._written, row))):
                rows.setdefault(name, []).append(row)
        only = {name: found[0] for name, found in rows.items() if len(found) == 1}
        found = {}
        for row, names in enumerate(every):
            hits = self._hits(only, [[other(name) for name in tried] for tried in names])
            if hits:
                found[row] = hits
        return found

    def _hits(self, only: Dict[str, int], names: Sequence[Sequence[str]]) -> List[int]:
        hits = [next((only[name] for name in tried if name in only), -1) for tried in names]
        if not self._layers and max(hits, default=-1) < 0:
            shorter = [_shorter(tried[0], only) for tried in names]
            hits = [only[name] for name in shorter if name]
        return [row for row in dict.fromkeys(hits) if row >= 0]


def _shorter(name: str, known: Dict[str, int]) -> str:
    """A name without digits at its end that makes it one that is known; empty if there is none."""
    for count in range(1, _MOST_DIGITS + 1):
        if not name[-count:].isdigit():
            break
        if name[:-count] in known:
            return name[:-count]
    return ""


def _starts(name: str) -> List[str]:
    """A name and the scopes around it, the innermost first."""
    found = [name]
    while "/" in name and len(found) < _MOST_SCOPES:
        name = name.rpartition("/")[0]
        found.append(name)
    return found
