"""Puts numbers that the user brings (times, memory) on ops and groups, found by name: the work of `Graph.overlay`."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Tuple

from ..errors import InputError
from ..graph.content import content_of, with_content
from ..graph.quantities import MEASURED, TIME
from ..graph.types import Measured
from ..suggestions import did_you_mean, meant_or_known

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from ..graph.groups import Group

_TAKEN = {each.name: each for each in MEASURED}
"""The quantities that a user may give, by name."""
_ROUNDED = 1e-3
"""A sum of rounded figures is off by no more than this part."""
_Data = Mapping[str, Mapping[str, float]]
"""Name of an op, group, layer or class -> quantity -> its value."""


def overlay(graph: "Graph", data: _Data) -> "Tuple[Graph, List[str]]":
    """The graph with `data` on it, and the keys that matched nothing.

    A key is looked up as an op name, then as a group path, as a layer name, as a layer class. The first of these that
    matches anything counts, and everything that it matches gets the values. In a path, the ``forward/`` of a training
    step may be left out, so that the same paths fit the model alone. A group's values are not distributed to its ops. A
    quantity that `data` does not name keeps its old value.

    Raises:
        InputError: a value is not a mapping from known quantities to numbers of at least 0.
    """
    fields = {key: _fields(key, values) for key, values in data.items()}
    measured = dict(content_of(graph).measured)
    groups = list(content_of(graph).groups)
    unmatched = []
    for key, values in fields.items():
        row = _op(graph, key)
        if row is not None:
            measured[row] = _merged(measured.get(row), values)
            continue
        matches = _groups(groups, key)
        for index in matches:
            groups[index] = replace(groups[index], measured=_merged(groups[index].measured, values))
        if not matches:
            unmatched.append(key)
    return with_content(graph, measured=measured, groups=tuple(groups)), unmatched


def in_question(graph: "Graph", key: str) -> str:
    """A key that matched nothing, as a warning quotes it: with the names that may have been meant."""
    groups = content_of(graph).groups
    layers = (name for group in groups if group.is_call for name in (group.name, group.cls) if name)
    names = dict.fromkeys((*layers, *(group.path for group in groups), *content_of(graph).table.names))
    meant = did_you_mean(key, names)
    return f"{key!r} ({meant})" if meant else repr(key)


def given_times(graph: "Graph") -> "List[Group]":
    """The layers of a measured graph whose time is not that of their ops, but one that a user gave them."""
    content = content_of(graph)
    sums = [0.0] * (len(content.groups) + 1)  # the last one, index -1, takes the ops that lie in no group
    for row, measured in content.measured.items():
        sums[content.node_group[row]] += measured.time_us or 0.0
    for index in range(len(content.groups) - 1, -1, -1):
        sums[content.groups[index].parent] += sums[index]
    return [
        group
        for index, group in enumerate(content.groups)
        if group.is_call
        and sums[index]
        and group.measured is not None
        and is_given(group.measured.time_us, sums[index])
    ]


def is_given(figure: Optional[float], of_ops: float) -> bool:
    """Whether a group's figure was given by a user: it is another than the sum of its ops, of which each has been rounded in a file."""
    return figure is not None and not math.isclose(figure, of_ops, rel_tol=_ROUNDED)


def _fields(key: str, values: Any) -> Dict[str, float]:
    """The given quantities as fields of `Measured`, in its units (times are given in seconds, kept in microseconds)."""
    if not isinstance(values, Mapping):
        msg = f"overlay of {key!r} must be a dict such as {{'time': 0.1}} (seconds), not {type(values).__name__}"
        raise InputError(msg)
    fields = {}
    for quantity, value in values.items():
        if quantity not in _TAKEN:
            msg = f"overlay of {key!r} names the quantity {quantity!r}; {meant_or_known(str(quantity), _TAKEN)}"
            raise InputError(msg)
        fields[_TAKEN[quantity].field] = _number(key, quantity, value) * _TAKEN[quantity].given_in
    return fields


def _number(key: str, quantity: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan  # fails the check below
    if not math.isfinite(number) or number < 0:
        msg = f"overlay of {key!r}: {quantity} is {value!r}; give a finite number of at least 0"
        raise InputError(msg)
    return number


def _op(graph: "Graph", name: str) -> Optional[int]:
    try:
        return content_of(graph).table.index(name)
    except KeyError:
        return None


def _groups(groups: "List[Group]", key: str) -> List[int]:
    """The groups that `key` names: by path, by layer name or by class, whichever of these matches any group first."""
    ways: "Tuple[Callable[[Group], bool], ...]" = (
        lambda group: group.path in (key, f"forward/{key}"),
        lambda group: group.is_call and group.name == key,
        lambda group: group.is_call and group.cls is not None and key in (group.cls, group.cls.rpartition(".")[2]),
    )
    for way in ways:
        matches = [index for index, group in enumerate(groups) if way(group)]
        if matches:
            return matches
    return []


def _merged(old: Optional[Measured], values: Mapping[str, Any]) -> Measured:
    # A given time is not the measured one, whose error and spread it does not have.
    error = {"spread_us": None, "error_us": None} if TIME.field in values else {}
    return replace(old or Measured(), **{**values, **error})
