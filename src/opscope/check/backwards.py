"""`Backwards`: how far a gradient comes, from a loss back to what the loss is made of, and what stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Set, Tuple

from ..shapes.inference import At

if TYPE_CHECKING:
    from .inspected import Inspected

STOPS = frozenset({"StopGradient", "PreventGradient"})
"""Ops that stop a gradient because somebody wants that."""
_WITHOUT_DERIVATIVE = frozenset(
    {"Floor", "Ceil", "Round", "Rint", "OneHot", "PyFunc", "PyFuncStateless", "HistogramFixedWidth", "Bucketize"}
)
"""Ops from floating numbers to floating numbers (or from any to any) for which TensorFlow gives no gradient; what gives whole numbers,
booleans or texts has none anyway."""
_CARRIES = ("float", "bfloat", "half", "complex", "resource", "variant")
"""How the dtypes begin that a gradient can pass through."""
_MOST_CUTS = 3
"""So many of the cuts are kept for each tensor, those that somebody wants first: more are not told."""


class Backwards:
    """The tensors that a loss is made of, by what becomes of their gradients. Each edge is followed at most a few times."""

    def __init__(self, inspected: "Inspected", targets: List[At]) -> None:
        self._inspected = inspected
        self.needed = inspected.made_of.all_of(targets)
        """Every tensor that the loss is made of."""
        self.open = self._open(targets)
        """Those from which a way leads to the loss on which each op has a derivative."""
        self.cuts: Dict[At, Tuple[int, ...]] = {}
        """For each of them the rows of the ops at which ways to the loss end for a gradient, as far as they are kept."""
        self._find_cuts()

    def _open(self, targets: List[At]) -> Set[At]:
        found = set(targets)
        waiting = list(found)
        while waiting:
            tensor = waiting.pop()
            if self._passes(tensor):
                fresh = set(self._inspected.made_of(tensor)) - found
                found |= fresh
                waiting.extend(fresh)
        return found

    def _find_cuts(self) -> None:
        stops = [tensor for tensor in self.needed if not self._passes(tensor)]
        for stop in sorted(stops, key=lambda tensor: (self._inspected.table.ops[tensor[0]] not in STOPS, tensor)):
            waiting = list(self._inspected.made_of(stop))
            while waiting:
                tensor = waiting.pop()
                known = self.cuts.get(tensor, ())
                if stop[0] in known or len(known) >= _MOST_CUTS:
                    continue
                self.cuts[tensor] = (*known, stop[0])
                if self._passes(tensor):
                    waiting.extend(self._inspected.made_of(tensor))

    def _passes(self, tensor: At) -> bool:
        """Whether a gradient can come back through the op that makes the tensor."""
        row, output = tensor
        op, kind = self._inspected.table.ops[row], self._inspected.type_of(row, output)
        if op in STOPS or op in _WITHOUT_DERIVATIVE:
            return False
        return kind is None or kind.dtype.startswith(_CARRIES)
