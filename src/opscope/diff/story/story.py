"""Puts the parts of the story together."""

from __future__ import annotations

from dataclasses import replace
from typing import List, Sequence, Tuple

from ..matching.fingerprints import Fingerprints
from ..model import Head, StoryEntry
from .changes import QUIET, change_entries, lone_ops
from .groups import group_entries
from .renames import rename_entries
from .scene import Scene
from .variables import output_entries, variable_entries


def story_of(
    scene: Scene, prints: Tuple[Fingerprints, Fingerprints], heads: Tuple[Head, Head]
) -> Tuple[StoryEntry, ...]:
    """All entries; empty if nothing differs that makes two graphs different."""
    told: List[StoryEntry] = [*group_entries(scene, prints)]
    told += rename_entries(scene, told)
    told += change_entries(scene)
    told += lone_ops(scene)
    told += variable_entries(scene)
    told += output_entries(scene, heads)
    return tuple(_with_causes(told) or _leftover(scene))


def _with_causes(told: Sequence[StoryEntry]) -> List[StoryEntry]:
    """The entries; other shapes of variables are no edits of their own where something else changed that they follow from."""
    is_caused = any(entry.cost and not _is_of_variables(entry) for entry in told)
    return [replace(entry, cost=0) if is_caused and _is_of_variables(entry) else entry for entry in told]


def _is_of_variables(entry: StoryEntry) -> bool:
    return entry.what == "variable" and entry.kind == "changed"


def _leftover(scene: Scene) -> List[StoryEntry]:
    """What differs where nothing of it would be told: changes that otherwise follow from others."""
    found = []
    lists = (("group", scene.lists.groups), ("variable", scene.lists.variables), ("op", scene.lists.nodes))
    for what, deltas in lists:
        for delta in deltas:
            changes = tuple([change for change in delta.changes if change.what not in QUIET])
            if changes:
                found.append(StoryEntry("changed", what, (str(delta.a),), (str(delta.b),), 0, 0, changes))
    return found
