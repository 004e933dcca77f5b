"""Puts the parts of the story together."""

from __future__ import annotations

from dataclasses import replace
from typing import List, Sequence, Tuple

from ..conversion.conversion import Conversion
from ..matching.fingerprints import Fingerprints
from ..model import Change, Delta, GraphHead, StoryEntry
from .consequences import with_following
from .evidence import Evidence
from .told_changes import QUIET, WHERE_AND_CALLED, change_entries, is_element, is_naming, lone_ops, rewired_wires
from .told_conversion import ToldConversion
from .told_groups import group_entries
from .told_renames import MadeUpNames, rename_entries
from .told_together import told_together
from .told_variables import output_entries, variable_entries
from .told_wiring import Wiring


def story_of(
    evidence: Evidence, prints: Tuple[Fingerprints, Fingerprints], heads: Tuple[GraphHead, GraphHead]
) -> Tuple[StoryEntry, ...]:
    """All entries; empty if nothing differs that makes two graphs different. `with_causes` is for those that are told in the end."""
    told: List[StoryEntry] = [*group_entries(evidence, prints)]
    told += rename_entries(evidence, told)
    wiring = Wiring(evidence, list(rewired_wires(evidence, evidence.lists.edges)))
    told += wiring.entries()
    told += change_entries(evidence, wiring)
    told += lone_ops(evidence)
    told += variable_entries(evidence)
    told += output_entries(evidence, heads)
    told = told_together(evidence, told)
    return tuple(told or _leftover(evidence))


def conversion_story(evidence: Evidence, conversion: Conversion) -> Tuple[StoryEntry, ...]:
    """All entries where one graph was made of the other."""
    return tuple(ToldConversion(evidence, conversion).entries())


def with_causes(evidence: Evidence, told: Sequence[StoryEntry]) -> Tuple[StoryEntry, ...]:
    """The entries; what follows from others, such as other shapes of variables, is no edit of its own where those are told."""
    told = with_following(evidence, told)
    is_caused = any(entry.cost and not _is_of_variables(entry) for entry in told)
    return tuple([replace(entry, cost=0) if is_caused and _is_of_variables(entry) else entry for entry in told])


def _is_of_variables(entry: StoryEntry) -> bool:
    is_changed = entry.what == "variable" and entry.kind == "changed"
    return is_changed and all(change.what != "trainable" for change in entry.changes)


def _leftover(evidence: Evidence) -> List[StoryEntry]:
    """What differs where nothing of it would be told: changes that otherwise follow from others."""
    found = []
    made_up = MadeUpNames(evidence)
    lists = (("group", evidence.lists.groups), ("variable", evidence.lists.variables), ("op", evidence.lists.nodes))
    for what, deltas in lists:
        for delta in deltas:
            is_made_up = what != "variable" and made_up.differ(what, delta.row_a, delta.row_b)
            unsaid = QUIET | WHERE_AND_CALLED if is_made_up else QUIET
            changes = tuple(
                [
                    change
                    for change in delta.changes
                    if change.what not in unsaid
                    and not (is_made_up and is_naming(change))
                    and not (change.what == "inputs" and _is_of_order(evidence, delta, change))
                ]
            )
            if changes:
                found.append(StoryEntry("changed", what, (str(delta.a),), (str(delta.b),), 0, 0, changes))
    return found


def _is_of_order(evidence: Evidence, delta: Delta, change: Change) -> bool:
    """Whether the inputs differ in nothing but the order of those that only say what runs first, which follows from names."""
    return not evidence.wires.get(str(delta.b)) and not is_element(change)
