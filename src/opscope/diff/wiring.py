"""Which inputs of an op are not the same: the inputs of both sides aligned, so that one that was put in front does not change all others."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any, Iterator, List, Mapping, Optional, Sequence

from .model import ADDED, CHANGED, REMOVED, Delta, Wire, WireDelta

Inputs = Sequence[Mapping[str, Any]]


def wire_deltas(delta: Delta, renamed: Mapping[str, str]) -> Iterator[WireDelta]:
    """The inputs of a matched op that are not the same. `renamed` has what ops of `a` are called in `b`, where they have a counterpart."""
    change = delta.change("inputs")
    if change is None or delta.a is None or delta.b is None:
        return
    one = [(renamed.get(edge["node"]), edge["output"], edge.get("element")) for edge in change.a]
    two = [(edge["node"], edge["output"], edge.get("element")) for edge in change.b]
    # Myers 1986 finds the shortest script; of lists as short as these, Ratcliff and Obershelp's in the standard library is as good.
    for tag, start, end, first, last in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from _replaced(
                _wires(delta.a, change.a, range(start, end)), _wires(delta.b, change.b, range(first, last))
            )


def _wires(node: str, inputs: Inputs, slots: range) -> List[Wire]:
    return [Wire(node, slot, inputs[slot]["node"], inputs[slot]["output"]) for slot in slots]


def _replaced(one: Sequence[Wire], two: Sequence[Wire]) -> Iterator[WireDelta]:
    """Inputs that stand in the place of others: one by one, and what is left was added or removed."""
    for slot in range(max(len(one), len(two))):
        a: Optional[Wire] = one[slot] if slot < len(one) else None
        b: Optional[Wire] = two[slot] if slot < len(two) else None
        yield WireDelta(CHANGED if a and b else ADDED if b else REMOVED, a, b)
