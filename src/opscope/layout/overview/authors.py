"""Tells the layers that the author of a model wrote from those of libraries."""

from __future__ import annotations

from ...graph.groups import Group
from ..scene.layer_table import LIBRARIES, entry_of


def is_own(group: Group) -> bool:
    """Whether the class of a layer is the author's: none of a library, and none that is known from one where the file does not tell."""
    if not group.cls or group.defined_in in LIBRARIES:
        return False
    return group.defined_in is not None or entry_of(group.cls, None) is None
