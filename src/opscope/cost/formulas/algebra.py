"""FLOPs of Fourier transforms, decompositions and solvers. Only the terms that grow fastest are counted.

Sources: a complex transform of n values is 5 n log2 n, a real one half of that, as the FFTW benchmarks count. For the rest
Golub and Van Loan, Matrix Computations, 4th edition; n is the order of the square matrices.
"""

from __future__ import annotations

from math import log2
from typing import Callable, Dict, Optional

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


def _qr(op: Op) -> float:
    """Householder QR of m by n (section 5.2): 2 s^2 (l - s / 3) for R, with l and s the larger and the smaller of m and n.

    To form Q from the s reflections takes 2 s^2 (m - s / 3) for its first s columns, 4 (m^2 s - m s^2 + s^3 / 3) for all m.
    """
    shape = op.shape_in(0)
    if len(shape) < 2:
        raise Unknown
    rows = shape[-2]
    long, short = max(shape[-2:]), min(shape[-2:])
    triangle = 2 * short**2 * (long - short / 3)
    if op.attr("full_matrices", False):
        basis = 4 * (rows**2 * short - rows * short**2 + short**3 / 3)
    else:
        basis = 2 * short**2 * (rows - short / 3)
    return product(shape[:-2]) * (triangle + basis)


def _eigen(values: float, vectors: float) -> _Flops:
    """`values` n^3 for the eigenvalues alone, `vectors` n^3 with the vectors."""
    return lambda op: _square(vectors if op.attr("compute_v", True) else values)(op)


def _least_squares(op: Op) -> Optional[float]:
    """The normal equations (section 5.3): (m + n / 3) n^2, and for each right-hand side 2 m n + 2 n^2.

    The way that does not square the matrix (``fast=False``) has no formula.
    """
    shape, sides = op.shape_in(0), op.shape_in(1)
    if not op.attr("fast", True):
        return None
    if len(shape) < 2:
        raise Unknown
    rows, columns = shape[-2:]
    long, short = max(rows, columns), min(rows, columns)
    return product(shape[:-2]) * ((long + short / 3) * short**2 + sides[-1] * (2 * rows * columns + 2 * short**2))


def _banded_solve(op: Op) -> float:
    """(bands of [k, n], right-hand sides): row i takes min(i, k - 1) multiply-adds and a division for each side."""
    bands, size = op.shape_in(0)[-2:]
    inner = min(bands - 1, size)
    pairs = inner * (inner - 1) // 2 + (size - inner) * inner  # the sum over i of min(i, k - 1)
    return (2 * pairs + size) * (op.size_out() / max(1, size))


def _triangular_solve(op: Op) -> float:
    """n^2 for each right-hand side."""
    return op.shape_in(0)[-1] * op.size_out()


def _solve(op: Op) -> float:
    """An LU decomposition, then two triangular solutions."""
    return _square(2 / 3)(op) + 2 * _triangular_solve(op)


# CholeskyGrad is two triangular solutions of n columns, n^3 each. MatrixInverse is an LU decomposition and the solution
# for n unit vectors. Symmetric eigenvalues: section 8.3; others: section 7.5. Cross is three products of two, minus, a result.
FORMULAS: Dict[str, Formula] = {
    "Cholesky": _square(1 / 3), "CholeskyGrad": _square(2), "MatrixInverse": _square(2), "MatrixDeterminant": _square(2 / 3),
    "LogMatrixDeterminant": _square(2 / 3), "Lu": _square(2 / 3), "MatrixTriangularSolve": _triangular_solve,
    "MatrixSolve": _solve, "Qr": _qr, "Svd": _svd, "SelfAdjointEigV2": _eigen(4 / 3, 9), "Eig": _eigen(10, 25),
    "MatrixSolveLs": _least_squares, "BandedTriangularSolve": _banded_solve, "Cross": lambda op: 3 * op.size_out(),
}  # fmt: skip
for _rank, _name in ((1, ""), (2, "2D"), (3, "3D")):
    FORMULAS[f"FFT{_name}"] = FORMULAS[f"IFFT{_name}"] = _fourier(_rank, 1)
    FORMULAS[f"RFFT{_name}"] = _fourier(_rank, 0.5)
    FORMULAS[f"IRFFT{_name}"] = _fourier(_rank, 0.5, inverse_real=True)
