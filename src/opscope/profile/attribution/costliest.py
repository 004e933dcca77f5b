"""Chooses the op that the time of several is put on, which ran as one."""

from __future__ import annotations

from typing import Tuple

from ...graph.content import content_of
from ...graph.graph import Graph


def costliest(graph: Graph, members: Tuple[int, ...]) -> int:
    """The member with the most FLOPs, which the time of the fused group is put on. Of equal ones it is the last."""
    costs = content_of(graph).costs

    def flops(row: int) -> Tuple[float, int]:
        cost = costs.get(row)
        return (cost.flops or 0.0 if cost else 0.0), row

    return max(members, key=flops)
