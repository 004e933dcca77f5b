"""Which ops have a derivative in the graph: found from the ops that TensorFlow's gradient functions make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Set

from ..shapes.inference import At

if TYPE_CHECKING:
    from .inspected import Inspected

_TRACES = {
    "Sqrt": (("SqrtGrad",), 0, True), "Rsqrt": (("RsqrtGrad",), 0, True), "Reciprocal": (("ReciprocalGrad",), 0, True),
    "Inv": (("InvGrad", "ReciprocalGrad"), 0, True), "Log": (("Reciprocal", "Inv"), 0, False),
    "RealDiv": (("RealDiv",), 1, False), "Pow": (("Pow",), 0, False), "Acos": (("Square",), 0, False), "Asin": (("Square",), 0, False),
    "Atanh": (("Square",), 0, False),
    "SelectV2": (("SelectV2", "Select"), 0, False), "Select": (("SelectV2", "Select"), 0, False),
}  # fmt: skip
"""Op type -> the ops that its gradient makes, which of their inputs tells whose it is, and whether that is the op's result rather than
the input at the same place. Source: tensorflow/python/ops/math_grad.py."""


class Differentiated:
    """Answers whether the backward pass goes through an op. It does so for op types of `_TRACES` only."""

    def __init__(self, inspected: "Inspected") -> None:
        self._inspected = inspected
        self._seen: Dict[str, Set[At]] = {}

    def __contains__(self, row: object) -> bool:
        assert isinstance(row, int)
        inspected = self._inspected
        op = inspected.table.ops[row]
        if op not in _TRACES or not inspected.has_gradient:
            return False
        _, place, of_result = _TRACES[op]
        if inspected.phase(row) == "backward":
            return False
        inputs = inspected.inputs(row)
        tensor = (row, 0) if of_result else inputs[place] if place < len(inputs) else (-1, 0)
        return tensor[0] >= 0 and inspected.origins.same(tensor) in self._of(op)

    def _of(self, op: str) -> Set[At]:
        """The tensors that ops in the backward pass take because of ops of this type."""
        if op not in self._seen:
            types, place, _ = _TRACES[op]
            found = self._seen[op] = set()
            for row in self._inspected.rows(*types):
                inputs = self._inspected.inputs(row)
                if place < len(inputs) and self._inspected.phase(row) == "backward":
                    found.add(self._inspected.origins.same(inputs[place]))
        return self._seen[op]
