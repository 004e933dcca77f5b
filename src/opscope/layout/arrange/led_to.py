"""Tells of many pairs of boxes whether arcs lead from one to the other, over any others.

Two graphs in one may differ in thousands of wires of one card: a search through all of it for each would take minutes.
"""

from __future__ import annotations

import math
from typing import Dict, Iterable, List, Tuple


class LedTo:
    """The ways between boxes.

    >>> led_to = LedTo([(0, 1), (1, 2), (0, 3)])
    >>> led_to.leads(0, 2), led_to.leads(2, 0), led_to.leads(3, 2), led_to.leads(1, 1)
    (True, False, False, True)
    >>> LedTo([(0, 1), (1, 2), (2, 1), (2, 3)]).leads(0, 3)  # over a circle
    True
    """

    def __init__(self, arcs: Iterable[Tuple[int, int]]) -> None:
        self._heads: Dict[int, List[int]] = {}
        for tail, head in arcs:
            self._heads.setdefault(tail, []).append(head)
        self._level = self._levels()

    def _levels(self) -> Dict[int, float]:
        """How many arcs the longest way to a box has: infinitely many for one in a circle, or behind one."""
        waited: Dict[int, int] = {}
        for heads in self._heads.values():
            for head in heads:
                waited[head] = waited.get(head, 0) + 1
        level = {box: 0.0 for box in self._heads if box not in waited}
        ready = list(level)
        while ready:
            box = ready.pop()
            for head in self._heads.get(box, ()):
                level[head] = max(level.get(head, 0.0), level[box] + 1)
                waited[head] -= 1
                if not waited[head]:
                    ready.append(head)
        return {**level, **{box: math.inf for box, left in waited.items() if left}}

    def leads(self, start: int, end: int) -> bool:
        """Whether a way leads from one box to another one, or they are the same."""
        # On a way to a box of a finite level all have lower ones: what has not is passed over.
        deepest = self._level.get(end, 0.0)
        waiting, seen = [start], {start}
        while waiting and end not in seen:
            box = waiting.pop()
            if deepest == math.inf or self._level.get(box, 0.0) < deepest:
                fresh = {head for head in self._heads.get(box, ()) if head not in seen}
                seen |= fresh
                waiting += fresh
        return end in seen
