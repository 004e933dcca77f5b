"""The graph as TensorFlow executed it, beside the graph as it was written, and what became of each op."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Dict, List, Mapping, NamedTuple, Optional, Tuple

from ..errors import InputError, spelled

if TYPE_CHECKING:
    from .graph import Graph


class Outcome:
    """What may have become of an op, and why an executed op is there. The values are those of the JSON."""

    SAME, KERNEL, MOVED, RELAID, FUSED = "same", "kernel", "moved", "relaid", "fused"
    FOLDED, MERGED, REWRITTEN, LOWERED, DELETED = "folded", "merged", "rewritten", "lowered", "deleted"
    INSERTED, UNKNOWN = "inserted", "unknown"


FATES: Dict[str, str] = {
    Outcome.SAME: "as written",
    Outcome.KERNEL: "run by another kernel",
    Outcome.MOVED: "moved to another device",
    Outcome.RELAID: "laid out otherwise",
    Outcome.FUSED: "fused",
    Outcome.FOLDED: "folded to constants",
    Outcome.MERGED: "merged with an equal op",
    Outcome.REWRITTEN: "rewritten",
    Outcome.LOWERED: "inlined or lowered",
    Outcome.DELETED: "deleted",
    Outcome.UNKNOWN: "unknown",
}
"""What may have become of a written op, in the order in which it is told, and in words."""
ORIGINS: Dict[str, str] = {
    **{origin: words for origin, words in FATES.items() if origin not in (Outcome.MERGED, Outcome.DELETED)},
    Outcome.INSERTED: "inserted",
}
"""Why an executed op is there, likewise."""


class Fate(NamedTuple):
    """What became of one written op."""

    kind: str
    """One of `FATES`."""
    ops: Tuple[str, ...]
    """The names of the executed ops that do its work now, and of those that were made for it beside them; none if nobody does it, or if that is not known."""


class OpOrigin(NamedTuple):
    """Where one executed op comes from."""

    kind: str
    """One of `ORIGINS`."""
    ops: Tuple[str, ...]
    """The names of the written ops that it was made of; none if TensorFlow made it of no op, or if that is not known."""
    optimised: Optional[str] = None
    """Its type in the graph that Grappler had made, before the ops were placed, where that is another one."""


class Savings(NamedTuple):
    """What a step was spared by how TensorFlow ran it: each figure is a lower bound, as far as the graph and its shapes tell.

    Ops in loops and branches are left out, since they may not run at all; so are ops that only hand a tensor on.
    """

    kernels: int = 0
    """How many kernels fewer were started, since one computes several ops."""
    bytes: int = 0
    """The bytes of tensors between these ops, which were neither written nor read."""
    folded: int = 0
    """How many ops did not run, since they were computed beforehand."""
    merged: int = 0
    """How many did not, since an equal op did."""
    deleted: int = 0
    """How many did not, since nothing needs them."""


@dataclass(frozen=True)
class Executed:
    """What TensorFlow's executor ran. Ops are called by their names, which passes do not change."""

    graph: Graph
    """The ops that ran, with the layers and lines of the written ops that they were made of."""
    fates: Mapping[str, Fate]
    """Each written op -> what became of it."""
    origins: Mapping[str, OpOrigin]
    """Each executed op -> where it comes from."""
    saved: Optional[Savings] = None
    """What that saved in a step; ``None`` in files that do not tell."""

    @property
    def fate_counts(self) -> Dict[str, int]:
        """How many written ops had each fate, in the order of `FATES`."""
        return _counted(FATES, [fate.kind for fate in self.fates.values()])

    @property
    def origin_counts(self) -> Dict[str, int]:
        """How many executed ops have each origin, in the order of `ORIGINS`."""
        return _counted(ORIGINS, [origin.kind for origin in self.origins.values()])


def ran_of(graph: "Graph") -> "Graph":
    """What TensorFlow ran of a graph, as a graph.

    Raises:
        InputError: that is not known.
    """
    if graph.executed is None:
        profiled = spelled(
            "opscope.profile(..., executed=True) runs the model and finds it",
            "opscope profile SOURCE --executed -o FILE.json runs it and keeps that",
        )
        raise InputError(f"what TensorFlow ran of {graph.name!r} is not known here; {profiled}")
    return graph.executed.graph


def _counted(kinds: Mapping[str, str], found: List[str]) -> Dict[str, int]:
    counts = Counter(found)
    return {kind: counts[kind] for kind in kinds if counts[kind]}
