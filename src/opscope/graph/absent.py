"""What a file lacks or a graph leaves closed, as attributes of ops tell it, so that it is known wherever the graph goes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, NamedTuple, Tuple

from .vocabulary import MISSING

if TYPE_CHECKING:
    from .table import NodeTable

MISSING_FUNCTIONS = "_missing_functions"
"""The attribute of an op that should run functions which the file does not have: their names."""
CLOSED_FUNCTIONS = "_not_expanded"
"""The attribute of a call that stays closed (recursive, nested too deep, beyond the limit): the names of its functions."""


class Absent(NamedTuple):
    """What ops of a graph name and the file does not have."""

    inputs: Tuple[str, ...] = ()
    """The ops that others read."""
    functions: Mapping[str, int] = {}
    """Each function, and how many ops should run it."""


class InAttributes(NamedTuple):
    """What the attributes of a whole graph tell."""

    absent: Absent
    closed_calls: Mapping[str, int]
    """As `Content.closed_calls`."""


def absent_inputs(table: "NodeTable") -> Tuple[str, ...]:
    """The names of the ops that stand for what the file does not have."""
    return tuple(name for name, op in zip(table.names, table.ops) if op == MISSING)


def functions_in(attrs: Mapping[str, Any], name: str) -> List[str]:
    """The names that one of the two attributes has; none where it is missing, or is no list as a strange file may have it."""
    value = attrs.get(name)
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def look_for(table: "NodeTable") -> InAttributes:
    """Count what the attributes tell; for a graph that was read back."""
    counts: Dict[str, Counter[str]] = {MISSING_FUNCTIONS: Counter(), CLOSED_FUNCTIONS: Counter()}
    telling: Dict[int, bool] = {}  # equal attributes, which most ops have, are looked at once
    for node in range(len(table)):
        key = table.attrs_key(node)
        if key not in telling:
            telling[key] = not counts.keys().isdisjoint(table.attrs(node))
        if telling[key]:
            attrs = table.attrs(node)
            for name, count in counts.items():
                count.update(functions_in(attrs, name))
    absent = Absent(absent_inputs(table), dict(counts[MISSING_FUNCTIONS]))
    return InAttributes(absent, dict(counts[CLOSED_FUNCTIONS]))
