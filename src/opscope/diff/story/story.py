"""Puts the parts of the story together."""

from __future__ import annotations

from dataclasses import replace
from typing import List, Sequence, Tuple

from ..conversion.conversion import Conversion
from ..matching.fingerprints import Fingerprints
from ..model import GraphHead, StoryEntry
from .evidence import Evidence
from .told_changes import QUIET, change_entries, lone_ops
from .told_conversion import ToldConversion
from .told_groups import group_entries
from .told_renames import rename_entries
from .told_variables import output_entries, variable_entries


def story_of(
    evidence: Evidence, prints: Tuple[Fingerprints, Fingerprints], heads: Tuple[GraphHead, GraphHead]
) -> Tuple[StoryEntry, ...]:
    """All entries; empty if nothing differs that makes two graphs different. `with_causes` is for those that are told in the end."""
    told: List[StoryEntry] = [*group_entries(evidence, prints)]
    told += rename_entries(evidence, told)
    told += change_entries(evidence)
    told += lone_ops(evidence)
    told += variable_entries(evidence)
    told += output_entries(evidence, heads)
    return tuple(told or _leftover(evidence))


def conversion_story(evidence: Evidence, conversion: Conversion) -> Tuple[StoryEntry, ...]:
    """All entries where one graph was made of the other."""
    return tuple(ToldConversion(evidence, conversion).entries())


def with_causes(told: Sequence[StoryEntry]) -> Tuple[StoryEntry, ...]:
    """The entries; other shapes of variables are no edits of their own where something else is told that they follow from."""
    is_caused = any(entry.cost and not _is_of_variables(entry) for entry in told)
    return tuple([replace(entry, cost=0) if is_caused and _is_of_variables(entry) else entry for entry in told])


def _is_of_variables(entry: StoryEntry) -> bool:
    return entry.what == "variable" and entry.kind == "changed"


def _leftover(evidence: Evidence) -> List[StoryEntry]:
    """What differs where nothing of it would be told: changes that otherwise follow from others."""
    found = []
    lists = (("group", evidence.lists.groups), ("variable", evidence.lists.variables), ("op", evidence.lists.nodes))
    for what, deltas in lists:
        for delta in deltas:
            changes = tuple([change for change in delta.changes if change.what not in QUIET])
            if changes:
                found.append(StoryEntry("changed", what, (str(delta.a),), (str(delta.b),), 0, 0, changes))
    return found
