"""Makes groups of the name scopes that no recorded call opened, inside each call and outside of all calls."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Dict, List, Optional, Sequence, Tuple

from ...program.body import LocalGroup
from ...program.scopes import Scope, add_scopes, below_caller, remainder, same_name, side_matter, split_scope
from ..found_objects import name_of
from ..notes import Record, replica_of
from .call_groups import Calls
from .grouping import Grouping
from .site import Site


@dataclass
class _Level:
    """What is directly in one group before scopes are made: rows and groups, each with its scopes below that group."""

    rows: List[Tuple[int, Scope]] = field(default_factory=list)
    groups: List[Tuple[int, Scope]] = field(default_factory=list)


def with_name_scopes(site: Site, calls: Calls, homes: Grouping, rows: Sequence[int]) -> Grouping:
    """The grouping `homes` with groups for name scopes; `rows` and the groups of calls move into them.

    The groups of `calls` come first in `homes`. It may also have groups of phases: these open no scope, so the scopes of
    what is directly in a phase are counted from the body.
    """
    side = side_matter(site.body)
    source = None if site.is_recorded else "scope"  # where calls were recorded, a scope is not taken for a layer
    groups, of = list(homes.groups), array("i", homes.of)
    for group, level in _levels(site, calls, homes, rows).items():
        add_scopes(groups, of, group, level.rows, level.groups, side, source)
    return Grouping(tuple(_keyed(site.body.name, group, at) for at, group in enumerate(groups)), of)


def _keyed(body: str, group: LocalGroup, place: int) -> LocalGroup:
    """The group, with a key if it had none. Its mirror under backward names it by the key."""
    return group if group.key is not None else group._replace(key=(body, "scope", place))


def _levels(site: Site, calls: Calls, homes: Grouping, rows: Sequence[int]) -> Dict[int, _Level]:
    """For each group (-1: the body) what is directly in it."""
    levels: Dict[int, _Level] = {}
    for row in rows:
        group = homes.of[row]
        # What a `tf.vectorized_map` made of an op has the op's name as its scope, and is in the scope that the op is in.
        path = split_scope(site.body.names[site.work_of(row)])
        rest = _below(calls.record_of.get(group), path, site, site.replicas[row])
        levels.setdefault(group, _Level()).rows.append((row, rest))
    for group, record in calls.record_of.items():
        parent = homes.groups[group].parent
        # A call is in the scope in which it was made. "" stands for the name that a path ends in, and is cut off again.
        path = (*split_scope(record.scope), "")
        rest = _below(calls.record_of.get(parent), path, site, replica_of(record.strand))
        levels.setdefault(parent, _Level()).groups.append((group, rest[:-1]))
    return levels


def _below(record: Optional[Record], path: Scope, site: Site, replica: int) -> Scope:
    """The rest of a path below the call `record`; without one, below the op that runs the body.

    TensorFlow has a scope for each replica but the first, which has a group of its own here.
    """
    if record is None:
        rest = below_caller(path, site.around)
        scope = rest[:-1].index(f"replica_{replica}") if f"replica_{replica}" in rest[:-1] else len(rest)
        return (*rest[:scope], *rest[scope + 1 :])
    rest = remainder(path, split_scope(record.scope))
    if len(rest) > 1 and same_name(rest[0], name_of(record.subject)):
        rest = rest[1:]  # the scope that the layer opened itself
    return rest
