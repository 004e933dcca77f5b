"""What is told of a call of a shared layer that became a layer of its own, or the other way round: its new name is the least of it."""

from __future__ import annotations

from typing import Dict, Iterable, Optional, Tuple

from ..model import Change, StoryEntry
from .evidence import Evidence

_OWN = "its own"


def unshared(evidence: Evidence, pairs: Iterable[Tuple[int, int]]) -> Dict[Tuple[int, int], StoryEntry]:
    """Groups that correspond, of `a` and `b` -> what is told of them, if a layer's variables are shared on one side alone."""
    found = {}
    for row, other in pairs:
        layers = _sharing(evidence, 0, row), _sharing(evidence, 1, other)
        if not _has_variables(evidence, row, other) or (layers[0] is None) == (layers[1] is None):
            continue
        told = [_OWN if layer is None else f"shared with {layer}" for layer in layers]
        found[row, other] = StoryEntry(
            "changed", "group", (evidence.path(0, row),), (evidence.path(1, other),), evidence.sizes[1][other], 1,
            (Change("variables", *told),), labels=(evidence.label(0, row), evidence.label(1, other)),
        )  # fmt: skip
    return found


def _has_variables(evidence: Evidence, row: int, other: int) -> bool:
    return all(side.groups[group].variables for side, group in zip(evidence.sides, (row, other)))


def _sharing(evidence: Evidence, side: int, group: int) -> Optional[str]:
    """The path of the first other call of the same layer, with the same variables; ``None`` where there is none."""
    groups = evidence.sides[side].groups
    own = groups[group]
    alike = [
        other.path
        for index, other in enumerate(groups)
        if index != group
        and other.is_call
        and other.object_path == own.object_path
        and other.variables == own.variables
    ]
    return alike[0] if alike and own.is_call and own.object_path is not None else None
