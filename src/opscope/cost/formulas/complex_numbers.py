"""What ops compute on complex numbers, in arithmetic of real ones.

A sum of two complex numbers is 2 real operations, a product 4 products and 2 sums, and so a multiply-add 8: four times that of
real numbers, as Golub and Van Loan count too (Matrix Computations, 4th edition, section 1.1). A contraction and a decomposition
of complex numbers is therefore four times the real one. The rest is in the table: by the definitions, z = x + iy. What is not in
it has no formula for complex numbers.
"""

from __future__ import annotations

from typing import Optional, Union

from ..op import Formula, Op, Work
from . import algebra, contract

_TRANSFORMS = {name for name in algebra.FORMULAS if "FFT" in name}
_FOURFOLD = {*contract.FORMULAS, *algebra.FORMULAS} - _TRANSFORMS
_TWOFOLD = frozenset(
    """Add AddV2 Sub Neg AddN AccumulateNV2 BiasAdd Sum BiasAddGrad Cumsum Mean SegmentSum SegmentSumV2 UnsortedSegmentSum
    AssignAddVariableOp AssignSubVariableOp ResourceScatterAdd ResourceScatterSub TensorScatterAdd TensorScatterSub""".split()
)
"""Additions and what divides by a real number: each part by itself."""
_PER_OUTPUT = {
    **dict.fromkeys(("Mul", "Square"), 6), **dict.fromkeys(("Div", "RealDiv", "Reciprocal", "Inv"), 11),
    **dict.fromkeys(("Equal", "NotEqual"), 2), "Conj": 1, "ComplexAbs": 4, "Angle": 1, "Exp": 5, "Log": 6, "SquaredDifference": 9,
}  # fmt: skip
"""Operations for each result. A quotient z / w is z times conj(w) (7, with its sign), divided twice by the square of abs(w) (3).
Exp: exp(x) times cos(y), sin(y). Log: of abs(z), and the angle. SquaredDifference is a difference times its conjugate."""


def is_complex(op: Op) -> bool:
    """Whether the op takes or gives complex numbers."""
    return any(dtype.startswith("complex") for dtype, _ in (*op.inputs, *op.outputs))


def work(op: Op, real: Optional[Formula]) -> Optional[Work]:
    """What one execution computes, given the formula of the op for real numbers; ``None`` where there is no formula."""
    if op.kind in _TRANSFORMS and real is not None:  # these are counted as transforms of complex numbers in any case
        return _as_work(real(op), 1)
    if op.kind in _PER_OUTPUT:
        return Work(_PER_OUTPUT[op.kind] * op.size_out())
    times = 4 if op.kind in _FOURFOLD else 2 if op.kind in _TWOFOLD else 0
    return _as_work(real(op), times) if real is not None and times else None


def _as_work(found: Union[Work, float, None], times: int) -> Optional[Work]:
    """The FLOPs `times` as many; the number of multiply-adds stays what it is."""
    if found is None:
        return None
    return Work(times * found.flops, found.macs) if isinstance(found, Work) else Work(times * found)
