"""Says of a change whether somebody made it, or whether it only follows from another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .story.told_changes import FREE, NAMING_ATTRS, QUIET, WHERE_AND_CALLED

if TYPE_CHECKING:
    from .model import Delta

CONSEQUENCES = QUIET | FREE | WHERE_AND_CALLED | {f"attrs.{name}" for name in NAMING_ATTRS}
"""What follows from other changes: what a thing is called and where it lies tells the group that was renamed or moved."""


def is_edited(delta: "Delta") -> bool:
    """Whether an op or group was added, removed, or changed in more than its name, its place and what follows from other changes."""
    return not delta.changes or any(change.what not in CONSEQUENCES for change in delta.changes)
