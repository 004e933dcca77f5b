"""Phase 1: decide which wires run against the flow, so that the others form no cycle.

Before: any wires. After: without the wires returned (they run upwards) the boxes can be ranked.
Source: Eades, Lin, Smyth, A fast and effective heuristic for the feedback arc set problem, 1993. A graph without cycles keeps all its wires.
"""

from __future__ import annotations

from collections import deque
from typing import Deque, FrozenSet, List

from ..flat import BORDER, Flat


def back_wires(flat: Flat) -> FrozenSet[int]:
    """The indices of the wires that run upwards: loops on one box, and as few others as a greedy search finds.

    Wires marked as back wires have no say in it: one that happens to lead with the flow of all others runs down.
    """
    between = [index for index, wire in enumerate(flat.wires) if BORDER not in (wire.source, wire.target)]
    flow = [index for index in between if not flat.wires[index].back]
    position = _positions(flat, [index for index in flow if flat.wires[index].source != flat.wires[index].target])
    return frozenset(
        index for index in between if position[flat.wires[index].source] >= position[flat.wires[index].target]
    )


def _positions(flat: Flat, inner: List[int]) -> List[int]:
    """Number the boxes so that few of the `inner` wires lead from a higher to a lower number."""
    outs: List[List[int]] = [[] for _ in range(flat.boxes)]
    ins: List[List[int]] = [[] for _ in range(flat.boxes)]
    for index in inner:
        wire = flat.wires[index]
        outs[wire.source].append(wire.target)
        ins[wire.target].append(wire.source)
    return _Greedy(outs, ins).run()


class _Greedy:
    """The greedy search: peel sources off to the front, sinks to the back, else the box with most outputs over inputs."""

    def __init__(self, outs: List[List[int]], ins: List[List[int]]) -> None:
        self.outs, self.ins = outs, ins
        self.out_degree = [len(row) for row in outs]
        self.in_degree = [len(row) for row in ins]
        self.sources: Deque[int] = deque(box for box, degree in enumerate(self.in_degree) if not degree)
        self.sinks: Deque[int] = deque()
        self.position = [-1] * len(outs)
        self.front, self.back = 0, len(outs) - 1

    def run(self) -> List[int]:
        while self.front <= self.back:
            if self.sources:
                self._take(self.sources.popleft(), front=True)
            elif self.sinks:
                self._take(self.sinks.popleft(), front=False)
            else:
                self._take(self._richest(), front=True)
        return self.position

    def _richest(self) -> int:
        left = [box for box, place in enumerate(self.position) if place < 0]
        return max(left, key=lambda box: (self.out_degree[box] - self.in_degree[box], -box))

    def _take(self, box: int, *, front: bool) -> None:
        if self.position[box] >= 0:
            return
        if front:
            self.position[box], self.front = self.front, self.front + 1
        else:
            self.position[box], self.back = self.back, self.back - 1
        for target in self.outs[box]:
            self.in_degree[target] -= 1
            if not self.in_degree[target] and self.position[target] < 0:
                self.sources.append(target)
        for source in self.ins[box]:
            self.out_degree[source] -= 1
            if not self.out_degree[source] and self.position[source] < 0:
                self.sinks.append(source)
