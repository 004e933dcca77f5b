"""Phase 1: decide which wires run against the flow, so that the others form no cycle.

Before: any wires. After: the wires that are returned run upwards; without them there is no cycle, so boxes get rows.
If the wires without `Wire.back` form no cycle, all of them run downwards.

Source: the greedy heuristic of Eades, Lin and Smyth, A fast and effective heuristic for the feedback arc set problem,
1993. It puts the boxes in a sequence; the wires that lead backwards in it are the ones that run upwards.
"""

from __future__ import annotations

from collections import deque
from typing import Deque, FrozenSet, List

from ..flat import BORDER, Flat


def back_wires(flat: Flat) -> FrozenSet[int]:
    """The indices of the wires that run upwards: those from a box to itself, and as few others as the heuristic finds.

    Wires with `Wire.back` do not take part in the search. So such a wire runs downwards after all if the others put its
    source above its target.
    """
    between = [index for index, wire in enumerate(flat.wires) if BORDER not in (wire.source, wire.target)]
    flow = [index for index in between if not flat.wires[index].back]
    position = _positions(flat, [index for index in flow if flat.wires[index].source != flat.wires[index].target])
    return frozenset(
        index for index in between if position[flat.wires[index].source] >= position[flat.wires[index].target]
    )


def _positions(flat: Flat, inner: List[int]) -> List[int]:
    """The position of each box in a sequence in which few of the wires `inner` lead backwards."""
    outs: List[List[int]] = [[] for _ in range(flat.boxes)]
    ins: List[List[int]] = [[] for _ in range(flat.boxes)]
    for index in inner:
        wire = flat.wires[index]
        outs[wire.source].append(wire.target)
        ins[wire.target].append(wire.source)
    return _Greedy(outs, ins).run()


class _Greedy:
    """Builds the sequence from both ends: boxes without inputs go to the front, boxes without outputs to the back.

    If there is neither, what is left contains a cycle. Then the box with the largest surplus of outputs over inputs
    goes to the front, and the wires that still lead into it become ones that lead backwards. Degrees count only wires
    between boxes that have no position yet.
    """

    def __init__(self, outs: List[List[int]], ins: List[List[int]]) -> None:
        self.outs, self.ins = outs, ins
        self.out_degree = [len(row) for row in outs]
        self.in_degree = [len(row) for row in ins]
        self.sources: Deque[int] = deque(box for box, degree in enumerate(self.in_degree) if not degree)
        # A box that has no outputs from the start need not be queued here. Its surplus is negative and those of all
        # boxes left add up to 0, so `_richest` never takes it. It becomes a source when what feeds it has been taken.
        self.sinks: Deque[int] = deque()
        self.position = [-1] * len(outs)
        self.front, self.back = 0, len(outs) - 1  # the next free position at either end

    def run(self) -> List[int]:
        """The position of each box."""
        while self.front <= self.back:
            if self.sources:
                self._take(self.sources.popleft(), front=True)
            elif self.sinks:
                self._take(self.sinks.popleft(), front=False)
            else:
                self._take(self._richest(), front=True)
        return self.position

    def _richest(self) -> int:
        """The box with the largest surplus of outputs over inputs; of several the one with the lowest number."""
        left = [box for box, place in enumerate(self.position) if place < 0]
        return max(left, key=lambda box: (self.out_degree[box] - self.in_degree[box], -box))

    def _take(self, box: int, *, front: bool) -> None:
        """Give a box the next position at the front or at the back; queue what becomes a source or a sink by that."""
        if self.position[box] >= 0:  # it was queued as a source and as a sink
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
