"""How many copies of a stack have anything of what one of its lines stands for: the first block of a stage has no addition where it has no shortcut."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Dict, Iterable, List, Mapping

from ...graph.view import LACKING

if TYPE_CHECKING:
    from ...graph.view import Stack


def copies_having(stack: Stack, lines_of: Mapping[int, Iterable[int]]) -> Dict[int, int]:
    """Line -> how many copies have something of it, for the lines that not all copies have.

    Args:
        stack: the stack.
        lines_of: op of the drawn copy -> the lines inside the stack in which it counts.
    """
    lacking = [copy for copy in stack.copies[1:] if LACKING in copy]
    if not lacking:
        return {}
    places: Dict[int, List[int]] = {}
    for place, op in enumerate(stack.copies[0]):
        for line in lines_of.get(op, ()):
            places.setdefault(line, []).append(place)
    without = Counter(
        line for line, own in places.items() for copy in lacking if all(copy[place] == LACKING for place in own)
    )
    return {line: len(stack.copies) - count for line, count in without.items()}
