"""Which copy of a stack has how much of what its bar shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, List, Optional, Tuple

from ...graph.view import ALONE, LACKING
from ...passes.naming import BETWEEN
from .kinds_inside import KindAmount

if TYPE_CHECKING:
    from ...graph.view import Stack


def copies_inside(
    stack: Stack, value: Callable[[int], Optional[float]], error: Callable[[int], Optional[float]]
) -> Tuple[KindAmount, ...]:
    """What each copy of a stack has, in the order of the data; nothing where that is not known of all of them.

    Args:
        stack: the stack.
        value: gives what an op has, ``None`` where that is not known.
        error: gives the standard error of that.
    """
    if stack is ALONE:
        return ()
    order = sorted(range(len(stack.copies)), key=lambda copy: stack.places[copy] if stack.places else copy)
    found: List[KindAmount] = []
    for place, copy in enumerate(order, 1):
        ops = [op for op in stack.copies[copy] if op != LACKING]
        known = [each for each in map(value, ops) if each is not None]
        if not known:
            return ()
        name = stack.names[copy]
        # Of a name made of the first and the last layer no reader knows which copy it is.
        name = f"copy {place}" if BETWEEN in name else name
        found.append(KindAmount(name, sum(known), sum([error(op) or 0.0 for op in ops])))
    return tuple(found)
