"""FLOPs of Fourier transforms, decompositions and solvers. Only the terms that grow fastest are counted.

Sources: a complex transform of n values is 5 n log2 n, a real one half of that, as the FFTW benchmarks count. For the rest
Golub and Van Loan, Matrix Computations, 4th edition; n is the order of the square matrices.
"""

from __future__ import annotations

from math import log2
from typing import Callable, Dict

from ...shapes.budget import Unknown
from ...shapes.tensor import product
from ..op import Formula, Op

_Flops = Callable[[Op], float]
"""FLOPs of one execution."""


def _fourier(rank: int, share: float, *, inverse_real: bool = False) -> _Flops:
    """Transforms over the last `rank` dimensions. `share` is 1 for complex ones and 0.5 for real ones: half the work.

    We count the elements of the larger of input and result. A real transform keeps half of the frequencies, so its
    input is the larger. For the inverse of a real transform it is the result.
    """

    def formula(op: Op) -> float:
        shape = op.shape_out() if inverse_real else op.shape_in(0)
        if len(shape) < rank:
            raise Unknown
        points = product(shape[-rank:])
        return share * 5 * product(shape) * log2(max(1, points))

    return formula


def _square(factor: float) -> _Flops:
    """`factor` times n cubed for each matrix."""

    def formula(op: Op) -> float:
        shape = op.shape_in(0)
        if len(shape) < 2:
            raise Unknown
        return factor * product(shape[:-2]) * shape[-1] ** 3

    return formula


def _tall(first: float, second: float) -> _Flops:
    """`first` m n^2 + `second` n^3 for each matrix of m by n, where m is the larger of the two."""

    def formula(op: Op) -> float:
        shape = op.shape_in(0)
        if len(shape) < 2:
            raise Unknown
        long, short = max(shape[-2:]), min(shape[-2:])
        return product(shape[:-2]) * (first * long * short**2 + second * short**3)

    return formula


def _svd(op: Op) -> float:
    """R-SVD of m by n, where m is the larger (Golub and Van Loan, Matrix Computations, 4th edition, figure 8.6.1).

    The values alone take 2 m n^2 + 2 n^3, with the thin bases 6 m n^2 + 20 n^3, with the full ones 4 m^2 n + 22 n^3.
    """
    if not op.attr("compute_uv", True):
        return _tall(2, 2)(op)
    if not op.attr("full_matrices", False):
        return _tall(6, 20)(op)
    shape = op.shape_in(0)
    long, short = max(shape[-2:]), min(shape[-2:])
    return product(shape[:-2]) * (4 * long**2 * short + 22 * short**3)


def _triangular_solve(op: Op) -> float:
    """n^2 for each right-hand side."""
    return op.shape_in(0)[-1] * op.size_out()


def _solve(op: Op) -> float:
    """An LU decomposition, then two triangular solutions."""
    return _square(2 / 3)(op) + 2 * _triangular_solve(op)


# CholeskyGrad is two triangular solutions of n columns, n^3 each. MatrixInverse is an LU decomposition and the solution
# for n unit vectors. SelfAdjointEigV2 is counted with its vectors. Qr is counted without the work to form Q.
FORMULAS: Dict[str, Formula] = {
    "Cholesky": _square(1 / 3), "CholeskyGrad": _square(2), "MatrixInverse": _square(2), "MatrixDeterminant": _square(2 / 3),
    "LogMatrixDeterminant": _square(2 / 3), "Lu": _square(2 / 3), "MatrixTriangularSolve": _triangular_solve,
    "MatrixSolve": _solve, "Qr": _tall(2, -2 / 3), "Svd": _svd, "SelfAdjointEigV2": _square(9),
}  # fmt: skip
for _rank, _name in ((1, ""), (2, "2D"), (3, "3D")):
    FORMULAS[f"FFT{_name}"] = FORMULAS[f"IFFT{_name}"] = _fourier(_rank, 1)
    FORMULAS[f"RFFT{_name}"] = _fourier(_rank, 0.5)
    FORMULAS[f"IRFFT{_name}"] = _fourier(_rank, 0.5, inverse_real=True)
