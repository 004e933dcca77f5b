"""The graph as TensorFlow executed it, beside the graph as it was written, and what became of each op."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Dict, List, Mapping, NamedTuple, Optional, Tuple

if TYPE_CHECKING:
    from .graph import Graph

SAME, KERNEL, FUSED, FOLDED, MERGED = "same", "kernel", "fused", "folded", "merged"
MOVED, RELAID, REWRITTEN, LOWERED, DELETED = "moved", "relaid", "rewritten", "lowered", "deleted"
INSERTED, UNKNOWN = "inserted", "unknown"
FATES: Dict[str, str] = {
    SAME: "as written",
    KERNEL: "run by another kernel",
    MOVED: "moved to another device",
    RELAID: "laid out otherwise",
    FUSED: "fused",
    FOLDED: "folded to constants",
    MERGED: "merged with an equal op",
    REWRITTEN: "rewritten",
    LOWERED: "inlined or lowered",
    DELETED: "deleted",
    UNKNOWN: "unknown",
}
"""What may have become of a written op, in the order in which it is told, and in words."""
ORIGINS: Dict[str, str] = {
    **{origin: words for origin, words in FATES.items() if origin not in (MERGED, DELETED)},
    INSERTED: "inserted",
}
"""Why an executed op is there, likewise."""


class Fate(NamedTuple):
    """What became of one written op."""

    kind: str
    """One of `FATES`."""
    ops: Tuple[str, ...]
    """The names of the executed ops that do its work now; none if nobody does it, or if that is not known."""


class Origin(NamedTuple):
    """Where one executed op comes from."""

    kind: str
    """One of `ORIGINS`."""
    ops: Tuple[str, ...]
    """The names of the written ops that it was made of; none if TensorFlow made it of no op, or if that is not known."""
    optimised: Optional[str] = None
    """Its type in the graph that Grappler had made, before the ops were placed, where that is another one."""


@dataclass(frozen=True)
class Executed:
    """What TensorFlow's executor ran. Ops are called by their names, which passes do not change."""

    graph: Graph
    """The ops that ran, with the layers and lines of the written ops that they were made of."""
    fates: Mapping[str, Fate]
    """Each written op -> what became of it."""
    origins: Mapping[str, Origin]
    """Each executed op -> where it comes from."""

    @property
    def fate_counts(self) -> Dict[str, int]:
        """How many written ops had each fate, in the order of `FATES`."""
        return _counted(FATES, [fate.kind for fate in self.fates.values()])

    @property
    def origin_counts(self) -> Dict[str, int]:
        """How many executed ops have each origin, in the order of `ORIGINS`."""
        return _counted(ORIGINS, [origin.kind for origin in self.origins.values()])


def _counted(kinds: Mapping[str, str], found: List[str]) -> Dict[str, int]:
    counts = Counter(found)
    return {kind: counts[kind] for kind in kinds if counts[kind]}
